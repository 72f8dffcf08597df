"""What the case file says of a run letter by letter: printed, posted, returned, failed."""

from officer_app.breaches.forms import tr
from officer_app.breaches.rules import Run
from officer_app.breaches.run_records import Letters
from officer_app.breaches.spans import shown, size
from officer_app.widgets.casefile import Fact


def print_facts(run: Run, letters: Letters) -> list[Fact]:
    """Return the counts of a run, and the numbers of letters that need something done."""
    printed = size(letters.printed)
    if not printed and not letters.failed:
        return []
    counts = [tr("{0} printed").format(f"{printed:,}")]
    if run.finished is not None:
        counts.append(tr("{0} posted").format(f"{printed if run.sent else 0:,}"))
        counts.append(tr("{0} returned").format(f"{size(letters.returned):,}"))
    if letters.copies:
        more = tr("some of them {0} times more").format(letters.copies)
        counts.append(tr("some of them once more") if letters.copies == 1 else more)
    facts = [Fact(tr("Letters"), ", ".join(counts))]
    if letters.returned:
        facts.append(Fact(tr("Came back"), shown(letters.returned), tone="amber"))
    if letters.failed:
        facts.append(Fact(tr("Not printed"), shown(letters.failed), tone="amber"))
    return facts
