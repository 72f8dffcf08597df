"""Packages open with their passphrase or key and in no other way, and what they carry comes out byte for byte."""

import math
import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7

from officer_app.base.errors import KnownError
from officer_app.notices import package
from officer_app.notices.package import Enclosed
from tests.notices import certificates
from tests.notices.certificates import LATER, NOW, PAST

JSON = Enclosed("D-2026-0001-data.json", "application/json", '{"name": "Nguyễn Thị Hồng Vân"}'.encode())
CSV = Enclosed("D-2026-0001-data.csv", "text/csv", b"\xef\xbb\xbfname\r\n'=cmd\r\n" + bytes(range(256)))

HOSTILE = (
    '<b>x</b><img src="/etc/passwd">', "=cmd|' /C calc'!A0", "\u202egpj.exe\u2066", "a/../../b\0c", "x" * 200_000,
    ") /JS (app.alert(1)) /OpenAction (", "Nguyễn\r\nBcc: a@b.example",
)  # fmt: skip


def sheet(text: str = "") -> bytes:
    """Return a one-page PDF."""
    out = BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Title"] = text
        made.save(out)
    return out.getvalue()


def locked(passphrase: str, title: str = "Extract") -> bytes:
    return package.lock(package.carry([sheet(), sheet()], [JSON, CSV], title), passphrase)


def test_a_passphrase_has_eight_words_of_more_than_2048() -> None:
    words = package.words()
    assert len(set(words)) == len(words) > 2048
    assert {len(word) for word in words} == {3}
    assert 8 * math.log2(len(words)) > 88
    made = [package.passphrase() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert {len(one) for one in made} == {31}
    used = [word for one in made for word in one.split("-")]
    assert len(used) == 8 * 2000
    # 16,000 draws leave a word out with a chance of 0.0007: a biased or shortened list would show at once.
    assert len(set(used) & set(words)) > len(words) - 20


def test_it_is_aes_256_and_opens_with_the_passphrase_only(dice: Random) -> None:
    words = package.passphrase()
    made = locked(words)
    with pikepdf.open(BytesIO(made), password=words) as found:
        assert (found.encryption.V, found.encryption.R, found.encryption.bits) == (5, 6, 256)
        assert {found.encryption.stream_method.name, found.encryption.file_method.name} == {"aesv3"}
        assert len(found.pages) == 2
    assert package.enclosed(made, words) == {JSON.name: JSON.content, CSV.name: CSV.content}
    near = words.split("-")
    near[dice.randrange(8)] = "zuz" if "zuz" not in near else "zux"
    for wrong in ("", "-".join(near), words.upper(), words.replace("-", ""), f"{words}-"):
        with pytest.raises(KnownError, match="does not open it"):
            package.enclosed(made, wrong)


@pytest.mark.parametrize("tool", ["pdftotext", "pdfdetach", "qpdf"])
def test_other_programs_open_it_too(tool: str, tmp_path: Path) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    words, target = package.passphrase(), tmp_path / "package.pdf"
    target.write_bytes(locked(words))
    for word, good in ((words, True), ("", False), (words + "x", False)):
        command = {
            "pdftotext": ["pdftotext", "-upw", word, str(target), "-"],
            "pdfdetach": ["pdfdetach", "-upw", word, "-saveall", "-o", str(tmp_path), str(target)],
            "qpdf": ["qpdf", f"--password={word}", "--check", str(target)],
        }[tool]
        done = subprocess.run(command, capture_output=True)
        assert (done.returncode == 0) == good, done.stderr
        if tool == "pdfdetach" and good:
            assert (tmp_path / JSON.name).read_bytes() == JSON.content
            assert (tmp_path / CSV.name).read_bytes() == CSV.content
    if tool == "qpdf":
        shown = subprocess.run(["qpdf", f"--password={words}", "--show-encryption", str(target)], capture_output=True)
        assert b"R = 6" in shown.stdout
        assert b"AESv3" in shown.stdout


def test_nothing_inside_is_readable_without_it() -> None:
    made = locked("-".join(["word"] * 8), title="CANARY-TITLE")
    assert b"/V 5" in made
    assert b"/R 6" in made
    for readable in (b"CANARY-TITLE", b"Hong", "Hồng".encode(), JSON.name.encode(), b"word-word"):
        assert readable not in made


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_stay_text(hostile: str) -> None:
    made = package.carry([sheet()], [JSON], f"Data for {hostile}")
    with pikepdf.open(BytesIO(made)) as found:
        title = str(found.docinfo["/Title"])
        assert len(title) <= 520
        assert title.isprintable()
        assert list(found.attachments) == [JSON.name]
        for forbidden in ("/OpenAction", "/AA", "/JavaScript"):
            assert forbidden not in found.Root


# --- for a certificate ------------------------------------------------------------------------------------------------


def test_only_the_recipient_opens_the_envelope(tmp_path: Path) -> None:
    theirs, other = certificates.make("Court"), certificates.make("Other", key=certificates.rsa_key(3072))
    content = package.carry([sheet()], [JSON, CSV], "Extract")
    made = package.envelop(content, package.certificate(theirs.pem, NOW))
    options: list[pkcs7.PKCS7Options] = []
    assert pkcs7.pkcs7_decrypt_der(made, theirs.certificate, theirs.key, options) == content
    with pytest.raises(ValueError, match=r".*"):
        pkcs7.pkcs7_decrypt_der(made, other.certificate, other.key, options)
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    key = theirs.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for name, data in (("in.p7m", made), ("key.pem", key)):
        (tmp_path / name).write_bytes(data)
    command = "openssl cms -decrypt -binary -inform DER -in in.p7m -inkey key.pem -out out.pdf"
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "out.pdf").read_bytes() == content
    command = "openssl cms -cmsout -print -inform DER -in in.p7m"
    shown = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=True)
    assert b"aes-256-cbc" in shown.stdout


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: certificates.make(span=PAST).pem, "expired on 21.11.2026"),
        (lambda: certificates.make(span=LATER).pem, "holds only from 25.11.2026"),
        (lambda: certificates.make(key=certificates.curve_key()).pem, "no RSA key"),
        (lambda: certificates.make(key=certificates.rsa_key(1024)).pem, "1024 bits is too weak"),
        (lambda: certificates.make(encrypting=False).pem, "made for signing, not for encryption"),
        (lambda: b"", "no certificate"),
        (lambda: b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no certificate"),
        (lambda: b"0" * 100_000, "too large"),
    ],
)
def test_a_certificate_that_will_not_do_is_refused_in_a_sentence(made: Callable[[], bytes], sentence: str) -> None:
    with pytest.raises(KnownError, match=sentence):
        package.certificate(made(), NOW)


def test_changed_certificates_are_refused_or_read_but_never_crash(
    dice: Random, trials: Callable[[int, int], int]
) -> None:
    good = bytearray(certificates.make().certificate.public_bytes(Encoding.DER))
    for _ in range(trials(200, 5000)):
        bad = bytearray(good)
        for _ in range(dice.randrange(1, 4)):
            bad[dice.randrange(len(bad))] = dice.randrange(256)
        try:
            found = package.certificate(bytes(bad), NOW)
        except KnownError:
            continue
        package.holder(found)
        package.fingerprint(found)
