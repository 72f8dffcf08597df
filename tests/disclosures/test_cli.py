"""The disclosure desk from the command line: the same gate, one sentence on standard error, status 1."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from officer_app.base.errors import KnownError
from officer_app.cli.main import app
from tests import factory
from tests.disclosures import making
from tests.disclosures.making import BROKER, POLICE, Desk


class Line:
    """The command line on one casebook."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = folder / "officer.passphrase"
        self.keys.write_text(f"{factory.OFFICER_NAME}\n{factory.OFFICER_PASS}\n", encoding="utf-8")

    def __call__(self, *words: str) -> str:
        """Run a disclosure command and return what it prints; a KnownError is raised as it is."""
        where = ("--casebook", str(self.folder / "casebook.sqlite"), "--passphrase-file", str(self.keys))
        done = CliRunner().invoke(app, ["disclosure", *words, *where])
        if isinstance(done.exception, KnownError):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("OFFICER_APP_STATE", str(tmp_path / "state"))
    made = making.make(tmp_path)
    yield made
    made.close()


@pytest.fixture
def line(desk: Desk) -> Line:
    return Line(desk.folder)


def test_list_show_and_check(desk: Desk, line: Line) -> None:
    ready, bare = desk.ready(), desk.record(BROKER)
    listed = json.loads(line("list", "--json"))
    assert {one["reference"] for one in listed} == {ready, bare}
    assert POLICE.agency in line("list")
    shown = json.loads(line("show", ready, "--json"))
    assert shown["demand"]["dated"] == "2026-11-20" and all(check["met"] for check in shown["checks"])
    assert "[x] Legal basis" in line("show", ready.lower())
    assert json.loads(line("check", ready, "--json"))["may leave"] == ["name", "address", "orders"]
    with pytest.raises(KnownError, match="buyer's own confirmation"):
        line("check", bare)
    views = [entry for entry in desk.audit(ready) if entry.action == "view"]
    assert len(views) >= 4


def test_the_register_and_its_counts(desk: Desk, line: Line, tmp_path: Path) -> None:
    desk.record()
    line("register", "--out", str(tmp_path / "r.csv"), "--year", "2026", "--body", "police")
    assert "D-2026-0001" in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
    line("register", "--out", str(tmp_path / "c.csv"), "--year", "2026", "--counts")
    assert '"All bodies","all","1","0"' in (tmp_path / "c.csv").read_text(encoding="utf-8-sig")
    line("register", "--out", str(tmp_path / "r.pdf"))
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(KnownError, match=r"end in \.pdf or \.csv"):
        line("register", "--out", str(tmp_path / "r.doc"))


def test_hand_over_passes_the_same_gate(desk: Desk, line: Line, tmp_path: Path) -> None:
    out = tmp_path / "files"
    reference = desk.ready()
    with pytest.raises(KnownError, match="no folder"):
        line("hand-over", reference, "--out", str(out))
    out.mkdir()
    with pytest.raises(KnownError, match="A manager has not cleared"):
        line("hand-over", reference, "--out", str(out))
    assert list(out.iterdir()) == [] and len(desk.refused(reference)) == 1
    desk.choose(reference)
    desk.clear(reference)
    made = json.loads(line("hand-over", reference, "--out", str(out), "--json"))
    assert len(made["files"]) == 6 and not made["recorded"]
    assert {Path(one).read_bytes() for one in made["files"]} == {content for _n, _k, content in
                                                                desk.service.frozen(reference)}  # fmt: skip
    with pytest.raises(KnownError, match="Choose how it was handed over"):
        line("hand-over", reference, "--out", str(out), "--to", "Thành", "--how", "pigeon")
    line("hand-over", reference, "--out", str(out), "--to", "Lt. Col. Thành", "--how", "post")
    case = desk.case(reference)
    assert case.release is not None and (case.release.to, case.release.how) == ("Lt. Col. Thành", "post")
    desk.verify()
