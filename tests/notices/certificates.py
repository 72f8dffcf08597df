"""Makes certificates and PKCS#12 files, good ones and ones that must be refused."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
PASSPHRASE = "the key of the red door"


@dataclass(frozen=True)
class Span:
    """How long a certificate holds."""

    since: datetime
    until: datetime


GOOD = Span(NOW - timedelta(days=30), NOW + timedelta(days=400))

PAST = Span(NOW - timedelta(days=30), NOW - timedelta(days=2))
LATER = Span(NOW + timedelta(days=2), NOW + timedelta(days=30))


@dataclass(frozen=True)
class Pair:
    """A key with its certificate."""

    key: Any
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def make(
    name: str = "Lotus Shop",
    *,
    key: Any = None,
    issuer: Pair | None = None,
    span: Span = GOOD,
    signing: bool = True,
    encrypting: bool = True,
) -> Pair:
    """Return a certificate, issued by itself unless an issuer is named."""
    key = key or rsa_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span.since)
        .not_valid_after(span.until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(signing, False, encrypting, False, False, signing, False, False, False), critical=True
        )
    )
    return Pair(key, built.sign(issuer.key if issuer else key, hashes.SHA256()))


def curve_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def p12(pair: Pair, *others: Pair, passphrase: str = PASSPHRASE) -> bytes:
    """Return key, certificate and further certificates as one PKCS#12 file."""
    more = [one.certificate for one in others]
    return pkcs12.serialize_key_and_certificates(
        b"shop", pair.key, pair.certificate, more, BestAvailableEncryption(passphrase.encode())
    )
