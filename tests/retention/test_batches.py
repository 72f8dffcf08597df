"""Batches on a real shop and a real casebook: frozen, looked at again, announced, approved, erased, proved, closed."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from officer_app.base.errors import Conflict, KnownError
from officer_app.base.handover import ErasureAnswer
from officer_app.casebook import audit, cases, issued
from officer_app.casebook.issued import Notice
from officer_app.demo.shop import PEOPLE, Person
from officer_app.letters.issue import Letters
from officer_app.notices.filling import shown_date
from officer_app.retention import batch as rules
from officer_app.retention import batch_panel, letter, records
from officer_app.retention.batch import Batch, Counts
from officer_app.retention.rules import Candidate
from officer_app.retention.service import Retention
from tests import factory
from tests.retention.conftest import Desk, policy
from tests.retention.test_marks import ACTIVE, asked

BY_STORY = {one.story: one for one in PEOPLE}
HOA = PEOPLE[0]


def change_shop(desk: Desk, *statements: str) -> None:
    """Do what the shop itself would do."""
    with closing(sqlite3.connect(desk.shop.address.path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def candidates(desk: Desk, reason: str, count: int = 3) -> list[Candidate]:
    """Return the first accounts of a reason that nothing stands against."""
    rows = desk.service.queue.page([reason], limit=500).rows
    return [row for row in rows if not row.blocks and not row.batch][:count]


def frozen(desk: Desk, reason: str = "inactive", count: int = 3) -> str:
    return desk.service.batches.freeze(candidates(desk, reason, count)).references[0]


def batch(desk: Desk, reference: str) -> Batch:
    return desk.service.batches.file(reference).batch


def counts(desk: Desk, reference: str) -> dict[str, int]:
    return dict(desk.service.batches.file(reference).counts.by_state)


def notices(desk: Desk, reference: str) -> tuple[Notice, ...]:
    with desk.book.reading() as tx:
        return issued.of_case(tx, reference)


def words(desk: Desk, number: str) -> str:
    _notice, content = desk.service.letters.pdf(number)
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def announced(desk: Desk, reference: str) -> None:
    """Write and send the notices, and let the time to answer pass."""
    service = desk.service
    service.announcing.write_notices(reference)
    service.announcing.notices_sent(reference, "post", service.now(), batch(desk, reference).version)
    desk.later(days=20)


def test_from_the_list_to_the_certificate(desk: Desk) -> None:
    """Three silent accounts are told, wait, are erased, checked, certified, and the batch names nobody any more."""
    chosen = candidates(desk, "inactive")
    zone = policy().zone
    change_shop(desk, f"UPDATE customers SET last_login_at = '2026-08-04 18:30:00' WHERE id = {chosen[0].key}")
    reference = frozen(desk)
    (first, *_rest) = desk.service.batches.file(reference).members
    assert first.person is not None
    assert (first.person.key, first.sign) == (chosen[0].key, "login 2026-08-05")  # in Hanoi it was the next day
    assert str(zone) == "Asia/Ho_Chi_Minh"
    assert {row.batch for row in desk.service.queue.page(["inactive"], limit=500).rows if row.key in
            {one.key for one in chosen}} == {reference}  # fmt: skip
    with pytest.raises(KnownError, match="Send the notices first"):
        desk.service.erasing.run(reference, 3)
    announced(desk, reference)
    with pytest.raises(KnownError, match="3 accounts would be erased"):
        desk.service.erasing.run(reference, 2)
    news = desk.service.erasing.run(reference, 3).news
    assert news == "3 accounts are erased."
    done = batch(desk, reference)
    assert (done.state, done.checked is not None, counts(desk, reference)) == (rules.ERASED, True, {"erased": 3})
    left = {one.key for one in desk.service.all_candidates()}
    assert not left & {one.key for one in chosen}
    desk.service.erasing.certify(reference, "2027-01-31")
    certificate = words(desk, done.certificate)
    assert "3 of 3 frozen" in certificate
    assert "31 January 2027" in certificate
    with desk.book.reading() as tx:
        people = [one.person for one in records.walk(tx, reference)]
    for person in people:
        assert person is not None
        assert person.email not in certificate
        assert person.name not in certificate
    desk.service.announcing.confirmations_sent(reference, "post", desk.service.now())
    desk.service.erasing.close(reference, batch(desk, reference).version)
    assert batch(desk, reference).state == rules.CLOSED
    with desk.book.reading() as tx:
        assert all(one.person is None for one in records.walk(tx, reference))
        assert records.named(tx, [chosen[0].key], open_only=False) == {chosen[0].key: (reference,)}
    assert not desk.book.verify().broken


def test_what_became_of_a_member_cannot_be_set_by_hand(desk: Desk) -> None:
    """A state, a reason or the entry behind a member, changed below the window, is found by the audit check."""
    reference = frozen(desk)
    service = desk.service
    (first, *_rest) = service.batches.file(reference).members
    service.batches.take_out(reference, first.id, "She called.")
    service.batches.unannounced(reference, "test", batch(desk, reference).version)

    def found_when(statement: str, undo: str) -> None:
        with desk.book.engine.begin() as connection:
            assert connection.exec_driver_sql(statement).rowcount == 1
        assert "changed outside this program" in desk.book.verify().broken, statement
        with desk.book.engine.begin() as connection:
            connection.exec_driver_sql(undo)
        assert not desk.book.verify().broken

    def one(values: str, key: str) -> str:
        return f"UPDATE retention_members SET {values} WHERE id = '{key}'"

    waiting = f"{reference}/0000002"
    found_when(one("reason = 'x'", first.id), one("reason = 'She called.'", first.id))
    found_when(one("state = 'erased'", waiting), one("state = 'waiting'", waiting))
    found_when(one("mark = 'x'", waiting), one("mark = NULL", waiting))
    with desk.book.engine.begin() as connection:
        connection.exec_driver_sql(one("state = 'erased'", waiting))
    with pytest.raises(KnownError, match="changed outside"):
        service.erasing.run(reference, 1)
    with desk.book.engine.begin() as connection:
        connection.exec_driver_sql(one("state = 'waiting'", waiting))
    service.erasing.run(reference, 2)
    assert counts(desk, reference) == {"erased": 2, rules.GONE: 1}
    assert not desk.book.verify().broken
    found_when(one("state = 'waiting'", waiting), one("state = 'erased'", waiting))
    found_when(one("state = 'erased'", first.id), one(f"state = '{rules.GONE}'", first.id))


def test_a_login_in_the_time_to_answer_keeps_the_account(desk: Desk) -> None:
    """Who logs in while the notice runs leaves the batch by itself, with the reason, and is never erased."""
    chosen = candidates(desk, "inactive")
    reference = frozen(desk)
    announced(desk, reference)
    again = desk.service.now() - timedelta(days=1)
    change_shop(desk, f"UPDATE customers SET last_login_at = '{again:%Y-%m-%d %H:%M:%S}' WHERE id = {chosen[0].key}")
    file = desk.service.batches.open(reference)
    assert file.reasons == {f"Active again: login on {shown_date(again.date(), 'en')}.": 1}
    desk.service.erasing.run(reference, 2)
    assert counts(desk, reference) == {"erased": 2, rules.GONE: 1}


def test_a_complaint_in_the_time_to_answer_is_an_objection(desk: Desk) -> None:
    """The customer's objection is a complaint: it takes the account out and is named as the reason."""
    chosen = candidates(desk, "inactive")
    reference = frozen(desk)
    with desk.book.transaction("work") as tx:
        complaint = cases.open_case(tx, "complaints", "objection", "received", 2026)
        cases.index_person(tx, complaint, "complainant", customer=chosen[1].key)
        audit.append(tx, "received", complaint)
    assert desk.service.batches.open(reference).reasons == {f"Now against it: open case {complaint}.": 1}


def to_erase(desk: Desk, person: Person) -> tuple[str, str]:
    """Freeze somebody who asked by a complaint; return complaint and batch."""
    change_shop(desk, f"UPDATE orders SET state = 'delivered', payment_state = 'paid' WHERE customer_id = {person.key}")
    complaint = asked(desk, person.key, person.email)
    row = next(row for row in desk.service.queue.page(["cancel"], limit=500).rows if row.key == person.key)
    return complaint, desk.service.batches.freeze([row]).references[0]


def test_who_asked_gets_a_letter_written_before_and_sent_after(desk: Desk) -> None:
    complaint, reference = to_erase(desk, HOA)
    assert answered(desk, complaint).state == "waiting in a batch"
    desk.service.erasing.run(reference, 1)
    letter = next(one for one in notices(desk, reference) if one.kind in ("erasure-notice", "partial-refusal"))
    assert letter.language == "vi"
    text = words(desk, letter.number)
    assert HOA.last_name in text
    assert batch(desk, reference).certificate in text
    answer = answered(desk, complaint)
    assert (answer.state, answer.batch) == ("erased", reference)
    assert answer.erased is not None
    assert answer.kept


def test_a_name_that_no_font_can_print_stops_no_erasure(desk: Desk) -> None:
    """Whoever cannot be written to is erased all the same, and the file says that no letter was written."""
    _complaint, reference = to_erase(desk, ACTIVE)
    desk.service.erasing.run(reference, 1)
    assert counts(desk, reference) == {"erased": 1}
    assert [one.kind for one in notices(desk, reference)] == ["erasure-certificate"]
    assert "confirmation not written" in [one.action for one in desk.service.batches.file(reference).timeline]


def answered(desk: Desk, complaint: str) -> ErasureAnswer:
    with desk.book.reading() as tx:
        found = desk.service.erasure_of(tx, complaint)
    assert found is not None
    return found


def test_wrong_notices_are_withdrawn_and_written_anew(desk: Desk) -> None:
    reference = frozen(desk)
    desk.service.announcing.write_notices(reference)
    with pytest.raises(KnownError, match="withdraw it first"):
        desk.service.announcing.write_notices(reference)
    desk.service.announcing.withdraw_letters(reference, "The shop's name was misspelt.")
    desk.service.announcing.write_notices(reference)
    assert [one.state for one in notices(desk, reference)] == ["issued", "withdrawn"]
    assert batch(desk, reference).notice == notices(desk, reference)[0].number


def test_who_cannot_be_told_is_counted(desk: Desk) -> None:
    """An account without address and e-mail stays in the batch; the file says that nobody told them."""
    chosen = candidates(desk, "inactive")
    quiet = chosen[0].key
    change_shop(
        desk,
        f"DELETE FROM addresses WHERE customer_id = {quiet}",
        f"DELETE FROM order_addresses WHERE order_id IN (SELECT id FROM orders WHERE customer_id = {quiet})",
        f"UPDATE customers SET email = '', email_normal = '' WHERE id = {quiet}",
    )
    reference = frozen(desk)
    news = desk.service.announcing.write_notices(reference).news
    assert "2 notices written" in news
    assert "1 cannot be written to" in news
    assert batch(desk, reference).unreached == 1


def test_false_accounts_need_a_finding_and_a_manager(desk: Desk, tmp_path: Path) -> None:
    row = next(row for row in desk.service.queue.page(["false"], limit=10).rows if row.key == BY_STORY["false"].key)
    with pytest.raises(KnownError, match="Record the finding first"):
        desk.service.batches.freeze([row])
    desk.service.findings.record(row, "false", "Name, address and phone are invented.", "Letter returned on 2 November")
    known = desk.service.proposed(row.key)
    assert known is not None
    assert desk.service.approvals.needs(known.by) == (True, True)
    (tmp_path / "returned.txt").write_bytes(b"Nobody of this name lives here")
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(KnownError, match="empty"):
        desk.service.findings.add_proof(known.id, [tmp_path / "returned.txt", tmp_path / "empty.txt"])
    desk.service.findings.add_proof(known.id, [tmp_path / "returned.txt"])
    (piece,) = desk.service.findings.of(known)  # one, not two: the first attempt took nothing
    digest = hashlib.sha256(b"Nobody of this name lives here").hexdigest()
    assert (piece.name, piece.size, piece.sha256) == ("returned.txt", 30, digest)
    with pytest.raises(KnownError, match="Only a manager"):
        desk.service.approvals.confirm(known.id, factory.OFFICER_NAME, factory.OFFICER_PASS)
    desk.service.approvals.confirm(known.id, factory.MANAGER_NAME, factory.MANAGER_PASS)
    row = next(row for row in desk.service.queue.page(["false"], limit=10).rows if row.key == BY_STORY["false"].key)
    assert row.found
    with pytest.raises(KnownError, match="confirmed"):
        desk.service.findings.add_proof(known.id, [tmp_path / "returned.txt"])
    reference = desk.service.batches.freeze([row]).references[0]
    desk.service.batches.unannounced(reference, "No address is true.", batch(desk, reference).version)
    with pytest.raises(KnownError, match="A manager approves every erasure"):
        desk.service.erasing.run(reference, 1)
    desk.service.approvals.approve(reference, factory.MANAGER_NAME, factory.MANAGER_PASS)
    assert desk.service.batches.open(reference).papers == (piece,)  # what the approving manager sees
    before = len(desk.service.batches.file(reference).timeline)
    assert desk.service.findings.look_at(piece.id, reference) == b"Nobody of this name lives here"
    viewed = desk.service.batches.file(reference).timeline
    assert (len(viewed), viewed[0].action if viewed[0].at >= viewed[-1].at else viewed[-1].action) == (
        before + 1, "evidence viewed"
    )  # fmt: skip
    copy = desk.service.findings.export(piece.id, tmp_path / "copy.txt", reference)
    assert copy.read_bytes() == b"Nobody of this name lives here"
    desk.service.erasing.run(reference, 1)
    assert counts(desk, reference) == {"erased": 1}
    assert not desk.book.verify().broken
    desk.service.erasing.certify(reference, "2027-01-31")
    assert digest in words(desk, batch(desk, reference).certificate).replace(" ", "")
    desk.service.announcing.withdraw_letters(reference, "The address is not true.")
    desk.service.erasing.close(reference, batch(desk, reference).version)
    with pytest.raises(KnownError, match="not in the casebook any more"):
        desk.service.findings.look_at(piece.id)
    assert not desk.book.verify().broken  # destroyed with every one of its pieces, and accounted for


def test_a_manager_approves_in_their_own_sign_in(desk: Desk) -> None:
    """The manager's window shows the batch and approves it without a passphrase; it erases and changes nothing else."""
    desk.allowed.number = 1
    reference = frozen(desk)
    desk.service.batches.unannounced(reference, "All addresses came back.", batch(desk, reference).version)
    path, folder = desk.book.where.file, desk.book.memory.folder
    assert path is not None
    book = factory.signed_in(path, factory.MANAGER_NAME, factory.MANAGER_PASS, folder.parent, desk.clock)
    letters = Letters(book, policy)
    manager = Retention(book, policy, letters, lambda: desk.shop, lambda _k, _e: {}, lambda _tx, _s: (), desk.allowed)
    change_shop(desk, "UPDATE customers SET last_login_at = '2026-11-22 08:00:00'")
    file = manager.batches.open(reference)
    assert file.reasons == {}
    assert manager.approvals.needs(file.batch.author) == (False, False)
    steps = batch_panel.steps(file, desk.service.now(), policy().zone, running=False, roles=book.actor.roles)
    assert [one.id for one in steps] == ["approve"]
    assert manager.approvals.approve(reference, "", "").news.startswith("Approved by Phạm Quang Minh.")
    with pytest.raises(KnownError, match="Your role may not do this"):
        manager.erasing.run(reference, 3)
    book.close()
    assert not desk.book.verify().broken


def test_a_withdrawn_batch_gives_its_accounts_back(desk: Desk) -> None:
    complaint = asked(desk, "", "hanna.gast@example.de")
    row = next(row for row in desk.service.all_candidates() if row.guest)
    if row.blocks:
        change_shop(desk, "UPDATE orders SET state = 'delivered', payment_state = 'paid'")
    reference = desk.service.batches.freeze([row]).references[0]
    desk.service.batches.withdraw(reference, "Chosen by mistake", batch(desk, reference).version)
    assert answered(desk, complaint).state == "on the review list"
    assert not next(row for row in desk.service.all_candidates() if row.guest).batch
    with pytest.raises(KnownError, match="withdrawn"):
        desk.service.erasing.run(reference, 1)


@pytest.mark.parametrize("change", [{"state": "waiting"}, {"sealed": b"x"}, None])
def test_nobody_is_put_back_into_a_list_from_outside(desk: Desk, change: dict[str, object] | None) -> None:
    """The database's administrator puts the account that was taken out back, or changes or takes away a member."""
    desk.allowed.share = 100
    reference = frozen(desk)
    desk.service.batches.unannounced(reference, "All addresses came back.", batch(desk, reference).version)
    out = desk.service.batches.file(reference).members[0].id
    desk.service.batches.take_out(reference, out, "She called.")
    rows = records.members
    with desk.book.engine.begin() as connection:
        changed = rows.update().values(**change) if change else rows.delete()
        connection.execute(changed.where(rows.c.id == out))
    with desk.book.reading() as tx:
        pending = records.counts(tx, reference).pending
    with pytest.raises(KnownError, match="outside this program"):
        desk.service.erasing.run(reference, pending)


def test_blocked_accounts_stay_on_the_list(desk: Desk) -> None:
    rows = desk.service.queue.page(limit=500).rows
    blocked = next(row for row in rows if row.blocks)
    free = candidates(desk, "inactive", 1)
    news = desk.service.batches.freeze([blocked, *free]).news
    assert "Left out: 1 (Something stands against it" in news
    with pytest.raises(KnownError, match="stands against it"):
        desk.service.batches.freeze([blocked])


def test_many_small_batches_count_together(desk: Desk) -> None:
    desk.allowed.number, desk.allowed.share = 5, 100
    first = frozen(desk, count=3)
    assert not batch(desk, first).needs_manager
    second = frozen(desk, count=3)
    assert batch(desk, second).needs_manager == "More than 5 accounts within 30 days: a manager approves them."
    desk.service.batches.withdraw(second, "One at a time.", batch(desk, second).version)
    desk.service.batches.withdraw(first, "One at a time.", batch(desk, first).version)
    assert not batch(desk, frozen(desk, count=3)).needs_manager


def test_two_officers_do_not_undo_each_other(desk: Desk) -> None:
    reference = frozen(desk)
    seen = batch(desk, reference).version
    desk.service.batches.unannounced(reference, "All addresses came back.", seen)
    with pytest.raises(Conflict):
        desk.service.batches.withdraw(reference, "Other plan", seen)


def test_a_stopped_run_goes_on(desk: Desk) -> None:
    """Stop is honoured before the next chunk; the stop file too; going on erases exactly the rest."""
    desk.allowed.share = 100
    reference = frozen(desk, count=5)
    desk.service.batches.unannounced(reference, "All addresses came back.", batch(desk, reference).version)
    stop = desk.service.erasing.stop_file(reference)
    stop.parent.mkdir(parents=True, exist_ok=True)
    stop.touch()
    assert "Stopped" in desk.service.erasing.run(reference, 5).news
    assert desk.service.batches.interrupted() == (reference,)
    stop.unlink()
    assert "5 accounts are erased" in desk.service.erasing.run(reference, None).news
    assert desk.service.batches.interrupted() == ()


@pytest.mark.parametrize(
    ("ground", "members", "accounts", "expected"),
    [
        ("inactive", 100, 100_000, ""),
        ("inactive", 101, 100_000, "More than 100 accounts"),
        ("inactive", 3, 200, "More than 1 %"),
        ("inactive", 2, 200, ""),
        ("false", 1, 100_000, "found false"),
        ("rule-breaking", 1, 100_000, "breaking the rules"),
    ],
)
def test_when_a_manager_has_to_approve(desk: Desk, ground: str, members: int, accounts: int, expected: str) -> None:
    made = Batch("R-2026-0001", ground, rules.FROZEN, desk.service.now(), "a", members, accounts, "")
    assert (expected in made.needs_manager) if expected else not made.needs_manager
    why = rules.why_not_run(replace(made, no_notice="told"), Counts({"waiting": members}), desk.service.now())
    assert why == made.needs_manager


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep stop files out of the user's own folder."""
    monkeypatch.setenv("OFFICER_APP_STATE", str(tmp_path / "own"))
    yield


@pytest.mark.parametrize(
    ("typed", "tongue", "shown"),
    [
        ("2027-01-31", "en", "31 January 2027"),
        (" 2027-01-31 ", "vi", "ngày 31 tháng 01 năm 2027"),
        ("each is kept for 30 days", "vi", "each is kept for 30 days"),
        ("", "vi", "chưa xác định"),
    ],
)
def test_until_when_backups_are_kept_is_a_date_of_the_letters_language_or_the_officers_words(
    typed: str, tongue: str, shown: str
) -> None:
    value = letter.backups_until(typed, tongue)
    assert (shown_date(value, tongue) if isinstance(value, date) else value) == shown
