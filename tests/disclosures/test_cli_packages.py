"""Packages and signatures from the command line: made, kept apart from their letter, and verified."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from officer_app.base.errors import KnownError
from officer_app.cli.main import app
from officer_app.notices import package, sign
from officer_app.notices.signature import Sealed
from tests.disclosures.making import Desk
from tests.disclosures.test_cli import Line, desk, line  # noqa: F401  fixtures
from tests.disclosures.test_packages import REAL, SPAN, made_files, shop_certificate, with_certificate
from tests.notices import certificates, reading
from tests.notices.test_package import JSON, sheet


def verify(*words: str) -> str:
    """Run the verifier, which needs no casebook."""
    done = CliRunner().invoke(app, ["disclosure", "verify", *words])
    if isinstance(done.exception, KnownError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[tuple[str, str]]:
    made = [tmp_path / name for name in ("out", "letters")]
    for one in made:
        one.mkdir()
    yield str(made[0]), str(made[1])


def test_a_signed_package_its_letter_and_the_verifier(
    desk: Desk, line: Line, folders: tuple[str, str], tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    reference = made_files(desk)
    pair = shop_certificate(desk)
    out, letters = folders
    with pytest.raises(KnownError, match="does not lie beside its package"):
        line("package", reference, "--out", out, "--letter", out)
    told = json.loads(line("package", reference, "--out", out, "--letter", letters, "--sign", "--json"))
    made, letter = (Path(one) for one in told["files"])
    assert (made.parent, letter.parent) == (Path(out), Path(letters))
    words = next(word for word in reading.everything(letter.read_bytes()).split() if word.count("-") == 7)
    (tmp_path / "words").write_text(words + "\n")
    assert words not in json.dumps(told)
    shown = verify(str(made), "--package-passphrase", str(tmp_path / "words"))
    assert "The file is as it was signed by Lotus Trading" in shown
    assert package.fingerprint(pair.certificate) in shown
    with pytest.raises(KnownError, match="locked"):
        verify(str(made))
    made.write_bytes(made.read_bytes() + b"\n")
    with pytest.raises(KnownError, match="Something was added"):
        verify(str(made), "--package-passphrase", str(tmp_path / "words"))


def test_an_envelope_for_a_named_entry(desk: Desk, line: Line, folders: tuple[str, str]) -> None:  # noqa: F811
    reference = made_files(desk)
    shop_certificate(desk)
    with_certificate(desk, certificates.make("Police", span=SPAN))
    out, _letters = folders
    with pytest.raises(KnownError, match="no entry"):
        line("package", reference, "--out", out, "--for", "Somebody")
    written = line("package", reference, "--out", out, "--for", "Hà Nội City Police, receiving").strip()
    assert Path(written).name == f"{reference}-package.pdf.p7m"
    assert Path(written).stat().st_size > 10_000


def test_the_verifier_compares_the_certificate_and_speaks_json(tmp_path: Path) -> None:
    pair = certificates.make("Lotus Trading", span=SPAN)
    carrier = package.carry([sheet()], [JSON], "x")
    made = sign.sign(carrier, Sealed(certificates.p12(pair), certificates.PASSPHRASE), REAL, reason="test")
    (tmp_path / "signed.pdf").write_bytes(made)
    path, mark = str(tmp_path / "signed.pdf"), package.fingerprint(pair.certificate)
    assert json.loads(verify(path, "--certificate", mark.lower(), "--json"))["intact"] is True
    with pytest.raises(KnownError, match="another certificate"):
        verify(path, "--certificate", "AA:BB")
    (tmp_path / "plain.pdf").write_bytes(carrier)
    with pytest.raises(KnownError, match="carries no signature"):
        verify(str(tmp_path / "plain.pdf"))
    with pytest.raises(KnownError, match="cannot be read"):
        verify(str(tmp_path / "nothing.pdf"))
