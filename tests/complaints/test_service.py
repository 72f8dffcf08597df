"""The complaint desk's use cases on a real casebook, a real shop and real mails."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from officer_app.base.errors import Conflict, KnownError
from officer_app.base.page import Sort
from officer_app.casebook import cases, holds, issued
from officer_app.casebook.cases import Filter
from officer_app.complaints import records, rules
from officer_app.complaints.rules import CLOSED, REFERRAL, REFUSAL, RESOLVING, Decision, Intake, Requester
from tests.complaints.bench import EMILY, HOA, NOW, Bench


def test_a_mail_becomes_a_case_and_ends_as_a_sent_letter(desk: Bench) -> None:
    leak = desk.mails()[0]
    reference = desk.service.receive_mail(leak).references[0]
    assert reference == "C-2026-0001"
    file = desk.file(reference)
    assert (file.case.requester.email, file.case.channel, file.case.language) == (HOA.email, "e-mail", "en")
    assert file.case.received < NOW
    assert [piece.name for piece in file.evidence] == ["mail.eml"]
    assert desk.steps(reference)["reply"] == ""  # a mail is filed as "another question" until somebody reads it

    desk.service.change(reference, "leak-to-third-party", "en", "It is about a leak.", file.case.version)
    assert desk.steps(reference)["reply"].startswith("Find the customer first")
    match = desk.service.requesters.suggestions(desk.file(reference).case)
    assert [one.key for one in match] == [HOA.key]
    desk.identified(reference)
    assert desk.file(reference).case.identified

    assert desk.steps(reference)["reply"] == "Record a finding on each allegation first."
    number = desk.decide(reference, finding="not kept", done="We stopped it.", guidance="Change your password.")[0]
    words = desk.words(number)
    for said in (number, "My data was passed on", "We did not keep", "None of the", reference,
                 "We looked into it with everybody.", "We stopped it.", "Change your password.",
                 "Dear Thị Hoa Lê", "a man from an insurance company called me"):  # fmt: skip
        assert said in words
    assert desk.file(reference).case.state == RESOLVING
    assert set(desk.open_duties(reference)) == {"complaint-acknowledge", "complaint-resolve"}

    desk.clock.on(hours=1)
    assert desk.send(number) == f"{number} recorded as sent. {reference} is closed."
    closed = desk.file(reference)
    assert (closed.case.state, closed.case.closed) == (CLOSED, desk.clock.at)
    assert desk.open_duties(reference) == {}
    assert desk.actions(reference) == [
        "received", "view", "view", "kind changed", "view", "view", "view", "linked", "view", "identity checked",
        "view", "view", "view", "view", "finding recorded", "view", "reported as a breach", "view", "number reserved",
        "notice issued", "view", "view", "notice sent", "view",
    ]  # fmt: skip
    assert not desk.book.verify().broken


def test_all_six_mails_are_taken_and_no_mail_twice(desk: Bench) -> None:
    paths = desk.mails()
    told: list[tuple[int, int]] = []
    taken = desk.service.receive_mails(paths, lambda done, total: told.append((done, total)))
    assert [one.reference for one in taken] == [f"C-2026-000{at}" for at in range(1, 7)]
    assert told[-1] == (5, 6)
    again = desk.service.receive_mails([*paths, desk.folder / "missing.eml"])
    assert [one.refused for one in again[:6]] == [
        f"This mail is C-2026-000{at} already. Open that case." for at in range(1, 7)
    ]
    assert again[6].refused.startswith("There is no file")
    languages = [desk.file(one.reference).case.language for one in taken]
    assert languages == ["en", "en", "vi", "en", "en", "vi"]
    assert desk.service.queue.count() == 6
    picture = desk.file("C-2026-0004").evidence[1]
    assert picture.name == "order page.png"
    copy = desk.service.export_evidence("C-2026-0004", picture.id, desk.folder / "copy.png")
    assert copy.read_bytes().startswith(b"\x89PNG")
    assert desk.actions("C-2026-0004")[-1] == "export"
    assert desk.service.look_at_evidence("C-2026-0004", picture.id) == copy.read_bytes()
    assert desk.actions("C-2026-0004")[-1] == "evidence viewed"
    for other in (desk.service.look_at_evidence, desk.service.export_evidence, desk.service.save_copy):
        with pytest.raises(KnownError, match="not in the casebook"):  # of another case
            other("C-2026-0001", picture.id, *([] if other == desk.service.look_at_evidence else [desk.folder / "x"]))
    assert not desk.book.verify().broken


def test_a_mail_without_an_identity_of_its_own_is_not_taken_twice(desk: Bench) -> None:
    path = desk.folder / "bare.eml"
    path.write_bytes(b"From: a@example.com\r\nSubject: hello\r\nDate: Mon, 16 Nov 2026 10:00:00 +0700\r\n\r\nHello\r\n")
    assert desk.service.receive_mail(path).references == ("C-2026-0001",)
    with pytest.raises(KnownError, match="This mail is C-2026-0001 already"):
        desk.service.receive_mail(path)


def test_a_mail_that_says_nothing_from_nobody_is_taken_all_the_same(desk: Bench) -> None:
    path = desk.folder / "empty.eml"
    path.write_bytes(b"Date: Mon, 16 Nov 2026 10:00:00 +0700\r\nSubject:\r\n\r\n")
    change = desk.service.receive_mail(path)
    assert change.news == "C-2026-0001 opened from the mail."
    with pytest.raises(KnownError, match="the letter has nobody to go to"):
        desk.service.acknowledge("C-2026-0001")


def test_a_mail_from_the_future_was_received_now(desk: Bench) -> None:
    path = desk.folder / "future.eml"
    path.write_bytes(b"From: a@example.com\r\nSubject: x\r\nDate: Mon, 16 Nov 2037 10:00:00 +0700\r\n\r\nHello\r\n")
    reference = desk.service.receive_mail(path).references[0]
    assert desk.file(reference).case.received == NOW


@pytest.mark.parametrize(
    ("intake", "sentence"),
    [
        (Intake("other", "phone", NOW + timedelta(hours=1), Requester("A"), "x", "y"), "lies in the future"),
        (Intake("other", "phone", NOW, Requester(), "x", "y"), "Enter a name"),
        (Intake("other", "phone", NOW, Requester("A"), " ", " "), "Enter what the person says"),
        (Intake("nonsense", "phone", NOW, Requester("A"), "x", "y"), "Choose a kind"),
        (Intake("other", "pigeon", NOW, Requester("A"), "x", "y"), "Choose how it came in"),
    ],
)
def test_a_form_that_lacks_something_opens_nothing(desk: Bench, intake: Intake, sentence: str) -> None:
    with pytest.raises(KnownError, match=sentence):
        desk.service.receive_form(intake)
    assert desk.service.queue.count() == 0
    assert desk.form() == "C-2026-0001"  # and no number was lost


def test_what_is_stored_comes_back_as_it_was(desk: Bench) -> None:
    reference = desk.form("access")
    desk.identified(reference)
    number = desk.decide(reference, done="Attached.")[0]
    desk.clock.on(days=1)
    desk.send(number)
    case = desk.file(reference).case
    with desk.book.reading() as tx:
        assert records.get(tx, reference) == case
    assert case.checks[0].agreed == ("phone", "order")
    assert case.decision is not None
    assert (case.decision.notice, case.decision.by) == (number, desk.book.actor.id)


# --- identity --------------------------------------------------------------------------------------------------------


def test_one_fact_or_a_wrong_one_is_no_identity(desk: Bench) -> None:
    reference = desk.form("access")
    desk.service.link(reference, HOA.key, desk.version(reference))
    for claims in ({"phone": HOA.phone}, {"phone": HOA.phone, "order": HOA.order, "postcode": "99999"}):
        change = desk.service.identify(reference, claims, "stored facts", "", desk.version(reference))
        assert "not passed" in change.news
        assert desk.steps(reference)["reply"] == "Check identity first."
    with pytest.raises(KnownError, match="Check identity first"):
        desk.decide(reference, done="Here it is.")
    assert desk.file(reference).notices == ()  # and no number was used


def test_name_and_email_prove_nothing(desk: Bench) -> None:
    reference = desk.form("access")
    desk.service.link(reference, HOA.key, desk.version(reference))
    with pytest.raises(KnownError, match="at least two facts"):
        claims = {"name": "Lê Thị Hoa", "email": HOA.email}
        desk.service.identify(reference, claims, "stored facts", "", desk.version(reference))


def test_an_identity_does_not_move_to_another_customer(desk: Bench) -> None:
    reference = desk.form("access")
    desk.identified(reference)
    desk.service.link(reference, EMILY.key, desk.version(reference))
    assert not desk.file(reference).case.identified
    with pytest.raises(KnownError, match="Check identity first"):
        desk.decide(reference, done="Here it is.")


def test_a_letter_to_somebody_unproved_tells_nothing_of_the_shops_data(desk: Bench) -> None:
    reference = desk.form("access", "An Impostor", "evil@example.net")
    desk.service.link(reference, HOA.key, desk.version(reference))
    words = desk.words(desk.service.acknowledge(reference).notices[0])
    card = desk.service.requesters._card(desk.file(reference).case)
    assert card.addresses
    for line in (*card.addresses[0].lines, card.account.name, HOA.phone):
        assert line not in words
    assert "evil@example.net" in words
    assert "the number of one of your orders" in words


def test_a_letter_abroad_names_the_country(desk: Bench) -> None:
    reference = desk.form("access", "Emily Johnson", EMILY.email)
    desk.service.link(reference, EMILY.key, desk.version(reference))
    claims = {"phone": EMILY.phone, "order": EMILY.order}
    desk.service.identify(reference, claims, "stored facts", "", desk.version(reference))
    assert "UNITED STATES" in desk.words(desk.decide(reference, done="Attached.")[0])
    near = desk.form("access")
    desk.identified(near)
    assert "VIETNAM" not in desk.words(desk.decide(near, done="Attached.")[0]).upper()


def test_the_shop_is_needed_to_look_somebody_up(desk: Bench) -> None:
    reference = desk.form("access")
    gone = desk.service.requesters
    gone._shop = lambda: None
    with pytest.raises(KnownError, match="No shop is connected"):
        gone.suggestions(desk.file(reference).case)


def test_a_guest_is_found_by_email_and_proved_by_an_order(desk: Bench) -> None:
    reference = desk.form("access", "Hanna Gästin", "hanna.gast@example.de")
    match = desk.service.requesters.suggestions(desk.file(reference).case)[0]
    assert match.guest
    desk.service.link(reference, "guest:hanna.gast@example.de", desk.version(reference))
    claims = {"order": "199999", "postcode": "1"}
    assert "not passed" in desk.service.identify(reference, claims, "stored facts", "", desk.version(reference)).news


# --- letters ---------------------------------------------------------------------------------------------------------


def test_the_acknowledgement_names_the_day_of_the_answer_and_is_made_once(desk: Bench) -> None:
    reference = desk.form("leak-to-third-party")
    number = desk.service.acknowledge(reference).notices[0]
    due = desk.open_duties(reference)["complaint-resolve"].astimezone(desk.service._policy().zone)
    assert f"{due.day} {due:%B %Y}" in desk.words(number)
    assert "acknowledge" not in desk.steps(reference)
    with pytest.raises(KnownError, match=f"{number} is issued already"):
        desk.service.acknowledge(reference)
    desk.send(number)
    assert "complaint-acknowledge" not in desk.open_duties(reference)
    with pytest.raises(KnownError, match="was acknowledged already"):
        desk.service.acknowledge(reference)
    assert desk.file(reference).case.state == RESOLVING


def test_a_refusal_names_its_rule_and_the_remedies(desk: Bench) -> None:
    reference = desk.form("erasure")
    with pytest.raises(KnownError, match="Name the rule"):
        desk.decide(reference, outcome=REFUSAL)
    number = desk.decide(reference, outcome=REFUSAL, rule="Tax law, Article 8", done="The account is closed.")[0]
    words = desk.words(number)
    for said in ("Tax law, Article 8", "The account is closed.", "The rest of your request we do not grant.",
                 "privacy@lotus.example", "you may go to court"):  # fmt: skip
        assert said in words
    desk.send(number, "post")
    assert desk.file(reference).case.state == CLOSED


def test_a_referral_makes_two_letters_and_stays_open(desk: Bench) -> None:
    reference = desk.form("leak-to-third-party")
    authority = "Department A05\n47 Phạm Văn Đồng, Hà Nội"
    told, asked = desk.decide(reference, outcome=REFERRAL, authority=authority)
    assert "Department A05" in desk.words(told)
    letter = desk.words(asked)
    for said in ("47 Phạm Văn Đồng, Hà Nội", HOA.email, "Please examine the matter", "received"):
        assert said in letter
    for number in (told, asked):
        assert desk.steps(reference)["sent"] == ""
        desk.send(number, "post")
    case = desk.file(reference).case
    assert (case.state, case.closed) == (rules.REFERRED, None)
    assert "sent" not in desk.steps(reference)
    assert desk.open_duties(reference) == {}
    desk.service.referring.answered(
        reference, "Department A05", "We took it over.", desk.clock.at, case.version, close=False
    )
    desk.service.close_without_letter(reference, "The authority took it over.", desk.version(reference))
    closed = desk.file(reference).case
    assert closed.decision is not None
    assert (closed.decision.outcome, closed.closing) == (REFERRAL, "The authority took it over.")
    assert not desk.book.verify().broken


def test_letters_are_written_in_the_persons_language(desk: Bench) -> None:
    reference = desk.form("unwanted-advertising", language="vi")
    number = desk.decide(reference, finding="kept")[0]
    assert "đúng các mục đích đã công bố" in desk.words(number)


def test_no_second_answer_while_one_waits_to_be_sent(desk: Bench) -> None:
    reference = desk.form()
    number = desk.decide(reference, finding="kept")[0]
    waiting = f"{number} is issued and not sent yet."
    steps = desk.steps(reference)
    assert [key for key, why in steps.items() if why == waiting] == [
        "acknowledge", "reply", "refuse", "ask", "pause", "extend", "refer", "change", "close",
    ]  # fmt: skip
    for refused in (
        lambda: desk.decide(reference, finding="kept"),
        lambda: desk.service.close_without_letter(reference, "why", desk.version(reference)),
        lambda: desk.service.change(reference, "access", "en", "why", desk.version(reference)),
    ):
        with pytest.raises(KnownError, match="Send or withdraw it first"):
            refused()
    assert len(desk.file(reference).notices) == 1


def test_a_wrong_answer_is_withdrawn_and_replaced(desk: Bench) -> None:
    reference = desk.form()
    wrong = desk.decide(reference, finding="kept")[0]
    desk.send(wrong)
    assert desk.file(reference).case.state == CLOSED
    desk.service.withdraw(reference, wrong, "The finding was wrong.", desk.version(reference))
    case = desk.file(reference).case
    assert (case.state, case.decision, case.closed) == (RESOLVING, None, None)
    assert set(desk.open_duties(reference)) == {"complaint-resolve"}
    right = desk.decide(reference, finding="not kept")[0]
    notices = {one.number: one for one in desk.file(reference).notices}
    assert (notices[wrong].state, notices[wrong].reason) == (issued.WITHDRAWN, "The finding was wrong.")
    assert notices[right].replaces == wrong
    desk.send(right)
    assert desk.file(reference).case.state == CLOSED
    with pytest.raises(KnownError, match="this cannot be done with it any more"):
        desk.service.withdraw(reference, wrong, "again", desk.version(reference))
    assert not desk.book.verify().broken


def test_a_letter_of_another_case_cannot_be_withdrawn_here(desk: Bench) -> None:
    one, other = desk.form(), desk.form()
    number = desk.decide(one, finding="kept")[0]
    with pytest.raises(KnownError, match="belongs to another case"):
        desk.service.withdraw(other, number, "mistake", desk.version(other))
    assert desk.file(one).notices[0].state == issued.ISSUED


def test_sending_is_recorded_with_its_time_and_never_in_the_future(desk: Bench) -> None:
    reference = desk.form()
    number = desk.decide(reference, finding="kept")[0]
    with pytest.raises(KnownError, match="lies in the future"):
        desk.service.sent(number, "e-mail", desk.clock.at + timedelta(minutes=1))
    assert desk.file(reference).case.state == RESOLVING


def test_the_mail_carries_the_very_letter(desk: Bench) -> None:
    reference = desk.form()
    number = desk.decide(reference, finding="kept")[0]
    mail = message_from_bytes(desk.letters.mail(number, HOA.email), policy=policy.default)
    attached = next(mail.iter_attachments())
    assert attached.get_content() == desk.letters.pdf(number)[1]
    assert reference in mail["Subject"]
    assert desk.actions(reference)[-2:] == ["export", "view"]


# --- other steps -----------------------------------------------------------------------------------------------------


def test_another_kind_moves_the_deadline(desk: Bench) -> None:
    reference = desk.form()
    assert set(desk.open_duties(reference)) == {"complaint-acknowledge", "complaint-resolve"}
    desk.service.change(reference, "erasure", "vi", "They want it deleted.", desk.version(reference))
    assert set(desk.open_duties(reference)) == {"request-acknowledge", "erasure-answer"}
    assert desk.file(reference).case.language == "vi"


def test_closing_without_a_letter_and_reopening(desk: Bench) -> None:
    reference = desk.form()
    with pytest.raises(KnownError, match="Say why no letter is needed"):
        desk.service.close_without_letter(reference, " ", desk.version(reference))
    desk.service.close_without_letter(reference, "They called and took it back.", desk.version(reference))
    assert desk.open_duties(reference) == {}
    assert list(desk.steps(reference)) == ["reopen"]
    with pytest.raises(KnownError, match="is closed"):
        desk.decide(reference, finding="kept")
    desk.clock.on(days=3)
    desk.service.reopen(reference, "They called again.", desk.version(reference))
    due = desk.open_duties(reference)["complaint-resolve"]
    assert due > desk.clock.at + timedelta(days=10)  # the clock starts anew


def test_a_hold_stands_until_it_is_released(desk: Bench) -> None:
    reference = desk.form()
    desk.service.link(reference, HOA.key, desk.version(reference))
    desk.service.hold(reference, "A lawsuit is threatened.")
    with desk.book.reading() as tx:
        assert holds.held(tx, [HOA.key]) == {HOA.key: (reference,)}
    key = desk.file(reference).holds[0].id
    desk.service.release_hold(reference, key)
    with desk.book.reading() as tx:
        assert holds.held(tx, [HOA.key]) == {}
    with pytest.raises(KnownError, match="released already"):
        desk.service.release_hold(reference, key)
    assert not desk.book.verify().broken


def test_a_true_leak_becomes_an_incident_once(desk: Bench) -> None:
    reference = desk.form("leak-to-third-party")
    change = desk.service.report_breach(reference, "A carrier sold numbers.", desk.version(reference))
    assert change.references == (reference, "B-2026-0001")
    assert desk.incidents[0].what == "A carrier sold numbers."
    assert desk.steps(reference)["breach"] == "It is B-2026-0001 already."
    with pytest.raises(KnownError, match="This is B-2026-0001 already"):
        desk.service.report_breach(reference, "again", desk.version(reference))


def test_assigning(desk: Bench) -> None:
    reference = desk.form()
    assert set(desk.service.people().values()) == {"Trần Linh"}  # a manager works no cases
    desk.service.assign(reference, None, desk.version(reference))
    sort = Sort("next_due")
    assert [row.reference for row in desk.service.queue.page(Filter(unassigned=True), sort).rows] == [reference]
    desk.service.assign(reference, desk.book.actor.id, desk.version(reference))
    assert desk.service.queue.page(Filter(unassigned=True), sort).rows == ()


def test_a_manager_reads_and_works_nothing(desk: Bench, tmp_path: Path) -> None:
    from tests import factory

    reference = desk.form()
    book = factory.signed_in(
        Path(str(desk.book.where)), factory.MANAGER_NAME, factory.MANAGER_PASS, tmp_path, desk.clock
    )
    try:
        desk.service.queue._book = book
        assert set(desk.steps(reference).values()) == {"Only an officer works cases."}
        desk.service._book = book
        with pytest.raises(KnownError, match="Your role may not do this"):
            desk.service.hold(reference, "because")
    finally:
        book.close()


# --- the queue -------------------------------------------------------------------------------------------------------


def test_the_queue_shows_persons_masked_and_pages_in_order(desk: Bench) -> None:
    for kind in ("other", "access", "account-misuse"):
        desk.form(kind)
    sort = Sort("next_due")
    first = desk.service.queue.page(Filter(), sort, None, 2)
    rest = desk.service.queue.page(Filter(), sort, first.next, 2)
    rows = [*first.rows, *rest.rows]
    assert len(rows) == 3
    assert rest.next is None
    assert [row.due for row in rows] == sorted(row.due for row in rows if row.due)
    assert all("Hoa" not in row.person and "•" in row.person for row in rows)
    assert "view" not in desk.actions()  # a masked list is no view


@pytest.mark.parametrize("text", ["c-2026-0002", EMILY.email, "emily", "travel AGENCY"])
def test_searching(desk: Bench, text: str) -> None:
    desk.form()
    desk.form("other", "Emily Johnson", EMILY.email, subject="Offers from a travel agency")
    assert [row.reference for row in desk.service.queue.search(text)] == ["C-2026-0002"]
    assert desk.actions().count("search") == 1


def test_a_case_whose_key_is_gone_stays_in_the_list_without_a_name(desk: Bench) -> None:
    reference = desk.form()
    with desk.book.transaction("work", reference) as tx:
        cases.destroy_key(tx, reference)
    rows = desk.service.queue.page(Filter(), Sort("next_due")).rows
    assert [(row.reference, row.person) for row in rows] == [(reference, "")]
    assert desk.service.queue.search("Hoa") == ()


# --- two windows -----------------------------------------------------------------------------------------------------


def test_two_windows_on_one_case_never_lose_what_was_saved(desk: Bench) -> None:
    reference = desk.form()
    seen = desk.version(reference)
    other = desk.colleague()
    try:
        other.service.change(reference, "access", "en", "They want their data.", seen)
        before = len(desk.actions())
        refused: list[Callable[[], object]] = [
            lambda: desk.service.link(reference, HOA.key, seen),
            lambda: desk.service.decide(reference, Decision(rules.REPLY, "because", finding="kept"), seen),
            lambda: desk.service.close_without_letter(reference, "done", seen),
            lambda: desk.service.change(reference, "erasure", "en", "no", seen),
            lambda: desk.service.report_breach(reference, "leak", seen),
            lambda: desk.service.assign(reference, None, seen),
        ]
        for attempt in refused:
            with pytest.raises(Conflict):
                attempt()
        assert len(desk.actions()) == before  # nothing half-done: no entry, no number
        case = desk.file(reference).case
        assert (case.kind, case.customer, case.incident) == ("access", "", "")
        assert desk.incidents == [] or desk.file(reference).case.incident == ""
    finally:
        other.close()
    assert not desk.book.verify().broken


def test_a_decision_that_collides_after_its_number_was_reserved_leaves_a_void_number(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = desk.form()
    seen = desk.version(reference)
    mark = desk.book.head_mark

    def meanwhile() -> str:
        other = desk.colleague()
        try:
            other.service.assign(reference, None, seen)
        finally:
            other.close()
        return mark()

    monkeypatch.setattr(desk.book, "head_mark", meanwhile)
    with pytest.raises(Conflict):
        desk.service.decide(reference, Decision(rules.REPLY, "because", finding="kept"), seen)
    monkeypatch.undo()
    file = desk.file(reference)
    assert [(one.number, one.state) for one in file.notices] == [("N-2026-0001", issued.VOID)]
    assert file.case.decision is None
    assert desk.decide(reference, finding="kept") == ("N-2026-0002",)
    assert not desk.book.verify().broken
