"""What the case file shows of an incident's course: events, measures, papers with their chain of custody."""

from datetime import datetime, tzinfo

from officer_app.breaches.forms import tr
from officer_app.breaches.queue import File
from officer_app.widgets import words
from officer_app.widgets.casefile import Fact, Pill, Section

_DONE = {"evidence added": "added", "export": "copied out", "evidence viewed": "looked at"}


def events(file: File, zone: tzinfo) -> Section:
    """Return what happened in the order of time."""
    names = {each.id: each.name for each in file.evidence}
    facts: list[Fact] = []
    struck: list[Fact] = []
    for one in file.case.events:
        at = words.moment(one.at, zone)
        shown = ", ".join(names[key] for key in one.evidence if key in names)
        text = f"{one.text} ({shown})" if shown else one.text
        label = tr("about {0}").format(at) if one.estimated else at
        if one.struck is not None:
            who = file.names.get(one.struck_by, "?")
            text += "\n" + tr("Struck off {0} by {1}: {2}").format(words.moment(one.struck, zone), who, one.why)
            back = f"step:event-back:{one.number}" if file.works else ""
            struck.append(Fact(label, text, action=back, action_title=tr("Put it back")))
            continue
        change = f"step:event:{one.number}" if file.works else ""
        off = ((f"step:strike-event:{one.number}", tr("Strike off")),) if file.works else ()
        facts.append(Fact(label, text, action=change, action_title=tr("Change"), more=off))
    if file.works:
        advice = tr("What happened when, as it becomes known")
        struck.append(Fact("", advice, action="step:event", action_title=tr("Add an event")))
    return Section(tr("In the order of time"), (*facts, *struck))


def measures(file: File, now: datetime, zone: tzinfo) -> Section:
    """Return what is to be done, by whom and by when."""
    facts: list[Fact] = []
    for one in file.case.tasks:
        who = file.names.get(one.owner, "?")
        if one.done is not None:
            text = tr("{0}; done {1}").format(who, words.moment(one.done, zone))
            facts.append(Fact(one.what, f"{text}: {one.result}" if one.result else text))
            continue
        left, tone = words.due(one.due, now, zone)
        done = f"step:measure-done:{one.number}" if file.works else ""
        text = tr("{0}, by {1}").format(who, words.moment(one.due, zone))
        change = ((f"step:measure:{one.number}", tr("Change")),) if file.works else ()
        facts.append(Fact(one.what, text, Pill(left, tone), action=done, action_title=tr("Done"), more=change))
    if file.works:
        facts.append(
            Fact(
                "",
                tr("What is to be done, by whom and by when"),
                action="step:measure",
                action_title=tr("Set a measure"),
            )
        )
    return Section(tr("Measures"), facts)


def papers(file: File, zone: tzinfo) -> Section:
    """Return the papers with hash, and who added and who took copies of them."""
    facts: list[Fact] = []
    for one in file.evidence:
        custody = [
            tr("{0} {1} by {2}").format(tr(_DONE.get(what, what)), words.moment(at, zone), who)
            for at, who, what in file.custody(one.id)
        ]
        # the hash in two parts: in one it would push what stands beside it out of the window
        digest = f"SHA-256 {one.sha256[:32]} {one.sha256[32:]}"
        text = "\n".join([f"{words.size(one.size)}, {digest}", *custody])
        copied = ((f"evidence:{one.id}", tr("Export copy")),)
        facts.append(Fact(one.name, text, action=f"look:{one.id}", action_title=tr("Look"), more=copied))
    if file.works:
        advice = tr("Logs, letters and pictures, kept sealed with their hash")
        facts.append(Fact("", advice, action="step:attach", action_title=tr("Add papers")))
        facts.append(
            Fact("", tr("A complaint about this incident"), action="step:complaint", action_title=tr("Link it"))
        )
    return Section(tr("Papers"), facts)
