"""What the pages of uses and consents show, in words."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from PySide6.QtCore import QCoreApplication

from officer_app.base.steps import Step
from officer_app.policy.book import Book
from officer_app.shop.facts import Consent as InShop
from officer_app.uses.access import ROLES, Access
from officer_app.uses.forms import WAYS
from officer_app.uses.rules import Consent, Use
from officer_app.uses.service import Line, Person
from officer_app.widgets import words
from officer_app.widgets.casefile import CaseHeader, Fact, Pill, Section
from officer_app.widgets.model import Column

LACKS = {
    "basis": "no lawful basis recorded",
    "outside": "outside the closed list (policy C2)",
    "contract": "a processor without contract",
    "ended": "a processor's contract ended",
}
LANGUAGES = (("en", "English"), ("vi", "Vietnamese"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("uses", text)


def columns(policy: Book) -> tuple[Column, ...]:
    """Return the columns of the register."""
    bases = {one.id: one.title_in("en") for one in policy.grounds}

    def data(line: Line) -> str:
        return data_names(policy, line.use.categories)

    return (
        Column("title", _tr("Used for"), 0, "strong", text=lambda line: line.use.title, sortable=False),
        Column("basis", _tr("Lawful basis"), 190, text=lambda line: bases.get(line.use.basis, "—"), sortable=False),
        Column("data", _tr("Data"), 190, text=data, hint=data, sortable=False),
        Column("lacks", _tr("Missing"), 210, "due", text=lacks, tone=lambda line: "amber" if line.lacks else "",
               hint=lacks, sortable=False),
    )  # fmt: skip


def data_names(policy: Book, keys: Sequence[str]) -> str:
    """Return data categories by their names."""
    names = {one.id: one.title_in("en") for one in policy.data_categories}
    return ", ".join(names.get(key, key) for key in keys)


def lacks(line: Line) -> str:
    """Return what a use lacks, in words."""
    return ", ".join(_tr(LACKS[key]) for key in line.lacks)


def header(line: Line, zone: tzinfo, names: Mapping[str, str]) -> CaseHeader:
    """Return the top of one use."""
    pill = Pill(_tr("incomplete"), "amber") if line.lacks else None
    one = line.use
    if one.changed is None:
        return CaseHeader(one.title, _tr("A purpose of the policy that nobody described yet."), pill)
    who = names.get(one.changed_by, "?")
    return CaseHeader(one.title, _tr("Last changed {0} by {1}.").format(words.day(one.changed, zone), who), pill)


def sections(line: Line, policy: Book, warning: str) -> tuple[Section, ...]:
    """Return one use's facts."""
    one: Use = line.use
    bases = {each.id: f"{each.title_in('en')}. {each.source}" for each in policy.grounds}
    blank = _tr("not recorded")
    facts = (
        Fact(_tr("Lawful basis"), bases.get(one.basis, blank)),
        Fact(_tr("Shown by"), one.proof or blank),
        Fact(_tr("Data"), data_names(policy, one.categories) or blank),
        Fact(_tr("Recipients"), "\n".join(one.recipients) or _tr("none")),
        Fact(_tr("Processors"), "\n".join(one.processors) or _tr("none")),
        Fact(_tr("Kept"), one.kept or blank),
    )
    found = [Section(_tr("Use"), facts)]
    if line.lacks:
        found.append(Section(_tr("Missing"), text=lacks(line).capitalize() + "."))
    if one.basis == "" or "consent" in one.basis:
        found.append(Section(_tr("About consent"), text=warning))
    return tuple(found)


def access(entries: Sequence[Access], policy: Book) -> tuple[Section, ...]:
    """Return who may see which data; each line can be changed (`asked` gives "access:CATEGORY")."""
    facts = [
        Fact(
            data_names(policy, (one.category,)),
            f"{', '.join(ROLES[role]['en'] for role in one.roles).capitalize() or _tr('Nobody')}. {one.why_in('en')}",
            action=f"access:{one.category}",
            action_title=_tr("Change"),
        )
        for one in entries
    ]
    return (Section(_tr("By category"), facts),)


# --- a person --------------------------------------------------------------------------------------------------------


def person_header(found: Person) -> CaseHeader:
    """Return the top of a person's consents."""
    line = _tr("Customer {0}, {1}").format(found.key, found.email) if found.key else found.email
    return CaseHeader(found.name or found.email or found.key, line)


def person_sections(found: Person, policy: Book, names: Mapping[str, str], warning: str) -> tuple[Section, ...]:
    """Return what shop and casebook record, and what proves it."""
    zone = policy.zone
    if found.trouble:
        shop = Section(_tr("In the shop's database"), text=found.trouble)
    elif found.shop:
        shop = Section(_tr("In the shop's database"), [_in_shop(one, zone) for one in found.shop])
    else:
        shop = Section(_tr("In the shop's database"), text=_tr("None recorded."))
    ours = [section for one in found.ours for section in (_ours(one, policy, names),)]
    if not ours:
        ours = [Section(_tr("In our own records"), text=_tr("None. Record one when the person gives or withdraws it."))]
    return (shop, *ours, Section(_tr("What counts as consent"), text=warning))


def _in_shop(one: InShop, zone: tzinfo) -> Fact:
    given = {True: _tr("given"), False: _tr("not given"), None: _tr("neither yes nor no is recorded")}[one.given]
    at = f", {words.day(one.at, zone)}" if one.at else ""
    return Fact(one.title, f"{given}{at}", Pill(_tr("no proof"), "amber") if one.given else None)


def _ours(one: Consent, policy: Book, names: Mapping[str, str]) -> Section:
    zone = policy.zone
    state = Pill(_tr("holds"), "green")
    if one.withdrawn is not None:
        state = Pill(_tr("withdrawn {0}").format(words.day(one.withdrawn, zone)), "red")
    way = one.way if one.case else _tr(WAYS[one.way]).lower()
    facts = [
        Fact(_tr("Given"), f"{words.moment(one.given, zone)}, {way}", state),
        Fact(_tr("Data"), data_names(policy, one.categories)),
    ]
    if one.wording:
        facts.append(Fact(_tr("Wording"), one.wording + (f" ({one.edition})" if one.edition else "")))
    if one.recipient:
        facts.append(Fact(_tr("Recipient"), one.recipient))
    if one.withdrawn is not None:
        told = ", ".join(part for part in (words.moment(one.withdrawn, zone), one.withdrawn_how) if part)
        facts.append(Fact(_tr("Withdrawn"), told))
    if one.case:
        until = _tr("holds until {0}").format(words.day(one.expires, zone)) if one.expires else ""
        facts.append(Fact(_tr("Kept in"), f"{one.case}, {until}"))
        return Section(one.title, facts)
    for proof in one.proofs:
        told = f"{proof.name}, {proof.size:,} bytes, SHA-256 {proof.sha256[:16]}…"
        facts.append(Fact(_tr("Proof"), told, action=f"proof:{proof.id}", action_title=_tr("Export copy")))
    if not one.proofs:
        facts.append(Fact(_tr("Proof"), _tr("missing: no paper is filed"), Pill(_tr("no proof"), "amber")))
    facts.append(Fact(_tr("Recorded by"), names.get(one.recorded_by, "?")))
    return Section(one.title, facts)


def person_steps(found: Person, *, officer: bool) -> tuple[Step, ...]:
    """Return what may be done with a person's consents."""
    mine = "" if officer else _tr("Only an officer records consents.")
    held = any(one.withdrawn is None and one.id for one in found.ours)  # a disclosure's own is withdrawn there
    none = _tr("No recorded consent holds.")
    first = "vi" if found.language == "vi" else "en"
    titles = dict(LANGUAGES)
    other = "en" if first == "vi" else "vi"
    return (
        Step(f"extract-{first}", _tr("Extract as PDF"), primary=True),
        Step(f"extract-{other}", _tr("Extract in {0}").format(titles[other])),
        Step("record", _tr("Record a consent"), enabled=not mine, why_not=mine),
        Step("withdraw", _tr("Record a withdrawal"), enabled=held and not mine, why_not=mine or none),
    )
