"""The forms of the steps that look into a case: identity, findings, parties' answers, untrue data, corrections."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from officer_app.complaints import findings, parties, proof
from officer_app.complaints.forms import Draft, form_of, tr
from officer_app.complaints.queue import File
from officer_app.widgets.forms import Choice, Field, Form

FACTS = {
    "phone": "Phone or mobile",
    "order": "Number of an order",
    "street": "Street of a stored address",
    "postcode": "Postcode",
    "customer": "Customer number",
}
METHODS = {
    proof.STORED: "Stored facts compared",
    proof.CALL: "Called back on the stored number",
    proof.IN_PERSON: "Seen in person, facts compared",
    proof.LETTER_CODE: "Code sent by letter, given back",
    proof.MAIL_CODE: "Code sent by mail, given back",
    proof.PAPER: "Identity paper seen, no copy kept",
    proof.ATTORNEY: "Power of attorney seen",
}
DATA = {"name": "Name", "email": "E-mail address", "mobile": "Mobile number", "address": "Postal address"}
WRONG = {
    "name": "Name",
    "email": "E-mail address",
    "phone": "Phone or mobile",
    "street": "Street",
    "postcode": "Postcode",
    "city": "City",
    "other": "Something else",
}


def identify(file: File, zone: tzinfo, draft: Draft) -> Form:
    """How the identity was checked: only the fields of the chosen method are shown."""
    code = file.case.code
    offered = [key for key in METHODS if key not in proof.CODES or (code is not None and code.method == key)]
    first = code.method if code is not None else proof.STORED
    yes_no = (Choice("yes", tr("Yes")), Choice("no", tr("No")))
    fields = [Field("method", tr("How"), "choice", first, [Choice(key, tr(METHODS[key])) for key in offered],
                    required=True)]  # fmt: skip
    fields += [Field(key, tr(FACTS[key])) for key in proof.FACTS]
    fields.append(Field("confirmed", tr("It is the person"), "choice", "", yes_no))
    fields.append(Field("code", tr("Code given back")))
    fields.append(Field("note", tr("Note"), "lines", rows=2))
    intro = tr("Two stored facts must agree and none may differ. Ask for no copy of an ID, and keep none.")
    form = form_of(tr("Check identity"), fields, tr("Check"), draft, zone, intro)

    def show() -> None:
        method = form.values()["method"]
        for key in proof.FACTS:
            form.show_field(key, method in proof.COMPARED and (method != proof.CALL or key in ("phone", "order")))
        form.show_field("confirmed", method in (proof.CALL, *proof.SEEN))
        form.show_field("code", method in proof.CODES)

    form.edited.connect(show)
    show()
    return form


def confirmed(value: str) -> bool | None:
    """Return what was chosen as yes, no or nothing."""
    return {"yes": True, "no": False}.get(value)


def code(zone: tzinfo, draft: Draft) -> Form:
    """Where a code goes: to what the shop has stored, never to what the person says."""
    ways = (
        Choice(proof.LETTER_CODE, tr("By letter to the stored address")),
        Choice(proof.MAIL_CODE, tr("By mail to the stored e-mail address")),
    )
    field = Field("method", tr("The code goes"), "choice", proof.LETTER_CODE, ways, required=True)
    intro = tr("Who gives the code back has received what goes there. It is valid for 30 days and for one check.")
    return form_of(tr("Send a code"), (field,), tr("Issue the letter"), draft, zone, intro)


def finding(file: File, purposes: Sequence[Choice], zone: tzinfo, draft: Draft) -> Form:
    """What was found on one allegation, against the closed list of purposes."""
    results = (
        Choice(findings.KEPT, tr("Kept: the data was used as promised")),
        Choice(findings.NOT_KEPT, tr("Not kept")),
        Choice(findings.OPEN, tr("Cannot be established")),
    )
    known = (
        *purposes,
        Choice(findings.NO_PURPOSE, tr("None of the policy's purposes")),
        Choice(findings.NO_USE, tr("No such use was found")),
    )
    first = file.case.subject if not file.case.findings else ""
    fields = (
        Field("allegation", tr("What is alleged"), value=first, required=True,
              hint=tr("One point at a time; the same words again replace the finding.")),
        Field("purpose", tr("The use falls under"), "choice", "", known, required=True),
        Field("result", tr("What you found"), "choice", "", results, required=True),
        Field("reasons", tr("Reasons"), "lines", required=True, rows=3, hint=tr("They go into the letter's table.")),
    )  # fmt: skip
    return form_of(tr("Record a finding"), fields, tr("Record"), draft, zone)


def party(file: File, zone: tzinfo, draft: Draft) -> Form:
    """What a party answered, or that its answer is not awaited any more."""
    waiting = tuple(Choice(str(one.id), one.name) for one in parties.waited_for(file.case.parties))
    fields = (
        Field("party", tr("Party"), "choice", waiting[0].id if waiting else "", waiting, required=True),
        Field("answer", tr("What it answered"), "lines", required=True, rows=5),
        Field("silent", tr("No answer came: this is why we wait no longer"), "check", False),
    )
    return form_of(tr("Record a party's answer"), fields, tr("Record"), draft, zone)


def untrue(zone: tzinfo, draft: Draft) -> Form:
    """Which of the main data were found untrue, with the evidence."""
    data = tuple(Choice(key, tr(DATA[key])) for key in findings.MAIN_DATA)
    fields = (
        Field("data", tr("Found untrue"), "checklist", (), data, required=True),
        Field("evidence", tr("How it was found"), "lines", required=True, rows=5,
              hint=tr("For each: what was tried, when, with which result. Add the papers as evidence first.")),
    )  # fmt: skip
    intro = tr(
        "Nothing follows from it by itself. A manager confirms it, and only when all four are untrue may a refusal "
        "rest on it."
    )
    return form_of(tr("Data found untrue"), fields, tr("Record"), draft, zone, intro)


def confirm_untrue(file: File, sign_in: bool, passphrase: bool, zone: tzinfo) -> Form:
    """A manager's word; nothing is kept of what is typed here."""
    fields = []
    if sign_in:
        fields.append(Field("sign_in", tr("Manager's sign-in name"), required=True))
    if passphrase:
        fields.append(Field("passphrase", tr("Passphrase"), "secret", required=True))
    found = file.case.untrue
    named = ", ".join(tr(DATA[key]) for key in found.data) if found is not None else ""
    intro = tr("You confirm that you examined the evidence and that these data are untrue: {0}.").format(named)
    return Form(tr("Confirm: untrue"), fields, submit=tr("Confirm"), intro=intro, zone=zone)


def correction(zone: tzinfo, draft: Draft) -> Form:
    """What is wrong and what should stand there, up to three things at once."""
    choices = tuple(Choice(key, tr(title)) for key, title in WRONG.items())
    fields: list[Field] = []
    for at in range(3):
        more = tr(" (another)") if at else ""
        fields.append(Field(f"fact{at}", tr("What is wrong") + more, "choice", "", choices, required=not at))
        fields.append(Field(f"stands{at}", tr("It says")))
        fields.append(Field(f"should{at}", tr("It should say"), required=not at))
    return form_of(tr("Note what is wrong"), fields, tr("Note it"), draft, zone)


def corrected(now: datetime, zone: tzinfo, draft: Draft) -> Form:
    """Who changed it in the shop, and when."""
    fields = (
        Field("done_by", tr("Changed in the shop by"), required=True),
        Field("done_on", tr("On"), "date", now.astimezone(zone).date(), required=True),
    )
    intro = tr("The shop is looked into: it has to show what should stand there.")
    return form_of(tr("Seen in the shop"), fields, tr("Confirm"), draft, zone, intro)
