"""What may leave, step by step: chosen, cleared by a second person, frozen, handed over, and the buyer told."""

from dataclasses import replace
from datetime import datetime

from officer_app.base.errors import KnownError
from officer_app.disclosures import gate
from officer_app.disclosures.demand import (
    CLEARED,
    CLOSED,
    HANDED_OVER,
    IN_PART,
    NOT_BEFORE,
    RELEASED,
    SECRECY,
    TELL,
    Choice,
    Clearance,
    Disclosure,
    HandOver,
    Package,
    Packs,
    Telling,
)
from officer_app.disclosures.gate import Refused
from officer_app.disclosures.ground import ALONE, anew, open_only, unreleased


def choose(case: Disclosure, choice: Choice, packs: Packs, now: datetime) -> Disclosure:
    """Choose the smallest set of data that will do; everything starts unticked.

    What lies outside a judicial demand can be chosen only with the reason why it is needed, for the second person to
    grant or not; what lies outside a confirmation cannot be chosen at all.
    """
    unreleased(case)
    outside = gate.Cover.of(case, packs, now).outside(choice.items)
    gate.let_through(case, choice.items, packs, now, outside if choice.beyond.strip() else ())
    if not choice.reason.strip():
        raise KnownError("Say why this data is needed and less would not do.")
    return anew(replace(case, choice=replace(choice, beyond=choice.beyond.strip() if outside else "", outside=outside)))


def clear(
    case: Disclosure, by: str, others: bool, packs: Packs, now: datetime, override: str = ""
) -> Disclosure:  # fmt: skip
    """A manager clears what was chosen; `others` says whether another manager than the author could do it.

    `override` is the manager's reason why data outside the demand may leave; nobody grants that to themselves.
    """
    unreleased(case)
    choice = case.choice
    if choice is None:
        gate.let_through(case, (), packs, now)
        raise Refused("Choose the data to hand over first; nothing is chosen by itself.")
    gate.let_through(case, choice.items, packs, now, choice.outside)
    if by == choice.by and others:
        raise Refused("Who chose the data cannot clear it. Ask another manager.")
    if choice.outside and by == choice.by:
        raise Refused("Data outside the demand needs a second person. Choose only what the demand covers.")
    if choice.outside and not override.strip():
        raise Refused(
            "Some of this lies outside the demand. Give the reason to let it go, or ask for a smaller choice."
        )
    remark = ALONE if by == choice.by else ""
    keys = tuple(item.key for item in choice.items)
    word = Clearance(keys, by, now, remark, override.strip() if choice.outside else "")
    return replace(case, state=CLEARED, clearance=word, package=None)


def _cleared(case: Disclosure, packs: Packs, now: datetime) -> Choice:
    """Return what a manager cleared, if it may leave now; the one door that all data passes."""
    choice, word = case.choice, case.clearance
    if choice is None or word is None or case.state != CLEARED or word.items != tuple(i.key for i in choice.items):
        raise Refused("A manager has not cleared this. Nothing may be handed over yet.")
    gate.let_through(case, choice.items, packs, now, choice.outside if word.override else ())
    return choice


def may_make(case: Disclosure, packs: Packs, now: datetime) -> Choice:
    """Return what the files of the hand-over will hold; they are made once."""
    unreleased(case)
    choice = _cleared(case, packs, now)
    if case.package is not None:
        raise KnownError("The files are made. Hand over exactly these, or withdraw their covering letter first.")
    return choice


def freeze(case: Disclosure, package: Package, packs: Packs, now: datetime) -> Disclosure:
    """Keep the files of the hand-over: from here on they are opened, printed and handed over, never made again."""
    may_make(case, packs, now)
    return replace(case, package=package)


def may_take(case: Disclosure, packs: Packs, now: datetime) -> Package:
    """Return the files that may be taken out now: of a hand-over always, before it while the basis holds."""
    if case.package is None:
        raise KnownError("No files were made for this disclosure yet.")
    if case.release is None:
        open_only(case)
        _cleared(case, packs, now)
    return case.package


def drop_package(case: Disclosure) -> Disclosure:
    """Drop files that were not handed over, when their covering letter was wrong; the clearance stands."""
    if case.release is not None:
        raise KnownError("These files were handed over; what left the shop stays in the register.")
    return replace(case, package=None)


def hand_over(case: Disclosure, to: str, how: str, by: str, at: datetime, packs: Packs, now: datetime) -> Disclosure:
    """Record that the files were handed over: only what was cleared, only while the basis holds."""
    unreleased(case)
    for moment in (at, now):
        choice = _cleared(case, packs, moment)
    package = case.package
    if package is None:
        raise Refused("The files of the hand-over are not made yet. Make them first; nothing else may leave.")
    if at > now:
        raise KnownError("The hand-over lies in the future. Enter when it took place.")
    if at < package.at.replace(second=0, microsecond=0):
        raise Refused("The hand-over lies before its files were made. Check the time.")
    if not to.strip() or not how:
        raise KnownError("Enter to whom it was handed over and how.")
    what = f"{package.number} and {len(package.files)} files, manifest {package.digest[:16]}…"
    made = HandOver(choice.fields, what, to.strip(), how, at, by)
    whole = not choice.partly and set(choice.fields) | set(choice.lacking) >= set(case.demand.scope)
    return _settled(replace(case, state=RELEASED, release=made, outcome=HANDED_OVER if whole else IN_PART), now)


# --- telling the buyer -----------------------------------------------------------------------------------------------


def decide_telling(case: Disclosure, telling: Telling, now: datetime) -> Disclosure:
    """Decide whether the buyer is told: the policy is silent, so they are, unless secrecy or a date stands against.

    A case that was closed under secrecy is taken up again when the secrecy ends.
    """
    if not under_secrecy(case):
        open_only(case)
    if case.telling is not None and case.telling.told is not None:
        raise KnownError("The buyer was told already.")
    if telling.decision not in (TELL, SECRECY, NOT_BEFORE):
        raise KnownError("Decide: yes, no because secrecy was ordered, or not before a date.")
    if telling.decision != TELL and not telling.reason.strip():
        raise KnownError("Say who ordered it and why; the buyer may ask one day.")
    if telling.decision == NOT_BEFORE and (telling.not_before is None or telling.not_before <= now):
        raise KnownError("Enter a date in the future before which the buyer is not told.")
    kept = telling.not_before if telling.decision == NOT_BEFORE else None
    state = case.state if case.release is None else RELEASED
    after = replace(case, state=state, closed=None, telling=replace(telling, not_before=kept, told=None, how=""))
    return _settled(after, now)


def under_secrecy(case: Disclosure) -> bool:
    """Return whether data was handed over and the buyer is not told because secrecy was ordered."""
    return case.release is not None and case.telling is not None and case.telling.decision == SECRECY


def told(case: Disclosure, at: datetime, how: str, now: datetime) -> Disclosure:
    """The buyer was told; never while secrecy holds or before the date."""
    open_only(case)
    telling = case.telling
    if telling is None or telling.decision == SECRECY:
        raise KnownError("Decide first that the buyer is told.")
    if case.release is None:
        raise KnownError("Nothing was handed over yet; there is nothing to tell.")
    if telling.not_before is not None and at < telling.not_before:
        raise KnownError("The date before which the buyer is not told has not come.")
    if at > now:
        raise KnownError("This time lies in the future. Enter when the buyer was told.")
    return _settled(replace(case, telling=replace(telling, told=at, how=how)), now)


def _settled(case: Disclosure, now: datetime) -> Disclosure:
    """Close the case once the data was handed over and the question of telling the buyer is answered."""
    telling = case.telling
    done = telling is not None and (telling.decision == SECRECY or telling.told is not None)
    return replace(case, state=CLOSED, closed=now) if case.release is not None and done else case
