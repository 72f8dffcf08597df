"""Batches of many accounts: written in parts, each part whole; what a part costs does not grow with the batch."""

from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader

from officer_app.base.errors import Cancelled, KnownError
from officer_app.casebook import audit, issued
from officer_app.notices import run as printing
from officer_app.retention import batch as rules
from officer_app.retention import freezing, member_records, panel, records, sizes
from officer_app.retention.rules import ORDERS
from officer_app.shop import erasure_verify
from tests.retention import large
from tests.retention.conftest import Desk
from tests.retention.test_batches import batch, candidates, counts, frozen, notices


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few accounts be many."""
    monkeypatch.setattr(printing, "PER_VOLUME", 2)
    monkeypatch.setattr(member_records, "BLOCK", 2)
    monkeypatch.setattr(records, "BLOCK", 2)
    monkeypatch.setattr(freezing, "_PART", 2)


def stop_at(done: int, *, printed: bool = False) -> tuple[Callable[[int, int], None], Callable[[], bool]]:
    """Return a progress, and the Cancel of somebody who presses it once so many are done, or printed."""
    seen, begun = [0], [not printed]

    def progress(now: int, _total: int) -> None:
        begun[0] = begun[0] or now == 0  # printing counts from 0; before it, the accounts are looked at again
        seen[0] = now if begun[0] else 0

    return progress, lambda: seen[0] >= done


@pytest.mark.usefixtures("small_parts")
def test_notices_of_a_large_batch_are_several_files_sent_as_one(desk: Desk) -> None:
    desk.allowed.share = 100
    reference = frozen(desk, count=5)
    change = desk.service.announcing.write_notices(reference)
    numbers = batch(desk, reference).notices
    assert len(numbers) == 3
    assert change.news.startswith(f"{numbers[0]} to {numbers[2]}: 5 notices written.")
    letters = [len(PdfReader(BytesIO(desk.service.letters.pdf(number)[1])).pages) for number in numbers]
    assert letters[0] == letters[1] == 2 * letters[2]
    assert sorted(one.letters for one in notices(desk, reference)) == [1, 2, 2]
    news = desk.service.announcing.notices_sent(reference, "post", desk.service.now(), batch(desk, reference).version)
    assert news.news.startswith(f"{numbers[0]} to {numbers[2]} recorded as sent.")
    assert {one.state for one in notices(desk, reference)} == {issued.SENT}
    desk.later(days=20)
    desk.service.erasing.run(reference, 5)
    assert counts(desk, reference) == {"erased": 5}
    assert not desk.book.verify().broken


@pytest.mark.usefixtures("small_parts")
def test_notices_that_are_cancelled_half_way_do_not_count(desk: Desk) -> None:
    """The first file was done already: it is withdrawn, nothing waits to be sent, and all are written anew."""
    reference = frozen(desk, count=5)
    progress, cancelled = stop_at(2, printed=True)
    with pytest.raises(Cancelled):
        desk.service.announcing.write_notices(reference, progress, cancelled)
    assert batch(desk, reference).notices == ()
    assert {one.state for one in notices(desk, reference)} <= {issued.WITHDRAWN, issued.VOID}
    assert [one.state for one in notices(desk, reference)].count(issued.WITHDRAWN) == 1
    desk.service.announcing.write_notices(reference)
    assert len(batch(desk, reference).notices) == 3
    desk.service.announcing.withdraw_letters(reference, "The date is wrong.")
    assert batch(desk, reference).notices == ()
    assert issued.ISSUED not in {one.state for one in notices(desk, reference)}
    assert not desk.book.verify().broken


@pytest.mark.usefixtures("small_parts")
def test_freezing_that_is_cancelled_leaves_no_batch(desk: Desk) -> None:
    """While they are looked at, and while they are sealed: nothing of it is kept, and nobody is in a batch."""
    chosen = candidates(desk, "inactive", 6)
    for done in (2, 6):
        progress, cancelled = stop_at(done)
        with pytest.raises(Cancelled):
            desk.service.batches.freeze(chosen, progress, cancelled)
    assert desk.service.batches.page(closed=True).rows == ()
    told: list[tuple[int, int]] = []
    desk.service.batches.freeze(chosen, lambda done, total: told.append((done, total)))
    assert told == [(2, 0), (4, 0), (6, 0), (2, 6), (4, 6), (6, 6)]
    assert not desk.book.verify().broken


@pytest.mark.usefixtures("small_parts")
def test_each_block_of_a_list_accounts_for_who_left_it(desk: Desk) -> None:
    """Whoever was left out in whichever block cannot be changed by hand, and nobody can be added to a block."""
    reference = frozen(desk, count=7)
    members = desk.service.batches.file(reference).members
    for at in (0, 3, 6):
        desk.service.batches.take_out(reference, members[at].id, f"Place {at}")
    assert not desk.book.verify().broken
    with desk.book.reading() as tx:
        assert len(member_records.fault_of(tx, reference)) == 0
    for at in (0, 3, 6, 5):
        for values in ("reason = 'x'", "state = 'failed'"):
            before = members[at]
            state, reason = (rules.GONE, f"Place {at}") if at != 5 else (rules.WAITING, "")
            with desk.book.engine.begin() as connection:
                connection.exec_driver_sql(f"UPDATE retention_members SET {values} WHERE id = '{before.id}'")
            assert "changed outside this program" in desk.book.verify().broken, (at, values)
            with desk.book.engine.begin() as connection:
                connection.exec_driver_sql(f"UPDATE retention_members SET state = '{state}', reason = '{reason}' "
                                           f"WHERE id = '{before.id}'")  # fmt: skip
    assert not desk.book.verify().broken


def test_a_batch_from_before_keeps_its_one_digest(desk: Desk) -> None:
    """A batch that an earlier version froze has no blocks: it is accounted for as it was, to its end."""
    desk.allowed.share = 100
    reference = frozen(desk, count=4)
    with desk.book.transaction("work", reference) as tx:
        tx.update(records.batches, reference, blocks=None)
        audit.append(tx, "test", reference)
    members = desk.service.batches.file(reference).members
    desk.service.batches.take_out(reference, members[1].id, "She called.")
    desk.service.batches.unannounced(reference, "test", batch(desk, reference).version)
    with desk.book.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE retention_members SET reason = 'x' WHERE id = '{members[1].id}'")
    assert "changed outside this program" in desk.book.verify().broken
    with desk.book.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE retention_members SET reason = 'She called.' WHERE id = '{members[1].id}'")
    desk.service.erasing.run(reference, 3)
    assert counts(desk, reference) == {"erased": 3, rules.GONE: 1}
    assert not desk.book.verify().broken


def test_one_batch_holds_so_many_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list says it before, the freezing too; and of those who asked, fewer go into one batch."""
    assert (sizes.most_of("inactive"), sizes.most_of(ORDERS), sizes.most_of("cancel")) == (100_000, 100_000, 10_000)
    monkeypatch.setattr(sizes, "MOST", 3)
    rows = candidates(desk, "inactive", 4)
    (step,) = panel.several(rows)[2]
    assert step.why_not.startswith("At most 3 go into one batch.")
    with pytest.raises(KnownError, match="At most 3 accounts go into one batch"):
        desk.service.batches.freeze(rows)
    (reference,) = desk.service.freeze_all("inactive", 100, lambda: False).references
    assert batch(desk, reference).members == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [("Call +84 912 345 678", True), ("0912345678", True), ("0084912345678", True), ("84 (0)912 345 678", True),
     ("0812345678", False), ("order 712345678", False), ("erased-0000-000012345678@x", False), ("12345678", True),
     ("3 912345678 1", False)],
)  # fmt: skip
def test_a_phone_is_found_however_it_is_written_and_nobody_elses(text: str, found: bool) -> None:
    """Of many thousands one always ends like another's: the end alone is no phone that was left over."""
    phones = erasure_verify.numbers(["+84912345678"], "VN")
    assert erasure_verify.names_one(text, set(), phones) == found


def test_all_steps_with_more_accounts_than_one_part_of_anything(capsys: pytest.CaptureFixture[str]) -> None:
    """Frozen, told, erased, checked, certified and closed, over several parts of each step; figures are printed."""
    large.main(1_200)
    told = capsys.readouterr().out
    assert "1,200 accounts are erased." in told
    assert "nothing of the erased accounts" in told
