"""Recovery kits: a 256-bit seed as text a person can type, each group with its own check letter."""

import base64
import os
from dataclasses import dataclass, field

from officer_app.base.errors import KnownError
from officer_app.casebook.people import Keys

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_GROUPS = 13
_LOOKALIKES = str.maketrans({"0": "O", "1": "I", "8": "B"})


@dataclass(frozen=True)
class Kit:
    """A kit: its id in the casebook and its seed."""

    id: str
    seed: bytes = field(repr=False)

    @classmethod
    def fresh(cls) -> "Kit":
        """Return a new random kit."""
        return cls("kit-" + os.urandom(4).hex(), os.urandom(32))

    @property
    def keys(self) -> Keys:
        """The kit's private keys."""
        return Keys.from_seed(self.seed)

    @property
    def groups(self) -> tuple[str, ...]:
        """The seed as thirteen groups of four letters (RFC 4648 base32), each followed by its check letter."""
        text = base64.b32encode(self.seed).decode().rstrip("=")
        fours = [text[at : at + 4] for at in range(0, len(text), 4)]
        return tuple(four + _check(number, four) for number, four in enumerate(fours))


def _check(number: int, four: str) -> str:
    """Return the check letter of a group: a weighted sum modulo 32 that takes in the group's place.

    The weights are odd, hence invertible: one wrong letter always shows, and so do groups in the wrong order.
    """
    total = 5 * number + sum(
        weight * _ALPHABET.index(letter) for weight, letter in zip((1, 3, 9, 27), four, strict=True)
    )
    return _ALPHABET[total % 32]


def group_right(number: int, typed: str) -> bool:
    """Return whether the group at this place (from 0) is typed in full and its check letter fits."""
    group = typed.strip().upper().translate(_LOOKALIKES)
    known = len(group) == 5 and all(letter in _ALPHABET for letter in group)
    return known and _check(number, group[:4]) == group[4]


def read(text: str) -> bytes:
    """Return the seed that was typed; KnownError names the first wrong group (spaces and case do not matter)."""
    typed = "".join(ch for ch in text.upper() if ch.isalnum()).translate(_LOOKALIKES)
    if len(typed) != _GROUPS * 5:
        raise KnownError(f"A recovery kit has 13 groups of five letters; this has {len(typed)} letters. Look for gaps.")
    fours = []
    for number in range(_GROUPS):
        group = typed[number * 5 : number * 5 + 5]
        if not group_right(number, group):
            raise KnownError(f"Group {number + 1} is mistyped. Compare it with the sheet letter by letter.")
        fours.append(group[:4])
    return base64.b32decode("".join(fours) + "====")
