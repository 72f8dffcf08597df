"""Letters after the run: some printed again, some returned, a run that goes on elsewhere, and what is counted."""

import csv
import json
import zipfile
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from officer_app.base.errors import Cancelled
from officer_app.breaches import papers, records, run_records, spans
from officer_app.breaches.again import Wanted
from officer_app.breaches.run_records import Letters
from officer_app.breaches.spans import numbers as listed
from officer_app.casebook import audit
from tests.breaches.making import Desk, sentence
from tests.breaches.test_press import expected, numbers, stop_after, table
from tests.pdf_text import pages_of


def test_covers_lists_and_mails_lie_beside_each_volume(desk: Desk) -> None:
    reference = desk.ready_to_print()
    printed = desk.service.print_letters(reference, desk.out, per_volume=60, duplex=True)
    manifest = json.loads((desk.out / "manifest.json").read_text("utf-8"))
    assert manifest["duplex"] and sum(volume["letters"] for volume in manifest["volumes"]) == printed.letters
    seen: list[int] = []
    for volume in manifest["volumes"]:
        file = desk.out / volume["file"]
        starts = [int(page.split(f"{printed.number}/")[1][:7]) if page.strip() else 0 for page in pages_of(file)]
        assert all(number == 0 for number in starts[1::2]), "a letter of one page, and its empty back"
        assert len(volume["beside"]) == 3
        for name, digest in volume["beside"].items():
            assert papers.digest(desk.out / name) == digest
        cover = "".join(pages_of(desk.out / f"{file.stem}-cover.pdf")).replace(" ", "").replace("\n", "")
        assert volume["sha256"] in cover
        rows = table(desk.out / f"{file.stem}-addresses.csv")
        assert [int(row[0][-7:]) for row in rows] == [number for number in starts if number]
        said = " ".join(" ".join(pages_of(desk.out / f"{file.stem}-addresses.pdf")).split())
        for row in rows:
            assert f"{row[0]} {' '.join(row[1].split())}" in said
        seen += [int(row[0][-7:]) for row in rows]
    assert seen == expected(desk, reference)


def test_who_has_only_an_e_mail_gets_a_line_and_a_text_for_the_mail_merge(desk: Desk) -> None:
    reference = desk.ready_to_print()
    printed = desk.service.print_letters(reference, desk.out)
    rows = table(desk.out / f"{printed.number}-mail-merge.csv")
    one = desk.case(reference).lists[0]
    with desk.book.reading() as tx:
        wanted = {person.email for _at, person in records.people(tx, one.id) if not person.writable and person.email}
    assert {row[1] for row in rows} == wanted and wanted
    for row in rows:
        said = (desk.out / row[6]).read_text("utf-8")
        assert row[4] not in said and row[5] not in said and "privacy@lotus.example" in said
        assert ("Kẻ gian đã sao chép" in said) is (row[3] == "vi")
    assert all(row[6] in {file["file"] for file in _manifest(desk.out)["files"]} for row in rows)


def _manifest(out: Path) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = json.loads((out / "manifest.json").read_text("utf-8"))
    return found


def test_separate_files_are_one_pdf_for_each_customer(desk: Desk) -> None:
    reference = desk.ready_to_print()
    printed = desk.service.print_letters(reference, desk.out, per_volume=60, separate=True)
    one = desk.case(reference).lists[0]
    with desk.book.reading() as tx:
        people = dict(records.people(tx, one.id))
    found = []
    for path in sorted(desk.out.glob("*.zip")):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                said = pages_of(packed.read(name))[0]
                number = int(name[-11:-4])
                assert " ".join(people[number].name.split()) in said
                found.append(number)
    assert found == expected(desk, reference)
    assert "ZIP" in sentence(lambda: desk.service.press.open_volume(printed.number, 1))


def test_a_run_goes_on_elsewhere_and_what_lies_in_the_first_folder_counts(desk: Desk) -> None:
    reference = desk.ready_to_print()
    progress, cancelled = stop_after(50)
    with pytest.raises(Cancelled):
        desk.service.print_letters(reference, desk.out, per_volume=50, progress=progress, cancelled=cancelled)
    number = "N-2026-0001"
    other = desk.folder / "other disk"
    desk.service.print_letters(reference, other)
    assert not (other / f"{number}-0001.pdf").exists() and (other / f"{number}-0002.pdf").exists()
    assert sorted(numbers(desk.out) + numbers(other)) == expected(desk, reference)
    folders = [volume["folder"] for volume in json.loads((other / "manifest.json").read_text("utf-8"))["volumes"]]
    assert folders[0] == str(desk.out) and set(folders[1:]) == {str(other)}
    assert desk.service.press.open_volume(number, 1) == (desk.out / f"{number}-0001.pdf").read_bytes()
    desk.verify()


def test_a_run_whose_folder_became_a_file_goes_on_in_another(desk: Desk) -> None:
    reference = desk.ready_to_print()
    progress, cancelled = stop_after(50)
    with pytest.raises(Cancelled):
        desk.service.print_letters(reference, desk.out, per_volume=50, progress=progress, cancelled=cancelled)
    desk.out.rename(desk.folder / "lost")
    desk.out.write_text("a file is in its place")
    assert "Choose another folder" in sentence(lambda: desk.service.print_letters(reference, desk.out))
    assert "print-elsewhere" in {step.id for step in desk.service.queue.open(reference).steps}
    desk.service.print_letters(reference, desk.folder / "new")
    assert numbers(desk.folder / "new") == expected(desk, reference)


def test_a_volume_that_comes_out_differently_is_marked_with_both_hashes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = desk.ready_to_print()
    progress, cancelled = stop_after(50)
    with pytest.raises(Cancelled):
        desk.service.print_letters(reference, desk.out, per_volume=50, progress=progress, cancelled=cancelled)
    first = desk.out / "N-2026-0001-0001.pdf"
    before = papers.digest(first)
    first.unlink()
    with desk.book.transaction("print letters", reference) as tx:  # as if another version of the program had made it
        row = tx.get(records.volumes, "N-2026-0001/0001")
        assert row is not None
        tx.update(records.volumes, "N-2026-0001/0001", sha256="0" * 64)
        audit.append(tx, "volume printed", reference)
    printed = desk.service.print_letters(reference, desk.out)
    assert printed.rebuilt == 1 and "both hashes" in printed.news
    volume = json.loads((desk.out / "manifest.json").read_text("utf-8"))["volumes"][0]
    assert (volume["sha256"], volume["rebuilt_sha256"]) == ("0" * 64, before)
    assert desk.service.queue.open(reference).volumes[0].rebuilt == before
    assert desk.service.press.open_volume("N-2026-0001", 1)


def test_some_letters_again_by_number_page_volume_and_why(desk: Desk) -> None:
    reference = desk.ready_to_print()
    assert "finished run" in sentence(lambda: desk.service.again.print_again(reference, Wanted.read("1"), desk.out))
    printed = desk.service.print_letters(reference, desk.out, per_volume=50, duplex=True)
    again = desk.service.again.print_again
    out = desk.folder / "again"
    assert again(reference, Wanted.read("3,7-9"), out).letters == 4
    assert numbers_of(out / f"{printed.number}-copy-01-0001.pdf") == [3, 7, 8, 9]
    on_pages = [row for row in expected(desk, reference) if row > 50]
    again(reference, Wanted.read("pages:2:1-4"), out)
    assert numbers_of(out / f"{printed.number}-copy-02-0001.pdf") == on_pages[:2], "duplex: two pages for each letter"
    again(reference, Wanted.read("volume:2"), out)
    assert numbers_of(out / f"{printed.number}-copy-03-0001.pdf") == [at for at in on_pages if at <= 100]
    assert "came back" in sentence(lambda: again(reference, Wanted.read("returned"), out))
    desk.service.post.note_returned(reference, "", "4 5 4", "moved")
    assert again(reference, Wanted.read("returned"), out).letters == 2
    failed = sorted(set(range(1, desk.case(reference).lists[0].writable + 1)) - set(expected(desk, reference)))
    with desk.book.reading() as tx:
        assert list(listed(run_records.letters(tx, printed.number).failed)) == failed
    assert "None of these letters can be printed" in sentence(lambda: again(reference, Wanted.read("failed"), out))
    assert "has no such letters" in sentence(lambda: again(reference, Wanted.read("9999"), out))
    with desk.book.reading() as tx:
        assert [row["letters"] for row in run_records.copies_of(tx, printed.number)][:2] == [4, 2]
    actions = [entry.action for entry in desk.service.queue.open(reference).timeline]
    assert actions.count("letters printed again") == 4
    desk.verify()


def test_an_old_run_is_printed_again_as_it_was_though_the_draft_changed_since(desk: Desk) -> None:
    reference = desk.ready_to_print()
    printed = desk.service.print_letters(reference, desk.out)
    before = pages_of(desk.out / f"{printed.number}-0001.pdf")[0]
    desk.facts(reference, categories=("name",))
    desk.letters(reference, advice=())
    desk.service.again.print_again(reference, Wanted.read("1"), desk.folder / "again")
    after = pages_of(desk.folder / "again" / f"{printed.number}-copy-01-0001.pdf")[0]
    assert after == before and "E-mail address" in after


def numbers_of(path: Path) -> list[int]:
    said = [page.split("N-2026-0001/")[1][:7] for page in pages_of(path) if page.strip()]
    return list(dict.fromkeys(map(int, said)))


def test_returned_letters_are_counted_once_and_strange_numbers_named(desk: Desk) -> None:
    reference = desk.ready_to_print()
    assert "Check it" in sentence(lambda: desk.service.post.note_returned(reference, "", "1", ""))
    printed = desk.service.print_letters(reference, desk.out)
    note = desk.service.post.note_returned
    noted = note(reference, "", f"{printed.number}/0000002 3\n3 0000004.pdf 777777 x", "moved")
    assert (noted.fresh, noted.before, noted.strange) == (3, 0, ("777777", "x"))
    assert "777777" in noted.change.news
    noted = note(reference, printed.number, "4 5", "refused")
    assert (noted.fresh, noted.before) == (1, 1)
    assert note(reference, "", "5", "", undo=True).fresh == 1
    assert "None of this" in sentence(lambda: note(reference, "", "abc", ""))
    desk.service.sent(printed.number, "post", desk.clock())
    status = desk.service.post.status(reference, "", 4)
    assert status.printed and status.returned and status.posted and status.entries[0][2] == "moved"
    assert not desk.service.post.status(reference, "", 5).returned
    letters = desk.service.queue.open(reference).letters[printed.number]
    assert letters.returned == ((2, 4),)
    desk.verify()


def test_print_files_are_posted_one_by_one_and_taken_back(desk: Desk) -> None:
    reference, now = desk.ready_to_print(), desk.clock()
    printed = desk.service.print_letters(reference, desk.out, per_volume=40)
    post, number = desk.service.post, printed.number
    desk.clock.turn(hours=5)

    def known() -> Letters:
        return desk.service.queue.open(reference).letters[number]

    assert "noted as posted" in post.note_posted(reference, "", "1", now).news
    assert known().posted == spans.joined(spans.within(known().printed, 1, 40))
    later = now + timedelta(hours=4)
    assert "39 letters" in post.note_posted(reference, number, "1-2", later).news, "what was posted stays as it was"
    assert (post.status(reference, "", 1).posted, post.status(reference, "", 41).posted) == (now, later)
    assert post.status(reference, "", 100).posted is None
    assert "still to be posted" in post.note_posted(reference, "", "2", now, undo=True).news
    assert post.status(reference, "", 41).posted is None
    assert "has print files 1-4, not 7-9" in sentence(lambda: post.note_posted(reference, "", "3, 7-9", later))
    for wrong in (desk.clock() + timedelta(minutes=1), now - timedelta(days=3)):
        assert "Check the time" in sentence(partial(post.note_posted, reference, "", "3", wrong))
    assert known().posted == spans.joined(spans.within(known().printed, 1, 40)), "a refusal noted something"
    post.note_returned(reference, "", "3 41", "moved")
    assert known().returned == ((3, 3), (41, 41))
    assert "record the run as sent" in post.note_posted(reference, "", "1-4", later).news
    desk.service.sent(number, "post", desk.clock())
    assert post.status(reference, "", 3).posted == now and post.status(reference, "", 3).entries[0][2] == "moved"
    assert "recorded as sent" in sentence(lambda: post.note_posted(reference, "", "1", later, undo=True))
    desk.verify()


def test_the_tables_open_in_a_spreadsheet(desk: Desk) -> None:
    reference = desk.ready_to_print()
    printed = desk.service.print_letters(reference, desk.out)
    content = (desk.out / f"{printed.number}-0001-addresses.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    for row in csv.reader(content.decode("utf-8-sig").splitlines()):
        assert len(row) == 6 and not any(cell[:1] in "=+-@" for cell in row if cell)
