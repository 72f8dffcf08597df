"""Sealing: the only place that encrypts, derives and indexes; AES-256-GCM, HKDF-SHA256, HMAC-SHA256, Argon2id, HPKE."""

import hashlib
import hmac
import json
import os
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from officer_app.base.errors import BugError, KnownError

_FORMAT = 1
_CHUNK = 64 * 1024
LEAST_MEMORY, LEAST_PASSES = 65_536, 3
"""The weakest Argon2id parameters accepted: 64 MiB and 3 passes, the second choice of RFC 9106."""
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_LENGTH = struct.Struct(">I").pack


class Tampered(KnownError):
    """A sealed value does not belong where it stands, or was changed."""


def canonical(value: object) -> bytes:
    """Return `value` as JSON with sorted keys in UTF-8, the form that is digested and signed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def bound(*parts: str | int | bytes) -> bytes:
    """Return the parts joined with their lengths, so that no two lists of parts give the same bytes."""
    joined: list[bytes] = []
    for part in parts:
        raw = part if isinstance(part, bytes) else str(part).encode()
        joined += (_LENGTH(len(raw)), raw)
    return b"".join(joined)


def expand(key: bytes, info: str) -> bytes:
    """Return a 32-byte subkey (HKDF-Expand, RFC 5869) of a uniformly random key."""
    return HKDFExpand(algorithm=hashes.SHA256(), length=32, info=info.encode()).derive(key)


# --- passphrases -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kdf:
    """Argon2id parameters (RFC 9106): memory in KiB, passes, lanes, 16-byte salt as hex."""

    memory: int
    passes: int
    lanes: int
    salt: str

    @classmethod
    def fresh(cls, memory: int = 262_144, passes: int = 3, lanes: int = 4) -> "Kdf":
        """Return parameters with a new random salt; 256 MiB, 3 passes, 4 lanes by default."""
        return cls(memory, passes, lanes, os.urandom(16).hex())

    @classmethod
    def read(cls, text: str) -> "Kdf":
        """Return stored parameters; values that are too weak or would hang the program are refused."""
        try:
            kdf = cls(**json.loads(text))
            whole = all(isinstance(n, int) for n in (kdf.memory, kdf.passes, kdf.lanes))
            fits = (
                whole
                and LEAST_MEMORY <= kdf.memory <= 1_048_576
                and LEAST_PASSES <= kdf.passes <= 10
                and 1 <= kdf.lanes <= 8
            )
            if not fits or len(bytes.fromhex(kdf.salt)) != 16:
                raise ValueError(text)
        except (TypeError, ValueError) as error:
            raise Tampered(
                "The passphrase settings in this casebook were changed from outside. Restore a backup."
            ) from error
        return kdf

    def write(self) -> str:
        """Return the stored form."""
        return canonical(asdict(self)).decode()

    def key(self, passphrase: str, purpose: str) -> bytes:
        """Return the 32-byte key of a passphrase (NFC); takes most of a second, never on the GUI thread."""
        secret = unicodedata.normalize("NFC", passphrase).encode()
        stretched = Argon2id(
            salt=bytes.fromhex(self.salt), length=32, iterations=self.passes, lanes=self.lanes, memory_cost=self.memory
        ).derive(secret)
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(stretched)


# --- fields ----------------------------------------------------------------------------------------------------------


def _padded(plain: bytes) -> bytes:
    size = len(plain) + 4
    bucket = 32 if size <= 256 else 256
    return struct.pack(">I", len(plain)) + plain + bytes(-size % bucket)


class Key:
    """One symmetric key; the cipher object is kept, because making it anew for each field halves the speed."""

    def __init__(self, secret: bytes, version: int = 0) -> None:
        self._aead = AESGCM(secret)
        self.version = version
        self._head = struct.pack(">BI", _FORMAT, version)

    def seal(self, plain: bytes, *place: str | int) -> bytes:
        """Return `plain` padded and sealed to its place (store, table, row, column, row version)."""
        nonce = os.urandom(12)
        aad = bound(*place, self.version)
        return self._head + nonce + self._aead.encrypt(nonce, _padded(plain), aad)

    def open(self, blob: bytes, *place: str | int) -> bytes:
        """Return the plain bytes; Tampered when the value was changed or moved from another place."""
        return self.open_bound(blob, bound(*place, self.version), place[1:4])

    def open_bound(self, blob: bytes, aad: bytes, named: Sequence[str | int]) -> bytes:
        """Return the plain bytes sealed with `aad`, the joined place; `named` is what of it a message may say."""
        try:
            if blob[:5] != self._head:
                raise ValueError("another format or key version")
            padded = self._aead.decrypt(blob[5:17], blob[17:], aad)
            return padded[4 : 4 + int.from_bytes(padded[:4])]
        except (InvalidTag, ValueError) as error:
            where = " ".join(str(part) for part in named)
            raise Tampered(
                f"The sealed record {where} was changed or moved outside this program. Run the audit check and restore "
                "it from a backup."
            ) from error

    def seal_json(self, value: object, *place: str | int) -> bytes:
        """Seal a JSON value."""
        return self.seal(canonical(value), *place)

    def open_json(self, blob: bytes, *place: str | int) -> Any:
        """Return the JSON value sealed by `seal_json`."""
        return msgspec.json.decode(self.open(blob, *place))


@lru_cache(maxsize=1024)
def _versions(row: int, key: int) -> bytes:
    return bound(row, key)


class Cells:
    """The values of one sealed column, for lists: what is the same in all their places is joined once.

    The places are those of `Key.seal_json(value, store, table, row, column, version)`.
    """

    def __init__(self, store: str, table: str, column: str) -> None:
        self._front, self._column, self._names = bound(store, table), bound(column), (table, column)

    def open_json(self, key: Key, blob: bytes, row: str, version: int) -> Any:
        """Return the JSON value of a row, sealed by `key` at a version of the row; Tampered as `Key.open` says."""
        aad = self._front + bound(row) + self._column + _versions(version, key.version)
        table, column = self._names
        return msgspec.json.decode(key.open_bound(blob, aad, (table, row, column)))


# --- files -----------------------------------------------------------------------------------------------------------


def seal_stream(key: bytes, plain: Iterator[bytes], label: bytes = b"") -> Iterator[bytes]:
    """Yield a sealed file in chunks of 64 KiB (STREAM construction, Hoang et al. 2015).

    Each chunk's nonce is a 7-byte random prefix, a 4-byte counter and a last-chunk flag, so that truncation, reordering
    and chunks of another file are refused on opening. `label` is authenticated with every chunk.
    """
    aead, prefix = AESGCM(key), os.urandom(7)
    yield prefix
    counter = 0
    held = b""  # the newest chunk waits: only the one after it shows whether it is the last
    for chunk in _chunks(plain):
        if held:
            yield aead.encrypt(prefix + struct.pack(">IB", counter, 0), held, label)
            counter += 1
        held = chunk
    yield aead.encrypt(prefix + struct.pack(">IB", counter, 1), held, label)


def _chunks(plain: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces of any size as chunks of 64 KiB, the last one shorter; nothing for no bytes."""
    rest = b""
    for piece in plain:
        at = 0
        if rest:
            at = min(_CHUNK - len(rest), len(piece))
            rest += piece[:at]
            if len(rest) < _CHUNK:
                continue
            yield rest
        whole = at + (len(piece) - at) // _CHUNK * _CHUNK
        view = memoryview(piece)
        for start in range(at, whole, _CHUNK):
            yield bytes(view[start : start + _CHUNK])
        rest = piece[whole:]
    if rest:
        yield rest


def open_stream(key: bytes, read: Callable[[int], bytes], label: bytes = b"") -> Iterator[bytes]:
    """Yield the plain chunks of a sealed file read by `read(size)`; Tampered at the first wrong or missing one."""
    aead, counter = AESGCM(key), 0
    prefix = read(7)
    block = read(_CHUNK + 16)
    while True:
        following = read(_CHUNK + 16) if block else b""
        try:
            yield aead.decrypt(prefix + struct.pack(">IB", counter, 0 if following else 1), block, label)
        except (InvalidTag, ValueError) as error:
            raise Tampered("The sealed file is damaged or cut off. Use another copy.") from error
        if not following:
            return
        block, counter = following, counter + 1


# --- persons and indexes ---------------------------------------------------------------------------------------------


def wrap_to(public: bytes, secret: bytes, info: bytes) -> bytes:
    """Return `secret` for the holder of an X25519 key (HPKE base mode, RFC 9180)."""
    return _SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(public), info)


def unwrap_with(private: bytes, wrapped: bytes, info: bytes) -> bytes:
    """Return the secret wrapped by `wrap_to`; Tampered when it is another's or was changed."""
    try:
        return _SUITE.decrypt(wrapped, X25519PrivateKey.from_private_bytes(private), info)
    except (InvalidTag, ValueError) as error:
        raise Tampered("A key of this casebook was changed from outside. Restore a backup.") from error


def blind_key(key: bytes, field: str) -> bytes:
    """Return the key of one field's blind indexes, so that equal values of two fields do not show."""
    return expand(key, f"oa/bidx/{field}")


def blind(key: bytes, normal: str) -> str:
    """Return the 128-bit blind index of a normal form as hex.

    It shows equality and frequency to whoever reads the table, and nothing else; never used for names.
    """
    return hmac.digest(key, normal.encode(), hashlib.sha256)[:16].hex()


def blinds(key: bytes, normals: Iterable[str]) -> list[str | None]:
    """Return the blind index of each normal form, None for an empty one; for many at once."""
    keyed, found = hmac.new(key, digestmod=hashlib.sha256), list[str | None]()
    for normal in normals:
        one = keyed.copy() if normal else None
        if one is not None:
            one.update(normal.encode())
        found.append(None if one is None else one.digest()[:16].hex())
    return found


def same_key(first: bytes, second: bytes) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(first, second)


def require(condition: bool, what: str) -> None:
    """Raise BugError unless a promise between our own parts holds."""
    if not condition:
        raise BugError(what)
