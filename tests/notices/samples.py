"""A letterhead, recipients and plausible facts for every field of every notice, for the tests of notices."""

from datetime import UTC, date, datetime, timedelta, timezone

from officer_app.notices import text
from officer_app.notices.document import Code, Document, Form, Letterhead, Table, Value
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
REPORTS = ("breach-police", "breach-authority", "breach-supplement", "breach-police-supplement",
           "complaint-referral", "disclosure-cover")
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
MORE: dict[str, Value] = {
    "accounts": "212",
    "announced": "yes, on 21 November 2026, with time to answer until 5 December 2026",
    "approved_by": "Phạm Quang Minh, 6 December 2026",
    "by_kind": Table(("Kind", "Came in", "In time"), (("Data reached a third party", "4", "3"),)),
    "case_facts": Table((), (("Received", "9 November 2026 by phone"), ("Kind", "Data reached a third party"))),
    "case_reference": "C-2026-0004",
    "chronology": Table(("When", "What"), (("10 November 2026 09:12", "acknowledged by letter"),)),
    "chunk_digests": ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",),
    "contents": Table(("Part", "Page"), (("Letters", "3"),)),
    "counts": Table(("Table", "What was done", "Rows"), (("Account", "made anonymous", "212"),)),
    "evidence_list": Table(("What", "SHA-256"), (("mail.eml", "9f86d081884c7d65"),)),
    "examined": "48 columns were looked through on 7 December 2026 for the original keys and e-mail addresses.",
    "executed": "6 December 2026",
    "executed_by": "Trần Linh",
    "frozen": "21 November 2026, by Trần Linh",
    "in_the_shop": Table(("Consent", "Given"), (("E-mail offers", "3 March 2026"),)),
    "late": Table(("Case", "Why"), (("C-2026-0004", "The carrier answered late."),)),
    "later_messages": ("12 November 2026: they called me again.",),
    "left_out": ("3 accounts: there was a sign of life since the list was made.",),
    "list_digest": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "log": "Audit head 1,204-5d41402abc4b2a76",
    "not_clean": ("orders.note: 1 row, kept on purpose",),
    "open_points": ("Delivery: no contract with the carrier is recorded.",),
    "our_records": Table(("What", "When"), (("Withdrawn by e-mail", "9 November 2026"),)),
    "package_name": "D-2026-0007-package.pdf",
    "passphrase": "amber-canyon-drift-ember-fable-garnet-harbor-island",
    "person_name": "Nguyễn Thị Hoa",
    "shop_profile": "Native shop",
    "side_effects": ("The shop's search index was built anew.",),
    "account": "hoa@example.vn",
    "answer": "Your data is kept in Vietnam, on our own server.",
    "authority_reference": "TB-2026/118",
    "automated_decisions": "None of our decisions about you are made automatically.",
    "backups_until": date(2027, 2, 20),
    "certificate_number": "R-2026-0004/1",
    "addresses": Table((), (("Address", "Số 8, ngõ 45 Nguyễn Khang, Hà Nội"),)),
    "articles": Table(("Order", "Article", "Quantity"), (("100001", "Lotus tea", "2"),), right=(2,)),
    "calls": Table(("When", "Number called"), (("2026-11-18 10:00", "024 3939 3939"),)),
    "changed": Table(("What", "Before", "Now"), (("Mobile number", "+84 90 000 0001", "+84 90 000 0002"),)),
    "changed_on": date(2026, 11, 20),
    "checks": Table(("Condition", "Met"), (("Legal basis", "yes"),)),
    "choice": Table(("Item", "What it says"), (("Name", "Nguyễn Thị Hoa"),)),
    "code": "7KQM-X2PA",
    "commitment": "We answer for the correctness of this notice and will cooperate in the examination.",
    "conditions": "Please keep the data apart from other files and delete it when the proceedings have ended.",
    "confirmations": Table(("Given", "Recipient"), (("2026-11-18 10:00", "Rồng Vàng Insurance"),)),
    "contract": "12/2025 of 3 January 2025, delivery of parcels",
    "corrections": "Our first notice named 4,000 persons; there were 4,212.",
    "credit_bureaus": (
        "Equifax, P.O. Box 740241, Atlanta",
        "Experian, P.O. Box 4500, Allen",
        "TransUnion, P.O. Box 2000, Chester.",
    ),
    "data_categories": ("Name", "E-mail address", "Delivery address"),
    "data_handed_over": Table(
        ("Data", "Records"),
        (("Name and delivery address", "1"), ("Orders from 1 to 18 November 2026", "3")),
        right=(1,),
    ),
    "data_held": Table(
        ("What", "Value"),
        (
            ("Name", "Nguyễn Thị Hoa"),
            ("E-mail address", "hoa@example.vn"),
            ("Mobile number", "+84 90 000 0002"),
            ("Delivery address", "Số 8, ngõ 45 Nguyễn Khang, Hà Nội"),
        ),
    ),
    "deadlines": Table(("Duty", "Due"), (("Answer a demand", "2026-12-03 10:00"),)),
    "deletion_date": date(2026, 12, 7),
    "done_so_far": "We asked the carrier on 19 November 2026 and wait for its answer.",
    "erased": Table(
        ("System", "Records", "Method"),
        (
            ("Account and profile", "1", "deleted"),
            ("Newsletter", "1", "deleted"),
            ("Support messages", "4", "made anonymous"),
        ),
        right=(1,),
    ),
    "erased_on": date(2026, 11, 20),
    "evidence": Table(("Paper", "Kind"), (("demand.pdf", "application/pdf"),)),
    "expires": date(2027, 11, 21),
    "files": Table(("File", "Bytes"), (("D-2026-0001-extract.pdf", "4711"),), right=(1,)),
    "first_notice": "N-2026-0031 of 19 November 2026",
    "ground": "You asked us to delete your data (policy D1).",
    "handed_over_on": date(2026, 11, 20),
    "how_to_answer": "Send this letter back signed, or write to us from the address in your account.",
    "how_to_keep": "Sign in to your account once before that day, or write to us.",
    "how_to_open": "The file is encrypted; its passphrase comes to you in a letter of its own.",
    "how_to_withdraw": "Write to privacy@lotus.example at any time; from then on nothing more is given.",
    "identity_theft_service": "Twelve months are free of charge; your code is in the enclosure.",
    "individuals_told": "4,212 letters were sent on 20 November 2026.",
    "kept": ("Invoices of your orders: ten years, Accounting Law, Article 41.",),
    "lacking": ("Payment data",),
    "last_activity": date(2026, 9, 20),
    "law_enforcement_delay": "The police asked us on 18 November 2026 to wait two days.",
    "legal_basis": "Criminal Procedure Code 2015, Articles 88 and 168",
    "matter": "A customer's phone number became known to an insurance company.",
    "new_date": date(2026, 12, 19),
    "new_facts": "The logs show that the access began on 14 November 2026, two days earlier than we reported.",
    "not_handed_over": "Data of other persons in the same orders.",
    "notice_state": "supplement, not final",
    "notices": Table(("Number", "State"), (("N-2026-0041", "sent"),)),
    "orders": Table(("Order", "Placed"), (("100001", "2026-11-03 09:12"),)),
    "organisation": ("Lotus Trading Co., Ltd.", "Business registration 0100000000", "12 Hàng Bài, Hoàn Kiếm, Hà Nội"),
    "origin": "You gave it to us when you opened your account and with your orders.",
    "outstanding": "Whether the copied records were passed on.",
    "package_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "payments": Table(("Order", "Paid"), (("100001", "no"),)),
    "person": Table((), (("Name", "Nguyễn Thị Hoa"),)),
    "place": "the main server in Hà Nội",
    "purpose": "To settle the claim for the parcel that was lost on 3 November 2026.",
    "purposes": ("providing services and delivering goods", "notices about your orders"),
    "question": "Who had access to the list of phone numbers on 12 November?",
    "reason": "There was no activity in the account for 60 days.",
    "recipient": "Swift Carrier JSC, 5 Láng Hạ, Hà Nội",
    "recipients": ("Swift Carrier JSC, for the delivery of your orders",),
    "recipients_told": "Swift Carrier JSC was told on 20 November 2026.",
    "request_reference": "45/CQĐT-2026 of 10 November 2026",
    "rights": "You may have the data corrected or deleted, have its use restricted, and object to it.",
    "severity_and_risk": "Medium: deceptive messages are likely.",
    "storage_period": "Until you ask us to delete it; invoices for ten years.",
    "timeline": Table(("When", "What"), (("2026-11-18 10:00", "received"),)),
    "valid_until": date(2026, 12, 20),
    "voluntary": "You are free to say no. It changes nothing about your orders or your account.",
    "what_will_be_deleted": ("your profile and sign-in", "your addresses", "your newsletter settings"),
}
ISSUED = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


RARE = ("severity_and_risk", "law_enforcement_delay", "credit_bureaus", "identity_theft_service")
"""What a customer's letter says only in circumstances that single packs name."""


def fields(kind: str, *, only_required: bool = False, rare: bool = False) -> dict[str, Value]:
    """Return facts for the fields of a kind; the rare ones of the customer's letter only when asked for."""
    template = load(kind, "en")
    names = template.required if only_required else (*template.required, *template.optional)
    if kind == "breach-customer" and not rare:
        names = tuple(name for name in names if name not in RARE)
    found: dict[str, Value] = {name: TABLES.get(name) or TEXTS.get(name) or MORE[name] for name in names}
    if not only_required:
        found.update(dict.fromkeys(template.switches, True))
    if kind.startswith("breach") or kind == "disclosure-cover":
        found["signature"] = ("Phạm Quang Minh, Managing Director",)
    return found


def letter(
    kind: str = "complaint-reply", language: str = "en", *, form: Form = "din-5008-b", **changed: Value
) -> Document:
    """Return a full letter of a kind."""
    return text.compose(
        kind,
        language,
        number="N-2026-0042",
        reference="C-2026-0003",
        date=DAY,
        recipient=POLICE if kind in REPORTS else HOA,
        fields={**fields(kind), **changed},
        letterhead=HEAD,
        form=form,
    )
