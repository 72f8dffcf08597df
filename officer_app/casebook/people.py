"""The people of a casebook: signed records, roles, what each role may do, and the keys behind a passphrase."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection, select

from officer_app.base.errors import KnownError
from officer_app.casebook import schema
from officer_app.casebook.sealing import Kdf, Key, Tampered, bound, canonical, expand
from officer_app.casebook.transaction import Actor

OFFICER, MANAGER = "officer", "manager"
ROLES = (OFFICER, MANAGER)

MAY: Mapping[str, frozenset[str]] = {
    "view": frozenset({OFFICER, MANAGER}),
    "work": frozenset({OFFICER}),
    "approve": frozenset({MANAGER}),
    "print letters": frozenset({OFFICER, MANAGER}),
    "manage people": frozenset({MANAGER}),
    "change settings": frozenset({OFFICER, MANAGER}),
    "read the audit": frozenset({OFFICER, MANAGER}),
    "back up": frozenset({OFFICER, MANAGER}),
    "continue a restored casebook": frozenset({MANAGER}),
}
"""Which roles may do what; services name the permission, nothing else decides."""


@dataclass(frozen=True)
class Person:
    """A signed record: who it is, the roles, both public keys (hex), and since and until when."""

    id: str
    sign_in: str
    name: str
    roles: tuple[str, ...]
    decrypt: str
    verify: str
    since: str
    until: str | None = None
    serial: int = 1
    former: tuple[str, ...] = ()  # earlier signing keys, for entries signed before a recovery

    @property
    def active(self) -> bool:
        """Whether the person may still sign in."""
        return self.until is None

    def record(self) -> bytes:
        """Return the canonical form that a manager signs."""
        return canonical({**self.__dict__, "roles": list(self.roles), "former": list(self.former)})

    @classmethod
    def read(cls, text: str) -> "Person":
        """Return the record stored as `text`."""
        values = json.loads(text)
        return cls(**{**values, "roles": tuple(values["roles"]), "former": tuple(values["former"])})

    def actor(self) -> Actor:
        """Return the person as who acts."""
        return Actor(self.id, self.name, self.roles)


def may(actor: Actor, permission: str) -> bool:
    """Return whether one of the actor's roles has the permission."""
    return bool(MAY[permission] & set(actor.roles))


def normal_sign_in(text: str) -> str:
    """Return a sign-in name as it is stored and compared."""
    return " ".join(text.split()).casefold()


def check_passphrase(passphrase: str, *related: str) -> None:
    """Refuse a passphrase that is short or easily guessed; KnownError says what to do."""
    if len(passphrase) < 12:
        raise KnownError("Use at least 12 characters. Four or more unrelated words are easy to keep in mind.")
    from zxcvbn import zxcvbn  # noqa: PLC0415  loads word lists

    if zxcvbn(passphrase[:72], user_inputs=list(related))["guesses_log10"] < 10:
        raise KnownError("This passphrase is easily guessed. Use four or more unrelated words.")


# --- a person's keys -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Keys:
    """A person's private keys: X25519 to open, Ed25519 to sign (32 raw bytes each)."""

    decrypt: bytes
    sign: bytes

    @classmethod
    def fresh(cls) -> "Keys":
        """Return new random keys."""
        return cls(os.urandom(32), os.urandom(32))

    @classmethod
    def from_seed(cls, seed: bytes) -> "Keys":
        """Return the keys of a recovery kit from its 256-bit seed."""
        return cls(expand(seed, "oa/kit/decrypt"), expand(seed, "oa/kit/sign"))

    @property
    def public_decrypt(self) -> bytes:
        """The X25519 public key."""
        return X25519PrivateKey.from_private_bytes(self.decrypt).public_key().public_bytes_raw()

    @property
    def public_verify(self) -> bytes:
        """The Ed25519 public key."""
        return Ed25519PrivateKey.from_private_bytes(self.sign).public_key().public_bytes_raw()

    def signer(self) -> Callable[[bytes], bytes]:
        """Return the signing function."""
        return Ed25519PrivateKey.from_private_bytes(self.sign).sign

    def draft_key(self) -> Key:
        """Return the key that seals the person's own drafts."""
        return Key(expand(self.decrypt, "oa/drafts"))


def _place(store: str, person: str, kdf: Kdf, public: str) -> tuple[str, ...]:
    return ("oa/person/v1", store, person, kdf.write(), public)


def lock_keys(store: str, person: str, keys: Keys, passphrase: str, kdf: Kdf) -> bytes:
    """Return both private keys sealed under a passphrase; slow on purpose."""
    secret = Key(kdf.key(passphrase, f"oa/kek/v1|{store}|{person}"))
    return secret.seal(keys.decrypt + keys.sign, *_place(store, person, kdf, keys.public_verify.hex()))


def unlock_keys(store: str, person: Person, kdf: Kdf, private: bytes, passphrase: str) -> Keys | None:
    """Return the private keys, or None for a wrong passphrase; slow on purpose."""
    secret = Key(kdf.key(passphrase, f"oa/kek/v1|{store}|{person.id}"))
    try:
        both = secret.open(private, *_place(store, person.id, kdf, person.verify))
    except Tampered:
        return None
    keys = Keys(both[:32], both[32:])
    if keys.public_verify.hex() != person.verify or keys.public_decrypt.hex() != person.decrypt:
        raise Tampered("The keys of this person were exchanged from outside. Restore a backup.")
    return keys


# --- records ---------------------------------------------------------------------------------------------------------


def fingerprint(public: bytes | str) -> str:
    """Return the SHA-256 of a public signing key as hex; shown and printed in groups of four."""
    raw = bytes.fromhex(public) if isinstance(public, str) else public
    return hashlib.sha256(raw).hexdigest()


def signed_record(store: str, record: bytes) -> bytes:
    """Return the bytes that a manager or kit signs for a person's record."""
    return bound("oa/record/v1", store, record)


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether an Ed25519 signature is right."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@dataclass(frozen=True)
class Directory:
    """Everybody whose record is rightly signed, by id; `distrusted` names the records that are not."""

    people: Mapping[str, Person]
    kits: Mapping[str, str]  # kit id to its signing public key
    distrusted: tuple[str, ...]

    def public(self, person: str) -> tuple[bytes, ...]:
        """Return the signing keys a person or kit has had, newest first; empty when unknown."""
        if person in self.kits:
            return (bytes.fromhex(self.kits[person]),)
        known = self.people.get(person)
        return tuple(bytes.fromhex(key) for key in (known.verify, *known.former)) if known else ()

    def names(self) -> dict[str, str]:
        """Return names by id, for showing."""
        return {**dict.fromkeys(self.kits, "Recovery kit"), **{one.id: one.name for one in self.people.values()}}

    def active(self) -> tuple[Person, ...]:
        """Return those who may sign in, by name."""
        return tuple(sorted((one for one in self.people.values() if one.active), key=lambda one: one.name.casefold()))


def trusted(connection: Connection, store: str, root: str) -> Directory:
    """Return the people whose records are signed by the pinned first manager, by a manager so signed, or by a kit.

    Roles and public keys are taken only from here: a row edited in the database is left out and named.
    """
    rows: dict[str, Any] = {row.id: row for row in connection.execute(select(schema.people))}
    records = {key: Person.read(row.record) for key, row in rows.items()}
    anchors = {
        verify for one in records.values() for verify in (one.verify, *one.former) if fingerprint(verify) == root
    }
    signers: dict[str, set[str]] = {}
    kits: dict[str, str] = {}
    good: dict[str, Person] = {}
    kit_rows = connection.execute(select(schema.kits)).all()
    changed = True
    while changed:
        changed = False
        keys = set(anchors).union(*signers.values()) if signers else set(anchors)
        for kit in kit_rows:
            message = signed_record(store, canonical([kit.id, bytes(kit.decrypt).hex(), bytes(kit.verify).hex()]))
            if kit.id not in kits and any(verifies(bytes.fromhex(k), bytes(kit.signature), message) for k in keys):
                kits[kit.id] = bytes(kit.verify).hex()
                signers[kit.id] = {bytes(kit.verify).hex()}
                changed = True
        for key, row in rows.items():
            one = records[key]
            for record, signature in json.loads(row.prior or "[]"):
                earlier = Person.read(record)
                message = signed_record(store, record.encode())
                known = earlier.verify in keys or earlier.id != key or MANAGER not in earlier.roles
                if not known and any(verifies(bytes.fromhex(k), bytes.fromhex(signature), message) for k in keys):
                    signers[f"{key} before {earlier.serial}"] = {earlier.verify}
                    changed = True
            if key in good or one.id != key or one.sign_in != row.sign_in:
                continue
            message = signed_record(store, row.record.encode())
            if any(verifies(bytes.fromhex(k), bytes(row.signature), message) for k in keys):
                good[key] = one
                if MANAGER in one.roles and one.active:
                    signers[key] = {one.verify, *one.former}
                changed = True
    return Directory(good, kits, tuple(sorted(set(rows) - set(good))))


def ended(person: Person, now: datetime) -> Person:
    """Return the record of a person whose access ended."""
    return replace(person, until=now.isoformat(), serial=person.serial + 1)
