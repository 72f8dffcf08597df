"""What who signs looks at and prints: letters by name and number, all of them, a volume or a range."""

from pathlib import Path

import pytest

from officer_app.breaches import records, run_records, spans
from officer_app.breaches.person import Person
from officer_app.casebook import audit
from tests.breaches.making import Desk, sentence
from tests.breaches.reading import text_of


def person(desk: Desk, reference: str, at: int) -> Person:
    with desk.book.reading() as tx:
        return next(found for _at, found in records.people(tx, desk.case(reference).lists[0].id, at, at))


def test_any_letter_is_found_by_name_or_number_before_and_after_printing(desk: Desk, tmp_path: Path) -> None:
    reference = desk.ready_to_print()
    find, someone = desk.service.signing.find, person(desk, reference, 7)
    said = text_of(find(reference, "7").content)
    assert someone.name in said and someone.lines[0] in said
    by_name = find(reference, someone.name.upper())
    assert by_name.found >= 1 and someone.name in text_of(by_name.content)
    assert "No letter fits" in sentence(lambda: find(reference, "Nobody Nowhere"))
    assert "No letter fits" in sentence(lambda: find(reference, "99999"))
    assert "Enter a name" in sentence(lambda: find(reference, " "))
    printed = desk.service.print_letters(reference, tmp_path / "out", per_volume=40)
    said = text_of(find(reference, f"{printed.number}/0000007").content)
    assert someone.name in said and f"{printed.number}/0000007" in said
    with desk.book.reading() as tx:
        viewed = [entry.details for entry in audit.page(tx) if entry.action == "view"]
    assert {"letter": f"{printed.number}/0000007"} in viewed
    desk.verify()


def test_all_a_volume_or_a_range_go_to_the_printer_and_nobody_else(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("officer_app.breaches.signing.SHEAF", 25)
    reference, signing = desk.ready_to_print(), desk.service.signing
    printed = desk.service.print_letters(reference, tmp_path / "out", per_volume=40)

    def numbers(which: str, volume: int = 0, text: str = "") -> list[int]:
        run, wanted = signing.chosen(reference, printed.number, which, volume, text)
        said = " ".join(text_of(content) for _count, content in signing.sheaves(reference, run, wanted))
        return [at for at in range(1, printed.letters + 9) if f"{printed.number}/{at:07d}" in said]

    with desk.book.reading() as tx:
        known = list(spans.numbers(run_records.letters(tx, printed.number).printed))
    assert len(known) == printed.letters and numbers("all") == known
    assert numbers("volume", 2) == [at for at in known if 41 <= at <= 80]
    assert numbers("numbers", text="3, 7-9") == [3, 7, 8, 9]
    assert "no such letters" in sentence(lambda: numbers("volume", 99))
    assert "Print the letters into files first" in sentence(
        lambda: signing.chosen(reference, "N-2026-9999", "all", 0, "")
    )
    desk.verify()
