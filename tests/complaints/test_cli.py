"""A complaint from the command line: all that was looked into is told, a code never."""

import json

import pytest
from typer.testing import CliRunner

from officer_app.cli.main import app
from officer_app.complaints.rights import Wrong
from tests import factory
from tests.complaints.bench import HOA, Bench


def test_show_tells_what_was_looked_into(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFICER_APP_STATE", str(desk.folder / "state"))
    reference = desk.form("correction")
    desk.service.link(reference, HOA.key, desk.version(reference))
    desk.service.send_code(reference, "code by letter", desk.version(reference))
    desk.identified(reference)
    desk.service.note_correction(reference, (Wrong("phone", "0900", HOA.phone),), desk.version(reference))
    desk.service.confirm_correction(reference, "Lan", desk.clock.at.date(), desk.version(reference))
    party = ("Fast Parcel Co.", "carrier", "3 Trần Phú", "Who had the list?")
    desk.service.ask_party(reference, *party, desk.version(reference))
    desk.found(reference, "kept", "It was passed on")
    keys = desk.folder / "officer.passphrase"
    keys.write_text(f"{factory.OFFICER_NAME}\n{factory.OFFICER_PASS}\n", encoding="utf-8")
    where = ("--casebook", str(desk.folder / "casebook.sqlite"), "--passphrase-file", str(keys))

    def show(*more: str) -> str:
        done = CliRunner().invoke(app, ["complaint", "show", reference, *more, *where])
        assert done.exit_code == 0, done.output
        return done.output

    shown = json.loads(show("--json"))
    assert shown["correction"]["done_on"] == desk.clock.at.date().isoformat()
    assert [one["allegation"] for one in shown["findings"]] == ["It was passed on"]
    assert shown["waiting_for"] == "party"
    code = desk.file(reference).case.code
    assert code is not None
    assert "code" not in shown
    assert code.digest not in json.dumps(shown)
    plain = show()
    assert "kept: It was passed on" in plain
    assert "Fast Parcel Co.: Who had the list? Waited for." in plain
