"""The forms for what is told to police and authorities: first report, supplement, and who else is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from officer_app.breaches import steps
from officer_app.breaches.clocks import Also
from officer_app.breaches.duty import POLICE, Duty, ReportDraft, Supplement
from officer_app.breaches.forms import LANGUAGES, Draft, form_of, late_field, lines, tr
from officer_app.breaches.rules import Incident
from officer_app.casebook.evidence import Evidence
from officer_app.widgets.forms import Choice, Field, Form


def _country(text: str) -> str:
    good = not text.strip() or (len(text.strip()) == 2 and text.strip().isalpha())
    return "" if good else tr("Two letters, such as VN or DE.")


def _enclosed(chosen: Sequence[str], evidence: Sequence[Evidence]) -> tuple[Field, ...]:
    papers = tuple(Choice(each.id, each.name) for each in evidence)
    hint = tr("Each is named with its hash. Send copies along with the report.")
    return (Field("evidence", tr("Papers enclosed"), "checklist", tuple(chosen), papers, hint=hint),) if papers else ()


def _addressee(known: ReportDraft) -> tuple[Field, ...]:
    languages = tuple(Choice(key, tr(title)) for key, title in LANGUAGES.items())
    return (
        Field("recipient", tr("To"), "lines", "\n".join(known.recipient), required=True, rows=4,
              hint=tr("The office and its address, a line each.")),
        Field("country", tr("Their country"), value=known.country, check=_country,
              hint=tr("It decides the form of the paper.")),
        Field("language", tr("Language"), "choice", known.language, languages, required=True),
        Field("email", tr("Their e-mail"), value=known.email, hint=tr("Only if they take the report by mail.")),
    )  # fmt: skip


def report(
    case: Incident, duty: Duty, known: ReportDraft, evidence: Sequence[Evidence], zone: tzinfo, draft: Draft, late: bool
) -> Form:
    """What a report says beside the facts."""
    police = duty.duty == POLICE
    asked = Field("request", tr("What you ask for"), "lines", known.request, required=True, rows=3)
    fields = [
        *_addressee(known),
        Field("suspects", tr("Known of the perpetrators"), "lines", known.suspects, rows=3),
        Field("other_reports", tr("Other reports"), "lines", known.other_reports, rows=2),
        *((asked,) if police else ()),
        Field("phases", tr("More is to follow: this is the first of several"), "check", known.phases),
        *_enclosed(known.evidence, evidence),
        Field("enclosures", tr("Other enclosures"), "lines", "\n".join(known.enclosures), rows=2),
        late_field(case, duty.duty, late),
    ]  # fmt: skip
    intro = tr("The facts, the numbers and the measures are taken from the incident.")
    title = steps.titled(duty)
    return form_of(title[0].upper() + title[1:], fields, tr("Keep the draft"), draft, zone, intro)


def to_report(values: Mapping[str, Any], known: ReportDraft) -> ReportDraft:
    """Return the draft as typed."""
    return ReportDraft(
        values["language"], lines(values["recipient"]), values.get("request", known.request), values["suspects"],
        values["other_reports"], lines(values["enclosures"]), values["email"], values["country"],
        tuple(values.get("evidence", ())), values["phases"],
    )  # fmt: skip


def supplement(duty: Duty, to: ReportDraft, evidence: Sequence[Evidence], zone: tzinfo, draft: Draft) -> Form:
    """What became known after the first report, and to whom it goes where that was made elsewhere."""
    known = duty.supplement or Supplement(0, "")
    fields = (
        *(() if duty.notice else _addressee(to)),
        Field("new_facts", tr("What is new"), "lines", known.new_facts, required=True, rows=5),
        Field("corrections", tr("What was wrong before"), "lines", known.corrections, rows=2),
        Field("outstanding", tr("Still being examined"), "lines", known.outstanding, rows=2),
        *_enclosed(known.evidence, evidence),
        Field("final", tr("This is the final report"), "check", known.final),
    )
    number = duty.notice or tr("the report made elsewhere ({0})").format(duty.their_reference)
    intro = tr("It goes out as a supplement to {0}. Numbers, cause and measures are taken from the incident.")
    title = tr("Supplement to the {0}").format(steps.titled(duty))
    return form_of(title, fields, tr("Keep the draft"), draft, zone, intro.format(number))


def to_supplement(values: Mapping[str, Any]) -> Supplement:
    """Return the supplement as typed."""
    return Supplement(0, values["new_facts"], values["corrections"], values["outstanding"],
                      tuple(values.get("evidence", ())), values["final"])  # fmt: skip


def to_addressee(values: Mapping[str, Any]) -> ReportDraft | None:
    """Return to whom a supplement goes, or None where the form did not ask."""
    if "recipient" not in values:
        return None
    return ReportDraft(values["language"], lines(values["recipient"]), email=values["email"], country=values["country"])


def also(found: Sequence[Also], now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """Who else is told, where a pack leaves it to the officer's finding."""
    choices = tuple(
        Choice(each.rule, each.title, hint=tr("Only if {0}").format(each.condition)) for each in found
    )  # fmt: skip
    first = found[0]
    text = "\n".join(f"{each.title} ({each.pack}): {each.condition}" for each in found)
    fields = (
        Field("rule", tr("Who"), "choice", first.rule, choices, required=True),
        Field("start", tr("Counts from"), "moment", first.start or now, required=True,
              hint=tr("For instance when the incident was noticed, or when the customers were told.")),
        Field("reasons", tr("Why it applies"), "lines", required=True, rows=3),
    )  # fmt: skip
    return form_of(tr("Tell somebody else too"), fields, tr("Start the clock"), draft, zone, text)
