"""The gate: what must be true before any data may leave; without it nothing in the program can release."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from officer_app.base.errors import KnownError
from officer_app.base.person import comparable_name
from officer_app.disclosures.demand import (
    MARKETING,
    NEVER,
    OTHER_PURPOSE,
    SORTS,
    SUSPECT,
    CallBack,
    Confirmation,
    Demand,
    Disclosure,
    Item,
    Packs,
)

_MARKETING_WORDS = re.compile(
    r"marketing|advertis|promotion|newsletter|telesales|cold call|lead generation|"
    r"quang cao|tiep thi|khuyen mai|chao hang|ban hang qua dien thoai"
)


class Refused(KnownError):
    """The gate said no; the attempt is written to the audit by whoever asked."""


@dataclass(frozen=True)
class Check:
    """One condition of the gate: what it asks, whether it is met, and the sentence that says what is missing."""

    key: str
    title: str
    met: bool
    missing: str = ""


def is_marketing(demand: Demand) -> bool:
    """Tell whether the data would serve marketing: the policy's A4 knows no exception.

    A third party's own words count, however they are written; those of a judicial body may well speak of somebody's
    advertising.
    """
    said = "" if demand.judicial else f"{demand.purpose_words} {demand.asked}"
    return demand.purpose == MARKETING or _says_marketing(said)


@lru_cache(maxsize=256)
def _says_marketing(said: str) -> bool:
    """Read for every check of a case, of a text that may be long."""
    return bool(_MARKETING_WORDS.search(comparable_name(said)))


def call_back(case: Disclosure) -> CallBack | None:
    """Return the newest call-back if it passed and was about the demand as it stands."""
    newest = case.calls[-1] if case.calls else None
    if newest is None or not newest.passed or newest.about != case.demand.identity:
        return None
    return newest


def confirmation(case: Disclosure, now: datetime) -> Confirmation | None:
    """Return the buyer's newest confirmation if it covers this recipient and purpose and holds at `now`."""
    newest = case.confirmations[-1] if case.confirmations else None
    if newest is None or newest.withdrawn is not None or newest.evidence not in case.papers:
        return None
    same_party = comparable_name(newest.recipient) == comparable_name(case.demand.agency) != ""
    same_person = newest.customer == case.subject.customer and case.subject.linked
    if not (same_party and same_person and _same_purpose(newest, case.demand)):
        return None
    if revoked(case, newest) is not None:
        return None
    return newest if newest.given <= now < newest.expires else None


def revoked(case: Disclosure, word: Confirmation) -> datetime | None:
    """Return when the buyer withdrew a confirmation in the register of consents, or None.

    Who withdrew for this recipient and this data withdrew the confirmation too, unless both name another purpose of the
    closed list: what cannot be told apart does not leave.
    """
    ends = [
        one.at
        for one in case.revoked
        if one.at >= word.given
        and comparable_name(one.recipient) == comparable_name(word.recipient) != ""
        and set(one.categories) & set(word.fields)
        and (one.purpose == word.purpose or OTHER_PURPOSE in (one.purpose, word.purpose))
    ]
    return min(ends, default=None)


def _same_purpose(word: Confirmation, demand: Demand) -> bool:
    if demand.purpose != OTHER_PURPOSE:
        return word.purpose == demand.purpose != ""
    said, meant = comparable_name(demand.purpose_words), comparable_name(word.purpose_words)
    return word.purpose == OTHER_PURPOSE and said == meant != ""


def checks(case: Disclosure, packs: Packs, now: datetime) -> tuple[Check, ...]:
    """Return every condition that must hold before data may leave, met or not, in the officer's order of work."""
    demand = case.demand
    found = [
        Check("marketing", "Not for marketing", not is_marketing(demand),
              "Data never leaves for marketing, whoever asks and whatever was agreed."),
        Check("sort", "Who asks is known", demand.sort in SORTS, "Say whether a judicial body or a third party asks."),
        Check("party", "Agency or recipient", bool(demand.agency.strip()), "Enter who exactly asks."),
        Check("scope", "Scope asked", bool(demand.scope) and set(demand.scope) <= packs.categories,
              "Enter which data is asked for."),
    ]  # fmt: skip
    found += _judicial(case, packs) if demand.judicial else _third_party(case, now)
    found += [
        Check("customer", "The customer concerned", case.subject.linked, "Find the customer concerned."),
        Check("open", "Not refused, not closed", case.refusal is None and case.closed is None,
              "It was refused or closed. Reopen it first."),
    ]  # fmt: skip
    return tuple(found)


def _judicial(case: Disclosure, packs: Packs) -> list[Check]:
    demand, subject = case.demand, case.subject
    whose = subject.role == SUSPECT or bool(subject.note.strip())
    return [
        Check("body", "Body named by a policy pack", demand.body in packs.bodies,
              "No active policy pack names this body. Ask it for the law that obliges the shop."),
        Check("document", "Document number and date", bool(demand.number.strip()) and demand.dated is not None,
              "Enter the number and the date of the document."),
        Check("basis", "Legal basis", bool(demand.legal_basis.strip()), "Enter the law the demand rests on."),
        Check("signatory", "Signatory", bool(demand.signatory.strip()), "Enter who signed the demand."),
        Check("matter", "Case it belongs to", bool(demand.matter.strip()), "Enter the body's own case."),
        Check("papers", "Original attached", bool(case.papers), "Attach the original document."),
        Check("call-back", "Call-back to our directory's number", call_back(case) is not None,
              "Call the body back on the number in our own directory, never on the one in the letter."),
        Check("whose", "Concerns this customer's acts", whose,
              "Say why the data of a victim or witness is covered."),
        *_cooled(case),
    ]  # fmt: skip


def _cooled(case: Disclosure) -> list[Check]:
    """A demand that pressed, and that the body did not confirm at first, needs a cool answer before it counts."""
    if not case.demand.urgent or all(call.passed for call in case.calls):
        return []
    return [Check("cooling", "Urgent and not confirmed at first", case.cooling is not None,
                  "Answer first what happens if this urgent demand waits.")]  # fmt: skip


def _third_party(case: Disclosure, now: datetime) -> list[Check]:
    newest = case.confirmations[-1] if case.confirmations else None
    missing = "Without the buyer's own confirmation for this recipient and purpose nothing leaves; silence is no."
    if newest is not None and newest.withdrawn is None and revoked(case, newest) is not None:
        missing = "The buyer withdrew this in the register of consents. Only a confirmation given later counts."
    return [
        Check("purpose", "Purpose", case.demand.purpose not in ("", OTHER_PURPOSE) or bool(case.demand.purpose_words),
              "Enter the purpose in their words."),
        Check("confirmation", "The buyer's confirmation", confirmation(case, now) is not None, missing),
    ]  # fmt: skip


def lacking(case: Disclosure, packs: Packs, now: datetime) -> tuple[Check, ...]:
    """Return the conditions that are not met."""
    return tuple(check for check in checks(case, packs, now) if not check.met)


def allowed(case: Disclosure, packs: Packs, now: datetime) -> tuple[str, ...]:
    """Return the data that may leave: nothing while a condition is missing, and never more than was asked."""
    if lacking(case, packs, now):
        return ()
    covered = set(case.demand.scope) & packs.categories - set(NEVER)
    if not case.demand.judicial:
        word = confirmation(case, now)
        covered &= set(word.fields) if word is not None else set()
    return tuple(field for field in case.demand.scope if field in covered)


@dataclass(frozen=True)
class Cover:
    """What the demand or the confirmation covers at one moment; computed once for all items of a case."""

    demand: Demand
    fields: frozenset[str]
    orders: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, case: Disclosure, packs: Packs, now: datetime) -> "Cover":
        """Return what is covered now."""
        word = None if case.demand.judicial else confirmation(case, now)
        named = (case.demand.orders, word.orders if word is not None else ())
        orders = tuple(frozenset(map(_number, numbers)) for numbers in named if numbers)
        return cls(case.demand, frozenset(allowed(case, packs, now)), orders)

    def why_not(self, item: Item) -> str:
        """Return why this item is not covered, "" when it is."""
        demand = self.demand
        if item.category in NEVER:
            return "A password leaves to nobody."
        if item.category not in self.fields:
            return "Not covered by the demand." if demand.judicial else "Not covered by the buyer's confirmation."
        if item.order and any(_number(item.order) not in numbers for numbers in self.orders):
            return "Not one of the orders named."
        if item.order and (demand.since or demand.until):
            inside = item.day is not None and (demand.since or item.day) <= item.day <= (demand.until or item.day)
            return "" if inside else "Outside the dates named."
        return ""

    def outside(self, items: tuple[Item, ...]) -> tuple[str, ...]:
        """Return the keys of the items that are not covered."""
        return tuple(item.key for item in items if self.why_not(item))


def _number(order: str) -> str:
    return order.strip().lstrip("#").casefold()


def let_through(
    case: Disclosure, items: tuple[Item, ...], packs: Packs, now: datetime, granted: tuple[str, ...] = ()
) -> None:
    """Let these items through, or refuse naming the first thing that is missing.

    `granted` are keys of items outside a judicial demand for which an override is asked; a third party has none.
    """
    missing = lacking(case, packs, now)
    if missing:
        raise Refused(missing[0].missing)
    if not items:
        raise Refused("Choose the data to hand over first; nothing is chosen by itself.")
    cover = Cover.of(case, packs, now)
    overridable = set(granted) if case.demand.judicial else set()
    for item in items:
        why = cover.why_not(item)
        known = item.category in packs.categories and item.category not in NEVER
        if why and not (item.key in overridable and known):
            raise Refused(f"{item.label}: {why} Choose only what is asked for and allowed.")
