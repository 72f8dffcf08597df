"""What came in on a case, as safe plain text with its real sender, dates and files, and which other cases belong."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from PySide6.QtCore import QCoreApplication

from officer_app.casebook.cases import CaseHead
from officer_app.complaints.matters import Said
from officer_app.complaints.queue import File
from officer_app.widgets import words
from officer_app.widgets.casefile import Fact, Pill, Section


def _tr(text: str) -> str:
    return QCoreApplication.translate("complaints", text)


def sections(file: File, kinds: Mapping[str, str], zone: tzinfo) -> tuple[Section, ...]:
    """Return the mail that opened the case, what came later, the newest first, and the other cases."""
    opening = [one for one in file.messages if not one.how]
    later = [one for one in reversed(file.messages) if one.how]
    found = [Section(_tr("Mail"), [fact for one in opening for fact in _about(one, zone)])]
    for one in later:
        title = _tr("{0}, {1}").format(one.subject or _tr("Further message"), words.moment(one.received, zone))
        found.append(Section(title, [*_about(one, zone), *_joined(one)], text=one.text))
    return (*found, _others(file, kinds, zone), _referral(file), _late(file))


def attention(file: File, zone: tzinfo) -> Section:
    """Return who wrote on this case that did not open it, and where letters go nonetheless."""
    asked = file.case.requester.email
    goes = _tr("Letters and mails of this case still go to {0}.").format(asked) if asked else ""
    warning = _tr("{0} wrote, which is not the address of who opened the case. {1} Check first who that is.")
    facts = [
        Fact(_tr("Another sender"), " ".join(warning.format(one.sender.email or _tr("No address"), goes).split()),
             Pill(words.moment(one.received, zone), "amber"))
        for one in reversed(file.messages) if one.stranger
    ]  # fmt: skip
    return Section(_tr("Attention"), facts)


def _referral(file: File) -> Section:
    facts = [
        Fact(_tr("Proposed"), _tr(one.why), tone="amber", action="step:refer", action_title=_tr("Refer"))
        for one in file.referrals
    ]
    return Section(_tr("Referral to an authority"), facts)


def _late(file: File) -> Section:
    if file.late is None:
        return Section(_tr("Late answer"))
    said = file.late or _tr("Nobody has said yet why.")
    return Section(_tr("Late answer"), [Fact(_tr("Reason"), said, action="step:late", action_title=_tr("Change"))])


def _about(one: Said, zone: tzinfo) -> list[Fact]:
    if one.channel != "e-mail":
        who = one.sender.name or one.sender.email or one.sender.phone
        return [Fact(_tr("Came by"), f"{_tr(one.channel)}, {who}" if who else _tr(one.channel))]
    address = one.sender.email or _tr("no address")
    facts = [Fact(_tr("From"), f"{one.sender.name} <{address}>" if one.sender.name else address)]
    if one.reply_to and one.reply_to != one.sender.email:
        facts.append(Fact(_tr("Answers go to"), one.reply_to, tone="amber"))
    if one.sent is not None:
        facts.append(Fact(_tr("Sent, as it claims"), words.moment(one.sent, zone)))
    if one.delivered is not None:
        facts.append(Fact(_tr("Delivered"), words.moment(one.delivered, zone)))
    if one.files:
        facts.append(Fact(_tr("Attached"), ", ".join(one.files)))
    return facts


def _joined(one: Said) -> list[Fact]:
    facts = [Fact(_tr("Put here because"), _tr(one.how))]
    facts += [Fact(_tr("Attention"), warning, tone="amber") for warning in one.warnings]
    if not one.complete:
        facts.append(Fact(_tr("Attention"), _tr("The mail was not read in full; the original is kept."), tone="amber"))
    return facts


def _others(file: File, kinds: Mapping[str, str], zone: tzinfo) -> Section:
    facts = [
        Fact(_tr(one.relation).capitalize(), one.other, action=f"case:{one.other}", action_title=_tr("Open"))
        for one in file.links
    ]
    facts += [
        Fact(_tr("Same person"), told(one, kinds, zone), action=f"case:{one.reference}", action_title=_tr("Open"))
        for one in file.others
    ]
    return Section(_tr("Other cases"), facts)


def told(head: CaseHead, kinds: Mapping[str, str], zone: tzinfo) -> str:
    """Return a case in one line, for choosing it."""
    return f"{head.reference}, {kinds.get(head.kind, head.kind)}, {words.day(head.opened, zone)}"


def received(taken: Sequence[tuple[str, str]], joined: Sequence[str], offered: Mapping[str, Sequence[str]]) -> str:
    """Return what became of mails, in sentences; `taken` are pairs of a reference, or a file's name and why not."""
    opened = [reference for reference, why in taken if reference and not why]
    parts = []
    if opened:
        shown = ", ".join(opened[:6]) + (_tr(" and {0} more").format(len(opened) - 6) if len(opened) > 6 else "")
        parts.append(_tr("{0} opened.").format(shown))
    if joined:
        parts.append(_tr("Added to {0}.").format(", ".join(dict.fromkeys(joined))))
    for reference, others in list(offered.items())[:5]:
        parts.append(
            _tr("The sender of {0} has an open case too: {1}. If it is one matter, merge them.").format(
                reference, ", ".join(others)
            )
        )
    parts += [f"{name}: {why}" for name, why in taken if why]
    return "\n".join(parts)
