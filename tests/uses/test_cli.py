"""The registers from the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from officer_app.base.errors import KnownError
from officer_app.casebook.book import Casebook
from officer_app.cli.main import app
from officer_app.uses.service import Uses
from tests import factory
from tests.notices.reading import everything
from tests.uses.conftest import POLICY


def test_list_register_access_and_consents(
    book: Casebook, uses: Uses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFICER_APP_STATE", str(tmp_path / "state"))
    keys = tmp_path / "officer.passphrase"
    keys.write_text(f"{factory.OFFICER_NAME}\n{factory.OFFICER_PASS}\n", encoding="utf-8")

    def line(*words: str) -> str:
        where = ("--casebook", str(tmp_path / "casebook.sqlite"), "--passphrase-file", str(keys))
        done = CliRunner().invoke(app, ["uses", *words, *where])
        if isinstance(done.exception, KnownError):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output.strip()

    assert {one["purpose"] for one in json.loads(line("list", "--json"))} >= {one.id for one in POLICY.purposes}
    assert "basis" in line("list")
    with pytest.raises(KnownError, match=r"end in \.pdf"):
        line("register", "--out", str(tmp_path / "x.csv"))
    for words in (("register",), ("access", "--language", "vi"), ("consents", "nobody@example.vn")):
        made = Path(line(*words, "--out", str(tmp_path / "x.pdf")))
        assert made.read_bytes().startswith(b"%PDF")
    assert "nobody@example.vn" in everything(made.read_bytes())
