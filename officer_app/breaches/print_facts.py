"""What the case file says of a run letter by letter (printed, posted, returned, failed), and of public notices."""

from dataclasses import replace
from datetime import tzinfo

from officer_app.breaches import letter
from officer_app.breaches.forms import LANGUAGES, tr
from officer_app.breaches.queue import File
from officer_app.breaches.rules import Run
from officer_app.breaches.run_records import Letters
from officer_app.breaches.spans import shown, size, without
from officer_app.casebook import issued
from officer_app.widgets import words
from officer_app.widgets.casefile import Fact


def print_facts(run: Run, letters: Letters) -> list[Fact]:
    """Return the counts of a run, and the numbers of letters that need something done."""
    printed = size(letters.printed)
    if not printed and not letters.failed:
        return []
    counts = [tr("{0} printed").format(f"{printed:,}")]
    if run.finished is not None:
        counts.append(tr("{0} posted").format(f"{printed if run.sent else size(letters.posted):,}"))
        counts.append(tr("{0} returned").format(f"{size(letters.returned):,}"))
    if letters.copies:
        more = tr("some of them {0} times more").format(letters.copies)
        counts.append(tr("some of them once more") if letters.copies == 1 else more)
    facts = [Fact(tr("Letters"), ", ".join(counts))]
    left = without(letters.printed, letters.posted)
    if letters.posted and left and run.sent is None:
        facts.append(Fact(tr("To be posted"), shown(left), tone="amber"))
    if letters.returned:
        facts.append(Fact(tr("Came back"), shown(letters.returned), tone="amber"))
    if letters.failed:
        facts.append(Fact(tr("Not printed"), shown(letters.failed), tone="amber"))
    return facts


def public_facts(file: File, zone: tzinfo) -> list[Fact]:
    """Return the public notices that stand, with what may be done with each."""
    found = []
    for one in file.notices:
        if one.kind != letter.PUBLIC or one.state not in (issued.ISSUED, issued.SENT):
            continue
        language = tr(LANGUAGES.get(one.language, one.language))
        text = tr("{0} in {1}, not published yet").format(one.number, language)
        if one.sent is not None:
            text = tr("{0} in {1}, published {2} ({3})").format(
                one.number, language, words.moment(one.sent, zone), one.channel
            )
        more = [(f"step:public-withdraw:{one.number}", tr("Withdraw"))]
        if one.sent is None:
            more.insert(0, (f"step:public-sent:{one.number}", tr("Published")))
        facts = Fact(tr("Public notice"), text, tone="" if one.sent else "amber")
        if file.works:
            copy = f"step:public-text:{one.number}"
            facts = replace(facts, action=copy, action_title=tr("Copy text"), more=tuple(more))
        found.append(facts)
    return found
