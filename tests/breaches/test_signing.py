"""What who signs looks at and prints: letters by name and number, all of them, a volume or a range."""

from pathlib import Path

import pytest

from officer_app.base.errors import Cancelled, KnownError
from officer_app.breaches import records, run_records, spans
from officer_app.breaches.person import Person
from officer_app.casebook import audit
from tests import factory
from tests.breaches.making import Desk, sentence
from tests.pdf_text import text_of


class Tray:
    """Paper that takes so many pieces and then refuses; a piecewise one keeps those it took."""

    def __init__(self, room: int = 1_000, *, piecewise: bool = True, error: KnownError | None = None) -> None:
        self.room, self.piecewise, self.put_down = room, piecewise, list[bytes]()
        self.error = error or KnownError("The printer Brother stopped. Look at its paper and its queue.")

    def put(self, content: bytes) -> None:
        if len(self.put_down) == self.room:
            raise self.error
        self.put_down.append(content)

    def finish(self) -> None:
        """Everything is there already."""


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
        paper = Tray()
        assert signing.print_on(paper, reference, run, wanted) == spans.size(wanted)
        said = " ".join(text_of(content) for content in paper.put_down)
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


@pytest.mark.parametrize(
    ("tray", "words", "taken"),
    [
        (Tray(0), "None of the letters is printed.", 0),
        (Tray(2), "50 letters went to the printer before; print {0} next.", 50),
        (Tray(2, piecewise=False), "None of the letters is printed.", 0),
        (Tray(1, error=Cancelled()), "Stopped. 25 letters went to the printer before; print {0} next.", 25),
    ],
)
def test_a_printer_that_stops_says_what_is_left_and_the_audit_knows(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tray: Tray, words: str, taken: int
) -> None:
    monkeypatch.setattr("officer_app.breaches.signing.SHEAF", 25)
    reference, signing = desk.ready_to_print(), desk.service.signing
    printed = desk.service.print_letters(reference, tmp_path / "out", per_volume=80)
    run, wanted = signing.chosen(reference, printed.number, "numbers", 0, "1-80")

    def progress(done: int, _total: int) -> None:
        if done:
            desk.book.lock()

    with pytest.raises(type(tray.error)) as fault:
        signing.print_on(tray, reference, run, wanted, progress)
    rest = spans.of(list(spans.numbers(wanted))[taken:])
    assert words.format(spans.shown(rest)) in str(fault.value)
    desk.book.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
    with desk.book.reading() as tx:
        told = [entry for entry in audit.page(tx, reference=reference) if entry.action == "print stopped"]
    assert [entry.more["letters"] for entry in told] == [taken]
    assert signing.print_on(Tray(), reference, run, rest) == spans.size(wanted) - taken
    desk.verify()
