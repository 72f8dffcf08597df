"""Packages of a hand-over: what was cleared and nothing else, locked, signed, kept; the passphrase is nowhere."""

import contextlib
import hashlib
import logging
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs7

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, issued, schema
from officer_app.casebook.packages import Packed
from officer_app.disclosures.handing import ENVELOPE, LOCKED, Handed
from officer_app.disclosures.service import Disclosures
from officer_app.letters import signature
from officer_app.letters.issue import Letters
from officer_app.notices import package, sign
from officer_app.notices.signature import Sealed
from tests import factory
from tests.disclosures import making
from tests.disclosures.making import POLICE, Desk
from tests.notices import certificates, reading
from tests.notices.certificates import PASSPHRASE, Pair, Span

REAL = datetime.now(UTC)
SPAN = Span(min(making.START, REAL) - timedelta(days=900), max(making.START, REAL) + timedelta(days=900))
HOSTILE = "<img src='/etc/passwd'> =cmd() \u202efdp.exe / ../../x"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return one desk for all tests: a package changes nothing of a case, and making a desk takes long."""
    made = making.make(tmp_path_factory.mktemp("desk"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def reference(desk: Desk) -> str:
    """Return a case whose files are made, not handed over yet."""
    return made_files(desk)


@pytest.fixture(autouse=True)
def unsigned(desk: Desk) -> None:
    """Start each test without a certificate of the shop, a minute after the one before."""
    desk.clock.forward(minutes=1)
    with desk.book.transaction("change settings") as tx:
        signature.drop(tx)
        audit.append(tx, "signature removed")


def made_files(desk: Desk, agency: str = POLICE.agency) -> str:
    """Return a case whose files are made, not handed over yet."""
    reference = desk.record(replace(POLICE, agency=agency))
    desk.service.link(reference, "1", desk.version(reference))
    desk.call_back(reference)
    desk.choose(reference)
    desk.clear(reference)
    desk.make_files(reference)
    return reference


def shop_certificate(desk: Desk) -> Pair:
    pair = certificates.make("Lotus Trading", span=SPAN)
    with desk.book.transaction("change settings") as tx:
        signature.save(tx, Sealed(certificates.p12(pair), PASSPHRASE))
        audit.append(tx, "signature imported")
    return pair


def with_certificate(desk: Desk, theirs: Pair, **change: str) -> str:
    entry = making.entry(**{"agency": "Hà Nội City Police, receiving", "certificate": theirs.pem.decode(), **change})
    desk.service.directory.add(entry)
    return next(one.id for one in desk.service.directory.entries() if one.certificate == entry.certificate.strip())


def words_of(made: Handed) -> str:
    """Read the passphrase from the letter, as its recipient does."""
    text = reading.everything(made.letter)
    return next(word for word in text.split() if word.count("-") == 7 and len(word) == 31)


def kept(desk: Desk, reference: str) -> Packed:
    return desk.service.queue.open(reference).packages[0]


def test_a_locked_package_holds_the_frozen_files_byte_for_byte(desk: Desk, reference: str, tmp_path: Path) -> None:
    frozen = {name: content for name, _kind, content in desk.service.frozen(reference)}
    made = desk.service.lock(reference, signed=False)
    words, one = words_of(made), kept(desk, reference)
    assert (one.form, one.letter, one.signed) == (LOCKED, made.number, False)
    saved = desk.service.export_package(reference, one.id, tmp_path / "p.pdf").read_bytes()
    assert package.enclosed(saved, words) == frozen
    with pytest.raises(KnownError, match="does not open it"):
        package.enclosed(saved, "wrong")
    digest = hashlib.sha256(saved).hexdigest()
    said = {entry.action for entry in desk.audit(reference) if entry.more.get("sha256") == digest}
    assert {"package made", "export"} <= said
    assert digest in reading.everything(made.letter)
    again = desk.service.export_package(reference, one.id, tmp_path / "p.pdf")
    assert again.name != "p.pdf"
    assert again.read_bytes() == saved
    desk.verify()


@pytest.mark.parametrize("tool", ["pdftotext", "qpdf"])
def test_the_letter_opens_it_in_other_programs(desk: Desk, reference: str, tmp_path: Path, tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    words = words_of(desk.service.lock(reference, signed=False))
    saved = desk.service.export_package(reference, kept(desk, reference).id, tmp_path / "p.pdf")
    for word, good in ((words, True), (words[:-1], False)):
        qpdf = [f"--password={word}", "--check", str(saved)]
        command = [tool, *(qpdf if tool == "qpdf" else ["-upw", word, str(saved), "-"])]
        done = subprocess.run(command, capture_output=True)
        assert (done.returncode == 0) == good
        if good and tool == "pdftotext":
            assert "Thị Hoa Lê" in done.stdout.decode()


def test_the_passphrase_is_nowhere_but_on_its_letter(
    desk: Desk, reference: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shop_certificate(desk)
    made = desk.service.lock(reference, signed=True)
    words = words_of(made)
    file = desk.service.queue.open(reference)
    letter = next(one for one in file.notices if one.number == made.number)
    assert not letter.kept
    assert letter.sha256 == hashlib.sha256(made.letter).hexdigest()
    with pytest.raises(KnownError, match="is not kept"):
        desk.service.letters.pdf(made.number)
    with pytest.raises(KnownError, match="is not kept"):
        desk.service.letters.mail(made.number, "x@example.vn")
    with desk.book.reading() as tx:
        assert issued.text(tx, made.number) == ""
        everything = " ".join(str(entry) for entry in audit.page(tx, limit=1000))
        # unsealed too: whoever can open the casebook finds no passphrase in it
        for table in (schema.packages, schema.notices, schema.settings, schema.evidence):
            everything += " ".join(str(row) for row in tx.all(table))
    assert words not in everything + caplog.text + str(file)
    for path in [*tmp_path.rglob("*"), *desk.folder.rglob("*")]:
        if path.is_file():
            assert words.encode() not in path.read_bytes()
    desk.service.withdraw(reference, made.number, "it never arrived", desk.version(reference))
    lost = desk.service.lock(reference, signed=False)
    assert next(one for one in desk.service.queue.open(reference).notices if one.number == lost.number).replaces == (
        made.number
    )
    assert words_of(lost) != words
    assert lost.number != made.number


def test_a_signed_package_is_whole_or_said_to_be_changed(desk: Desk, reference: str, tmp_path: Path) -> None:
    before = len(desk.service.queue.open(reference).packages)
    with pytest.raises(KnownError, match="Settings, Signature"):
        desk.service.lock(reference, signed=True)
    assert len(desk.service.queue.open(reference).packages) == before
    pair = shop_certificate(desk)
    made = desk.service.lock(reference, signed=True)
    words = words_of(made)
    saved = desk.service.export_package(reference, kept(desk, reference).id, tmp_path / "p.pdf").read_bytes()
    verdict = sign.verify(saved, words)
    assert verdict.intact
    assert verdict.fingerprint == package.fingerprint(pair.certificate)
    assert verdict.fingerprint.replace(":", "") in "".join(reading.everything(made.letter).split())
    assert not sign.verify(saved + b"\n", words).intact
    with contextlib.suppress(KnownError):
        assert not sign.verify(saved[:900] + bytes([saved[900] ^ 1]) + saved[901:], words).intact


def test_an_envelope_is_signed_first_and_only_its_recipient_opens_it(
    desk: Desk, reference: str, tmp_path: Path
) -> None:
    theirs = certificates.make("Police", key=certificates.rsa_key(3072), span=SPAN)
    contact = with_certificate(desk, theirs)
    with pytest.raises(KnownError, match="Settings, Signature"):
        desk.service.envelop(reference, contact)
    shop_certificate(desk)
    assert {one.id: why for one, why in desk.service.wrapping(reference).contacts}[contact] == ""
    desk.service.envelop(reference, contact)
    one = kept(desk, reference)
    assert (one.form, one.signed, one.letter) == (ENVELOPE, True, "")
    assert one.certificate == package.fingerprint(theirs.certificate)
    saved = desk.service.export_package(reference, one.id, tmp_path / "p.p7m").read_bytes()
    inside = pkcs7.pkcs7_decrypt_der(saved, theirs.certificate, theirs.key, [])
    assert sign.verify(inside).intact
    assert package.enclosed(inside) == {name: content for name, _k, content in desk.service.frozen(reference)}
    desk.verify()


def test_a_certificate_that_will_not_do_is_said_before_and_refused(desk: Desk, reference: str) -> None:
    before = len(desk.service.queue.open(reference).packages)
    shop_certificate(desk)
    old = certificates.make("Old", span=Span(making.START - timedelta(days=9), making.START - timedelta(days=2)))
    contact = with_certificate(desk, old)
    assert "expired" in {one.id: why for one, why in desk.service.wrapping(reference).contacts}[contact]
    with pytest.raises(KnownError, match="expired"):
        desk.service.envelop(reference, contact)
    desk.service.directory.retire(contact)
    with_court = with_certificate(desk, certificates.make("Court", span=SPAN), body="court", agency="Court")
    with pytest.raises(KnownError, match="not the one that asks"):
        desk.service.envelop(reference, with_court)
    assert len(desk.service.queue.open(reference).packages) == before


def test_nothing_is_packed_before_files_are_made_or_after_the_basis_is_gone(desk: Desk, tmp_path: Path) -> None:
    reference = desk.ready()
    with pytest.raises(KnownError, match="No files were made"):
        desk.service.lock(reference, signed=False)
    desk.choose(reference)
    desk.clear(reference)
    desk.make_files(reference)
    desk.service.lock(reference, signed=False)
    one = kept(desk, reference)
    demand = replace(desk.case(reference).demand, legal_basis="another law")
    with contextlib.suppress(KnownError):
        desk.service.change_facts(reference, demand, "they corrected it", desk.version(reference))
        with pytest.raises(KnownError):
            desk.service.export_package(reference, one.id, tmp_path / "p.pdf")
        with pytest.raises(KnownError):
            desk.service.lock(reference, signed=False)
    assert not (tmp_path / "p.pdf").exists()


def test_after_the_hand_over_a_new_package_replaces_a_lost_letter(desk: Desk) -> None:
    reference = made_files(desk)
    first = desk.service.lock(reference, signed=False)
    desk.service.sent(first.number, "post", desk.clock())
    desk.hand_over(reference)
    second = desk.service.lock(reference, signed=False)
    file = desk.service.queue.open(reference)
    assert [one.letter for one in file.packages] == [second.number, first.number] or len(file.packages) == 2
    assert "sent" in {step.id for step in file.steps}


def test_a_manager_packs_nothing(tmp_path: Path) -> None:
    desk = making.make(tmp_path)
    reference = made_files(desk)
    desk.close()
    boss = factory.signed_in(
        tmp_path / "casebook.sqlite", factory.MANAGER_NAME, factory.MANAGER_PASS, tmp_path, desk.clock
    )
    rules = making.book_of_rules()
    service = Disclosures(boss, lambda: rules, Letters(boss, lambda: rules), lambda: None)
    with pytest.raises(KnownError, match="Your role may not"):
        service.lock(reference, signed=False)
    boss.close()


def test_a_hostile_recipient_reaches_no_name_and_no_markup(desk: Desk, tmp_path: Path) -> None:
    reference = made_files(desk, agency=HOSTILE)
    made = desk.service.lock(reference, signed=False)
    one = kept(desk, reference)
    assert one.name == f"{reference}-package.pdf"
    saved = desk.service.export_package(reference, one.id, tmp_path / one.name)
    assert saved.parent == tmp_path
    assert reading.live(made.letter) == []
    names = package.enclosed(saved.read_bytes(), words_of(made))
    assert all(name.isascii() and "/" not in name and ".." not in name for name in names)
