"""Tables that leave the program: no cell of the audit, the register or the address list starts a formula."""

import csv
import io
import random
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

import officer_app
from officer_app.base.cells import harmless
from officer_app.breaches import papers

ROOT = Path(officer_app.__file__).parent
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "−", "﹢", "﹣", "﹦", "﹫", "⁼", "₊")
BEFORE = ("", " ", "  ", "\u00a0", "\u3000", "\t", "\r\n", "\0", "\ufeff", "\u200b", "\u202e", "\u2066", "\x1f")
BODIES = ("1+1", 'HYPERLINK("http://x/"&A1,"y")', "cmd|' /C calc'!A0", "SUM(A1:A9)", 'x",=1+1,"', "x\n=1+1", ";=1+1")


def begins_a_formula(cell: str) -> bool:
    """Tell what a spreadsheet may take for a formula once it drops what it does not show and folds wide forms."""
    shown = "".join(ch for ch in cell if unicodedata.category(ch) not in ("Cc", "Cf", "Cn", "Zs", "Zl", "Zp"))
    return unicodedata.normalize("NFKC", shown)[:1] in set("=+-@−")


def cells(dice: random.Random, count: int) -> list[str]:
    made = [before + trigger + body for before in BEFORE for trigger in TRIGGERS for body in BODIES]
    return [
        *made,
        *(dice.choice(BEFORE) + dice.choice(TRIGGERS) + chr(dice.randrange(1, 0xD7FF)) for _ in range(count)),
    ]


def test_the_judge_knows_a_formula() -> None:
    assert begins_a_formula(" \u200b=1") and begins_a_formula("＝1") and begins_a_formula("\t-1")
    assert not begins_a_formula("'=1") and not begins_a_formula("a=1")


def test_no_cell_starts_a_formula(dice: random.Random, trials: Callable[[int, int], int]) -> None:
    asked = cells(dice, trials(2000, 10_000))
    assert [cell for cell in asked if begins_a_formula(harmless(cell))] == []


def test_every_table_goes_through_the_one_guard() -> None:
    writers = {path for path in ROOT.rglob("*.py") if "csv.writer(" in path.read_text(encoding="utf-8")}
    assert len(writers) >= 3
    assert [path.name for path in writers if "import harmless" not in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_address_list_comes_back_cell_by_cell(separator: str, tmp_path: Path, dice: random.Random) -> None:
    names = cells(dice, 500)
    papers.put_csv(tmp_path / "addresses.csv", ("letter", "name"), ((f"N/{at}", one) for at, one in enumerate(names)))
    text = (tmp_path / "addresses.csv").read_text(encoding="utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert [line[1].removeprefix("'") for line in lines[1:]] == [harmless(one).removeprefix("'") for one in names]
    # Whoever opens it under another separator sees odd columns; a column that starts a formula was never quoted.
    for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        assert not line or not begins_a_formula(line[0])


@pytest.mark.parametrize("word", ["Nguyễn Thị Hòa", "12 Hàng Bài, Hà Nội", "C-2026-0001", "a=b", "Ω & Co."])
def test_ordinary_words_are_left_as_they_are(word: str) -> None:
    assert harmless(word) == word
