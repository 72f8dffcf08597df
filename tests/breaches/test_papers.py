"""The files beside a print run: safe for spreadsheets, whole or not there."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from officer_app.breaches import papers
from tests.breaches.making import sentence


@pytest.mark.parametrize("cell", ["=1+1", "+84 912", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str, tmp_path: Path) -> None:
    papers.put_csv(tmp_path / "a.csv", ("name",), [(cell,), ("Lê Thị Hoa",)])
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["name"], [f"'{cell.strip()}"], ["Lê Thị Hoa"]]


def test_a_table_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    made = papers.put_csv(path, ("n",), [(1,), (2,)])
    assert (made.lines, made.sha256) == (2, papers.digest(path))

    def rows() -> Iterator[tuple[int]]:
        yield (3,)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        papers.put_csv(path, ("n",), rows())
    assert papers.digest(path) == made.sha256
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    papers.put_text(tmp_path / "manifest.json", "{}\n")
    assert (tmp_path / "manifest.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "Choose another folder" in sentence(lambda: papers.folder(tmp_path / "file" / "out"))
