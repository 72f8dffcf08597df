"""The whole file of one disclosure on paper: every fact, check, decision, letter, fingerprint and step."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo

from officer_app.casebook.audit import Entry
from officer_app.disclosures.demand import Disclosure
from officer_app.disclosures.queue import File
from officer_app.notices import clean
from officer_app.notices.document import Table, Value

_MOST = 15_000  # characters of what is asked; what is longer came as a paper, and stands there


def fields(file: File, bodies: Mapping[str, str], data: Mapping[str, str], duties: Mapping[str, str],
           zone: tzinfo) -> dict[str, Value]:  # fmt: skip
    """Return the contents of the file's pages; `bodies`, `data` and `duties` are names by id."""
    case, names = file.case, file.names

    def moment(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%d.%m.%Y %H:%M}" if at is not None else ""

    def who(person: str) -> str:
        return names.get(person, "?")

    def listed(keys: tuple[str, ...]) -> str:
        return ", ".join(data.get(key, key) for key in keys)

    calls = tuple(
        (moment(call.at), f"{call.agency}, {call.phone}", call.whom, "theirs" if call.passed else "not confirmed",
         who(call.by)) for call in case.calls
    )  # fmt: skip
    words = tuple(
        (moment(word.given), word.recipient, listed(word.fields), moment(word.expires), word.how,
         moment(word.withdrawn)) for word in case.confirmations
    )  # fmt: skip
    due = tuple((duties.get(one.duty, one.duty), moment(one.due), moment(one.met), one.how) for one in file.deadlines)
    letters = tuple(
        (one.number, one.title, one.state, moment(one.sent), one.sha256 or "") for one in reversed(file.notices)
    )
    files = case.package.files if case.package is not None else ()
    return {
        "facts": Table((), tuple((label, text) for label, text in _facts(case, bodies, data, zone) if text)),
        "asked": clean.clean(case.demand.asked, _MOST),
        "checks": Table(
            ("Condition", "Met", "What is missing"),
            tuple((one.title, "yes" if one.met else "no", "" if one.met else one.missing) for one in file.checks),
        ),
        "calls": Table(("When", "Number called", "Spoken to", "Result", "By"), calls),
        "confirmations": Table(("Given", "Recipient", "Data", "Holds until", "By", "Withdrawn"), words),
        "choice": _choice(case),
        "decisions": Table((), tuple((label, text) for label, text in _decisions(case, who, moment, listed) if text)),
        "deadlines": Table(("Duty", "Due", "Met", "How it was computed"), due),
        "notices": Table(("Number", "Title", "State", "Sent", "SHA-256"), letters, widths=(1.5, 3, 1, 1.4, 3.2)),
        "files": Table(("File", "SHA-256"), tuple((one.name, one.sha256) for one in files), widths=(2.5, 6)),
        "evidence": Table(
            ("Paper", "Kind", "SHA-256"), tuple((one.name, one.kind, one.sha256) for one in file.evidence),
            widths=(1.7, 1.6, 5.7),
        ),
        "timeline": Table(
            ("When", "What", "By"),
            tuple((moment(one.at), _happened(one), who(one.actor)) for one in reversed(file.timeline)),
            widths=(1.9, 5.7, 1.4),
        ),
    }  # fmt: skip


def _facts(
    case: Disclosure, bodies: Mapping[str, str], data: Mapping[str, str], zone: tzinfo
) -> tuple[tuple[str, str], ...]:
    demand, subject = case.demand, case.subject

    def day(known: date | None) -> str:
        return f"{known:%d.%m.%Y}" if known is not None else "…"

    return (
        ("Asked by", demand.agency),
        ("Body or recipient", bodies.get(demand.body, demand.body)),
        ("Received", f"{case.received.astimezone(zone):%d.%m.%Y %H:%M}, {case.channel}"),
        ("Document", ", ".join(part for part in (demand.number, day(demand.dated) if demand.dated else "") if part)),
        ("Legal basis", demand.legal_basis),
        ("Signed by", demand.signatory),
        ("Their case", demand.matter),
        ("Urgent", "yes" if demand.urgent else ""),
        ("Purpose", demand.purpose_words or demand.purpose.replace("-", " ")),
        ("Data asked for", ", ".join(data.get(one, one) for one in demand.scope)),
        ("Only orders", ", ".join(demand.orders)),
        ("Placed", f"{day(demand.since)} to {day(demand.until)}" if demand.since or demand.until else ""),
        ("Limited to", demand.limits),
        ("Customer", f"{subject.name or subject.email}, customer {subject.customer}" if subject.linked else "none"),
        ("Concerns", ". ".join(part for part in (subject.role, subject.note) if part)),
        ("State", case.state),
        ("Outcome", case.outcome),
    )


def _choice(case: Disclosure) -> Value:
    choice = case.choice
    if choice is None:
        return ""
    # what an item says stands in the extract, and that is appended only once it was handed over
    rows = tuple((item.label, "outside" if item.key in choice.outside else "inside") for item in choice.items)
    return Table(("Item", "Demand or confirmation"), rows, widths=(5, 2))


def _decisions(
    case: Disclosure,
    who: Callable[[str], str],
    moment: Callable[[datetime | None], str],
    listed: Callable[[tuple[str, ...]], str],
) -> tuple[tuple[str, str], ...]:
    choice, cleared, made, left = case.choice, case.clearance, case.package, case.release
    telling, refused, cooling = case.telling, case.refusal, case.cooling
    told = f"{moment(telling.told)} by {telling.how}" if telling is not None and telling.told is not None else ""
    return (
        ("If it waits", f"{cooling.answer} ({who(cooling.by)}, {moment(cooling.at)})" if cooling else ""),
        ("Chosen", f"{who(choice.by)}, {moment(choice.at)}" if choice else ""),
        ("Why no less", choice.reason if choice else ""),
        ("Why more", choice.beyond if choice else ""),
        ("Cleared by", f"{who(cleared.by)}, {moment(cleared.at)}" if cleared else ""),
        ("Remark", cleared.remark if cleared else ""),
        ("Allowed beyond", cleared.override if cleared else ""),
        ("Files made", f"{who(made.by)}, {moment(made.at)}" if made else ""),
        ("Manifest", made.digest if made else ""),
        ("Handed over", f"{listed(left.fields)} to {left.to}, {left.how}, {moment(left.at)}" if left else ""),
        ("Handed over by", who(left.by) if left else ""),
        ("Refused", f"{refused.reasons} ({who(refused.by)}, {moment(refused.at)})" if refused else ""),
        ("Rule", refused.rule if refused else ""),
        ("Tell the buyer", telling.decision if telling else ""),
        ("Because", telling.reason if telling else ""),
        ("Not before", moment(telling.not_before) if telling else ""),
        ("Told", told),
    )


def _happened(entry: Entry) -> str:
    details = entry.details or {}
    told = [str(details[key]) for key in ("number", "title", "from", "to", "reason", "remark") if details.get(key)]
    return entry.action + (f": {', '.join(told)}" if told else "")
