"""Work on one case outlasts the lock with that case's key alone, and ends with who may not work on it any more."""

from collections.abc import Callable

import pytest

from officer_app.base.errors import KnownError, Locked
from officer_app.casebook import audit, cases, staff
from officer_app.casebook.apart import apart
from officer_app.casebook.book import Casebook
from officer_app.casebook.vault import Erased
from tests.casebook.places import Spot, new_case


def note(book: Casebook, reference: str | None, text: str = "went on") -> None:
    with book.transaction("work", reference) as tx:
        audit.append(tx, "work went on", reference, {"note": text})


def secrets_in(thing: object, seen: set[int] | None = None) -> set[bytes]:
    """Return all bytes that can be reached from an object through containers and objects of our own."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return set()
    seen.add(id(thing))
    if isinstance(thing, bytes):
        return {thing}
    ours = type(thing).__module__.startswith("officer_app.")
    inside: list[object] = list(vars(thing).values()) if ours and not isinstance(thing, tuple) else []
    if isinstance(thing, dict):
        inside += [*thing.keys(), *thing.values()]
    elif isinstance(thing, list | tuple | set | frozenset):
        inside += list(thing)
    return {secret for one in inside for secret in secrets_in(one, seen)}


def test_work_on_a_case_goes_on_under_the_lock_with_that_key_alone(spot: Spot) -> None:
    book = spot.open()
    mine, other = new_case(book), new_case(book)
    note(book, None)  # the keys for what has no case are at hand, too
    session = book.session
    roots = {*session.vault._roots.values(), *session.vault._inner.values(), session.keys.decrypt}
    assert len(roots) >= 3 and roots <= secrets_in(session)
    with apart(book, mine) as kept:
        book.lock()
        note(kept, mine, "under the lock")
        assert not roots & secrets_in(kept)
        with kept.reading() as tx:
            assert cases.head(tx, mine).reference == mine
            refused: tuple[Callable[[], object], ...] = (
                lambda: tx.key_for(other), lambda: tx.key_for(None), lambda: tx.blind("email", "an@example.org"),
            )  # fmt: skip
            for step in refused:
                with pytest.raises(Locked):
                    step()
        with pytest.raises(Locked):
            note(kept, None)
        with pytest.raises(Locked):
            note(kept, other)
        assert not roots & secrets_in(kept)
    with pytest.raises(Locked):
        note(kept, mine)
    book.close()
    again = spot.open()
    with again.reading() as tx:
        told = audit.timeline(tx, mine)[0]
    assert told.details == {"note": "under the lock"} and told.actor == again.actor.id
    assert again.verify().broken == ""
    again.close()


def test_a_new_key_of_the_casebook_does_not_stop_it_but_the_end_of_access_does(spot: Spot) -> None:
    officer, manager = spot.open(), spot.manager()
    reference = new_case(officer)
    with apart(officer, reference) as kept:
        officer.lock()
        staff.new_kits(manager)  # and with them a new root key
        note(kept, reference)
        staff.end_access(manager, kept.actor.id)
        with pytest.raises(KnownError, match="access"):
            note(kept, reference)
    assert manager.verify().broken == ""
    officer.close()
    manager.close()


def test_an_erased_case_is_not_worked_on(spot: Spot) -> None:
    book, other = spot.open(), spot.open()
    reference = new_case(book)
    with apart(book, reference) as kept:
        note(kept, reference)
        book.lock()
        with other.transaction("work", reference) as tx:
            cases.destroy_key(tx, reference)
        with pytest.raises((Erased, Locked)), kept.reading() as reading:
            reading.key_for(reference)
    other.close()
    book.close()
