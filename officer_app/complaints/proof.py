"""How it is proved who somebody is (policy F1): stored facts, a call-back, a code, a paper seen and never copied."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from officer_app.base.errors import KnownError

STORED, CALL, IN_PERSON, LETTER_CODE, MAIL_CODE, PAPER, ATTORNEY = (
    "stored facts", "call-back", "in person", "code by letter", "code by mail", "ID seen", "power of attorney",
)  # fmt: skip
COMPARED = (STORED, CALL, IN_PERSON)
"""Methods that rest on stored facts compared."""
SEEN = (PAPER, ATTORNEY)
"""Methods that rest on a paper somebody looked at; what was seen is noted, the paper is not kept."""
CODES = (LETTER_CODE, MAIL_CODE)
FACTS = ("phone", "order", "street", "postcode", "customer")
"""What may prove an identity. Not the name and the e-mail: whoever pretends to be somebody knows these two, and a
sender can be forged."""
PASSES = 2  # stored facts that must agree (policy F1; the default for a silent policy)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another
_LENGTH, _TRIES, _VALID = 8, 5, timedelta(days=30)


@dataclass(frozen=True)
class IdentityCheck:
    """One check of who the requester is: how, against which customer, which facts agreed and which did not, the result,
    when and by whom."""

    method: str
    agreed: tuple[str, ...]
    differed: tuple[str, ...]
    passed: bool
    at: datetime
    by: str
    note: str = ""
    customer: str = ""


@dataclass(frozen=True)
class Code:
    """A code sent to a stored address; only its digest is kept. `tries` counts the wrong ones given back."""

    method: str
    customer: str
    salt: str
    digest: str
    made: datetime
    notice: str = ""
    tries: int = 0

    def until(self) -> datetime:
        """Return when it ends to be valid."""
        return self.made + _VALID


def new_code(method: str, customer: str, now: datetime) -> tuple[str, Code]:
    """Return a fresh code to be told in a letter, and what is kept of it."""
    if method not in CODES:
        raise KnownError("Choose whether the code goes by letter or by mail.")
    told = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    salt = secrets.token_hex(16)
    return f"{told[:4]}-{told[4:]}", Code(method, customer, salt, _digest(told, salt), now)


def _digest(text: str, salt: str) -> str:
    plain = "".join(ch for ch in text.upper() if ch in _LETTERS)
    return hashlib.sha256(f"{salt}{plain}".encode()).hexdigest()


def try_code(code: Code | None, given: str, customer: str, now: datetime) -> tuple[bool, Code | None]:
    """Return whether the code given back is the one sent, and what is kept of it; a code is good for one check."""
    if code is None or code.customer != customer:
        raise KnownError("No code was sent to this customer. Send one first.")
    if now > code.until():
        raise KnownError("The code is older than 30 days. Send a new one.")
    if code.tries >= _TRIES:
        raise KnownError("Too many wrong codes were given. Send a new one.")
    if not given.strip():
        raise KnownError("Enter the code that the person gave you.")
    if hmac.compare_digest(_digest(given, code.salt), code.digest):
        return True, None
    return False, replace(code, tries=code.tries + 1)


def passes(
    method: str, agreed: tuple[str, ...], differed: tuple[str, ...], confirmed: bool | None, least: int = PASSES
) -> bool:
    """Return whether a check passes.

    At least two stored facts agree, or `least` where a pack asks for more, and none differs; a call-back instead rests
    on the stored number and on the person's word there, and a paper on what was seen.
    """
    if differed or confirmed is False:
        return False
    if method in SEEN or (method == CALL and confirmed is not None):
        return confirmed is True and (method in SEEN or "phone" in agreed)
    return len(agreed) >= max(least, PASSES)
