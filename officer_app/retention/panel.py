"""What the desk shows of a candidate: why it is listed, what stands against it, and the erase plan."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, tzinfo

from officer_app.base.steps import Step
from officer_app.casebook.people import OFFICER
from officer_app.retention.batch import PlanLine
from officer_app.retention.forms import TITLES, accounts, tr
from officer_app.retention.queue import File
from officer_app.retention.rules import FINDINGS, Candidate, Mark, Sign
from officer_app.retention.sizes import most_of
from officer_app.widgets import words
from officer_app.widgets.casefile import CaseHeader, Fact, Pill, Section

MEANINGS = {
    "login": "login", "activity": "activity", "order": "order", "payment": "payment", "support": "support contact",
    "cart": "cart", "cancel": "asked to cancel", "created": "account made", "export": "export",
    "contact": "wrote to the privacy officer",
}  # fmt: skip


def sign(one: Sign, zone: tzinfo) -> str:
    """Return the newest sign of life with its meaning; unknown is said to be unknown."""
    if one.at is None:
        return tr("unknown")
    day = words.day(one.at, zone)
    meaning = tr(MEANINGS.get(one.meaning, one.meaning))
    if one.precision == "lower_bound":
        return tr("{0} or later, {1}").format(day, meaning)
    return f"{day}, {meaning}"


def header(file: File, proposed: Mark | None = None) -> CaseHeader:
    """Return title, line and reason."""
    found, account = file.candidate, file.card.account
    if proposed is not None:
        pill = Pill(tr("waits for a second person"), "amber")
    elif found.batch:
        pill = Pill(tr("in batch {0}").format(found.batch), "")
    elif found.blocks:
        pill = Pill(tr("blocked"), "amber")
    else:
        pill = Pill(tr("nothing stands against it"), "")
    who = tr("Guest") if found.guest else tr("Customer {0}").format(found.key)
    line = f"{who}. {tr(TITLES[found.reason])}."
    return CaseHeader(title=account.name or account.email or who, line=line, pill=pill)


def steps(file: File, proposed: Mark | None, roles: Sequence[str]) -> tuple[Step, ...]:
    """Return what may be done with a candidate by somebody with these roles: a manager confirms, an officer works."""
    found, why = file.candidate, file.candidate.why_not
    if proposed is not None and why:
        why = tr("A second person has to confirm the finding first.")
    made = [Step("freeze", tr("Freeze a batch of it"), primary=not why, enabled=not why, why_not=why)]
    if proposed is not None:
        made.insert(0, Step("confirm", tr("Confirm the finding"), primary=True))
        made.insert(1, Step("proof", tr("Add files")))
        made.insert(2, Step("withdraw-finding", tr("Take the finding back")))
    elif not found.guest and not found.batch and not found.kept and (found.reason not in FINDINGS or not found.found):
        made.append(Step("finding", tr("Record a finding"), primary=found.reason in FINDINGS and not found.found))
    if found.mark and not found.batch:
        made.append(Step("take-back", tr("Take off the list")))
    if not found.guest:
        made.append(Step("card", tr("Open customer card")))
    return tuple(one for one in made if OFFICER in roles or one.id in ("confirm", "card"))


def sections(file: File, days: int, zone: tzinfo, proposed: Mark | None) -> tuple[Section, ...]:
    """Return the sections in reading order."""
    card = file.card
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
    known = [
        Fact(case.reference, f"{case.kind}, {case.state}", action=f"case:{case.reference}", action_title=tr("Open"))
        for case in file.cases
    ]
    found_sections = (
        Section(tr("Why it is listed"), _why(file, days, zone, proposed)),
        Section(tr("What stands against deleting it"),
                [Fact(tr("Blocked"), block, tone="amber") for block in file.candidate.blocks]),
        words.evidence(file.papers, look=True),
        plan(file.plan),
        effects(file.effects, ()),
        Section(tr("Cases of this person"), known),
        Section(tr("Account"), holds),
        Section(tr("Orders, {0} in all").format(card.orders_total), orders),
        Section(tr("The shop's own retention job"), [Fact(job.title, f"{job.value}: {job.meaning}")
                                                     for job in file.jobs]),
    )  # fmt: skip
    return tuple(section for section in found_sections if section.facts)


def _why(file: File, days: int, zone: tzinfo, proposed: Mark | None) -> list[Fact]:
    found, mark = file.candidate, file.mark
    why = [Fact(tr("Reason"), tr(TITLES[found.reason]))]
    if found.kept:
        why.append(Fact(tr("Kept until now"), found.kept))
    if found.since is not None:
        why.append(Fact(tr("Since"), words.moment(found.since, zone)))
    if found.reason == "inactive":
        why.append(Fact(tr("Rule"), tr("no activity for {0} days, shop policy D3").format(days)))
    if found.origin.startswith("C-"):
        why.append(Fact(tr("Asked by"), found.origin, action=f"case:{found.origin}", action_title=tr("Open")))
    for one in (mark, proposed):
        if one is not None and one.reason:
            why.append(Fact(tr("Found"), one.reason))
            why += [Fact(tr("Proof"), one.evidence)] if one.evidence else []
            by = one.confirmed_by or tr("nobody yet; a manager confirms it")
            if one.ground in FINDINGS:
                why.append(Fact(tr("Second person"), by, tone="" if one.confirmed_by else "amber"))
    why.append(Fact(tr("Newest order") if found.kept else tr("Last activity"), sign(found.sign, zone)))
    why += [Fact(tr(MEANINGS.get(what, what)).capitalize(), words.moment(at, zone)) for what, at in found.facts]
    return why


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def _fate(line: PlanLine, *, done: bool) -> str:
    """Return what becomes of a table's rows: "3 rows: name, phone will be replaced", "2 rows kept until …"."""
    rows = tr("{0} rows").format(f"{line.rows:,}") if line.rows != 1 else tr("1 row")
    if line.action == "keep":
        until = tr(" until {0}").format(_day(line.until)) if line.until else ""
        law = f" ({line.law})" if line.law else ""
        why = f". {line.reason}" if line.reason else ""
        return tr("{0} kept{1}").format(rows, f"{until}{law}{why}")
    if line.action == "delete":
        return tr("{0} deleted").format(rows) if done else tr("{0} will be deleted").format(rows)
    what = line.what or tr("what names the person")
    return (tr("{0}: {1} replaced") if done else tr("{0}: {1} will be replaced")).format(rows, what)


def plan(lines: Sequence[PlanLine], *, done: bool = False) -> Section:
    """Return what would be, or was, deleted, replaced and kept, by table, with counts, law and date."""
    facts, nothing = [], []
    for line in lines:
        if not line.rows:
            nothing.append(line.title or line.table)
            continue
        pill = Pill(tr("kept")) if line.action == "keep" else None
        facts.append(Fact(line.title or line.table, _fate(line, done=done), pill))
    if nothing:
        facts.append(Fact(tr("Nothing in"), ", ".join(nothing)))
    return Section(tr("What would happen"), facts)


def effects(found: Sequence[tuple[str, str]], ticked: Sequence[str]) -> Section:
    """Return what the platform needs after an erasure."""
    facts = [
        Fact(what, how if how != "manual" else tr("by hand"), Pill(tr("done"), "green") if what in ticked else None)
        for what, how in found
    ]
    return Section(tr("What the platform needs afterwards"), facts)


# --- several at once --------------------------------------------------------------------------------------------------


def several(rows: Sequence[Candidate]) -> tuple[CaseHeader, tuple[Section, ...], tuple[Step, ...]]:
    """Return what is shown while several accounts are chosen: how many of each reason, and who stays out."""
    ready = [row for row in rows if not row.why_not]
    reasons = Counter(row.reason for row in ready)
    left = Counter(row.why_not for row in rows if row.why_not)
    header = CaseHeader(
        title=tr("{0} accounts chosen").format(len(rows)), line=tr("{0} can be put into a batch.").format(len(ready))
    )
    sections = (
        Section(tr("Can be put into a batch"), [Fact(tr(TITLES[one]), f"{count:,}") for one, count in reasons.items()]),
        Section(
            tr("Stays on the list"), [Fact(f"{count:,}", why, tone="amber") for why, count in left.most_common(20)]
        ),
    )
    why = tr("None of them can be put into a batch.") if not ready else ""
    most = min((most_of(reason) for reason, count in reasons.items() if count > most_of(reason)), default=0)
    if most:
        why = tr("At most {0} go into one batch. Choose fewer, and the rest for the next one.").format(f"{most:,}")
    title = tr("Freeze {0}").format(accounts(len(ready)))
    steps = (Step("freeze", title, primary=not why, enabled=not why, why_not=why),)
    return header, tuple(one for one in sections if one.facts), steps
