"""The breach desk from the command line, and the public notice for whom no letter reaches."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from officer_app.base.errors import KnownError
from officer_app.breaches.duty import INDIVIDUALS, POLICE
from officer_app.cli.main import app
from tests import factory
from tests.breaches.making import Desk
from tests.pdf_text import text_of


def line(desk: Desk, *words: str) -> str:
    keys = desk.folder / "officer.passphrase"
    keys.write_text(f"{factory.OFFICER_NAME}\n{factory.OFFICER_PASS}\n", encoding="utf-8")
    where = ("--casebook", str(desk.folder / "casebook.sqlite"), "--passphrase-file", str(keys))
    done = CliRunner().invoke(app, ["breach", *words, *where])
    if isinstance(done.exception, KnownError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_list_show_and_register(desk: Desk, tmp_path: Path) -> None:
    reference = desk.log()
    desk.facts(reference, persons=40, counted="estimated")
    desk.events(reference)
    desk.service.decide(reference, POLICE, False, "No crime.", desk.case(reference).version)
    assert [row["reference"] for row in json.loads(line(desk, "list", "--json"))] == [reference]
    assert f"{reference}  assessing" in line(desk, "list") and "40 persons" in line(desk, "list")
    shown = json.loads(line(desk, "show", reference, "--json"))
    assert shown["state"] == "assessing" and {duty["duty"] for duty in shown["duties"]} == {POLICE, INDIVIDUALS}
    said = line(desk, "show", reference.lower())
    assert "Police: due" in said and "not notify" in said and "the table was copied" in said
    out = tmp_path / "register.pdf"
    assert str(out) in line(desk, "register", reference, "--out", str(out)).replace("\n", "")
    assert "No crime." in text_of(out.read_bytes()) and out.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KnownError, match="there already"):
        line(desk, "register", reference, "--out", str(out))
    with pytest.raises(KnownError, match="no case"):
        line(desk, "show", "B-2026-0099")
    with pytest.raises(KnownError, match="cannot be written"):
        line(desk, "register", reference, "--out", str(tmp_path / "nowhere" / "x.pdf"))
