"""The breach desk's print commands: what they print, what they refuse, and that only JSON goes to standard output."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from officer_app.breaches.duty import INDIVIDUALS
from officer_app.cli.main import app
from tests import factory
from tests.breaches import synthetic
from tests.breaches.test_copies import numbers_of
from tests.breaches.test_press import volumes


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a casebook whose letters wait to be printed, and who signs in."""
    desk, reference = synthetic.frozen(tmp_path, map(synthetic.person, range(60)))
    draft, version = desk.service.notices.propose_letters(reference), desk.case(reference).version
    # the command line goes by the real clock, to which the incident is old
    desk.service.notices.draft_letters(reference, draft, version, "The incident is made up.")
    desk.approve(reference, INDIVIDUALS)
    desk.close()
    (tmp_path / "who").write_text(f"{factory.OFFICER_NAME}\n{factory.OFFICER_PASS}\n")
    monkeypatch.setenv("OFFICER_APP_STATE", str(tmp_path / "state"))
    return tmp_path


def run(folder: Path, *arguments: object) -> Result:
    who = ("--casebook", folder / "casebook.sqlite", "--passphrase-file", folder / "who")
    return CliRunner().invoke(app, ["breach", *map(str, (*arguments, *who))])


def test_letters_copies_and_returned_ones_from_the_command_line(folder: Path) -> None:
    out = folder / "out"
    more = ("--per-volume", 25, "--duplex", "--processes", 2, "--json")
    done = run(folder, "letters", "b-2026-0001", "--out", out, *more)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["letters"], told["volumes"], told["folder"]) == (60, 3, str(out))
    assert [at for path in volumes(out) for at in numbers_of(path)] == list(range(1, 61))
    again = run(folder, "letters", "B-2026-0001", "--out", folder / "again", "--only", "pages:2:1-4")
    assert "2 letters printed again" in again.stdout
    assert numbers_of(folder / "again" / "N-2026-0001-copy-01-0001.pdf") == [26, 27]
    assert "50 letters noted as posted" in run(folder, "posted", "B-2026-0001", "1-2").stdout
    assert "25 letters taken off" in run(folder, "posted", "B-2026-0001", "2", "--undo").stdout
    assert "future" in str(run(folder, "posted", "B-2026-0001", "2", "--at", "2999-01-01").exception)
    (folder / "numbers.txt").write_text("N-2026-0001/0000007\n8, 99\n")
    back = run(folder, "returned", "B-2026-0001", folder / "numbers.txt", "--why", "moved", "--json")
    assert json.loads(back.stdout) == {"noted": 2, "before": 0, "strange": ["99"]}
    assert run(folder, "letters", "B-2026-0001", "--out", folder / "back", "--only", "returned").exit_code == 0
    assert numbers_of(folder / "back" / "N-2026-0001-copy-02-0001.pdf") == [7, 8]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--resume",), "was interrupted"),
        (("--per-volume", 0), "from 1 to 20,000"),
        (("--processes", 1000), "processes"),
        (("--only", "everything"), "pages:2:120-140"),
        (("--only", "3"), "finished run"),
        (("--scheduler", "tcp://10.1.2.3:8786"), "in the clear"),
        (("--scheduler", "tls://cluster:8786"), "PEM files"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(folder: Path, arguments: tuple[object, ...], words: str) -> None:
    done = run(folder, "letters", "B-2026-0001", "--out", folder / "out", *arguments)
    assert done.exit_code == 1
    assert words in str(done.exception) and str(done.exception).endswith(".")
