"""The candidate's file: why it is on the list, what stands against deleting it, and what the shop holds."""

from datetime import tzinfo

from PySide6.QtCore import QCoreApplication

from officer_app.retention.queue import File
from officer_app.retention.rules import Sign
from officer_app.widgets import words
from officer_app.widgets.casefile import CaseHeader, Fact, Pill, Section

REASONS = {
    "cancel": "Asked to cancel",
    "false": "False data",
    "rule-breaking": "Rule-breaking",
    "inactive": "No activity",
}
_MEANINGS = {
    "login": "login", "activity": "activity", "order": "order", "payment": "payment", "support": "support contact",
    "cart": "cart", "cancel": "asked to cancel", "created": "account made", "export": "export",
}  # fmt: skip


def tr(text: str) -> str:
    """Translate a text of this desk."""
    return QCoreApplication.translate("retention", text)


def sign(one: Sign, zone: tzinfo) -> str:
    """Return the newest sign of life with its meaning; unknown is said to be unknown."""
    if one.at is None:
        return tr("unknown")
    day = words.day(one.at, zone)
    meaning = tr(_MEANINGS.get(one.meaning, one.meaning))
    if one.precision == "lower_bound":
        return tr("{0} or later, {1}").format(day, meaning)
    return f"{day}, {meaning}"


def header(file: File) -> CaseHeader:
    """Return title, line and reason."""
    found, account = file.candidate, file.card.account
    pill = Pill(tr("blocked"), "amber") if found.blocks else Pill(tr("nothing stands against it"), "")
    line = tr("Customer {0}. {1}.").format(found.key, tr(REASONS[found.reason]))
    return CaseHeader(title=account.name or account.email or found.key, line=line, pill=pill)


def sections(file: File, days: int, zone: tzinfo) -> tuple[Section, ...]:
    """Return the sections in reading order."""
    found, card = file.candidate, file.card
    why = [Fact(tr("Reason"), tr(REASONS[found.reason]))]
    if found.since is not None:
        why.append(Fact(tr("Since"), words.moment(found.since, zone)))
    if found.reason == "inactive":
        why.append(Fact(tr("Rule"), tr("no activity for {0} days, shop policy D3").format(days)))
    why.append(Fact(tr("Last activity"), sign(found.sign, zone)))
    why += [Fact(tr(_MEANINGS.get(what, what)).capitalize(), words.moment(at, zone)) for what, at in found.facts]
    against = [Fact(tr("Blocked"), block, tone="amber") for block in found.blocks]
    account = card.account
    pairs = (
        (tr("E-mail"), account.email),
        (tr("Phone"), account.phone or account.mobile),
        (tr("State"), account.state),
        (tr("Country"), account.country),
    )
    holds = [Fact(label, value) for label, value in pairs if value]
    holds += [Fact(tr("Address"), ", ".join(place.lines)) for place in card.addresses[:5]]
    orders = [
        Fact(order.number, f"{order.state}, {order.total} {order.currency}",
             Pill(tr("open"), "amber") if order.open else None)
        for order in card.orders[:10]
    ]  # fmt: skip
    others = [Fact(one.title, str(one.count)) for one in card.held if one.count]
    known = [
        Fact(case.reference, f"{case.kind}, {case.state}", action=f"case:{case.reference}", action_title=tr("Open"))
        for case in file.cases
    ]
    found_sections = (
        Section(tr("Why it is listed"), why),
        Section(tr("What stands against deleting it"), against),
        Section(tr("Cases of this person"), known),
        Section(tr("Account"), holds),
        Section(tr("Orders, {0} in all").format(card.orders_total), orders),
        Section(tr("What else the shop holds"), others),
    )
    return tuple(section for section in found_sections if section.facts)
