"""The complaint queue from the command line: filters, searching, and the month in figures."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from officer_app.base.errors import KnownError
from officer_app.cli.main import app
from tests import factory
from tests.complaints import bench
from tests.complaints.bench import EMILY, Bench


class Line:
    """The command line on one casebook."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = folder / "officer.passphrase"
        self.keys.write_text(f"{factory.OFFICER_NAME}\n{factory.OFFICER_PASS}\n", encoding="utf-8")

    def __call__(self, *words: str) -> str:
        """Run a complaint command and return what it prints; a KnownError is raised as it is."""
        where = ("--casebook", str(self.folder / "casebook.sqlite"), "--passphrase-file", str(self.keys))
        done = CliRunner().invoke(app, ["complaint", *words, *where])
        if isinstance(done.exception, KnownError):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("OFFICER_APP_STATE", str(tmp_path / "state"))
    made = bench.fresh(tmp_path)
    yield made
    made.close()
    if made.shop is not None:
        made.shop.close()


@pytest.fixture
def line(desk: Bench) -> Line:
    return Line(desk.folder)


def _listed(line: Line, *words: str) -> list[str]:
    return [one["reference"] for one in json.loads(line("list", "--json", *words))]


def test_the_list_is_filtered_as_in_the_window(desk: Bench, line: Line) -> None:
    first, second, third = desk.form("access"), desk.form("other"), desk.form("other")
    desk.service.assign(second, None, desk.version(second))
    desk.service.close_without_letter(third, "Spam.", desk.version(third))
    assert _listed(line) == [first, second]
    assert _listed(line, "--closed", "--kind", "other") == [second, third]
    assert _listed(line, "--unassigned") == [second]
    assert _listed(line, "--mine", "--kind", "access", "--kind", "other") == [first]
    assert _listed(line, "--state", "closed") == [third]
    assert _listed(line, "--from", "2026-11-24") == []
    assert "Acknowledge" in line("list") and "Hoa" not in line("list")
    with pytest.raises(KnownError, match="Write the day as"):
        line("list", "--from", "yesterday")
    with pytest.raises(KnownError, match="lies before the first"):
        line("list", "--from", "2026-11-24", "--until", "2026-11-01")


def test_a_search_prints_masked_persons_and_is_recorded(desk: Bench, line: Line) -> None:
    desk.form(text="Where is my parcel?")
    second = desk.form(who="Emily Johnson", email=EMILY.email)
    before = desk.actions().count("search")
    assert [one["reference"] for one in json.loads(line("search", "johnson", "--json"))] == [second]
    assert "Johnson" not in line("search", "johnson")
    assert "C-2026-0001" in line("search", "my parcel")
    assert desk.actions().count("search") == before + 3
    with pytest.raises(KnownError, match="Enter what to search for"):
        line("search", " ")


def test_the_month_is_counted_and_written_as_a_report(desk: Bench, line: Line) -> None:
    reference = desk.form()
    desk.service.close_without_letter(reference, "Spam.", desk.version(reference))
    where = ("--back", str(_months_since_the_desk_opened()))
    made = json.loads(line("statistics", "--json", *where))
    assert (made["total"]["received"], made["total"]["without"]) == (1, 1)
    pdf = desk.folder / "month.pdf"
    assert "1 came in, 0 answered" in line("statistics", "--pdf", str(pdf), *where)
    assert "November 2026" in bench.text_of(pdf.read_bytes())
    with pytest.raises(KnownError, match="could not be written"):
        line("statistics", "--pdf", str(desk.folder / "missing" / "month.pdf"), *where)


def _months_since_the_desk_opened() -> int:
    """The command line reads the real clock; the desk of these tests opened its case in November 2026."""
    from officer_app.base.clock import utc_now

    now = utc_now().astimezone(bench.policy().zone)
    return (now.year - 2026) * 12 + now.month - 11
