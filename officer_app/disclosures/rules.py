"""The disclosure case: what may follow what; every step that could let data out passes the gate."""

from dataclasses import replace
from datetime import datetime, timedelta

from officer_app.base.errors import KnownError
from officer_app.base.person import normal_phone
from officer_app.disclosures import gate
from officer_app.disclosures.demand import (
    CLOSED,
    JUDICIAL,
    NOT_PURSUED,
    PROCESSOR,
    RECEIVED,
    REFUSED,
    ROLES,
    SORTS,
    SUSPECT,
    VERIFYING,
    CallBack,
    Confirmation,
    Contact,
    Cooling,
    Demand,
    Disclosure,
    Intake,
    Packs,
    Refusal,
)
from officer_app.disclosures.gate import Refused
from officer_app.disclosures.ground import anew, open_only, unreleased


def record(intake: Intake, now: datetime, packs: Packs) -> Disclosure:
    """Return the new case without its reference; KnownError when something a case needs is missing."""
    if intake.received > now:
        raise KnownError("The time of receipt lies in the future. Enter when it really came in.")
    _fit(intake.demand, intake.received, packs)
    return Disclosure("", RECEIVED, now, intake.received, intake.channel, intake.demand, language=intake.language)


def _fit(demand: Demand, received: datetime, packs: Packs) -> None:
    if demand.sort not in SORTS:
        raise KnownError("Say whether a judicial body or a third party asks.")
    if not demand.agency.strip():
        raise KnownError("Enter who asks: the agency, the company or the person.")
    if not demand.asked.strip() and not demand.scope:
        raise KnownError("Enter what is asked for.")
    if demand.sort == JUDICIAL and demand.body not in packs.bodies:
        raise KnownError("No active policy pack names this body. Record it as a third party, or choose another body.")
    if demand.since is not None and demand.until is not None and demand.until < demand.since:
        raise KnownError("The days asked for end before they begin. Check the dates.")
    if demand.dated is not None and demand.dated > (received + timedelta(days=1)).date():
        raise KnownError("The document is dated later than it was received. Check the date.")


# --- what is found out -----------------------------------------------------------------------------------------------


def change_facts(case: Disclosure, demand: Demand, reason: str, packs: Packs) -> Disclosure:
    """Correct or complete what is asked; a demand for marketing stays one for good (policy A4)."""
    unreleased(case)
    if not reason.strip():
        raise KnownError("Say why the facts change, for instance what the body sent later.")
    if gate.is_marketing(case.demand) and not gate.is_marketing(demand):
        raise Refused("This was asked for marketing and stays so. Record a new demand if it was typed wrongly.")
    _fit(demand, case.received, packs)
    return anew(replace(case, demand=demand, choice=None))


def attach(case: Disclosure, papers: tuple[str, ...]) -> Disclosure:
    """Attach papers that came with the demand or later."""
    open_only(case)
    return replace(case, papers=(*case.papers, *papers))


def link(case: Disclosure, customer: str, name: str, email: str) -> Disclosure:
    """The demand concerns this customer; what was chosen for another person does not count on."""
    unreleased(case)
    if not customer:
        raise KnownError("Choose a customer, or say that the shop does not know the person.")
    subject = replace(case.subject, customer=customer, name=name, email=email)
    return anew(replace(case, subject=subject, choice=None))


def concerns(case: Disclosure, role: str, note: str) -> Disclosure:
    """Say whether the demand concerns the customer's own acts, or why a victim's or witness's data is covered."""
    unreleased(case)
    if role not in ROLES:
        raise KnownError("Say whether the customer is the suspect, a victim or a witness.")
    if role != SUSPECT and not note.strip():
        raise KnownError("Say why the data of a victim or witness is covered.")
    return anew(replace(case, subject=replace(case.subject, role=role, note=note.strip())))


def call(case: Disclosure, contact: Contact, whom: str, passed: bool, note: str, at: datetime, now: datetime,
         by: str) -> Disclosure:  # fmt: skip
    """Record a call-back to the number in our directory; it passes only for the body that asks."""
    unreleased(case)
    demand = case.demand
    if not demand.judicial:
        raise KnownError("A third party needs the buyer's confirmation, not a call-back.")
    if contact.retired is not None:
        raise KnownError("This directory entry was retired. Choose a current one.")
    if contact.body != demand.body:
        raise KnownError("This directory entry belongs to another body. Choose one of the body that asks.")
    if not whom.strip():
        raise KnownError("Enter whom you spoke to.")
    if at > now:
        raise KnownError("The call lies in the future. Enter when it took place.")
    if at < case.received:
        raise KnownError("The call lies before the demand came in. Check the time.")
    if passed and _from_letter(case, contact):
        raise Refused(
            "This number entered our directory after the demand came in and is the one in the letter. Find the body's "
            "number in another place first."
        )
    if passed and not (demand.number.strip() and demand.legal_basis.strip()):
        raise KnownError("Enter the document number and the legal basis first; the call-back confirms them.")
    made = CallBack(contact.id, contact.agency, contact.phone, whom.strip(), at, by, passed, demand.identity, note)
    return anew(replace(case, calls=(*case.calls, made)))


def _from_letter(case: Disclosure, contact: Contact) -> bool:
    theirs = normal_phone(case.demand.phone)
    return bool(theirs) and theirs == normal_phone(contact.phone) and contact.verified >= case.received


def cool(case: Disclosure, answer: str, now: datetime, by: str) -> Disclosure:
    """Answer what happens if an urgent demand waits until it is verified; the deadline runs on meanwhile."""
    unreleased(case)
    if not (case.demand.judicial and case.demand.urgent):
        raise KnownError("Only an urgent demand of a judicial body asks this question.")
    if not answer.strip():
        raise KnownError("Say what happens if it waits ten minutes, and who presses.")
    return replace(case, cooling=Cooling(answer.strip(), by, now))


def ask_buyer(case: Disclosure, at: datetime) -> Disclosure:
    """The buyer is asked for a confirmation; silence is no."""
    unreleased(case)
    if case.demand.judicial:
        raise KnownError("A judicial body needs a legal basis and a call-back, not the buyer's confirmation.")
    if gate.is_marketing(case.demand):
        raise Refused("Data never leaves for marketing, whoever asks and whatever was agreed.")
    if not case.subject.linked:
        raise KnownError("Find the customer first; they have to be asked.")
    if not case.demand.scope:
        raise KnownError("Enter which data is asked for; the buyer confirms it item by item.")
    return replace(case, asked_buyer=at)


def confirm(case: Disclosure, word: Confirmation, now: datetime) -> Disclosure:
    """Record the buyer's confirmation; it must be provable, limited, and later than any withdrawal."""
    unreleased(case)
    if case.demand.judicial:
        raise KnownError("A judicial body needs a legal basis and a call-back, not the buyer's confirmation.")
    if gate.is_marketing(case.demand):
        raise Refused("Data never leaves for marketing, whoever asks and whatever was agreed.")
    if not case.subject.linked or word.customer != case.subject.customer:
        raise KnownError("Find the customer first; the confirmation has to be theirs.")
    if word.evidence not in case.papers:
        raise KnownError("Attach the buyer's own words: the mail, the signed slip or the recording. Silence is no.")
    if not word.recipient.strip() or not word.purpose or not word.fields:
        raise KnownError("Enter recipient, purpose and data exactly as the buyer confirmed them.")
    if word.given > now:
        raise KnownError("The confirmation lies in the future. Enter when the buyer gave it.")
    if word.expires <= word.given:
        raise KnownError("The confirmation ends before it begins. Check the date of expiry.")
    withdrawn = [each.withdrawn for each in case.confirmations if each.withdrawn is not None]
    if (withdrawn and word.given <= max(withdrawn)) or gate.revoked(case, word) is not None:
        raise KnownError("The buyer withdrew after this. Only a confirmation given later counts.")
    return anew(replace(case, confirmations=(*case.confirmations, replace(word, withdrawn=None)), choice=None))


def withdraw_confirmation(case: Disclosure, at: datetime) -> Disclosure:
    """The buyer withdrew: nothing more leaves from that moment on."""
    open_only(case)
    if not any(word.withdrawn is None for word in case.confirmations):
        raise KnownError("There is no confirmation to withdraw.")
    ended = tuple(replace(word, withdrawn=word.withdrawn or at) for word in case.confirmations)
    after = replace(case, confirmations=ended)
    return after if case.release is not None else anew(after)


# --- the other ways to end -------------------------------------------------------------------------------------------


def may_write(case: Disclosure) -> None:
    """Refuse a letter of an open case where there is none any more."""
    open_only(case)
    if case.refusal is not None:
        raise KnownError("It is refused already. Reopen the case, or withdraw the refusal.")


def acknowledge(case: Disclosure, at: datetime) -> Disclosure:
    """The acknowledgement was sent."""
    open_only(case)
    return replace(case, acknowledged=at, state=VERIFYING if case.state == RECEIVED else case.state)


def clarify(case: Disclosure, at: datetime) -> Disclosure:
    """The request for clarification was sent."""
    open_only(case)
    return replace(case, clarified=at, state=VERIFYING if case.state == RECEIVED else case.state)


def refuse(case: Disclosure, refusal: Refusal) -> Disclosure:
    """Refuse with reasons and the rule; a clearance ends with it."""
    unreleased(case)
    if case.refusal is not None:
        raise KnownError("It is refused already. Send the letter, or reopen the case.")
    if not refusal.reasons.strip():
        raise KnownError("Give the reasons; every refusal carries them.")
    if not refusal.rule.strip():
        raise KnownError("Name the rule on which you refuse.")
    return replace(anew(case), refusal=refusal)


def refusal_sent(case: Disclosure, now: datetime) -> Disclosure:
    """The refusal was sent, which closes the case."""
    if case.refusal is None or case.closed is not None:
        return case
    return replace(case, state=CLOSED, closed=now, outcome=REFUSED)


def may_answer_processor(case: Disclosure, contracted: bool) -> None:
    """Refuse to answer as to a processor who is none; `contracted` says whether our list names its contract."""
    unreleased(case)
    may_write(case)
    if case.demand.judicial:
        raise KnownError("A judicial body is no processor.")
    if gate.is_marketing(case.demand):
        raise Refused("Data never leaves for marketing, whoever asks and whatever was agreed.")
    if not contracted:
        raise KnownError("Our list names no processor of this name with a contract in force. Add it, or refuse.")


def answered_processor(case: Disclosure, now: datetime) -> Disclosure:
    """The answer to a processor was sent, which closes the case; nothing left by this desk."""
    if case.closed is not None:
        return case
    return replace(anew(case), state=CLOSED, closed=now, outcome=PROCESSOR)


def refusal_withdrawn(case: Disclosure) -> Disclosure:
    """The refusal was wrong and is withdrawn: the case is undecided again, also when it was closed."""
    if case.refusal is None:
        return case
    return replace(anew(case), refusal=None, closed=None, outcome="")


def close(case: Disclosure, reason: str, now: datetime) -> Disclosure:
    """Close a case that was answered but not pursued by who asked; nothing leaves."""
    unreleased(case)
    if case.acknowledged is None and case.clarified is None:
        raise KnownError("Answer first: acknowledge it, ask for clarification, or refuse.")
    if not reason.strip():
        raise KnownError("Say why the case ends here.")
    return replace(anew(case), state=CLOSED, closed=now, outcome=NOT_PURSUED)


def reopen(case: Disclosure, reason: str) -> Disclosure:
    """Take a refused or closed case up again; what was handed over stays as it is."""
    if case.release is not None:
        raise KnownError("The data was handed over. Record a new demand for anything else.")
    if case.closed is None and case.refusal is None:
        raise KnownError(f"{case.reference} is not closed.")
    if not reason.strip():
        raise KnownError("Say why the case is opened again.")
    return replace(anew(case), closed=None, outcome="", refusal=None)
