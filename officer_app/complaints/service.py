"""The complaint desk's use cases: one method, one transaction, one audit entry per case touched."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.handover import IncidentFound, LogIncident
from officer_app.base.worker import Pool
from officer_app.casebook import audit, cases, evidence, holds, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.complaints import letter, records, rules
from officer_app.complaints.queue import ACKNOWLEDGEMENTS, ANSWERS, Queue, progress
from officer_app.complaints.requester import Requesters
from officer_app.complaints.rules import Complaint, Decision, Intake, Requester
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.post import inbox, safe_names
from officer_app.post.inbox import Taken
from officer_app.shop.connection import Shop

DESK = records.DESK
_VIETNAMESE = frozenset("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


@dataclass(frozen=True)
class TakenIn:
    """What became of one mail file: the case, or the sentence that says why not."""

    path: Path
    reference: str = ""
    refused: str = ""


class Complaints:
    """The desk.

    `shop` gives the connected shop or None; `log_incident` is the breach desk's, called inside our transaction;
    mail is read in a child of `readers`.
    """

    def __init__(
        self,
        book: Casebook,
        policy: Callable[[], Book],
        letters: Letters,
        shop: Callable[[], Shop | None],
        log_incident: LogIncident,
        readers: Pool,
    ) -> None:
        self._book, self._policy, self.letters = book, policy, letters
        self._log_incident, self._readers = log_incident, readers
        self.queue = Queue(book)
        self.requesters = Requesters(policy, letters, shop)

    def now(self) -> datetime:
        """Return the current instant, for countdowns."""
        return self._book.clock()

    def duty_titles(self) -> dict[str, str]:
        """Return what the duties are called, by id."""
        return {rule.id: rule.title["en"] for pack in self._policy().packs for rule in pack.rules}

    # --- receiving ---

    def receive_mail(self, path: Path) -> Change:
        """Open a case from a mail file; the original is kept sealed. KnownError when it is no mail or known already."""
        return self._receive_taken(inbox.read(path, self._readers))

    def receive_mails(
        self,
        paths: Iterable[Path],
        progress: Callable[[int, int], None] = lambda _done, _total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[TakenIn, ...]:
        """Open a case from each file; what cannot be taken is listed with the reason, the others stay taken."""
        wanted, done = list(paths), []
        for number, path in enumerate(wanted):
            if cancelled():
                break
            progress(number, len(wanted))
            try:
                done.append(TakenIn(path, self.receive_mail(path).references[0]))
            except KnownError as error:
                done.append(TakenIn(path, refused=str(error)))
        return tuple(done)

    def _receive_taken(self, taken: Taken) -> Change:
        mail = taken.message
        received = mail.delivered or mail.date or self._book.clock()
        intake = Intake(
            kind="other",
            channel="e-mail",
            received=min(received, self._book.clock()),
            requester=Requester(mail.sender_name, mail.sender_email),
            subject=mail.subject,
            text=mail.text,
            language="vi" if _VIETNAMESE & set(f"{mail.subject} {mail.text}".casefold()) else self._language(),
            warnings=mail.warnings,
            complete=mail.complete,
            message=mail.message_id,
        )
        with self._book.transaction("work") as tx:
            known = records.with_message(tx, mail.message_id)
            if known:
                raise KnownError(f"This mail is {known} already. Open that case.")
            case = self._open(tx, intake)
            evidence.add(tx, case.reference, "mail.eml", "message/rfc822", taken.raw)
            for attached in mail.attachments:
                evidence.add(tx, case.reference, attached.name, attached.content_type, attached.content)
            audit.append(
                tx, "received", case.reference, {"from": mail.sender_email, "files": 1 + len(mail.attachments)}
            )
        return Change(DESK, (case.reference,), news=f"{case.reference} opened from the mail of {mail.sender_email}.")

    def receive_form(self, intake: Intake) -> Change:
        """Open a case from what came by phone, letter or visit."""
        with self._book.transaction("work") as tx:
            case = self._open(tx, intake)
            audit.append(tx, "received", case.reference, {"channel": intake.channel})
        return Change(DESK, (case.reference,), news=f"{case.reference} opened.")

    def _language(self) -> str:
        return self.letters.shop().language

    def _open(self, tx: Writing, intake: Intake) -> Complaint:
        fresh = rules.open_case(intake, tx.now)
        year = tx.now.astimezone(self._policy().zone).year
        reference = cases.open_case(tx, DESK, fresh.kind, fresh.state, year, assignee=tx.actor.id)
        case = replace(fresh, reference=reference, assignee=tx.actor.id)
        records.add(tx, case)
        self._set_deadlines(tx, case)
        return case

    def _set_deadlines(self, tx: Writing, case: Complaint) -> None:
        policy = self._policy()
        acknowledge, answer = self._duties(case)
        for duty in dict.fromkeys((acknowledge, answer)):
            if duty == acknowledge and case.acknowledged is not None:
                continue
            cases.set_deadline(tx, case.reference, policy.deadline(duty, case.received))

    def _duties(self, case: Complaint) -> tuple[str, str]:
        """Return the acknowledging and the answering duty of the case's kind."""
        policy = self._policy()
        kinds = {kind.id: kind.duty for kind in (*policy.complaint_kinds, *policy.request_kinds)}
        acknowledge = "request-acknowledge" if case.is_request else "complaint-acknowledge"
        return acknowledge, kinds.get(case.kind) or "complaint-resolve"

    def export_evidence(self, reference: str, key: str, path: Path) -> Path:
        """Write a copy of a piece of evidence near `path`, never over another file; recorded as an export."""
        with self._book.transaction("view", reference) as tx:
            content = evidence.read(tx, key)
            audit.append(tx, "export", reference, {"evidence": key})
        return safe_names.export(path.parent, path.name, content)

    # --- who it is ---

    def link(self, reference: str, customer: str, version: int) -> Change:
        """Link the requester to a customer ("none": is not one)."""
        return self._change(
            reference, version, "linked", lambda case, _tx: rules.link(case, customer), {"to": customer}
        )

    def identify(self, reference: str, claims: Mapping[str, str], method: str, note: str, version: int) -> Change:
        """Check the identity by comparing at least two stored facts; the facts' names are filed, not their values."""
        with self._book.reading() as tx:
            case = records.get(tx, reference)
        if not case.linked:
            raise KnownError("Link the customer first; there is nothing to compare with.")
        given = {fact: value for fact, value in claims.items() if value.strip()}
        compared = self.requesters.compare(case, given)
        agreed = tuple(one.fact for one in compared if one.agrees)
        differed = tuple(one.fact for one in compared if one.agrees is False)

        def check(known: Complaint, tx: Writing) -> Complaint:
            return rules.identify(known, method, agreed, differed, tx.now, tx.actor.id, note)

        change = self._change(reference, version, "identity checked", check, {"agreed": agreed, "differed": differed})
        passed = len(set(agreed)) >= 2 and not differed
        news = "Identity checked: passed." if passed else "Identity checked: not passed. The check stays in the file."
        return replace(change, news=news)

    # --- deciding ---

    def acknowledge(self, reference: str) -> Change:
        """Issue the acknowledgement."""
        with self._book.reading() as tx:
            case = records.get(tx, reference)
            duty = self._duties(case)[1]
            answer_by = next((one.due for one in cases.deadlines(tx, reference) if one.duty == duty), None)
        questions = () if case.identified else _QUESTIONS.get(case.language, _QUESTIONS["en"])
        around = replace(self.requesters.around(case), answer_by=answer_by)
        made = letter.acknowledgement(
            case, around, questions if case.is_request else (), shared_computer=case.kind == "account-misuse"
        )
        done = self.letters.issue(reference, made)
        return Change(DESK, (reference,), (done.number,), f"{done.number} issued. Send it, then record it as sent.")

    def decide(self, reference: str, decision: Decision, version: int) -> Change:
        """Decide with reasons and issue the letter that says so; a referral also issues the letter to the authority."""
        now = self._book.clock()
        made = replace(decision, at=now, by=self._book.actor.id)
        with self._book.reading() as tx:
            case = records.get(tx, reference)
            unsent = progress(issued.of_case(tx, reference)).unsent_answer
            history = tuple(
                f"{entry.at.astimezone(self._policy().zone):%d.%m.%Y %H:%M} {entry.action}"
                for entry in reversed(audit.timeline(tx, reference))
            )
        if unsent:
            raise KnownError(f"{unsent} is issued and not sent yet. Send or withdraw it first.")
        rules.decide(replace(case, version=version), made)
        around = self.requesters.around(case)

        def save(tx: Writing, number: str) -> None:
            known = replace(records.get(tx, reference), version=version)
            records.save(tx, rules.decide(known, replace(made, notice=number)))

        first = self.letters.issue(reference, letter.decision(case, made, around), save)
        notices = [first.number]
        if made.outcome == rules.REFERRAL:
            authority = tuple(line for line in made.authority.splitlines() if line.strip())
            second = self.letters.issue(reference, letter.referral(case, made, around, authority, history))
            notices.append(second.number)
        news = f"{' and '.join(notices)} issued. Send it, then record it as sent."
        return Change(DESK, (reference,), tuple(notices), news)

    def sent(self, number: str, channel: str, at: datetime) -> Change:
        """Record that a notice was sent; the answer's sending meets the deadline and closes the case."""
        with self._book.reading() as tx:
            reference = issued.notice(tx, number).reference
        with self._book.transaction("work", reference) as tx:
            case = records.get(tx, reference)
            notice = self.letters.record_sent(tx, number, channel, at)
            acknowledge, answer = self._duties(case)
            if notice.kind in ACKNOWLEDGEMENTS:
                cases.meet(tx, reference, acknowledge, at=at)
                after = rules.acknowledge(case, at)
            elif notice.kind in ANSWERS:
                cases.meet(tx, reference, acknowledge, answer, at=at)
                after = rules.answered(case, tx.now)
            else:
                after = case
            records.save(tx, replace(after, version=cases.head(tx, reference).version))
            audit.append(tx, "notice sent", reference, {"number": number, "channel": channel}, notice=number)
        closed = f" {reference} is closed." if after.state == rules.CLOSED else ""
        return Change(DESK, (reference,), news=f"{number} recorded as sent.{closed}")

    # --- other steps ---

    def _change(
        self,
        reference: str,
        version: int,
        action: str,
        step: Callable[[Complaint, Writing], Complaint],
        details: dict[str, Any],
    ) -> Change:
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            records.save(tx, step(case, tx))
            audit.append(tx, action, reference, details)
        return Change(DESK, (reference,))

    def change_kind(self, reference: str, kind: str, reason: str, version: int) -> Change:
        """Change the kind, which may move the deadlines."""
        with self._book.transaction("work", reference) as tx:
            before = replace(records.get(tx, reference), version=version)
            after = rules.change_kind(before, kind, reason)
            records.save(tx, after)
            if self._duties(before) != self._duties(after):
                cases.drop_open_deadlines(tx, reference)
                self._set_deadlines(tx, after)
            audit.append(tx, "kind changed", reference, {"from": before.kind, "to": kind, "reason": reason})
        return Change(DESK, (reference,))

    def assign(self, reference: str, person: str | None, version: int) -> Change:
        """Give the case to a person, or to nobody."""
        return self._change(
            reference, version, "assigned", lambda case, _tx: replace(case, assignee=person), {"to": person}
        )

    def close_without_letter(self, reference: str, reason: str, version: int) -> Change:
        """Close the case without a letter, because of a recorded reason."""
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            records.save(tx, rules.close_without_letter(case, reason, tx.now, tx.actor.id))
            cases.drop_open_deadlines(tx, reference)
            audit.append(tx, "closed without a letter", reference, {"reason": reason})
        return Change(DESK, (reference,), news=f"{reference} is closed.")

    def reopen(self, reference: str, reason: str, version: int) -> Change:
        """Open a closed case again."""
        with self._book.transaction("work", reference) as tx:
            after = rules.reopen(replace(records.get(tx, reference), version=version), reason)
            records.save(tx, after)
            self._set_deadlines(tx, replace(after, received=tx.now))
            audit.append(tx, "reopened", reference, {"reason": reason})
        return Change(DESK, (reference,), news=f"{reference} is open again.")

    def hold(self, reference: str, reason: str) -> Change:
        """Hold the person: retention will not touch them until the hold is released."""
        with self._book.transaction("work", reference) as tx:
            case = records.get(tx, reference)
            customer = case.customer if case.linked else ""
            holds.place(tx, reference, reason, customer=customer, email=case.requester.email)
            audit.append(tx, "hold placed", reference, {"reason": reason})
        return Change(DESK, (reference,), news="The person is held; retention will not touch them.")

    def release_hold(self, reference: str, key: str) -> Change:
        """Release a hold."""
        with self._book.transaction("work", reference) as tx:
            holds.release(tx, key)
            audit.append(tx, "hold released", reference)
        return Change(DESK, (reference,), news="The hold is released.")

    def report_breach(self, reference: str, what: str, version: int) -> Change:
        """Hand a true leak to the breach desk, in the same transaction."""
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            if case.incident:
                raise KnownError(f"This is {case.incident} already.")
            found = IncidentFound(reference, tx.now, what or case.subject or case.kind, tx.actor.name)
            incident = self._log_incident(tx, found)
            records.save(tx, replace(case, incident=incident))
            audit.append(tx, "reported as a breach", reference, {"incident": incident})
        return Change(DESK, (reference, incident), news=f"{incident} is logged; its clocks are running.")


_QUESTIONS = {
    "en": ("the number of one of your orders,", "the mobile number and the street stored in your account."),
    "vi": ("mã của một đơn hàng của Quý khách,", "số điện thoại và địa chỉ đã lưu trong tài khoản của Quý khách."),
}
