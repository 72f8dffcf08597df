"""The audit as it is read, checked and exported."""

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.cells import harmless
from officer_app.base.errors import Cancelled, KnownError
from officer_app.casebook import audit, cases
from officer_app.casebook.book import Casebook
from officer_app.entry import audit_log
from officer_app.entry.audit_log import AuditLog, Filter
from tests import factory
from tests.entry.conftest import FACTS, actions
from tests.notices.reading import everything

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def log_of(book: Casebook) -> AuditLog:
    return AuditLog(book, lambda: FACTS, lambda: ZONE)


def quiet(_done: int, _total: int) -> None:
    """Report nothing."""


def never() -> bool:
    return False


def a_case(book: Casebook, note: str) -> str:
    with book.transaction("work") as tx:
        reference = cases.open_case(tx, "complaints", "other", "open", 2026)
        audit.append(tx, "received", reference, {"note": note})
    return reference


def test_entries_are_filtered_by_case_person_and_time(officer: Casebook) -> None:
    reference = a_case(officer, "first")
    a_case(officer, "second")
    log = log_of(officer)
    assert [row.action for row in log.page(Filter(reference=reference)).rows] == ["received"]
    assert {row.who for row in log.page(Filter(person=officer.actor.id)).rows} == {"Trần Linh"}
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert log.page(Filter(since=later)).rows == ()
    assert log.page(Filter(until=later)).rows


def test_pages_follow_one_another_without_gap(officer: Casebook) -> None:
    for number in range(7):
        a_case(officer, str(number))
    log = log_of(officer)
    whole = [row.seq for row in log.page(Filter(person=officer.actor.id)).rows]
    found, after = [], None
    while True:
        page = log.page(Filter(person=officer.actor.id), after, 3)
        found += [row.seq for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert found == whole
    assert len(whole) > 7


def test_reading_is_one_entry_for_each_filter(officer: Casebook) -> None:
    log = log_of(officer)
    for wanted in (Filter(), Filter(), Filter(person=officer.actor.id), Filter(person=officer.actor.id)):
        log.page(wanted)
    assert actions(officer).count("audit read") == 2


def test_an_entry_says_whom_it_is_about(manager: Casebook) -> None:
    added = next(row for row in log_of(manager).page(Filter()).rows if row.action == "person added")
    assert ("person", "Trần Linh") in added.facts


def test_details_of_a_destroyed_case_key_are_said_to_be_erased(officer: Casebook) -> None:
    reference = a_case(officer, "secret note")
    with officer.transaction("work", reference) as tx:
        cases.destroy_key(tx, reference)
        audit.append(tx, audit.DESTROYED, reference)
    rows = log_of(officer).page(Filter(reference=reference)).rows
    assert "erased" in rows[-1].details
    assert "secret" not in str(rows)


def test_csv_holds_every_entry_and_no_formula(officer: Casebook, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x","y")'
    a_case(officer, evil)
    with officer.transaction("work") as tx:
        audit.append(tx, "@SUM(A1)")
    target = tmp_path / "audit.csv"
    change = log_of(officer).export_csv(Filter(), target, quiet, never)
    content = target.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert rows[0] == ["No.", "When", "Who", "What", "Case", "Details", "Hash"]
    assert f"{len(rows) - 1:,} entries" in change.news
    numbers = [int(row[0]) for row in rows[1:]]
    assert numbers == list(range(len(numbers), 0, -1))
    assert "'@SUM(A1)" in [row[3] for row in rows]
    assert any(evil in row[5] and row[5].startswith("note: ") for row in rows)
    assert actions(officer)[0] == "audit exported"


@given(st.text(max_size=20))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    cell = harmless(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@"))


def test_pdf_shows_the_selected_entries_and_that_the_log_is_whole(officer: Casebook, tmp_path: Path) -> None:
    reference = a_case(officer, "about a parcel")
    target = tmp_path / "audit.pdf"
    log_of(officer).export_pdf(Filter(reference=reference), target, quiet, never)
    text = everything(target.read_bytes())
    assert "Extract from the audit log" in text
    assert "about a parcel" in text
    assert "unbroken" in text
    assert f"case {reference}" in text
    assert "casebook made" not in text


def test_too_many_entries_for_paper_are_refused(
    officer: Casebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "MOST_ON_PAPER", 2)
    with pytest.raises(KnownError, match="Narrow the time"):
        log_of(officer).export_pdf(Filter(), tmp_path / "audit.pdf", quiet, never)
    assert not (tmp_path / "audit.pdf").exists()
    assert "audit exported" not in actions(officer)


def test_a_cancelled_export_leaves_nothing(officer: Casebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "_PAGE", 2)
    with pytest.raises(Cancelled):
        log_of(officer).export_csv(Filter(), tmp_path / "audit.csv", quiet, lambda: True)
    assert not (tmp_path / "audit.csv").exists()
    assert "audit exported" not in actions(officer)


def test_an_export_that_cannot_be_written_says_so(officer: Casebook, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="Choose another folder"):
        log_of(officer).export_csv(Filter(), tmp_path / "none" / "audit.csv", quiet, never)


def test_the_check_reports_progress_and_names_the_first_broken_entry(tmp_path: Path) -> None:
    made = factory.casebook_file(tmp_path)
    book = factory.signed_in(made.path, factory.OFFICER_NAME, factory.OFFICER_PASS, tmp_path)
    seen: list[tuple[int, int]] = []
    verdict = log_of(book).verify(lambda done, total: seen.append((done, total)), never)
    assert not verdict.broken
    assert seen[0][0] == 1
    assert seen[-1][0] == seen[-1][1] == verdict.entries
    with pytest.raises(Cancelled):
        log_of(book).verify(quiet, lambda: True)
    book.close()
    with closing(sqlite3.connect(made.path)) as db:
        for (trigger,) in db.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            db.execute(f'drop trigger "{trigger}"')
        db.execute("update audit set action = 'nothing' where seq = 2")
        db.commit()
    book = factory.signed_in(made.path, factory.OFFICER_NAME, factory.OFFICER_PASS, tmp_path)
    assert log_of(book).verify(quiet, never).broken.startswith("Audit entry 2 was changed")
    book.close()


def test_a_filter_is_named_in_the_export(officer: Casebook, tmp_path: Path) -> None:
    wanted = replace(Filter(), person=officer.actor.id, since=datetime(2026, 1, 1, tzinfo=UTC))
    log_of(officer).export_pdf(wanted, tmp_path / "a.pdf", quiet, never)
    text = everything((tmp_path / "a.pdf").read_bytes())
    assert "entries of Trần Linh" in text
    assert "from 2026-01-01 07:00 to now" in text
