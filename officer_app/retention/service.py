"""The retention desk's use cases: the review list, findings, and what the batches do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from itertools import chain
from typing import Any

from officer_app.base.change import Change
from officer_app.base.erasure import Person, Scope
from officer_app.base.errors import KnownError
from officer_app.base.handover import ContactsSince, ErasureAnswer, ErasureAsked, IncidentsOf
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.letters.issue import Letters
from officer_app.notices import pdf, text
from officer_app.notices.document import Table
from officer_app.notices.filling import shown_date
from officer_app.policy.book import Book
from officer_app.retention import handing, letter, marks, records, vietnamese
from officer_app.retention.announcing import Announcing
from officer_app.retention.approval import Approvals
from officer_app.retention.batch import DUTY, FROZEN, NOTICED, PlanLine, tick, why_not_run
from officer_app.retention.batches import Batches, Progress, quiet
from officer_app.retention.erasing import Credentials, Erasing
from officer_app.retention.findings import Findings
from officer_app.retention.old_orders import OldOrders
from officer_app.retention.own_cases import OwnCases
from officer_app.retention.queue import File, Queue
from officer_app.retention.recheck import Returned, recheck
from officer_app.retention.rules import ORDERS, Candidate, Mark
from officer_app.retention.sizes import most_of
from officer_app.shop import customers
from officer_app.shop.connection import Shop

_MOST = 2000  # rows on paper; the whole list comes from the command line


@dataclass(frozen=True)
class Waiting:
    """An open batch and what it waits for; `left` accounts left it just now."""

    reference: str
    ground: str
    state: str
    accounts: int
    left: int
    due: datetime | None
    waits: str


@dataclass(frozen=True)
class Prepared:
    """What a timer found: accounts due by reason, and the open batches."""

    counts: Mapping[str, int]
    batches: tuple[Waiting, ...]


class Retention:
    """The desk; `shop` gives the connected shop or None, `credentials` the account that may erase."""

    def __init__(
        self,
        book: Casebook,
        policy: Callable[[], Book],
        letters: Letters,
        shop: Callable[[], Shop | None],
        incidents: IncidentsOf,
        contacts: ContactsSince,
        credentials: Credentials,
    ) -> None:
        self._book, self._policy, self.letters = book, policy, letters
        self.queue = Queue(book, policy, shop, incidents, contacts)
        self.approvals = Approvals(book)
        self.findings = Findings(book)
        self.own_cases = OwnCases(book, policy, self.approvals)
        self.old_orders = OldOrders(book, policy, self.queue)
        self.batches = Batches(book, policy, self.queue, self.old_orders, credentials.limits)
        self.announcing = Announcing(book, policy, letters, self.queue, self.batches)
        self.erasing = Erasing(
            book, policy, letters, self.queue, self.old_orders, self.batches, self.announcing, credentials
        )

    def duty_titles(self) -> dict[str, str]:
        """Return what the desk's deadlines are called in the due list."""
        return {DUTY: "Time to answer a notice of deletion"}

    @property
    def me(self) -> str:
        """Who is signed in."""
        return self._book.actor.id

    def now(self) -> datetime:
        """Return the current instant."""
        return self._book.clock()

    def ask_erasure(self, tx: Any, asked: ErasureAsked) -> None:
        """Put a complaint's person on the review list, inside the complaint desk's transaction, which audits it."""
        handing.ask_erasure(tx, asked)

    def erasure_of(self, tx: Any, complaint: str) -> ErasureAnswer | None:
        """Return what became of the erasure a complaint asked for, None when it asked for none."""
        return handing.erasure_of(tx, complaint)

    def named(self, keys: Sequence[str], emails: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Return, by customer key or e-mail as given, the batches in which the person is or was."""
        with self._book.reading() as tx:
            return records.named(tx, keys, emails, open_only=False)

    # --- findings ---

    def proposed(self, customer: str) -> Mark | None:
        """Return the finding about an account that waits for its second person, or None."""
        with self._book.reading() as tx:
            return next((one for one in marks.of_person(tx, customer) if not one.stands), None)

    def open(self, row: Candidate) -> tuple[File, Mark | None]:
        """Return everything about a row of a list, and the finding that waits for its second person; a view."""
        if row.reason == ORDERS:
            return self.old_orders.open(row), None
        file, proposed = self.queue.open(row), self.proposed(row.key)
        return replace(file, papers=self.findings.of(file.mark, proposed)), proposed

    # --- several steps at once ---

    def freeze_all(
        self, reason: str, most: int, cancelled: Callable[[], bool], progress: Progress = quiet
    ) -> Change:
        """Freeze everything that is listed for a reason and can be erased, at most so many, into one batch."""
        most = min(most, most_of(reason))
        rows = (row for row in self._listed(reason, cancelled) if not row.why_not)
        first = next(rows, None)
        if first is None:
            raise KnownError("No account of the list can be put into a batch for this reason.")
        return self.batches.freeze(chain((first,), rows), progress, cancelled, most)

    def _listed(self, reason: str, cancelled: Callable[[], bool]) -> Iterator[Candidate]:
        """Yield the list of one reason, page by page."""
        after: Any = None
        while True:
            if reason == ORDERS:
                page = self.old_orders.page(after, 500, cancelled)
            else:
                page = self.queue.page((reason,), after=after, limit=500, cancelled=cancelled)
            yield from page.rows
            after = page.next
            if after is None:
                return

    def recheck(self, reference: str, cancelled: Callable[[], bool], progress: Progress = quiet) -> Change:
        """Look at the accounts of a batch again and take out whoever must not be erased any more."""
        out = self.batches.recheck(reference, cancelled, progress)
        return Change("retention", (reference,), news=f"{out:,} left the batch." if out else "Nothing changed.")

    def tick(self, reference: str, done: tuple[str, ...], version: int) -> Change:
        """Note what of the platform's side effects was seen to."""
        return self.batches.change(reference, version, "side effects seen to", lambda case, _tx: tick(case, done),
                                   {"done": list(done)}, "Recorded.")  # fmt: skip

    # --- what the command line asks ---

    def plan(
        self, keys: Sequence[str], scope: Scope = "account"
    ) -> tuple[tuple[PlanLine, ...], tuple[tuple[str, str], ...]]:
        """Return what erasing these customers, or their orders, would do, and what the platform needs afterwards."""
        guests = self.old_orders.guests(keys) if scope == ORDERS else {}
        people = [
            Person(str(at), "" if key in guests else key, guests.get(key, "")) for at, key in enumerate(keys)
        ]
        lines, effects = self.queue.preview(people, scope)
        if not any(line.rows for line in lines):
            raise KnownError("The shop has no account with these numbers.")
        return lines, effects

    def prepare(self) -> Prepared:
        """Look at the open batches again, and say what waits for a person; nothing is erased."""
        counts, zone = self.queue.counts(), self._policy().zone
        rows: list[Waiting] = []
        after: Any = None
        while True:
            page = self.batches.page(closed=False, after=after)
            for row in page.rows:
                out = self.batches.recheck(row.reference) if row.state in (FROZEN, NOTICED) else 0
                file = self.batches.file(row.reference)
                why = why_not_run(file.batch, file.counts, self.now().astimezone(zone)) or "It can be erased."
                rows.append(Waiting(row.reference, row.ground, row.state, file.counts.pending, out, row.due, why))
            after = page.next
            if after is None:
                return Prepared(counts, tuple(rows))

    def returned(self) -> tuple[Returned, ...]:
        """Find erased accounts that a restored backup brought back, and put them on the review list once more."""
        self._book.require("work")
        found = recheck(self._book, self.queue.connected())
        for one in found:
            ground = self.batches.file(one.batch).batch.ground
            why = f"Erased on {shown_date(one.erased.date(), 'en')} in {one.batch}; a restored backup brought it back."
            asked = ErasureAsked("", one.key, "", one.erased, ground, why, one.batch)
            with suppress(KnownError), self._book.transaction("work") as tx:  # it may be on the list already
                key = marks.add(tx, asked)
                audit.append(tx, "erased account came back", None, {"customer": one.key, "batch": one.batch}, mark=key)
        return found

    def search_orders(self, text: str) -> tuple[Candidate, ...]:
        """Return the accounts and guests with old orders among the people that a search finds."""
        found = customers.find(self.queue.connected(), text).rows
        with self._book.transaction("view") as tx:
            audit.append(tx, "search", None, {"desk": "retention", "text": text})
        keys, emails = [one.key for one in found if one.key], [one.email for one in found if not one.key]
        return tuple(self.old_orders.of(keys, self.queue.own(), emails=emails).values())

    # --- the list ---

    def all_candidates(self) -> Iterator[Candidate]:
        """Yield the whole list, in the order of the customers' keys."""
        return self.queue.walk()

    def list_pdf(self, reasons: tuple[str, ...], cancelled: Callable[[], bool] = lambda: False) -> bytes:
        """Return the list, persons masked, as a PDF for a meeting; recorded as a print."""
        shop = self.letters.shop()
        tongue = letter.language(shop.language, "en")
        titles = {entry.id: entry.title_in(tongue) for entry in self._policy().retention.reasons}
        rows: list[tuple[str, ...]] = []
        for candidate in self.queue.walk(cancelled):
            if candidate.reason in reasons:
                rows.append(_line(candidate, titles, tongue, self._policy().zone))
            if len(rows) == _MOST:
                break
        today: date = self.now().astimezone(self._policy().zone).date()
        title, *head = letter.REVIEW[tongue]
        document = text.compose(
            "wide-list",
            tongue,
            number="",
            reference="",
            date=today,
            recipient=(),
            fields={
                "title": title,
                "entries": Table(tuple(head), tuple(rows), (0.1, 0.2, 0.15, 0.2, 0.35)),
            },
            letterhead=shop.letterhead(),
        )
        with self._book.transaction("view") as tx:
            audit.append(tx, "print", None, {"list": "retention review", "rows": len(rows)})
        return pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())


def _line(one: Candidate, titles: Mapping[str, str], tongue: str, zone: tzinfo) -> tuple[str, ...]:
    day = one.sign.at.astimezone(zone).date() if one.sign.at is not None else None
    reason, last = titles.get(one.reason, one.reason), vietnamese.activity(one.sign.meaning, day, tongue)
    return (one.key, one.person, reason, last, "; ".join(vietnamese.said(why, tongue) for why in one.blocks))
