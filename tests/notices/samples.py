"""A letterhead, recipients and plausible facts for every field of every notice, for the tests of notices."""

from datetime import UTC, date, datetime, timedelta, timezone

from officer_app.notices import text
from officer_app.notices.document import Code, Document, Letterhead, Table, Value
from officer_app.notices.templates import load

HEAD = Letterhead(
    name="Lotus Shop",
    company="Lotus Trading Co., Ltd.",
    address=("12 Hàng Bài", "Hoàn Kiếm", "Hà Nội"),
    email="privacy@lotus.example",
    contact="Trần Linh, privacy officer",
    phone="+84 24 0000 0000",
    hours="Monday to Friday 8:30 to 17:30",
    registration="Business registration 0100000000",
)
HOA = ("Ms Nguyễn Thị Hoa", "Số 8, ngõ 45 Nguyễn Khang", "Phường Yên Hòa, Cầu Giấy", "100000 HÀ NỘI", "VIỆT NAM")
POLICE = ("Hà Nội City Police", "Cybercrime Division", "87 Trần Hưng Đạo", "Hoàn Kiếm, HÀ NỘI", "VIỆT NAM")
DAY = date(2026, 11, 21)
MOMENT = datetime(2026, 11, 18, 9, 40, tzinfo=timezone(timedelta(hours=7)))
TABLES: dict[str, Table] = {
    "what_information": Table(
        ("What", "Where it was kept", "What it allows"),
        (
            ("Name, e-mail address", "customer account", "mail that pretends to come from us"),
            ("Mobile number", "customer account", "calls and text messages"),
            ("Delivery address", "orders of 2025 and 2026", "post in your name"),
        ),
    ),
    "categories_and_counts": Table(
        ("Category of data", "Persons", "Records", "Certainty"),
        (
            ("Name and e-mail address", "4,212", "4,212", "exact"),
            ("Mobile number", "3,980", "3,980", "exact"),
            ("Delivery address", "2,700", "5,140", "estimated"),
        ),
        right=(1, 2),
    ),
    "facts": Table(
        ("Time", "What happened"),
        (
            ("16 November 2026, 02:13", "First sign-in with the stolen administrator password, from 203.0.113.7."),
            ("18 November 2026, 09:12", "The system administrator sees an unknown session in the log."),
            ("18 November 2026, 09:40", "The access is closed and all administrator passwords are changed."),
        ),
        widths=(1, 3),
    ),
    "decisions": Table(
        ("Duty", "Decision", "Due", "Sent"),
        (
            ("Customers", "Notify: phishing with order details is likely", "21 November 2026", "20 November 2026"),
            ("Police", "Notify: duty A5 of the policy", "19 November 2026", "18 November 2026"),
        ),
    ),
    "entries": Table(
        ("No.", "Time", "Who", "What", "Reference", "Digest"),
        tuple(
            (str(at), f"2026-11-21 10:{at % 60:02d}", "linh", "case shown", f"C-2026-{at:04d}", f"{at * 7919:08x}")
            for at in range(1, 61)
        ),
    ),
}
TEXTS: dict[str, Value] = {
    "advice": ("Keep this letter with your papers.",),
    "answer_by": date(2026, 12, 4),
    "asked": (
        "You wrote that a carrier called you about an offer, although you had given us your number only for "
        "the delivery of your order."
    ),
    "authority": "Department of Industry and Trade of Hà Nội",
    "authority_and_court": "You may complain to the data protection authority, and you may go to court.",
    "cause": "A reused administrator password without a second factor.",
    "channel": "e-mail",
    "checked": "The chain of 1,234 entries was checked; no entry is missing or changed.",
    "complainant": "Ms Nguyễn Thị Hoa, customer since 2024",
    "consequences": "Deceptive messages that use order details.",
    "decision": "We do not delete the invoices of your orders.",
    "demand_number": "45/CQĐT-2026 of 10 November 2026",
    "detected": MOMENT,
    "discovered_by": "our system administrator",
    "done_partly": "We deleted your profile and your sign-in on 20 November 2026.",
    "effects": "4,212 customers received deceptive mails or may receive them.",
    "findings": (
        "We asked the carrier and looked through our records.", "Your number was used for an offer once, on "
        "12 November 2026. That was not covered by your order."
    ),
    "fingerprint": "7D1A 44C0 9B3E 5512 F0AA",
    "groups": Code(tuple(f"ABC{chr(65 + at)}Z" for at in range(13)), qr="ABCAZ-ABCBZ"),
    "guidance": "We have signed you out everywhere; sign in anew and look through your addresses.",
    "happened": "16 to 18 November 2026",
    "head": "1234-9f8e7d6c5b4a3f2e",
    "how_to_object": "You may ask us to look at it again; somebody else will then decide.",
    "how_to_supply": "Send it by post to the address above, signed and sealed.",
    "identity_questions": ("the number of one of your orders", "the delivery address of that order"),
    "incident_date": "16 to 18 November 2026",
    "incident_reference": "B-2026-0003",
    "intro": "Here is what you asked us for.",
    "kit": "kit-0a1b2c3d",
    "late_reason": "The extent was known only after the second examination of the logs.",
    "lessons": "A second factor is now required for every administrator.",
    "measures": (
        "All administrator passwords were changed on 18 November 2026.", "The server was examined by an "
        "outside firm."
    ),
    "measures_before": "Encrypted transfer; encrypted store.",
    "more_information": (
        "Trần Linh, privacy officer, privacy@lotus.example, +84 24 0000 0000, Monday to Friday 8:30 to "
        "17:30. Please quote the reference above."
    ),
    "nature": "Somebody outside the company read and copied customer records (loss of confidentiality).",
    "next_steps": "If we need more from you, we will write again.",
    "not_involved": "Your password and payment data were not in these records.",
    "note": "End of the list.",
    "notice_title": "Notice of a breach of your personal data",
    "occasion": "you reported a sign-in that was not yours.",
    "other_reports": "The customers are informed by letter.",
    "parties": ("Lotus Trading Co., Ltd.", "Swift Carrier JSC"),
    "passed_on": "Your complaint, our answer of 20 November 2026 and the carrier's statement.",
    "period": "1 to 21 November 2026",
    "reasons": ("Invoices must be kept for ten years.", "Until then they are locked and used for nothing else."),
    "received_on": date(2026, 11, 18),
    "referred_on": date(2026, 11, 20),
    "request": "Please investigate the offence and confirm receipt of this report.",
    "rule": "Accounting Law, Article 41",
    "selection": "all cases, all people",
    "statements": ("The carrier states that the call was made by mistake.",),
    "store": "0c6f2b9e",
    "suspects": "Sign-ins came from 203.0.113.7 and 203.0.113.9.",
    "title": "Overdue cases",
    "verification": "We call the authority back on the number in our own directory.",
    "what_happened": (
        "Between 16 and 18 November 2026 an attacker used a stolen administrator password to read our main "
        "server. We closed the access on 18 November at 09:40 and reported the crime to the police the same "
        "day."
    ),
    "what_is_missing": ("the legal basis of the request", "the name and office of the officer in charge"),
    "what_we_are_doing": (
        "We changed all administrator passwords, added a second factor, and had the server examined. The "
        "police investigation is under way."
    ),
    "what_we_do": "The carrier has deleted your number from its list, and confirmed it in writing.",
    "what_you_can_do": "Call us if a message looks doubtful.",
    "why_referred": "The parties found no agreement in 30 days.",
}  # fmt: skip
ISSUED = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def fields(kind: str, *, only_required: bool = False) -> dict[str, Value]:
    """Return facts for the fields of a kind."""
    template = load(kind, "en")
    names = template.required if only_required else (*template.required, *template.optional)
    found: dict[str, Value] = {name: TABLES.get(name) or TEXTS[name] for name in names}
    if not only_required:
        found.update(dict.fromkeys(template.switches, True))
    if kind.startswith("breach"):
        found["signature"] = ("Phạm Quang Minh, Managing Director",)
    return found


def letter(kind: str = "complaint-reply", language: str = "en", **changed: Value) -> Document:
    """Return a full letter of a kind."""
    return text.compose(
        kind,
        language,
        number="N-2026-0042",
        reference="C-2026-0003",
        date=DAY,
        recipient=POLICE if kind in ("breach-police", "complaint-referral") else HOA,
        fields={**fields(kind), **changed},
        letterhead=HEAD,
    )
