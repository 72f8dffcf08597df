"""The register of disclosures and the case file: what is read, page by page, and recorded as viewed."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from officer_app.base.page import Page, Sort
from officer_app.base.person import masked, normal_email, normal_phone
from officer_app.base.steps import Step
from officer_app.casebook import audit, cases, evidence, holds, issued, packages, verifying
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import CaseHead, Filter, StoredDeadline
from officer_app.casebook.evidence import Evidence
from officer_app.casebook.issued import NOT_KEPT, Notice
from officer_app.casebook.packages import Packed
from officer_app.casebook.transaction import Reading
from officer_app.disclosures import gate, records
from officer_app.disclosures.demand import BUYER_CONFIRMED, Contact, Disclosure, Packs
from officer_app.disclosures.gate import Check
from officer_app.disclosures.standing import Standing
from officer_app.disclosures.steps import Progress, next_steps
from officer_app.policy.book import Book

DESK = records.DESK
ACKNOWLEDGEMENT, CLARIFICATION = "disclosure-acknowledgement", "disclosure-clarification"
REFUSAL, PROCESSOR_ANSWER = "disclosure-refusal", "disclosure-processor"
CONSENT_REQUEST, BUYER_NOTICE = "consent-request", "disclosure-notice"
_DATED = re.compile(r"((?:.*, )?)(\d{4}-\d{2}-\d{2})", re.DOTALL)
TO_BUYER = (CONSENT_REQUEST, BUYER_NOTICE)


@dataclass(frozen=True)
class Row:
    """One line of the register; the person is masked."""

    reference: str
    received: datetime | None
    sort: str
    body: str
    agency: str
    document: str
    person: str
    scope: tuple[str, ...]
    basis: str
    urgent: bool
    state: str
    outcome: str
    released: datetime | None
    telling: str
    told: datetime | None
    due: datetime | None
    assignee: str
    waiting: str
    due_how: str = ""
    persons: int = 0

    def paper(self, say: Callable[[date], str]) -> str:
        """Return the document's number and date, the date as `say` puts it; a line keeps it as ISO 8601."""
        found = _DATED.fullmatch(self.document)
        try:
            return f"{found[1]}{say(date.fromisoformat(found[2]))}" if found else self.document
        except ValueError:  # a number that only looks like a day
            return self.document


@dataclass(frozen=True)
class File:
    """Everything about one case, as its panel shows it; fetching it is recorded as a view."""

    case: Disclosure
    checks: tuple[Check, ...]
    allowed: tuple[str, ...]
    contacts: tuple[Contact, ...]
    deadlines: tuple[StoredDeadline, ...]
    evidence: tuple[Evidence, ...]
    notices: tuple[Notice, ...]
    timeline: tuple[audit.Entry, ...]
    holds: tuple[holds.Hold, ...]
    names: Mapping[str, str]
    steps: tuple[Step, ...]
    packages: tuple[Packed, ...] = ()


class Queue:
    """Reads the desk's cases."""

    def __init__(self, book: Casebook, packs: Callable[[], Packs], standing: Standing) -> None:
        self._book, self._packs, self._standing = book, packs, standing

    def page(self, wanted: Filter, sort: Sort, after: Any = None, limit: int = 100) -> Page[Row]:
        """Return one page of the register; persons are masked, so that it is no view of personal data."""
        names = self._names()
        with self._book.reading() as tx:
            found = cases.page(tx, DESK, wanted, sort=sort.key, descending=sort.descending, after=after, limit=limit)
            shown = records.shown(tx, found.rows)
        return Page(tuple(row(head, shown[head.reference], names) for head in found.rows), found.next)

    def search(self, text: str, cancelled: Callable[[], bool] = lambda: False, limit: int = 200) -> tuple[Row, ...]:
        """Return the cases of a reference, an e-mail, a phone number, or whose agency, document or person holds it.

        Names are searched by decrypting; one search is one audit entry.
        """
        wanted, names = " ".join(text.split()), self._names()
        with self._book.transaction("view") as tx:
            audit.append(tx, "search", None, {"desk": DESK, "text": wanted})
        with self._book.reading() as tx:
            exact = self._exact(tx, wanted)
            if exact is not None:
                shown = records.shown(tx, exact)
                return tuple(row(head, shown[head.reference], names) for head in exact)
            low, found = wanted.casefold(), []
            for head, inside in records.walk(tx, cancelled, Filter(open_only=False)):
                if any(low in inside[key].casefold() for key in ("agency", "document", "person", "basis")):
                    found.append(row(head, inside, names))
                    if len(found) == limit:
                        break
            return tuple(found)

    def _exact(self, tx: Reading, text: str) -> tuple[CaseHead, ...] | None:
        """Return what an exact search finds, or None when the text is none."""
        if text.upper().startswith("D-"):
            return cases.page(tx, DESK, Filter(reference=text.upper(), open_only=False)).rows
        if normal_email(text):
            found = cases.of_person(tx, emails=[text])
        elif text[:1] in ("+", "0") and normal_phone(text):
            found = cases.of_person(tx, phones=[text])
        else:
            return None
        return tuple(head for head in found if head.desk == DESK)

    def count(self, wanted: Filter = Filter()) -> int:  # noqa: B008  a frozen value
        """Return how many cases match."""
        with self._book.reading() as tx:
            return cases.count(tx, DESK, wanted)

    def _names(self) -> dict[str, str]:
        return self._book.directory().names()

    def open(self, reference: str) -> File:
        """Return the whole case; the view is in the audit before anything is shown."""
        packs = self._packs()
        with self._book.transaction("view", reference) as tx:
            verifying.refuse_changed(tx, reference)
            case = self._standing.get(tx, reference)
            audit.append(tx, "view", reference)
        with self._book.reading() as tx:
            notices = issued.of_case(tx, reference)
            steps = next_steps(case, tx.actor.roles, progress(notices), packs, tx.now, tx.actor.id)
            return File(
                case=case,
                checks=gate.checks(case, packs, tx.now),
                allowed=gate.allowed(case, packs, tx.now),
                contacts=tuple(one for one in records.all_contacts(tx) if one.body == case.demand.body),
                deadlines=cases.deadlines(tx, reference),
                evidence=tuple(one for one in evidence.of_case(tx, reference) if one.id in case.papers),
                notices=notices,
                timeline=audit.timeline(tx, reference),
                holds=holds.of_case(tx, reference),
                names=self._names(),
                steps=steps,
                packages=packages.of_case(tx, reference),
            )


def row(head: CaseHead, inside: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    """Return a line of the register from a case's head and what the register shows of it."""
    return Row(
        reference=head.reference,
        received=inside["received"],
        sort=inside["sort"],
        body=inside["body_kind"],
        agency=inside["agency"],
        document=inside["document"],
        person=masked(inside["person"]),
        scope=tuple(inside["scope"]),
        basis=inside["basis"],
        urgent=bool(inside["urgent"]),
        state=head.state,
        outcome=inside["outcome"] or "",
        released=inside["released"],
        telling=inside["telling"] or "",
        told=inside["told"],
        due=head.next_due,
        assignee=names.get(head.assignee or "", ""),
        waiting=head.waiting_for or "",
        due_how=head.due_how,
        persons=inside["persons"] or 0,
    )


def progress(notices: Sequence[Notice]) -> Progress:
    """Return which letters are issued and not sent, and whether one stands that could be withdrawn."""

    def unsent(kind: str) -> str:
        return next((one.number for one in notices if one.state == issued.ISSUED and one.kind == kind), "")

    standing = any(one.state in (issued.ISSUED, issued.SENT) for one in notices)
    return Progress(
        unsent(REFUSAL),
        unsent(ACKNOWLEDGEMENT),
        unsent(CLARIFICATION),
        standing,
        unsent(PROCESSOR_ANSWER),
        unsent(CONSENT_REQUEST),
        unsent(BUYER_NOTICE),
        unsent(NOT_KEPT),
    )


def replaced(notices: Sequence[Notice], kind: str) -> str | None:
    """Return the withdrawn letter that the next one of this kind replaces, or None."""
    done = {one.replaces for one in notices if one.state != issued.VOID}
    open_ones = (one for one in notices if one.state == issued.WITHDRAWN and one.kind == kind)
    return next((one.number for one in open_ones if one.number not in done), None)


def body_titles(policy: Book, language: str = "en") -> dict[str, str]:
    """Return the names of all bodies and recipients by id; a third party is none the buyer confirmed yet."""
    return {**{one.id: one.title_in(language) for one in policy.bodies}, BUYER_CONFIRMED: "Third party"}
