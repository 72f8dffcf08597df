"""Packs a hand-over: one PDF that carries pages and files, locked with a passphrase or for a certificate."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from officer_app.base.errors import BugError, KnownError
from officer_app.notices import clean

WORDS = 8
"""Words of a passphrase; with more than 2,048 to choose from each is worth over 11 bits, together 88.7."""
_FIRST = _LAST = "bcdfghjklmnpqrstvwxyz"
_VOWELS = "aeiou"
_UGLY = frozenset((
    "cac", "coc", "cok", "cum", "dic", "dik", "dit", "fag", "fap", "fat", "fuc", "fuk", "fuq", "gay", "god",
    "gok", "hel", "jap", "jew", "kac", "kak", "kok", "lon", "lol", "nig", "paz", "pis", "pok", "pus", "sex",
    "suc", "suk", "tit", "vag", "wog", "wop",
))  # fmt: skip
LEAST_RSA = 2048
_LARGEST = 64 * 1024
_ANOTHER = "Ask them for another one."


@dataclass(frozen=True)
class Enclosed:
    """A file that travels inside the package; `name` is ours, `kind` its media type."""

    name: str
    kind: str
    content: bytes


@cache
def words() -> tuple[str, ...]:
    """Return what passphrases are made of: three letters that can be read aloud in any language, none of them rude.

    Eight of them with hyphens are 31 characters: more than 32 do not pass the command line of poppler's tools.
    """
    made = (first + vowel + last for first in _FIRST for vowel in _VOWELS for last in _LAST)
    return tuple(word for word in made if word not in _UGLY)


def passphrase() -> str:
    """Return a new passphrase: eight words joined by hyphens, over 88 bits of chance from the system."""
    return "-".join(secrets.choice(words()) for _ in range(WORDS))


def carry(pages: Sequence[bytes], enclosed: Sequence[Enclosed], title: str) -> bytes:
    """Return one PDF with the pages of all documents in their order and the files attached, byte for byte.

    `title` may hold foreign text; it is shown as one clean line.
    """
    import pikepdf  # noqa: PLC0415  a tenth of a second, and needed with a hand-over only

    names = [one.name for one in enclosed]
    if not pages or len(set(names)) != len(names):
        raise BugError("a package needs pages, and each file a name of its own")
    with pikepdf.new() as target:
        for content in pages:
            with pikepdf.open(BytesIO(content)) as source:
                target.pages.extend(source.pages)
        for one in enclosed:
            target.attachments[one.name] = pikepdf.AttachedFileSpec(
                target, one.content, filename=one.name, mime_type=one.kind, relationship=pikepdf.Name.Data
            )
        target.docinfo["/Title"] = clean.line(title)
        target.docinfo["/Creator"] = "officer_app"
        if enclosed:
            target.Root.PageMode = pikepdf.Name.UseAttachments
        target.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        out = BytesIO()
        target.save(out, deterministic_id=True)
    return out.getvalue()


def enclosed(content: bytes, open_with: str = "") -> dict[str, bytes]:
    """Return the files that a package carries, by name; KnownError when it does not open."""
    import pikepdf  # noqa: PLC0415  as above

    try:
        with pikepdf.open(BytesIO(content), password=open_with) as found:
            return {name: spec.get_file().read_bytes() for name, spec in found.attachments.items()}
    except pikepdf.PasswordError:
        raise KnownError("This package is locked, and the passphrase does not open it. Check each word.") from None
    except pikepdf.PdfError:
        raise KnownError("This file is no PDF that can be read. Ask for it again.") from None


def lock(carrier: bytes, passphrase: str) -> bytes:
    """Return the PDF encrypted with AES-256 (V 5, R 6), contents, attachments and metadata alike.

    What was made is opened again before it is returned: with the passphrase it gives the same files, without it none.
    """
    import pikepdf  # noqa: PLC0415  as above

    out = BytesIO()
    with pikepdf.open(BytesIO(carrier)) as plain:
        # An empty owner passphrase would open the file for everybody.
        locked = pikepdf.Encryption(user=passphrase, owner=passphrase, R=6, aes=True, metadata=True)
        plain.save(out, encryption=locked, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    made = out.getvalue()
    _prove(made, passphrase, enclosed(carrier))
    return made


def _prove(made: bytes, passphrase: str, held: dict[str, bytes]) -> None:
    import pikepdf  # noqa: PLC0415  as above

    with pikepdf.open(BytesIO(made), password=passphrase) as found:
        how = found.encryption
    if (how.V, how.R, how.bits) != (5, 6, 256) or enclosed(made, passphrase) != held:
        raise BugError("the package was not encrypted as promised")
    try:
        pikepdf.open(BytesIO(made)).close()
    except pikepdf.PasswordError:
        return
    raise BugError("the package opens without its passphrase")


# --- for a certificate -----------------------------------------------------------------------------------------------


def certificate(content: bytes, now: datetime) -> x509.Certificate:
    """Return a recipient's certificate (PEM or DER); KnownError says why a package cannot be made for it."""
    if len(content) > _LARGEST:
        raise KnownError(f"This file is too large for a certificate. {_ANOTHER}")
    try:
        pem = b"-----BEGIN CERTIFICATE-----" in content
        found = x509.load_pem_x509_certificate(content) if pem else x509.load_der_x509_certificate(content)
        key = found.public_key()
        _whole(found)
    except Exception:  # the parser answers foreign bytes with errors of many kinds
        raise KnownError(f"This file is no certificate (PEM or DER). {_ANOTHER}") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise KnownError(
            "The certificate has no RSA key, and a package can be made for RSA only. Ask for an RSA certificate, or "
            "hand over an encrypted PDF with a passphrase letter."
        )
    if key.key_size < LEAST_RSA:
        raise KnownError(
            f"The certificate's key of {key.key_size} bits is too weak; {LEAST_RSA} are the least. {_ANOTHER}"
        )
    _in_force(found, now)
    _for_encryption(found)
    return found


def _whole(found: x509.Certificate) -> None:
    """Read every part that is needed later: a broken one is noticed only when it is read."""
    list(found.extensions)
    holder(found)


def _in_force(found: x509.Certificate, now: datetime) -> None:
    if now > found.not_valid_after_utc:
        raise KnownError(f"The certificate expired on {found.not_valid_after_utc:%d.%m.%Y}. {_ANOTHER}")
    if now < found.not_valid_before_utc:
        raise KnownError(f"The certificate holds only from {found.not_valid_before_utc:%d.%m.%Y}. {_ANOTHER}")


def _for_encryption(found: x509.Certificate) -> None:
    try:
        usage = found.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return
    if not usage.key_encipherment:
        raise KnownError(f"The certificate is made for signing, not for encryption. {_ANOTHER}")


def fingerprint(found: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate in groups of two digits, as programs show it."""
    digits = found.fingerprint(hashes.SHA256()).hex().upper()
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def holder(found: x509.Certificate) -> str:
    """Return whom a certificate names, in one clean line."""
    return name_line(found.subject)


def name_line(found: x509.Name) -> str:
    """Return a certificate's name as one clean line: the common name first, then the organisation."""
    parts = [
        str(attribute.value)
        for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.COUNTRY_NAME)
        for attribute in found.get_attributes_for_oid(kind)
    ]
    return clean.line(", ".join(parts) or found.rfc4514_string(), 200)


def envelop(content: bytes, recipient: x509.Certificate) -> bytes:
    """Return CMS EnvelopedData (AES-256, DER) that only the recipient's key opens.

    The envelope does not show whether it was altered: what goes in has to be signed first.
    """
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(content).add_recipient(recipient)
    builder = builder.set_content_encryption_algorithm(algorithms.AES256)
    return builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
