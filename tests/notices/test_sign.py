"""A signed PDF is what was signed, or it is said that it is not: each byte counts."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from officer_app.base.errors import KnownError
from officer_app.notices import package, pades, sign
from officer_app.notices.pades import ADDED, CHANGED, UNSIGNED
from officer_app.notices.signature import Sealed, identity
from tests.notices import certificates
from tests.notices.certificates import LATER, NOW, PASSPHRASE, PAST, Pair
from tests.notices.test_package import CSV, JSON, sheet

TODAY = datetime.now(UTC)  # the library checks the certificate against the real day
SPAN = certificates.Span(TODAY - timedelta(days=900), TODAY + timedelta(days=900))


def sealed(pair: Pair, *others: Pair) -> Sealed:
    return Sealed(certificates.p12(pair, *others), PASSPHRASE)


def shop(*, curve: bool = False) -> Pair:
    return certificates.make(key=certificates.curve_key() if curve else None, span=SPAN)


def carrier() -> bytes:
    return package.carry([sheet(), sheet()], [JSON, CSV], "Extract")


def signed(pair: Pair, *others: Pair, words: str = "") -> bytes:
    content = package.lock(carrier(), words) if words else carrier()
    return sign.sign(content, sealed(pair, *others), TODAY, reason="Handed over: D-2026-0001", open_with=words)


@pytest.mark.parametrize("curve", [True, False])
@pytest.mark.parametrize("words", ["", "eight words with a space between each one"])
def test_a_signed_file_is_told_to_be_what_was_signed(curve: bool, words: str) -> None:
    pair = shop(curve=curve)
    made = signed(pair, words=words)
    verdict = sign.verify(made, words)
    assert verdict.intact
    assert verdict.sentence.startswith("The file is as it was signed by Lotus Shop on ")
    assert verdict.fingerprint == package.fingerprint(pair.certificate)
    assert package.enclosed(made, words) == {JSON.name: JSON.content, CSV.name: CSV.content}


def test_a_chain_to_its_root_is_kept_and_a_broken_one_left_out() -> None:
    root = certificates.make("Root", key=certificates.rsa_key(3072), span=SPAN)
    middle = certificates.make("Middle", key=certificates.rsa_key(2049), issuer=root, span=SPAN)
    leaf = certificates.make("Lotus Shop", issuer=middle, span=SPAN)
    whole, broken = signed(leaf, middle, root), signed(leaf, middle)
    assert sign.verify(whole).intact
    assert sign.verify(broken).intact
    assert len(whole) > 0
    assert b"Middle".hex().encode() in whole.lower()
    assert b"Middle".hex().encode() in broken.lower()  # as the issuer's name alone


def test_each_changed_byte_is_reported(dice: Random, trials: Callable[[int, int], int]) -> None:
    made = signed(shop(curve=True))
    start = made.index(b"<3")  # the signature itself, where not every byte is covered by a digest
    end = made.index(b"0" * 40, start)
    places = [dice.randrange(len(made)) for _ in range(trials(25, 250))]
    places += [dice.randrange(start, end) for _ in range(trials(40, 250))]
    unseen = []
    for place in places:
        changed = bytearray(made)
        changed[place] ^= 1 << dice.randrange(8)
        try:
            if sign.verify(bytes(changed)).intact:
                unseen.append(place)
        except KnownError:
            pass  # not even a PDF any more
    assert unseen == []


def test_padding_would_go_unseen_without_the_strict_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    made = signed(shop(curve=True))
    place = made.index(b"0" * 60, made.index(b"<3")) + 50
    changed = made[:place] + b"1" + made[place + 1 :]
    assert not sign.verify(changed).intact
    monkeypatch.setattr(pades, "_exact", lambda _padded, _own: True)
    assert sign.verify(changed).intact  # so the test above would fail without it


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_place_of_the_signature_itself_is_free(dice: Random) -> None:
    root = certificates.make("Root", key=certificates.rsa_key(2049), span=SPAN)
    leaf = certificates.make("Lotus Shop", key=certificates.curve_key(), issuer=root, span=SPAN)
    made = signed(leaf, root)
    start = made.index(b"<3")
    end = made.index(b">", start)
    unseen = []
    for place in range(start, end + 1):
        changed = bytearray(made)
        changed[place] ^= 1 << dice.randrange(6)
        if sign.verify(bytes(changed)).intact:
            unseen.append(place - start)
    assert unseen == []


def test_changes_in_a_locked_file_are_reported(dice: Random, trials: Callable[[int, int], int]) -> None:
    words = package.passphrase()
    made = signed(shop(curve=True), words=words)
    for _ in range(trials(10, 500)):
        changed = bytearray(made)
        changed[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
        try:
            intact = sign.verify(bytes(changed), words).intact
        except KnownError:
            continue  # it does not even open
        assert not intact


def test_added_bytes_are_reported_in_a_sentence() -> None:
    made = signed(shop(curve=True))
    for more in (b"\n", b"\0", b"%comment\n", b"1 0 obj\n<<>>\nendobj\n", carrier()):
        verdict = sign.verify(made + more)
        assert not verdict.intact
        assert verdict.sentence in (ADDED, CHANGED, UNSIGNED)
    assert sign.verify(made + b"\n").sentence == ADDED


def test_a_revision_added_by_a_program_is_reported() -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(signed(shop(curve=True))))
    writer.set_info(writer.add_object(writer.root["/ViewerPreferences"]))
    out = BytesIO()
    writer.write(out)
    assert sign.verify(out.getvalue()).sentence == ADDED


def test_what_is_not_signed_or_no_pdf_is_said() -> None:
    assert sign.verify(carrier()).sentence == UNSIGNED
    with pytest.raises(KnownError, match="no PDF"):
        sign.verify(b"hello")
    words = package.passphrase()
    with pytest.raises(KnownError, match="locked, and the passphrase does not open it"):
        sign.verify(signed(shop(curve=True), words=words), "wrong")


@pytest.mark.parametrize(
    ("content", "passphrase", "sentence"),
    [
        (lambda: certificates.p12(certificates.make()), "wrong", "does not open this file"),
        (lambda: b"hello", PASSPHRASE, "no PKCS#12 file"),
        (lambda: b"0" * 300_000, PASSPHRASE, "no PKCS#12 file"),
        (
            lambda: certificates.p12(certificates.make(span=PAST)),
            PASSPHRASE,
            "expired on 21.11.2026",
        ),
        (lambda: certificates.p12(certificates.make(span=LATER)), PASSPHRASE, "holds only from"),
        (lambda: certificates.p12(certificates.make(key=certificates.rsa_key(1024))), PASSPHRASE, "at least 2,048"),
        (lambda: certificates.p12(certificates.make(signing=False)), PASSPHRASE, "not made for signing"),
    ],
)
def test_a_pkcs12_that_will_not_do_is_refused(content: Callable[[], bytes], passphrase: str, sentence: str) -> None:
    with pytest.raises(KnownError, match=sentence):
        identity(Sealed(content(), passphrase), NOW)


def test_what_is_sealed_does_not_show_in_a_message() -> None:
    assert PASSPHRASE not in repr(Sealed(b"x", PASSPHRASE))


def test_poppler_agrees(tmp_path: Path) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("poppler's tools are not installed")
    (tmp_path / "signed.pdf").write_bytes(signed(shop()))
    done = subprocess.run(["pdfsig", "-nocert", str(tmp_path / "signed.pdf")], capture_output=True, text=True)
    assert "Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout
