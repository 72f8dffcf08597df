"""The sheet of a recovery kit can be typed back and says what to do."""

from datetime import date

import pytest

from officer_app.notices import kit
from tests.notices import reading
from tests.notices.samples import HEAD

GROUPS = tuple(f"{chr(65 + at)}BC{chr(75 + at)}Z" for at in range(13))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_group_and_fingerprint_stands_on_one_sheet(language: str) -> None:
    made = kit.render(
        kit="kit-01", groups=GROUPS, store="0c6f2b9e", fingerprint="7D1A 44C0", date=date(2026, 11, 21),
        letterhead=HEAD, language=language, demo=True,
    )  # fmt: skip
    (sheet,) = reading.pages(made)
    at = [sheet.index(group) for group in GROUPS]
    assert at == sorted(at)
    assert "kit-01" in sheet
    assert "0c6f2b9e" in sheet
    assert "7D1A 44C0" in sheet
    assert "Demo" in sheet
    assert all(reading.fonts(made).values())


def test_the_square_differs_with_the_kit() -> None:
    def made(groups: tuple[str, ...]) -> bytes:
        return kit.render(
            kit="k", groups=groups, store="s", fingerprint="f", date=date(2026, 11, 21), letterhead=HEAD
        )  # fmt: skip

    assert made(GROUPS) != made((*GROUPS[:-1], "QQQQQ"))
