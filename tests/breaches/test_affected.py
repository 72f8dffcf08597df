"""Who is affected: questions added up and taken away, what was ordered, whose data the shop holds, and a full disk."""

import resource
import signal
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from officer_app.base.errors import KnownError
from officer_app.breaches import records
from officer_app.breaches.asked import Asked, Selection
from officer_app.breaches.once import Once
from officer_app.breaches.person import Person
from tests.breaches.making import Desk, sentence


def emails(desk: Desk, reference: str, number: int = 1) -> set[str]:
    with desk.book.reading() as tx:
        return {person.email for _at, person in records.people(tx, desk.case(reference).lists[number - 1].id)}


def frozen(desk: Desk, wanted: Asked | Selection) -> set[str]:
    reference = desk.log()
    desk.service.affected.freeze(reference, wanted)
    return emails(desk, reference)


def raw(desk: Desk, sql: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(desk.folder / "shop.sqlite")) as shop:
        return [tuple(value or "" for value in row) for row in shop.execute(sql)]


VN, DE, SOME = Asked(country="VN"), Asked(country="DE"), Asked(pasted="1 2 hanna.gast@example.de")


def test_questions_are_added_up_and_taken_away_in_their_order(desk: Desk) -> None:
    vn, de, some = frozen(desk, VN), frozen(desk, DE), frozen(desk, SOME)
    assert vn and de and vn != de
    first = Selection.of(VN)
    for wanted, expected in (
        (first.also("plus", DE), vn | de),
        (first.also("minus", SOME), vn - some),
        (first.also("minus", VN).also("plus", SOME), some),
        (first.also("plus", SOME).also("minus", DE), (vn | some) - de),
        (first.also("minus", SOME).also("plus", SOME), vn | some),
    ):
        found = desk.service.affected.look(wanted)
        assert found.count.total == len(expected), wanted.words()
        assert frozen(desk, wanted) == expected, wanted.words()
        assert len(found.sample) == min(10, len(expected)) and all("•" in row.name for row in found.sample if row.name)
    assert "but not" in desk.case("B-2026-0005").lists[0].how
    desk.verify()


def test_taking_everybody_away_leaves_no_list(desk: Desk) -> None:
    reference = desk.log()
    nobody = Selection.of(SOME).also("minus", Asked())
    assert "taken away" in sentence(lambda: desk.service.affected.freeze(reference, nobody))
    assert desk.case(reference).lists == ()


def test_who_ordered_a_product_or_placed_an_order_is_found_guests_too(desk: Desk) -> None:
    rows = raw(desk, "select o.number, o.email_normal, l.title from orders o join order_lines l on l.order_id = o.id")
    title = rows[0][2]
    buyers = {mail for _number, mail, named in rows if title.lower() in named.lower()}
    everybody = frozen(desk, Asked())
    found = frozen(desk, Asked(product=title.upper()))
    assert found and found <= everybody
    assert buyers & everybody <= found
    one = frozen(desk, Asked(orders=f"{rows[3][0]}, no-such-order"))
    assert len(one) == 1 and one <= everybody
    guest = next(m for n, m, _t in rows if m.startswith("hanna.gast"))
    theirs = next(n for n, m, _t in rows if m == guest)
    assert frozen(desk, Asked(orders=theirs)) == {guest}
    assert sentence(lambda: frozen(desk, Asked(product="100%_'; drop"))).startswith("This finds nobody")


def test_more_orders_than_one_question_holds_are_asked_in_turn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from officer_app.breaches import asked

    numbers = [row[0] for row in raw(desk, "select number from orders")]
    whole = frozen(desk, Asked(orders=" ".join(numbers)))
    monkeypatch.setattr(asked, "BATCH", 3)
    wanted = Asked(orders=" ".join(numbers))
    assert not Selection.of(wanted).simple
    assert frozen(desk, wanted) == whole and desk.service.affected.look(wanted).count.total == len(whole)


def test_whoever_the_shop_holds_none_of_the_data_of_is_left_out_and_can_be_listed_later(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference, categories=("password",))
    news = desk.service.affected.freeze(reference, Asked()).news
    assert "left out" in news
    with desk.book.reading() as tx:
        assert all(person.has_password for _at, person in records.people(tx, desk.case(reference).lists[0].id))
    desk.facts(reference, categories=("password", "orders"))
    desk.service.affected.freeze(reference, Asked())
    assert not emails(desk, reference) & emails(desk, reference, 2)
    guests = desk.case(reference).lists[1].guests
    assert guests
    desk.facts(reference, categories=("password",))
    said = sentence(lambda: desk.service.affected.freeze(reference, Asked(pasted="hanna.gast@example.de")))
    assert "earlier list" in said


def test_a_list_can_be_about_some_of_the_data_only(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference, categories=("name", "email", "orders"))
    desk.service.affected.freeze(reference, Selection((("plus", VN),), only=("email",)))
    desk.letters(reference)
    variants = desk.service.notices.variants(reference)
    assert {each.categories for each in variants} == {("email",)}


def test_a_full_disk_while_sorting_is_one_sentence_and_leaves_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = desk.log()
    monkeypatch.setattr("officer_app.breaches.order.IN_MEMORY", 20)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))  # no file of this process may grow beyond
    try:
        said = sentence(lambda: desk.service.affected.freeze(reference, Asked()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "File too large" in said and "freeze again" in said
    assert desk.case(reference).lists == ()
    desk.service.affected.freeze(reference, Asked())
    desk.verify()


def test_a_casebook_without_room_freezes_nothing_and_goes_on_when_there_is_some(desk: Desk) -> None:
    reference = desk.log()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(sqlite3.connect(desk.folder / "casebook.sqlite")) as db:
        assert db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    # What is written goes first into the file of the write-ahead log, which now begins anew and soon is too large.
    deaf = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, hard))
    try:
        said = sentence(lambda: desk.service.affected.freeze(reference, Asked()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, deaf)
    assert said == "The disk is full. Free some space and try again; nothing was changed."
    assert desk.case(reference).lists == ()
    with desk.book.reading() as tx:
        tables = (records.lists, records.persons, records.marks)
        assert [len(tx.execute(select(table)).all()) for table in tables] == [0, 0, 0], "half a list"
    desk.verify()
    desk.service.affected.freeze(reference, Asked())
    assert desk.case(reference).lists[0].number == 1
    desk.verify()


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["", "x@a.example", "y@a.example"])), max_size=40)
)
def test_what_was_put_is_found_and_nothing_else(some: list[tuple[str, str]]) -> None:
    once, known = Once(), set[str]()
    for key, mail in some:
        person = Person(key, "N", mail, "", (), "", "", "en")
        marks = set(person.marks())
        assert once.holds(person) == bool(marks & known)
        assert once.add(person) == (not marks & known)
        known |= marks


def test_a_great_many_are_remembered_in_little_memory() -> None:
    once = Once()
    people = [Person(str(at), "N", f"{at}@a.example", "", (), "", "", "en") for at in range(20_000)]
    assert all(once.add(one) for one in people)
    assert not any(once.add(one) for one in people)
    assert once._slots.buffer_info()[1] * 8 <= 20_000 * 2 * 8 * 3


def test_twenty_questions_are_enough() -> None:
    wanted = Selection.of(VN)
    with pytest.raises(KnownError, match="supplement"):
        for _ in range(25):
            wanted = wanted.also("plus", DE)
