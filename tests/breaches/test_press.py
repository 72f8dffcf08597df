"""Print runs: what is on the letters, who is not written, and what a stop, a kill and a full disk leave."""

import csv
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from officer_app.base.errors import Cancelled
from officer_app.breaches import papers, records
from officer_app.breaches.asked import Asked
from officer_app.breaches.duty import INDIVIDUALS
from officer_app.casebook import audit, issued
from officer_app.letters import shop_facts
from tests.breaches import making
from tests.breaches.making import Desk, sentence
from tests.pdf_text import pages_of, text_of

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"N-2026-\d{4}/(\d{7})")


def volumes(out: Path) -> list[Path]:
    """Return the print files, without what lies beside them."""
    return sorted(path for path in out.glob("N-*.pdf") if path.stem.count("-") == 3)


def numbers(out: Path) -> list[int]:
    """Return the number of every letter in the print files, in order; each letter has its number on each page."""
    found: list[int] = []
    for path in volumes(out):
        for page in pages_of(path):
            number = int(NUMBER.findall(page)[0])
            if not found or found[-1] != number:
                found.append(number)
    return found


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def expected(desk: Desk, reference: str) -> list[int]:
    """Return the numbers of all letters of the first list that can be printed."""
    one = desk.case(reference).lists[0]
    with desk.book.reading() as tx:
        return [
            at for at, person in records.people(tx, one.id) if person.writable and "𠮷" not in person.name
        ]  # fmt: skip


def test_every_letter_is_its_recipients_own(desk: Desk) -> None:
    reference = desk.ready_to_print()
    printed = desk.service.print_letters(reference, desk.out, per_volume=100)
    one = desk.case(reference).lists[0]
    with desk.book.reading() as tx:
        people = dict(records.people(tx, one.id))
    names = {person.name for person in people.values()}
    pages = [page for path in volumes(desk.out) for page in pages_of(path)]
    assert len(pages) == printed.letters, "a short letter takes one page"
    for page in pages:
        at = int(NUMBER.findall(page)[0])
        person = people[at]
        assert " ".join(person.name.split()) in page and " ".join(person.lines[0].split()) in page
        others = {name for name in names if len(name) > 8 and name in page} - {person.name, "Phạm Quang Minh"}
        assert all(other in person.name for other in others), (page, others)
        vietnamese = person.language == "vi"
        assert ("Kẻ gian đã sao chép" in page) is vietnamese
        assert ("Somebody used a stolen password" in page) is not vietnamese
    assert numbers(desk.out) == expected(desk, reference)


def test_the_five_headings_the_data_the_advice_and_the_signature(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference, categories=("email", "password"))
    desk.service.affected.freeze(reference, Asked(pasted="2"))
    desk.letters(reference)
    desk.approve(reference, INDIVIDUALS)
    printed = desk.service.print_letters(reference, desk.out)
    said = text_of(desk.out / f"{printed.number}-0001.pdf")
    for words in ("What happened", "What information was involved", "What we are doing", "What you can do",
                  "For more information", "E-mail address Password", "21 November 2026 to 22 November 2026",
                  "Change your password", "Be careful with messages", "Log out on shared computers",
                  "Dear Emily Johnson,", "Phạm Quang Minh, Director", f"{printed.number}/0000001",
                  "privacy@lotus.example"):  # fmt: skip
        assert words in said, words
    for words in ("Mobile number", "Watch your payments", "UNITED KINGDOM"):
        assert words not in said, words
    assert "UNITED STATES" in said, "a letter abroad names the country"


def test_who_cannot_be_written_is_listed_with_what_to_do(desk: Desk) -> None:
    reference = desk.ready_to_print()
    printed = desk.service.print_letters(reference, desk.out)
    rows = table(desk.out / f"{printed.number}-not-written.csv")
    assert len(rows) == printed.not_written
    by_mail = {row[3]: row for row in rows}
    assert by_mail["control@example.com"][5:] == [
        "no postal address",
        "Send the letter's text by e-mail: the mail-merge list has name, address and text.",
    ]
    assert "no font" in by_mail["yoshino@example.jp"][5]
    written = table(desk.out / f"{printed.number}-0001-addresses.csv")
    assert len(written) == printed.letters
    assert [int(row[0][-7:]) for row in written] == numbers(desk.out)
    assert printed.letters + printed.not_written == desk.case(reference).lists[0].persons


def test_the_manifest_and_the_register_tell_the_same(desk: Desk) -> None:
    reference = desk.ready_to_print()
    printed = desk.service.print_letters(reference, desk.out, per_volume=100)
    text = (desk.out / "manifest.json").read_bytes()
    manifest = json.loads(text)
    assert manifest["letters"] == sum(volume["letters"] for volume in manifest["volumes"]) == printed.letters
    for volume in manifest["volumes"]:
        assert papers.digest(desk.out / volume["file"]) == volume["sha256"]
    for file in manifest["files"]:
        assert papers.digest(desk.out / file["file"]) == file["sha256"]
    with desk.book.reading() as tx:
        notice = issued.notice(tx, printed.number)
    assert notice.letters == printed.letters and notice.state == issued.ISSUED and not notice.kept
    assert notice.sha256 == papers.digest(desk.out / "manifest.json")
    assert "is a print run" in sentence(lambda: desk.service.letters.pdf(printed.number))
    assert sorted(path.name for path in desk.out.iterdir() if path.name.startswith(".")) == []
    assert desk.service.press.open_volume(printed.number, 1) == (desk.out / f"{printed.number}-0001.pdf").read_bytes()
    (desk.out / f"{printed.number}-0001.pdf").write_bytes(b"%PDF other")
    assert "was changed" in sentence(lambda: desk.service.press.open_volume(printed.number, 1))


def test_nothing_is_printed_without_approval(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference)
    print_letters = desk.service.print_letters
    assert "Freeze the list" in sentence(lambda: print_letters(reference, desk.out))
    desk.service.affected.freeze(reference, Asked(pasted="1 2"))
    desk.letters(reference)
    assert "approves the letters" in sentence(lambda: print_letters(reference, desk.out))
    desk.approve(reference, INDIVIDUALS)
    desk.letters(reference, advice=())
    assert "approves the letters" in sentence(lambda: print_letters(reference, desk.out))
    assert not desk.out.exists()


def test_late_letters_need_a_reason_on_record(desk: Desk) -> None:
    reference = desk.ready_to_print(Asked(pasted="1"))
    desk.clock.turn(hours=80)
    assert "late" in sentence(lambda: desk.service.print_letters(reference, desk.out))


def stop_after(count: int) -> tuple[Callable[[int, int], None], Callable[[], bool]]:
    seen: list[int] = []
    return lambda done, _total: seen.append(done), lambda: bool(seen) and seen[-1] >= count


def test_a_cancelled_run_keeps_whole_volumes_and_goes_on_with_the_rest(desk: Desk) -> None:
    reference = desk.ready_to_print()
    progress, cancelled = stop_after(60)
    with pytest.raises(Cancelled, match="can be taken up again"):
        desk.service.print_letters(reference, desk.out, per_volume=50, progress=progress, cancelled=cancelled)
    kept = sorted(path.name for path in desk.out.iterdir())
    beside = ("-addresses.csv", "-addresses.pdf", "-cover.pdf", ".pdf")
    assert kept == [f"N-2026-0001-000{at}{end}" for at in (1, 2) for end in beside]
    before = papers.digest(desk.out / kept[0])
    stamp = (desk.out / kept[0]).stat().st_mtime_ns
    assert [step.title for step in desk.service.queue.open(reference).steps if step.primary] == [
        "Draft the police report"
    ]
    assert "Resume it" in sentence(lambda: desk.service.print_letters(reference, desk.out, resume=False))
    assert "being printed" in sentence(lambda: desk.letters(reference))
    desk.service.letters.void_abandoned()
    desk.clock.turn(hours=3)
    desk.service.letters.void_abandoned()
    printed = desk.service.print_letters(reference, desk.out, resume=True)
    assert printed.number == "N-2026-0001"
    assert (desk.out / kept[0]).stat().st_mtime_ns == stamp and papers.digest(desk.out / kept[0]) == before
    assert numbers(desk.out) == expected(desk, reference)
    assert "was interrupted" in sentence(lambda: desk.service.print_letters(reference, desk.out, resume=True))
    desk.verify()


def test_an_interrupted_run_goes_on_when_it_is_late_or_was_noticed_earlier(desk: Desk) -> None:
    reference = desk.ready_to_print()
    progress, cancelled = stop_after(60)
    with pytest.raises(Cancelled):
        desk.service.print_letters(reference, desk.out, per_volume=50, progress=progress, cancelled=cancelled)
    noticed = desk.case(reference).noticed - timedelta(hours=2)
    desk.service.noticed.correct(reference, noticed, "The guard saw it.", desk.case(reference).version)
    desk.clock.turn(days=4)
    printed = desk.service.print_letters(reference, desk.out, resume=True)
    assert numbers(desk.out) == expected(desk, reference)
    assert "reason for the delay" in sentence(lambda: desk.service.sent(printed.number, "post", desk.clock()))
    desk.service.sent(printed.number, "post", desk.clock(), late_reason="The printer broke down.")
    assert desk.case(reference).duty(INDIVIDUALS).late_reason == "The printer broke down."
    desk.verify()


def test_a_lost_volume_is_made_again_the_very_same(desk: Desk) -> None:
    reference = desk.ready_to_print()
    progress, cancelled = stop_after(60)
    with pytest.raises(Cancelled):
        desk.service.print_letters(reference, desk.out, per_volume=50, progress=progress, cancelled=cancelled)
    first = desk.out / "N-2026-0001-0001.pdf"
    before = papers.digest(first)
    first.unlink()
    desk.service.print_letters(reference, desk.out)
    assert papers.digest(first) == before
    other = desk.folder / "elsewhere"
    assert "All letters are printed" in sentence(lambda: desk.service.print_letters(reference, other))


def test_letters_changed_since_are_never_mixed_into_the_run(desk: Desk) -> None:
    reference = desk.ready_to_print()
    progress, cancelled = stop_after(60)
    with pytest.raises(Cancelled):
        desk.service.print_letters(reference, desk.out, per_volume=50, progress=progress, cancelled=cancelled)
    desk.facts(reference, categories=("name",))
    step = next(one for one in desk.service.queue.open(reference).steps if one.id == "print")
    assert "Give that run up" in step.why_not, "nobody can approve them while the run waits"
    desk.approve(reference, INDIVIDUALS)
    assert "Give that run up" in sentence(lambda: desk.service.print_letters(reference, desk.out))
    assert "Say why" in sentence(lambda: desk.service.press.give_up_run(reference, " "))
    desk.service.press.give_up_run(reference, "The data were wrong.")
    printed = desk.service.print_letters(reference, desk.folder / "second")
    assert printed.number == "N-2026-0002"
    with desk.book.reading() as tx:
        assert issued.notice(tx, "N-2026-0001").state == issued.VOID
    desk.verify()


def test_a_supplement_is_approved_and_printed_on_its_own(desk: Desk) -> None:
    reference = desk.ready_to_print(Asked(pasted="1 2"))
    first = desk.service.print_letters(reference, desk.out)
    desk.service.sent(first.number, "post", desk.clock())
    desk.service.affected.freeze(reference, Asked(pasted="1 2 3 4"))
    assert "approves" in sentence(lambda: desk.service.print_letters(reference, desk.out))
    desk.approve(reference, INDIVIDUALS)
    second = desk.service.print_letters(reference, desk.folder / "two")
    assert second.letters == 2 and second.number != first.number
    desk.service.sent(second.number, "post", desk.clock())
    assert all(run.sent for run in desk.case(reference).runs)


def test_a_folder_that_cannot_be_written_is_one_sentence_and_uses_no_number(desk: Desk) -> None:
    reference = desk.ready_to_print(Asked(pasted="1"))
    (desk.folder / "file").write_text("")
    assert "Choose another folder" in sentence(lambda: desk.service.print_letters(reference, desk.folder / "file"))
    assert desk.service.print_letters(reference, desk.out).number == "N-2026-0001"


def test_a_folder_removed_while_printing_is_one_sentence_and_the_run_goes_on_elsewhere(desk: Desk) -> None:
    reference = desk.ready_to_print()
    gone: list[int] = []

    def remove(done: int, _total: int) -> None:
        if done > 60 and not gone:
            gone.append(done)
            desk.out.rename(desk.folder / "moved")
            desk.out.write_text("a file is in its place")

    said = sentence(lambda: desk.service.print_letters(reference, desk.out, per_volume=50, progress=remove))
    assert str(desk.out) in said
    desk.service.print_letters(reference, desk.folder / "moved")
    assert numbers(desk.folder / "moved") == expected(desk, reference)
    desk.verify()


def test_hostile_names_stay_text_on_paper_and_in_tables(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference)
    desk.service.affected.freeze(reference, Asked(pasted="5"))
    desk.letters(reference)
    desk.approve(reference, INDIVIDUALS)
    printed = desk.service.print_letters(reference, desk.out)
    assert "<b>Bob</b> Tables & Söhne" in text_of(desk.out / f"{printed.number}-0001.pdf")
    content = (desk.out / f"{printed.number}-0001.pdf").read_bytes()
    assert b"/URI" not in content and b"/Annots" not in content


def test_the_shops_details_of_the_beginning_hold_to_the_end(desk: Desk) -> None:
    reference = desk.ready_to_print()
    progress, cancelled = stop_after(60)
    with pytest.raises(Cancelled):
        desk.service.print_letters(reference, desk.out, per_volume=50, progress=progress, cancelled=cancelled)
    with desk.book.transaction("change settings") as tx:
        shop_facts.save(tx, replace(making.SHOP, company="Another Company"))
        audit.append(tx, "settings changed")
    desk.clock.turn(hours=24)
    desk.service.print_letters(reference, desk.out)
    said = text_of(desk.out / "N-2026-0001-0002.pdf")
    assert "Another Company" not in said and "24 November" not in said


# --- in a process of its own -----------------------------------------------------------------------------------------


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Desk]:
    """Give a desk whose letters a child process may print."""
    made = making.make(tmp_path)
    made.ready_to_print()
    yield made
    made.close()


def child(desk: Desk, limit: int = 0) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.breaches.child", str(desk.folder), str(limit), "0", "20", ""]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def test_a_killed_run_is_finished_without_a_lost_doubled_or_torn_letter(
    waiting: Desk, dice: random.Random, trials: Callable[[int, int], int]
) -> None:
    killed = 0
    for _ in range(trials(3, 12)):  # more would find the run finished; other trials begin a run each time
        process = child(waiting)
        have = len(volumes(waiting.out))
        end = time.monotonic() + 60
        while process.poll() is None and len(volumes(waiting.out)) <= have and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(dice.random() * 0.1)
        process.kill()
        killed += process.wait() != 0
        assert process.stdout is not None
        process.stdout.close()
        for path in volumes(waiting.out):
            assert PdfReader(path).pages[0].extract_text(), "a torn print file"
    assert killed
    case = waiting.case("B-2026-0001")
    if case.unfinished is not None:
        waiting.service.print_letters("B-2026-0001", waiting.out, resume=True)
    assert numbers(waiting.out) == expected(waiting, "B-2026-0001")
    assert len(waiting.case("B-2026-0001").runs) == 1
    waiting.verify()


def test_a_full_disk_is_one_sentence_and_the_run_goes_on_when_there_is_room(waiting: Desk) -> None:
    process = child(waiting, limit=30_000)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert said.decode().strip().endswith(".") and b"Traceback" not in said
    waiting.service.print_letters("B-2026-0001", waiting.out)
    assert numbers(waiting.out) == expected(waiting, "B-2026-0001")
    waiting.verify()
