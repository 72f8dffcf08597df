"""Signs and verifies PDF with pyHanko; strict, because every byte of what we signed is known."""

import logging
import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from officer_app.base.errors import BugError, KnownError
from officer_app.notices import clean, package
from officer_app.notices.signature import Verdict

# What it says of a broken file may quote the file.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

CHANGED = "This file was changed after it was signed. Do not rely on it, and ask for it again."
ADDED = "Something was added to this file after it was signed. Do not rely on it, and ask for it again."
UNSIGNED = "This file carries no signature that can be read."
_FIELD = "Signature"
_HEX = re.compile(rb"<(?:[0-9a-f]*|[0-9A-F]*)>")


def sign(content: bytes, keys: PKCS12KeyAndCertificates, *, reason: str, open_with: str) -> bytes:
    """Return the PDF with one invisible signature over the whole file, proved before it is returned."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    if open_with:
        writer.encrypt(open_with)
    meta = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=clean.line(reason)
    )
    signed: bytes = signers.sign_pdf(writer, meta, signer=_signer(keys)).getvalue()
    verdict = verify(signed, open_with)
    if not verdict.intact:
        raise BugError("the signature does not hold over the whole file")
    return signed


def _signer(keys: PKCS12KeyAndCertificates) -> signers.SimpleSigner:
    assert keys.cert is not None and keys.key is not None
    chain = _chain(keys.cert.certificate, [one.certificate for one in keys.additional_certs])
    store = SimpleCertificateStore()
    store.register_multiple([_asn1(one) for one in chain])
    secret = keys.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signers.SimpleSigner(_asn1(keys.cert.certificate), asn1_keys.PrivateKeyInfo.load(secret), store)


def _asn1(one: x509.Certificate) -> Any:
    return asn1_x509.Certificate.load(one.public_bytes(Encoding.DER))


def _chain(leaf: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return the issuers up to one that issued itself; none when the line breaks off.

    An embedded certificate that nothing vouches for could be changed without anybody seeing it.
    """
    found: list[x509.Certificate] = []
    at = leaf
    while at.issuer != at.subject:
        above = next((one for one in others if one not in found and _issued(at, one)), None)
        if above is None:
            return ()
        found.append(above)
        at = above
    return tuple(found) if _issued(at, at) else ()


def _issued(one: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


# --- verifying -------------------------------------------------------------------------------------------------------


def verify(content: bytes, open_with: str = "") -> Verdict:
    """Tell whether the file is what was signed; KnownError when it is no PDF or its passphrase is wrong."""
    if b"%PDF-" not in content[:1024]:
        raise KnownError("This file is no PDF. Choose the signed PDF.")
    if b"/ByteRange" not in content:
        return Verdict(False, UNSIGNED)
    try:
        reader = PdfFileReader(BytesIO(content))
        if reader.encrypted and not _opened(reader, open_with):
            raise KnownError("This file is locked, and the passphrase does not open it. Check each word.")
        found = list(reader.embedded_signatures)
        return _judge(content, found) if found else Verdict(False, UNSIGNED)
    except KnownError:
        raise
    except Exception:  # whatever a changed file provokes in the parser, it is not what was signed
        return Verdict(False, CHANGED)


def _opened(reader: PdfFileReader, open_with: str) -> bool:
    return bool(reader.decrypt(open_with).status.value)


def _judge(content: bytes, found: Sequence[EmbeddedPdfSignature]) -> Verdict:
    last = found[-1]
    start, length, after, rest = (int(each) for each in last.byte_range)
    if after + rest < len(content):
        return Verdict(False, ADDED)
    whole = start == 0 and after + rest == len(content) and _HEX.fullmatch(content[length:after])
    if len(found) != 1 or not whole:
        return Verdict(False, CHANGED)
    signer = last.signer_cert
    if not _exact(bytes.fromhex(content[length + 1 : after - 1].decode()), signer.dump()):
        return Verdict(False, CHANGED)
    moment = last.self_reported_timestamp
    status = validate_pdf_signature(last, ValidationContext(trust_roots=[signer], moment=moment))
    good = status.bottom_line and status.intact and status.valid
    untouched = status.modification_level in (None, ModificationLevel.NONE)
    if not good or not untouched or status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return Verdict(False, CHANGED)
    return _sound(x509.load_der_x509_certificate(signer.dump()), moment)


def _sound(one: x509.Certificate, at: datetime | None) -> Verdict:
    who, mark = package.holder(one), package.fingerprint(one)
    when = f" on {at:%d.%m.%Y at %H:%M %Z}" if at is not None else ""
    return Verdict(True, f"The file is as it was signed by {who}{when}.", who, mark, at)


def _exact(padded: bytes, own: bytes) -> bool:
    """Tell whether the signature itself is free of bytes that nothing covers: padding, lists, further certificates."""
    info = cms.ContentInfo.load(padded)
    der = info.dump()
    if padded[len(der) :].strip(b"\0") or info.copy().dump(force=True) != der:
        return False
    signed: Any = info["content"]
    signer = signed["signer_infos"][0]
    certificates = [one.chosen.dump() for one in signed["certificates"]]
    others = [x509.load_der_x509_certificate(one) for one in certificates if one != own]
    digests = [one["algorithm"].native for one in signed["digest_algorithms"]]
    return (
        len(signed["signer_infos"]) == 1
        and own in certificates
        and signed["version"].native == "v1"
        and signer["version"].native == "v1"
        # names are compared without regard to case, bytes are not
        and signer["sid"].chosen["issuer"].dump() == asn1_x509.Certificate.load(own).issuer.dump()
        and not signer["unsigned_attrs"].native
        and not signed["crls"].native
        and digests == [signer["digest_algorithm"]["algorithm"].native]
        and all(any(_issued(one, by) for by in others) for one in others)  # its own is in what is signed
    )
