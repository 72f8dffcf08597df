"""What a question to the shop found, masked, before anything is frozen."""

from collections.abc import Mapping

from officer_app.base.steps import Step
from officer_app.breaches.affected import Found, SampleRow
from officer_app.breaches.affected_verbs import FREEZE, IMPORT, MINUS, PLUS
from officer_app.breaches.forms import LANGUAGES, tr
from officer_app.widgets.casefile import Fact, Section


def found(what: Found, supplement: int, titles: Mapping[str, str]) -> tuple[tuple[Section, ...], tuple[Step, ...]]:
    """Return what a question found, masked, with the steps to freeze it or to ask anew."""
    count = what.count
    total = tr("{0} persons: {1} accounts, {2} guests").format(
        f"{count.total:,}", f"{count.customers:,}", f"{count.guests:,}"
    )
    facts = [Fact(tr("Asked for"), what.asked.words()), Fact(tr("Found"), total)]
    if count.staff_left_out:
        facts.append(Fact(tr("Left out"), tr("{0} of the shop's staff").format(count.staff_left_out)))
    if supplement > 1:
        facts.append(Fact(tr("Left out"), tr("Whoever is in an earlier list, when this one is frozen.")))
    if what.asked.only:
        facts.append(Fact(tr("Only these data"), ", ".join(titles.get(each, each) for each in what.asked.only)))
    facts.append(Fact(tr("When frozen"), tr("Persons of whom the shop holds none of these data are left out.")))
    if what.unmatched:
        facts.append(Fact(tr("Not in the shop"), some(what.unmatched), tone="amber"))
    rows = [Fact(row.name or "•", _sample(row)) for row in what.sample]
    sections = (
        Section(tr("Found, not frozen yet"), facts),
        Section(tr("The first of them, masked"), rows),
        Section(tr("Freezing"), text=tr("The list keeps names and addresses as the shop has them now. It cannot be "
                                        "changed afterwards; later finds go into a list of their own. If it is "
                                        "cancelled meanwhile, no list is kept: what was asked stays here, and the shop "
                                        "is read anew. Locking the window stops it, too.")),
    )  # fmt: skip
    nobody = tr("This finds nobody.") if not count.total else ""
    freeze = tr("Freeze list {0} with {1} persons").format(supplement, f"{count.total:,}")
    return sections, (
        Step(FREEZE, freeze, primary=not nobody, enabled=not nobody, why_not=nobody),
        Step(PLUS, tr("Add to them")),
        Step(MINUS, tr("Take some away")),
        Step(IMPORT, tr("Add from a file")),
        Step("affected", tr("Ask anew")),
        Step("back", tr("Back to the incident")),
    )


def _sample(row: SampleRow) -> str:
    parts = [row.email, row.country, tr(LANGUAGES.get(row.language, row.language))]
    return ", ".join(part for part in parts if part) + ("" if row.writable else tr("; no postal address"))


def some(entries: tuple[str, ...]) -> str:
    """Return a list of words, cut where nobody would read on."""
    return ", ".join(entries[:50]) + (tr(" and {0} more").format(len(entries) - 50) if len(entries) > 50 else "")
