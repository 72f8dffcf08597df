"""What the shop uses data for, and what people consented to: what a record needs before it can stand as proof."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from officer_app.base.errors import KnownError

OTHER = "other"
"""A purpose outside the closed list of the active packs."""
PRESUMED = "presumed"
WAYS = ("shop", "written", "e-mail", "sms", "call", "in person", PRESUMED)
"""How a consent was given; `presumed`, from the data having been sent, is no consent and is refused."""
MARKETING = "marketing"
_LONGEST = 4_000

NO_CONSENT = (
    "Sending data is no consent by itself: it must be given knowingly, for a purpose, and be provable (Law "
    "91/2025/QH15 Art. 9, GDPR Art. 7). Ask the person, then record what they answer."
)


@dataclass(frozen=True)
class Use:
    """One use of personal data: for what, on which basis and how that is shown, which data, who receives it.

    `purpose` is an id of the packs' closed list or `other`; `basis` the id of a ground, "" while none is recorded.
    `recipients` are named in words, `processors` are names of the directory. `kept` says how long, in words.
    """

    id: str
    purpose: str
    title: str
    basis: str = ""
    proof: str = ""
    categories: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    processors: tuple[str, ...] = ()
    kept: str = ""
    changed: datetime | None = None
    changed_by: str = ""
    ended: datetime | None = None
    version: int = 0


@dataclass(frozen=True)
class Processor:
    """Who works on data for the shop: the contract (its number and day), the task, and when the contract ends."""

    name: str
    contract: str = ""
    task: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Proof:
    """A paper that proves a consent, sealed in the casebook."""

    id: str
    name: str
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Consent:
    """A consent as we recorded it: who, when, how, which wording, for what, which data, to whom; and its withdrawal.

    `customer` is the shop's key or "", `wording` the very text that was shown, `edition` its version or date. A
    confirmation that a disclosure keeps names its `case` and when it expires.
    """

    id: str
    customer: str
    name: str
    email: str
    purpose: str
    title: str
    categories: tuple[str, ...]
    wording: str
    edition: str
    way: str
    given: datetime
    recipient: str = ""
    proofs: tuple[Proof, ...] = ()
    recorded_by: str = ""
    recorded: datetime | None = None
    withdrawn: datetime | None = None
    withdrawn_how: str = ""
    version: int = 0
    case: str = ""
    expires: datetime | None = None

    @property
    def proved(self) -> bool:
        """Whether a paper was filed with it, or with the case that keeps it."""
        return bool(self.proofs or self.case)


# --- uses ------------------------------------------------------------------------------------------------------------


def keep(use: Use, grounds: Collection[str], consent_grounds: Collection[str], categories: Collection[str]) -> Use:
    """Return the use as it is kept, or refuse one that says too little; `grounds` are the packs' lawful bases."""
    made = replace(
        use, title=use.title.strip(), proof=use.proof.strip(), kept=use.kept.strip(),
        recipients=tuple(line.strip() for line in use.recipients if line.strip()),
    )  # fmt: skip
    if not made.title:
        raise KnownError("Say what the data is used for.")
    if made.purpose == MARKETING and made.recipients:
        raise KnownError("The shop's policy A4: data is never given away, sold or shared for marketing.")
    if made.basis not in grounds:
        raise KnownError("Choose the lawful basis; without one the data may not be used.")
    if made.basis in consent_grounds and not made.proof:
        raise KnownError(f"Say how the consent is proved: who, when, which wording. {NO_CONSENT}")
    if not made.categories or not set(made.categories) <= set(categories):
        raise KnownError("Choose the data that is used.")
    if max(map(len, (made.title, made.proof, made.kept, *made.recipients))) > _LONGEST:
        raise KnownError(f"Shorten the texts to {_LONGEST:,} characters each.")
    return made


def lacking(use: Use, processors: Sequence[Processor], today: date, closed: Collection[str]) -> tuple[str, ...]:
    """Return what a use still lacks, as keys: basis, outside, contract, ended."""
    known = {one.name: one for one in processors}
    found = [known.get(name) for name in use.processors]
    checks = (
        ("basis", not use.basis),
        ("outside", use.purpose not in closed),
        ("contract", any(one is None or not one.contract for one in found)),
        ("ended", any(one is not None and one.until is not None and one.until < today for one in found)),
    )
    return tuple(key for key, lacks in checks if lacks)


# --- consents --------------------------------------------------------------------------------------------------------


def give(consent: Consent, now: datetime, categories: Collection[str]) -> Consent:
    """Return the consent as it is recorded, or refuse one that could not be proved."""
    made = replace(
        consent, wording=consent.wording.strip(), edition=consent.edition.strip(), title=consent.title.strip(),
        recipient=consent.recipient.strip(),
    )  # fmt: skip
    if not (made.customer or made.email):
        raise KnownError("Open the person's card first: a consent belongs to a customer or an e-mail address.")
    if made.way == PRESUMED:
        raise KnownError(NO_CONSENT)
    if made.way not in WAYS:
        raise KnownError("Choose how the consent was given.")
    if not made.title:
        raise KnownError("Say what the person agreed to.")
    if made.purpose == MARKETING and made.recipient:
        raise KnownError("The shop's policy A4: data is never given away, sold or shared for marketing.")
    if not made.wording:
        raise KnownError("Enter the wording the person saw or heard; without it nobody can show what was agreed.")
    if not made.categories or not set(made.categories) <= set(categories):
        raise KnownError("Choose the data that the consent covers.")
    if made.given > now:
        raise KnownError("The time lies in the future. Enter when the consent was given.")
    if max(map(len, (made.wording, made.title, made.edition, made.recipient))) > _LONGEST:
        raise KnownError(f"Shorten the texts to {_LONGEST:,} characters each, or file them as proof.")
    return made


def withdraw(consent: Consent, at: datetime, how: str, now: datetime) -> Consent:
    """Return the consent withdrawn; from then on nothing may rest on it."""
    if consent.withdrawn is not None:
        raise KnownError("This consent was withdrawn already.")
    if at > now:
        raise KnownError("The time lies in the future. Enter when the person withdrew.")
    if at < consent.given:
        raise KnownError("The consent was given later than this. Check the time.")
    if not how.strip():
        raise KnownError("Say how the person withdrew, for instance by e-mail.")
    return replace(consent, withdrawn=at, withdrawn_how=how.strip()[:_LONGEST])
