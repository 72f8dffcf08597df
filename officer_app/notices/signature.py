"""The certificate behind the shop's signature: whom it names, how long it holds, whether it may sign."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from officer_app.base.errors import KnownError
from officer_app.notices import package

LARGEST = 256 * 1024
_DER = 0x30
_KEYS = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)


@dataclass(frozen=True)
class Identity:
    """Who signs: names and dates of the certificate, its SHA-256, and the kind of key in words."""

    holder: str
    issuer: str
    not_before: datetime
    not_after: datetime
    fingerprint: str
    key: str
    own_issuer: bool

    def in_force(self, now: datetime) -> bool:
        """Whether something may be signed with it now."""
        return self.not_before <= now <= self.not_after


@dataclass(frozen=True)
class Sealed:
    """A PKCS#12 file with its passphrase, as they are kept sealed in the casebook; never shown, never logged."""

    content: bytes
    passphrase: str

    def __repr__(self) -> str:
        return "Sealed(…)"


@dataclass(frozen=True)
class Verdict:
    """What a signature says of a file, in plain words too; `at` is when the file claims it was signed."""

    intact: bool
    sentence: str
    holder: str = ""
    fingerprint: str = ""
    at: datetime | None = None


def identity(sealed: Sealed, now: datetime) -> Identity:
    """Return whom a PKCS#12 file (.p12, .pfx) lets sign; KnownError says why it cannot be used."""
    found = read(sealed)
    who = describe(found)
    if now > who.not_after:
        raise KnownError(f"The certificate expired on {who.not_after:%d.%m.%Y}. Import a new one.")
    if now < who.not_before:
        raise KnownError(f"The certificate holds only from {who.not_before:%d.%m.%Y}. Import it then.")
    return who


def read(sealed: Sealed) -> pkcs12.PKCS12KeyAndCertificates:
    """Return key and certificates of a PKCS#12 file; KnownError when it does not open or cannot sign."""
    content = sealed.content
    if len(content) > LARGEST or content[:1] != bytes([_DER]):
        raise KnownError("This file is no PKCS#12 file (.p12, .pfx). Export certificate and key as one.")
    try:
        found = pkcs12.load_pkcs12(content, sealed.passphrase.encode() or None)
    except ValueError:
        raise KnownError("The passphrase does not open this file. Type it again.") from None
    except Exception:  # the parser answers foreign bytes with errors of many kinds
        raise KnownError("This PKCS#12 file cannot be read. Export certificate and key again.") from None
    if found.cert is None or found.key is None:
        raise KnownError("This file lacks the key or its certificate. Export both into one file.")
    _may_sign(found.cert.certificate)
    return found


def _may_sign(found: x509.Certificate) -> None:
    key = found.public_key()
    strong = isinstance(key, rsa.RSAPublicKey) and key.key_size >= package.LEAST_RSA
    if not strong and not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _KEYS)):
        raise KnownError("The key must be RSA of at least 2,048 bits, or one of the curves P-256, P-384 and P-521.")
    try:
        usage = found.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise KnownError("This certificate is not made for signing. Import one that is.")


def describe(found: pkcs12.PKCS12KeyAndCertificates) -> Identity:
    """Return the facts of the signing certificate."""
    assert found.cert is not None
    one = found.cert.certificate
    key = one.public_key()
    kind = f"RSA, {key.key_size:,} bits" if isinstance(key, rsa.RSAPublicKey) else "elliptic curve"
    if isinstance(key, ec.EllipticCurvePublicKey):
        kind = f"elliptic curve, {key.curve.key_size} bits"
    return Identity(
        holder=package.holder(one),
        issuer=package.name_line(one.issuer),
        not_before=one.not_valid_before_utc,
        not_after=one.not_valid_after_utc,
        fingerprint=package.fingerprint(one),
        key=kind,
        own_issuer=one.issuer == one.subject,
    )
