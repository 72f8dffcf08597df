"""The complaint queue and the case file: what is read, page by page, and recorded as viewed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from officer_app.base.handover import ErasureAnswer, ErasureOf, PersonsOf
from officer_app.base.page import Page, Sort
from officer_app.base.person import masked
from officer_app.base.steps import Step
from officer_app.casebook import audit, cases, evidence, holds, issued, verifying
from officer_app.casebook.book import Casebook
from officer_app.casebook.caselist import Order
from officer_app.casebook.cases import CaseHead, Filter, StoredDeadline
from officer_app.casebook.evidence import Evidence
from officer_app.casebook.issued import Notice
from officer_app.casebook.transaction import Reading
from officer_app.complaints import duties, escalation, joining, mail_records, proposals, records
from officer_app.complaints.escalation import Proposal
from officer_app.complaints.matters import Link, Said
from officer_app.complaints.records import Listed
from officer_app.complaints.rules import Complaint, Progress
from officer_app.complaints.searching import Searching
from officer_app.complaints.steps import ANOTHER_SENDER, next_steps, stage
from officer_app.letters import shop_facts
from officer_app.letters.shop_facts import ShopFacts
from officer_app.policy.book import Book

DESK = records.DESK
ANSWERS = (
    "complaint-reply", "request-reply", "comment-answer", "access-report", "correction-notice", "complaint-refusal",
    "partial-refusal", "complaint-referral-notice",
)  # fmt: skip
ACKNOWLEDGEMENTS = ("complaint-acknowledgement", "request-acknowledgement")
TO_AUTHORITY = ("complaint-referral",)
ENQUIRY = "party-enquiry"


@dataclass(frozen=True)
class Row:
    """One line of the queue: the clear head, the person masked, and what is to be done next; `news` came unread."""

    reference: str
    kind: str
    person: str
    state: str
    due: datetime | None
    assignee: str
    opened: datetime
    waiting: str
    due_how: str = ""
    step: str = ""
    news: bool = False
    version: int = 0


@dataclass(frozen=True)
class File:
    """Everything about one case, as its panel shows it; fetching it is recorded as a view.

    `referrals` are grounds for a referral; `late` is why the answer was late, "" before it is said, None when not.
    `extended_to`, `erased` and `kept` are what the forms of an extension, an answer and a refusal start from.
    """

    case: Complaint
    deadlines: tuple[StoredDeadline, ...]
    evidence: tuple[Evidence, ...]
    notices: tuple[Notice, ...]
    timeline: tuple[audit.Entry, ...]
    holds: tuple[holds.Hold, ...]
    names: Mapping[str, str]
    steps: tuple[Step, ...]
    now: datetime
    shop: ShopFacts
    erasure: ErasureAnswer | None
    extended_to: str
    erased: str
    kept: str
    messages: tuple[Said, ...] = ()
    links: tuple[Link, ...] = ()
    others: tuple[CaseHead, ...] = ()
    referrals: tuple[Proposal, ...] = ()
    late: str | None = None


class Queue:
    """Reads the desk's cases."""

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], erasure_of: ErasureOf, persons_of: PersonsOf
    ) -> None:
        self._book, self._policy, self._erasure_of, self._persons_of = book, policy, erasure_of, persons_of

    def page(self, wanted: Filter, sort: Sort, after: Any = None, limit: int = 100, *, news: bool = False) -> Page[Row]:
        """Return one page of the queue; persons are masked, so that it is no view of personal data.

        With `news` only cases to which something came that no officer has read.
        """
        with self._book.reading() as tx:
            if news:
                wanted = replace(wanted, among=mail_records.all_unseen(tx))
            found = records.page(tx, wanted, Order(sort.key, sort.descending, after, limit))
            return Page(self._told(tx, found.rows), found.next)

    def _rows(self, tx: Reading, heads: Sequence[CaseHead]) -> tuple[Row, ...]:
        listed, nothing = records.listed(tx, [head.reference for head in heads]), Listed()
        return self._told(tx, [(head, listed.get(head.reference, nothing)) for head in heads])

    def _told(self, tx: Reading, found: Sequence[tuple[CaseHead, Listed]]) -> tuple[Row, ...]:
        names, unseen = tx.directory.names(), mail_records.unseen(tx, [head.reference for head, _known in found])
        strange = mail_records.strange(tx, unseen)
        return tuple(
            _row(head, known, names, news=head.reference in unseen, stranger=head.reference in strange)
            for head, known in found
        )

    def search(self, text: str, cancelled: Callable[[], bool] = lambda: False, limit: int = 200) -> tuple[Row, ...]:
        """Return the cases of a reference, an e-mail, a phone number, or whose person or texts contain the text."""
        asked, rows, after = self.searching(text), list[Row](), None
        while len(rows) < limit and not cancelled():
            page = asked.page(after, limit - len(rows))
            rows += page.rows
            after = page.next
            if after is None:
                break
        return tuple(rows)

    def searching(self, text: str) -> Searching:
        """Return a search whose hits come by page; it is one entry in the audit, however many pages are read."""
        return Searching(self._book, text, self._rows)

    def count(self, wanted: Filter = Filter()) -> int:  # noqa: B008  a frozen value
        """Return how many cases match."""
        with self._book.reading() as tx:
            return cases.count(tx, DESK, wanted)

    def _referrals(self, tx: Reading, case: Complaint) -> tuple[Proposal, ...]:
        policy = self._policy()
        grounds = {one.id: one.duty for one in policy.escalation_triggers}
        duty = grounds.get(escalation.NO_AGREEMENT)
        review = policy.deadline(duty, case.received).due if duty else None
        persons = self._persons_of(tx, case.incident) if case.incident else 0
        return escalation.proposed(grounds, case, tx.now, review, persons)

    def _late(self, tx: Reading, case: Complaint, found: Sequence[StoredDeadline], answer: str) -> str | None:
        if not any((one.met or tx.now) > one.due for one in found if one.duty == answer):
            return None
        return mail_records.explained(tx, [case.reference]).get(case.reference, "")

    def notices(self, reference: str) -> tuple[Notice, ...]:
        """Return a case's letters."""
        with self._book.reading() as tx:
            return issued.of_case(tx, reference)

    def _names(self) -> dict[str, str]:
        return self._book.directory().names()

    def open(self, reference: str) -> File:
        """Return the whole case; the view is in the audit before anything is shown."""
        with self._book.transaction("view", reference) as tx:
            verifying.refuse_changed(tx, reference)
            case = records.get(tx, reference)
            if "officer" in tx.actor.roles:
                mail_records.see(tx, reference)
            audit.append(tx, "view", reference)
        policy = self._policy()
        later, answer = duties.later(policy, case), duties.of(policy, case)[1]
        with self._book.reading() as tx:
            notices, deadlines = issued.of_case(tx, reference), cases.deadlines(tx, reference)
            stands = next((one.due for one in deadlines if one.duty == answer and one.met is None), None)
            erasure = self._erasure_of(tx, reference) if case.handed is not None else None
            fixed = duties.why_not_extended(policy, case, stands, tx.now)
            return File(
                case=case,
                deadlines=deadlines,
                evidence=evidence.of_case(tx, reference),
                notices=notices,
                timeline=audit.timeline(tx, reference),
                holds=holds.of_case(tx, reference),
                names=self._names(),
                steps=next_steps(case, tx.actor.roles, progress(notices), choice_of_law=bool(later), fixed=fixed),
                now=tx.now,
                shop=shop_facts.load(tx),
                erasure=erasure,
                extended_to="" if fixed else proposals.extended(policy, case, policy.zone),
                erased=proposals.erased(case, erasure, policy.zone),
                kept=proposals.kept(policy, case, erasure),
                messages=mail_records.of_case(tx, reference),
                links=mail_records.links_of(tx, reference),
                others=joining.open_of(tx, case.requester, but=reference),
                referrals=self._referrals(tx, case),
                late=self._late(tx, case, deadlines, answer),
            )


def _row(head: CaseHead, known: Listed, names: Mapping[str, str], *, news: bool, stranger: bool) -> Row:
    step = stage(head.state, known.acknowledged, known.outcome, known.unsent, waiting=head.waiting_for, news=news)
    return Row(
        reference=head.reference,
        kind=head.kind,
        person=masked(known.name or ""),
        state=head.state,
        due=head.next_due,
        assignee=names.get(head.assignee or "", ""),
        opened=head.opened,
        waiting=head.waiting_for or "",
        due_how=head.due_how,
        step=ANOTHER_SENDER if stranger else step,
        news=news,
        version=head.version,
    )


def progress(notices: Sequence[Notice]) -> Progress:
    """Return which letters are issued and not sent, and whether one stands that could be withdrawn."""

    waiting = [one for one in notices if one.state == issued.ISSUED]

    def unsent(kinds: tuple[str, ...]) -> str:
        return next((one.number for one in waiting if one.kind in kinds), "")

    return Progress(
        unsent(ANSWERS),
        unsent(ACKNOWLEDGEMENTS),
        next((one.number for one in waiting if one.kind not in (*ANSWERS, *ACKNOWLEDGEMENTS)), ""),
        any(one.state in (issued.ISSUED, issued.SENT) for one in notices),
    )


def replaced(notices: Sequence[Notice], kinds: tuple[str, ...]) -> str | None:
    """Return the withdrawn letter that the next one of these kinds replaces, or None."""
    done = {one.replaces for one in notices if one.state != issued.VOID}
    open_ones = (one for one in notices if one.state == issued.WITHDRAWN and one.kind in kinds)
    return next((one.number for one in open_ones if one.number not in done), None)
