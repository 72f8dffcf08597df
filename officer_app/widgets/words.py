"""Times and stored facts in the officer's words, alike on every desk."""

from collections.abc import Mapping, Sequence
from datetime import date as Date
from datetime import datetime, timedelta, tzinfo
from typing import Final

from PySide6.QtCore import QCoreApplication

from officer_app.casebook import issued
from officer_app.casebook.audit import Entry
from officer_app.casebook.cases import StoredDeadline
from officer_app.casebook.evidence import Evidence
from officer_app.casebook.holds import Hold
from officer_app.casebook.issued import Notice
from officer_app.widgets.casefile import Fact, Pill, Section
from officer_app.widgets.checklist import Choice
from officer_app.widgets.fields import Field
from officer_app.widgets.room import Tone

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


def tr(text: str) -> str:
    """Translate a text of this module."""
    return QCoreApplication.translate("words", text)


def day(at: datetime, zone: tzinfo) -> str:
    """Return a date: "Thu 5 Nov 2026"."""
    return date(at.astimezone(zone))


def date(known: Date) -> str:
    """Return a date that has no time: "Thu 5 Nov 2026"."""
    return f"{known:%a} {known.day} {known:%b %Y}"


def moment(at: datetime, zone: tzinfo) -> str:
    """Return a date and time: "Thu 5 Nov 2026 21:03"."""
    return f"{day(at, zone)} {at.astimezone(zone):%H:%M}"


def length(span: timedelta) -> str:
    """Return a length of time in the unit that matters: "3 days", "5 h 12 min", "40 min"."""
    if span >= 2 * _DAY:
        return tr("{0} days").format(span // _DAY)
    if span >= _DAY:
        return tr("1 day")
    hours, minutes = span // _HOUR, (span % _HOUR) // timedelta(minutes=1)
    if hours >= 10:
        return tr("{0} h").format(hours)
    return tr("{0} h {1} min").format(hours, minutes) if hours else tr("{0} min").format(max(minutes, 1))


def due(at: datetime | None, now: datetime, zone: tzinfo) -> tuple[str, Tone]:
    """Return how pressing a deadline is, in words and as a colour: red and amber mean time, never decoration."""
    if at is None:
        return tr("no deadline"), ""
    if at < now:
        return tr("overdue {0}").format(length(now - at)), "red"
    left = at - now
    if left < 6 * _HOUR:
        return length(left), "amber"
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return tr("today {0:%H:%M}").format(local), "amber"
    return length(left), "amber" if left < _DAY else ""


def due_pill(at: datetime | None, now: datetime, zone: tzinfo) -> Pill | None:
    """Return the pill in a case's header, or None when nothing is due."""
    if at is None:
        return None
    text, tone = due(at, now, zone)
    return Pill(text if tone else tr("due in {0}").format(text), tone)


def deadlines(found: Sequence[StoredDeadline], titles: Mapping[str, str], now: datetime, zone: tzinfo) -> Section:
    """Return the deadlines with how each was computed and from which rule; a doubtful source is said."""
    facts: list[Fact] = []
    for one in found:
        title = titles.get(one.duty, one.duty.replace("-", " ").capitalize())
        if one.met is not None:
            late = one.met > one.due
            text = tr("late") if late else tr("in time")
            facts.append(
                Fact(title, tr("done {0}").format(moment(one.met, zone)), Pill(text, "red" if late else "green"))
            )
            continue
        text, tone = due(one.due, now, zone)
        facts.append(Fact(title, moment(one.due, zone), Pill(text, tone)))
        if one.outer is not None and one.outer != one.due:
            facts.append(Fact(tr("At the latest"), moment(one.outer, zone)))
        facts.append(Fact(tr("Computed"), one.how))
        source = one.source if one.verified else tr("{0} (not verified)").format(one.source)
        facts.append(Fact(tr("Rule"), one.rule_text))
        facts.append(Fact(tr("Source"), f"{source}, {one.pack} {one.pack_version}"))
    return Section(tr("Due"), facts)


_STATES = {
    issued.RESERVED: "being made", issued.ISSUED: "issued, not sent", issued.SENT: "sent", issued.VOID: "void",
    issued.WITHDRAWN: "withdrawn",
}  # fmt: skip


def notices(found: Sequence[Notice], zone: tzinfo, correct: str = "") -> Section:
    """Return the notices of a case; each can be opened (`asked` gives "notice:NUMBER").

    With `correct` the record of what was sent can be corrected (`asked` gives `correct` and the number).
    """
    facts: list[Fact] = []
    for one in found:
        state = tr(_STATES[one.state])
        if one.sent is not None and one.state == issued.SENT:
            state = tr("sent {0} by {1}").format(moment(one.sent, zone), one.channel)
        tone: Tone = "amber" if one.state == issued.ISSUED else ""
        text = f"{one.title}: {state}" if one.reason is None else f"{one.title}: {state} ({one.reason})"
        action, shown = (f"notice:{one.number}", tr("Open")) if one.kept else ("", "")
        more = ((f"{correct}{one.number}", tr("Correct")),) if correct and one.state == issued.SENT else ()
        if more and not action:
            (action, shown), more = more[0], ()
        facts.append(Fact(one.number, text, action=action, action_title=shown, more=more, tone=tone))
    return Section(tr("Notices"), facts)


def evidence(found: Sequence[Evidence], *, look: bool = False) -> Section:
    """Return the evidence; a copy of each can be exported (`asked` gives "evidence:ID").

    With `look` it can be looked at too ("look:ID").
    """
    facts = []
    for one in found:
        said = f"{one.kind}, {size(one.size)}, SHA-256 {one.sha256[:16]}…"
        buttons = [(f"evidence:{one.id}", tr("Export copy"))]
        if look:
            buttons.insert(0, (f"look:{one.id}", tr("Look")))
        (action, title), *more = buttons
        facts.append(Fact(one.name, said, action=action, action_title=title, more=tuple(more)))
    return Section(tr("Evidence"), facts)


def holds(found: Sequence[Hold], zone: tzinfo) -> Section:
    """Return the legal holds; an open one can be released (`asked` gives "hold:ID")."""
    facts: list[Fact] = []
    for one in found:
        if one.released is None:
            label = tr("Held since {0}").format(day(one.placed, zone))
            facts.append(Fact(label, one.reason, action=f"hold:{one.id}", action_title=tr("Release")))
        else:
            facts.append(Fact(tr("Released {0}").format(day(one.released, zone)), one.reason))
    return Section(tr("Legal holds"), facts)


def timeline(entries: Sequence[Entry], names: Mapping[str, str], zone: tzinfo) -> Section:
    """Return what happened, newest first, with who did it."""
    facts: list[Fact] = []
    for entry in entries:
        if entry.action == "number reserved":
            continue  # the audit keeps it; what the officer did is the issuing that follows
        details = entry.details or {}
        told = [
            str(details[key]) for key in ("number", "title", "from", "to", "reason", "incident") if details.get(key)
        ]
        text = entry.action.capitalize() + (f": {', '.join(told)}" if told else "")
        facts.append(Fact(moment(entry.at, zone), f"{text} ({names.get(entry.actor, '?')})"))
    return Section(tr("Timeline"), facts)


def size(count: int) -> str:
    """Return a file size: "12 kB"."""
    if count < 1000:
        return tr("1 byte") if count == 1 else tr("{0} bytes").format(count)
    return tr("{0} kB").format(count // 1000) if count < 1_000_000 else tr("{0:.1f} MB").format(count / 1_000_000)


def sent_fields(found: Sequence[Notice], now: datetime) -> tuple[Field, ...]:
    """Return the fields that record how, when and which issued notice was sent."""
    waiting = tuple(Choice(one.number, f"{one.number} {one.title}") for one in found if one.state == issued.ISSUED)
    channels = tuple(Choice(one, tr(one).capitalize()) for one in issued.CHANNELS)
    return (
        Field("number", tr("Notice"), "choice", waiting[0].id if waiting else "", waiting, required=True),
        Field("channel", tr("Sent by"), "choice", "e-mail", channels, required=True),
        Field("at", tr("Sent at"), "moment", now, required=True),
    )
