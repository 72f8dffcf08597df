"""The people of a casebook: their records, roles, what each role may do, and the keys behind a passphrase."""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from officer_app.base.errors import KnownError
from officer_app.casebook.sealing import Kdf, Key, Tampered, expand

OFFICER, MANAGER = "officer", "manager"
ROLES = (OFFICER, MANAGER)
_LONGEST = 80

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
class Actor:
    """Who acts: a person's id, name and roles as their signed record gives them."""

    id: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """A signed record: who it is, the roles, both public keys (hex), and since and until when (ISO 8601)."""

    id: str
    sign_in: str
    name: str
    roles: tuple[str, ...]
    decrypt: str
    verify: str
    since: str
    until: str | None = None

    @property
    def active(self) -> bool:
        """Whether the person may still sign in."""
        return self.until is None

    def record(self) -> dict[str, Any]:
        """Return the form that stands in the roster."""
        return {**self.__dict__, "roles": list(self.roles)}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> "Person":
        """Return the record as it stands in the roster; ValueError or TypeError when it is none."""
        person = cls(**{**record, "roles": tuple(record["roles"])})
        texts = (person.id, person.sign_in, person.name, person.decrypt, person.verify, person.since, *person.roles)
        if not all(isinstance(text, str) for text in texts) or not isinstance(person.until, str | None):
            raise ValueError("no record of a person")
        for key in (person.decrypt, person.verify):
            if len(bytes.fromhex(key)) != 32:
                raise ValueError("no public key")
        return person

    def actor(self) -> Actor:
        """Return the person as who acts."""
        return Actor(self.id, self.name, self.roles)


def may(actor: Actor, permission: str) -> bool:
    """Return whether one of the actor's roles has the permission."""
    return bool(MAY[permission] & set(actor.roles))


def normal_sign_in(text: str) -> str:
    """Return a sign-in name as it is stored and compared."""
    return " ".join(text.split()).casefold()


def check_names(name: str, sign_in: str) -> tuple[str, str]:
    """Return a person's name and sign-in name in their stored forms; KnownError when one is missing or too long."""
    shown, wanted = " ".join(name.split()), normal_sign_in(sign_in)
    if not shown or not wanted or not (shown + wanted).isprintable():
        raise KnownError("Give a name and a sign-in name.")
    if max(len(shown), len(wanted)) > _LONGEST:
        raise KnownError(f"Shorten the name: at most {_LONGEST} characters.")
    return shown, wanted


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

    decrypt: bytes = field(repr=False)
    sign: bytes = field(repr=False)

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


# --- who is known ----------------------------------------------------------------------------------------------------


def fingerprint(public: bytes | str) -> str:
    """Return the SHA-256 of a public signing key as hex; shown and printed in groups of four."""
    raw = bytes.fromhex(public) if isinstance(public, str) else public
    return hashlib.sha256(raw).hexdigest()


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether an Ed25519 signature is right."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class KitRecord:
    """A recovery kit's public keys (hex); once spent it opens and signs nothing more."""

    id: str
    decrypt: str
    verify: str
    spent: bool = False


@dataclass(frozen=True)
class Directory:
    """Everybody the roster names, as it stands after its newest line."""

    people: Mapping[str, Person]
    kits: Mapping[str, KitRecord]
    epoch: int = 0
    commitment: str = ""  # to the root key of the epoch, signed by who made it
    seq: int = 0
    hashes: tuple[str, ...] = ()  # of the roster's lines, oldest first

    def names(self) -> dict[str, str]:
        """Return names by id, for showing."""
        return {**dict.fromkeys(self.kits, "Recovery kit"), **{one.id: one.name for one in self.people.values()}}

    def active(self) -> tuple[Person, ...]:
        """Return those who may sign in, by name."""
        return tuple(sorted((one for one in self.people.values() if one.active), key=lambda one: one.name.casefold()))

    def managers(self) -> tuple[Person, ...]:
        """Return the managers who may sign in."""
        return tuple(one for one in self.active() if MANAGER in one.roles)

    def signed_in_as(self, sign_in: str) -> Person | None:
        """Return the active person of a sign-in name, or None."""
        wanted = normal_sign_in(sign_in)
        return next((one for one in self.active() if one.sign_in == wanted), None)

    def signer(self, actor: str) -> tuple[str, tuple[str, ...]] | None:
        """Return the signing key (hex) and roles of who may act now: an active person or an unspent kit."""
        person, kit = self.people.get(actor), self.kits.get(actor)
        if person is not None and person.active:
            return person.verify, person.roles
        if kit is not None and not kit.spent:
            return kit.verify, (MANAGER,)
        return None
