"""The forms of the breach desk, as fields; what they send goes to the service unread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QComboBox

from officer_app.breaches import duty, register
from officer_app.breaches.duty import LettersDraft, LetterText
from officer_app.breaches.rules import Facts, Incident
from officer_app.breaches.texts import Variant
from officer_app.casebook import issued
from officer_app.casebook.issued import Notice
from officer_app.widgets.forms import Choice, Field, Form

Keep = Callable[[dict[str, Any]], None]
LANGUAGES = {"en": "English", "vi": "Vietnamese"}
NATURES = {
    "confidentiality": "Confidentiality: somebody saw or copied data",
    "integrity": "Integrity: data were changed",
    "availability": "Availability: data could not be used, or are lost",
}
ORIGINS = {
    "outside-malicious": "From outside, on purpose",
    "outside-accident": "From outside, by accident",
    "inside-malicious": "From inside, on purpose",
    "inside-accident": "From inside, by accident",
    "unknown": "Not known",
}
_ADVICE = {
    "change_password": "Change the password",
    "beware_phishing": "Beware of deceptive messages",
    "shared_computer": "Log out on shared computers",
    "watch_payments": "Watch payments",
}


@dataclass(frozen=True)
class Draft:
    """What was typed last time at a place, and how to keep what is typed now."""

    restored: Mapping[str, Any]
    keep: Keep


def tr(text: str) -> str:
    """Translate a text of this desk."""
    return QCoreApplication.translate("breaches", text)


def form_of(title: str, fields: Sequence[Field], submit: str, draft: Draft, zone: tzinfo, intro: str = "") -> Form:
    """Return a form that keeps what is typed."""
    return Form(title, fields, submit=submit, intro=intro, zone=zone, draft=draft.keep, restored=draft.restored)


def log(me: str, now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """The three facts that open an incident."""
    fields = (
        Field("what", tr("What happened"), required=True, placeholder=tr("In a few words")),
        Field("noticed", tr("Noticed"), "moment", now, required=True, hint=tr("The clocks run from this moment.")),
        Field("who", tr("Noticed by"), value=me, required=True),
    )
    intro = tr("Three facts are enough; everything else can follow.")
    return form_of(tr("Log an incident"), fields, tr("Log it now"), draft, zone, intro)


def facts(case: Incident, categories: Sequence[Choice], zone: tzinfo, draft: Draft) -> Form:
    """Everything an authority asks about the incident."""
    known = case.facts
    origins = tuple(Choice(key, tr(title)) for key, title in ORIGINS.items())
    natures = tuple(Choice(key, tr(title)) for key, title in NATURES.items())
    counted = (Choice("exact", tr("Exact")), Choice("estimated", tr("Estimated")), Choice("unknown", tr("Not known")))
    fields = (
        Field("what", tr("What happened"), value=known.what, required=True),
        Field("description", tr("In detail"), "lines", known.description, rows=4,
              hint=tr("It goes into the report, and the letters start from it. Name no customer.")),
        Field("discovered_by", tr("Noticed by"), value=known.discovered_by, required=True),
        Field("begun", tr("It is known when it began"), "check", known.happened_from is not None),
        Field("happened_from", tr("Began"), "moment", known.happened_from or case.noticed),
        Field("ended", tr("It is over"), "check", known.happened_to is not None),
        Field("happened_to", tr("Ended"), "moment", known.happened_to or case.noticed),
        Field("estimated", tr("These times are estimated"), "check", known.estimated),
        Field("nature", tr("What was lost"), "checklist", known.nature, natures),
        Field("place", tr("Where"), value=known.place, hint=tr("Left empty: the shop's online systems.")),
        Field("cause", tr("Cause"), "lines", known.cause, rows=2),
        Field("origin", tr("It came"), "choice", known.origin, origins, required=True),
        Field("parties", tr("Others involved"), "lines", known.parties, rows=2,
              hint=tr("Organisations and persons beside the shop, as the authority's form asks.")),
        Field("categories", tr("Data concerned"), "checklist", known.categories, categories),
        Field("special", tr("Location, biometric or sensitive financial data are concerned"), "check", known.special),
        Field("groups", tr("Who they are"), "lines", "\n".join(known.groups), rows=2,
              hint=tr("One group a line, with its number: Newsletter subscribers: 1,200")),
        Field("persons", tr("Persons"), "number", known.persons, most=100_000_000,
              hint=tr("A frozen list counts exactly and goes before this number.")),
        Field("counted", tr("This number is"), "choice", known.counted, counted, required=True),
        Field("records", tr("Records"), "number", known.records, most=1_000_000_000,
              hint=tr("Rows of data, not persons.")),
        Field("records_counted", tr("This number is"), "choice", known.records_counted, counted, required=True),
        Field("measures_before", tr("Measures before"), "lines", "\n".join(known.measures_before), rows=3,
              hint=tr("One a line; they start from the shop's settings.")),
        Field("measures", tr("Measures taken"), "lines", known.measures, rows=3),
        Field("consequences", tr("Likely consequences"), "lines", known.consequences, rows=2),
    )  # fmt: skip
    form = form_of(tr("Record the facts"), fields, tr("Save the facts"), draft, zone)
    for tick, moment in (("begun", "happened_from"), ("ended", "happened_to")):
        box, when = form.input(tick), form.input(moment)
        assert isinstance(box.inner, QCheckBox)
        when.setEnabled(box.inner.isChecked())  # a time that does not count cannot be entered
        box.inner.toggled.connect(when.setEnabled)
    return form


def to_facts(values: Mapping[str, Any], before: Facts) -> Facts:
    """Return the facts as typed."""
    plain = {
        key: values[key]
        for key in (
            "what", "description", "discovered_by", "nature", "cause", "categories", "persons", "counted", "records",
            "records_counted", "measures", "consequences", "estimated", "place", "origin", "parties", "special",
        )
    }  # fmt: skip
    return Facts(
        **plain,
        happened_from=values["happened_from"] if values["begun"] else None,
        happened_to=values["happened_to"] if values["ended"] else None,
        groups=lines(values["groups"]),
        measures_before=lines(values["measures_before"]),
        lessons=before.lessons,
    )


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def late_field(case: Incident, name: str, late: bool) -> Field:
    """Return the field for the reason of a delay, which goes into the notice."""
    hint = tr("It is late; the reason is needed.") if late else tr("Needed only if it is sent after it was due.")
    return Field("late_reason", tr("Reason for the delay"), "lines", case.duty(name).late_reason, required=late, rows=2,
                 hint=hint)  # fmt: skip


def letters(case: Incident, known: LettersDraft, zone: tzinfo, draft: Draft, late: bool) -> Form:
    """The five headings in each language."""
    advice = tuple(Choice(key, tr(title)) for key, title in _ADVICE.items())
    languages = tuple(Choice(key, tr(LANGUAGES.get(key, key))) for key in known.texts)
    fields: list[Field] = []
    for language, text in known.texts.items():
        name = tr(LANGUAGES.get(language, language))
        for key, title, value in (
            ("what_happened", tr("What happened"), text.what_happened),
            ("not_involved", tr("What was not involved"), text.not_involved),
            *((("risk", tr("How severe it is"), text.risk),) if case.facts.special else ()),
            ("what_we_are_doing", tr("What we are doing"), text.what_we_are_doing),
            ("what_you_can_do", tr("What you can do"), text.what_you_can_do),
            ("more_information", tr("For more information"), text.more_information),
        ):
            fields.append(Field(f"{language}.{key}", f"{name}: {title}", "lines", value, rows=3))
    fields += [
        Field("default_language", tr("For all others"), "choice", known.default_language, languages, required=True,
              hint=tr("For customers whose language has no letter here. Leave a language empty to write none in it.")),
        Field("advice", tr("Advice"), "checklist", known.advice, advice),
        late_field(case, duty.INDIVIDUALS, late),
    ]  # fmt: skip
    intro = tr("The data concerned, the dates and the signature are added. Say nothing that is not certain.")
    return form_of(tr("Letters to the customers"), fields, tr("Keep the draft"), draft, zone, intro)


def to_letters(values: Mapping[str, Any], known: LettersDraft) -> LettersDraft:
    """Return the draft as typed."""
    keys = ("what_happened", "what_we_are_doing", "what_you_can_do", "more_information", "not_involved")
    texts = {
        lang: LetterText(**{key: values[f"{lang}.{key}"] for key in keys}, risk=values.get(f"{lang}.risk", text.risk))
        for lang, text in known.texts.items()
    }
    return LettersDraft(texts, values["default_language"], values["advice"])


def spoken(field: Field, value: Any) -> str:
    """Return what was typed into a field in words, a choice by its title."""
    if field.kind == "choice":
        return next((one.title for one in field.choices if one.id == value), "")
    if field.kind == "checklist":
        return ", ".join(one.title for one in field.choices if one.id in value)
    return value if isinstance(value, str) else ""


def variant(one: Variant, titles: Mapping[str, str]) -> str:
    """Return one distinct letter in words: the language, how many get it, whose data it names."""
    language = tr(LANGUAGES.get(one.language, one.language))
    data = ", ".join(titles.get(each, each) for each in one.categories)
    return tr("{0} letters in {1}: {2}").format(f"{one.letters:,}", language, data)


def approve(intro: str, sign_in: bool, passphrase: bool, zone: tzinfo) -> Form:
    """A manager's word: nothing is kept of what is typed here."""
    fields = []
    if sign_in:
        fields.append(Field("sign_in", tr("Manager's sign-in name"), required=True))
    if passphrase:
        fields.append(Field("passphrase", tr("Passphrase"), "secret", required=True))
    return Form(tr("Approve"), fields, submit=tr("Approve"), intro=intro, zone=zone)


def decide(case: Incident, grounds: Sequence[Choice], zone: tzinfo, draft: Draft) -> Form:
    """Whether somebody is told, with reasons; `grounds` are those on which a pack lets customers go untold."""
    duties = tuple(Choice(each.duty, tr(register.told(each))) for each in case.duties if each.sent is None)
    how = (Choice(duty.NOTIFY, tr("They are told")), Choice(duty.NOT_NOTIFY, tr("They are not told")))
    fields = (
        Field("duty", tr("Who"), "choice", duties[0].id if duties else "", duties, required=True),
        Field("decision", tr("Decision"), "choice", duty.NOTIFY, how, required=True),
        *((Field("ground", tr("On this ground"), "choice", "", tuple(grounds), placeholder=tr("None of these"),
                 hint=tr("Only for customers who are not told.")),) if grounds else ()),
        Field("reasons", tr("Reasons"), "lines", rows=3,
              hint=tr("Needed when they are not told; the register keeps them.")),
    )  # fmt: skip
    return form_of(tr("Decide on a notice"), fields, tr("Record the decision"), draft, zone)


def to_reasons(values: Mapping[str, Any], grounds: Sequence[Choice]) -> str:
    """Return the reasons as typed, after the ground that was chosen."""
    chosen = values.get("ground") if values["decision"] == duty.NOT_NOTIFY else ""
    named = next((one.title for one in grounds if one.id == chosen), "")
    return " ".join(part for part in (f"{named}." if named else "", values["reasons"].strip()) if part)


def elsewhere(case: Incident, now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """A report made on a portal or by a form of theirs."""
    open_duties = [each for each in case.duties if not each.settled and each.duty != duty.INDIVIDUALS]
    duties = tuple(Choice(each.duty, tr(register.told(each))) for each in open_duties)
    fields = (
        Field("duty", tr("Who was told"), "choice", duties[0].id if duties else "", duties, required=True),
        *_sent_fields(now, "portal"),
        Field("their_reference", tr("Their reference"), required=True, hint=tr("Or the name of who took the report.")),
        Field("phases", tr("More is to follow: this is the first of several"), "check",
              any(each.report is not None and each.report.phases for each in open_duties)),
        *_late(any(each.due < now for each in open_duties)),
    )  # fmt: skip
    return form_of(tr("A report made elsewhere"), fields, tr("Record it"), draft, zone)


def _sent_fields(now: datetime, channel: str) -> tuple[Field, ...]:
    channels = tuple(Choice(one, tr(one).capitalize()) for one in issued.CHANNELS)
    return (
        Field("channel", tr("Sent by"), "choice", channel, channels, required=True),
        Field("at", tr("Sent at"), "moment", now, required=True),
    )


def _late(late: bool) -> tuple[Field, ...]:
    hint = tr("Needed if it was sent after it was due; it stands in the register.")
    return (Field("late_reason", tr("Reason for the delay"), "lines", rows=2, hint=hint),) if late else ()


def sent(number: str, channel: str, now: datetime, zone: tzinfo, draft: Draft, late: bool = False) -> Form:
    """How and when a report or a print run was sent; with `late` why only then."""
    fields = (*_sent_fields(now, channel), Field("their_reference", tr("Their reference")), *_late(late))
    return form_of(tr("{0}: record as sent").format(number), fields, tr("Record"), draft, zone)


def sent_again(known: Notice, zone: tzinfo, draft: Draft, late: bool) -> Form:
    """When and how a notice was really sent, and why that is corrected; with `late` why only then."""
    ways = issued.PUBLISHED if known.channel in issued.PUBLISHED else issued.CHANNELS
    choices = tuple(Choice(one, tr(one).capitalize()) for one in ways)
    fields = (
        Field("channel", tr("Sent by"), "choice", known.channel, choices, required=True),
        Field("at", tr("Sent at"), "moment", known.sent, required=True),
        Field("reason", tr("Why it is corrected"), "lines", required=True, rows=2),
        *_late(late),
    )
    intro = tr("What was recorded before stays in the audit and in the timeline.")
    return form_of(tr("{0}: correct the sending").format(known.number), fields, tr("Correct it"), draft, zone, intro)


def language(title: str, languages: Sequence[Choice], zone: tzinfo) -> Form:
    """In which language a paper is made."""
    fields = (Field("language", tr("Language"), "choice", languages[0].id, languages, required=True),)
    return Form(title, fields, submit=tr("Show it"), zone=zone)


def reason(
    title: str, label: str, submit: str, zone: tzinfo, draft: Draft, *, required: bool = True, known: str = ""
) -> Form:
    """One text, for a step that needs only that."""
    return form_of(title, (Field("reason", label, "lines", known, required=required, rows=3),), submit, draft, zone)


def noticed(case: Incident, zone: tzinfo, draft: Draft) -> Form:
    """When it was really noticed, and why that is corrected."""
    fields = (
        Field("noticed", tr("Noticed"), "moment", case.noticed, required=True,
              hint=tr("The clocks run from this moment.")),
        Field("reason", tr("Why it is corrected"), "lines", required=True, rows=2),
    )  # fmt: skip
    return form_of(tr("Correct when it was noticed"), fields, tr("Correct it"), draft, zone)


def assign(people: Mapping[str, str], case: Incident, zone: tzinfo, draft: Draft) -> Form:
    """Who works on the incident."""
    known = sorted(people.items(), key=lambda each: each[1])
    choices = (*(Choice(key, who) for key, who in known), Choice("", tr("Nobody")))
    field = Field("person", tr("Person"), "choice", case.assignee or "", choices)
    return form_of(tr("Assign"), (field,), tr("Assign"), draft, zone)


def severity(questions: Sequence[Any], case: Incident, zone: tzinfo, draft: Draft) -> Form:
    """The guided score: each answer with its reason."""
    given = {question: (choice, why) for question, choice, why in case.score.answers} if case.score else {}
    fields: list[Field] = []
    for question in questions:
        choices = tuple(Choice(each.id, f"{each.title_in('en')} ({each.value:g})") for each in question.choices)
        choice, why = given.get(question.id, (None, ""))
        hint = question.help.get("en", "")
        fields += [
            Field(question.id, question.title_in("en"), "choice", choice, choices, required=True, hint=hint),
            Field(f"{question.id}.reason", tr("Because"), value=why, required=True),
        ]
    intro = tr("The score supports the decision; the legal test and the officer decide.")
    form = form_of(tr("Severity (ENISA 2013)"), fields, tr("Score"), draft, zone, intro)
    for question in questions:
        box = form.input(question.id).inner
        assert isinstance(box, QComboBox)
        # the titles are long; the box must not push the form wider than its place
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
    return form
