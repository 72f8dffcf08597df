"""The retention desk's use cases: today the review list only; nothing is deleted from here."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from officer_app.base.handover import ContactsSince, ErasureAnswer, ErasureAsked, IncidentsOf
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.letters.issue import Letters
from officer_app.notices import pdf, text
from officer_app.notices.document import Table
from officer_app.policy.book import Book
from officer_app.retention import handing
from officer_app.retention.queue import Queue
from officer_app.retention.rules import Candidate
from officer_app.shop.connection import Shop

_MOST = 2000  # rows on paper; the whole list comes from the command line


class Retention:
    """The desk; `shop` gives the connected shop or None."""

    def __init__(
        self,
        book: Casebook,
        policy: Callable[[], Book],
        letters: Letters,
        shop: Callable[[], Shop | None],
        incidents: IncidentsOf,
        contacts: ContactsSince,
    ) -> None:
        self._book, self._policy, self._letters = book, policy, letters
        self.queue = Queue(book, policy, shop, incidents, contacts)

    def now(self) -> datetime:
        """Return the current instant."""
        return self._book.clock()

    def ask_erasure(self, tx: Any, asked: ErasureAsked) -> None:
        """Put a complaint's person on the review list, inside the complaint desk's transaction, which audits it."""
        handing.ask_erasure(tx, asked)

    def erasure_of(self, tx: Any, complaint: str) -> ErasureAnswer | None:
        """Return what became of the erasure a complaint asked for, None when it asked for none."""
        return handing.erasure_of(tx, complaint)

    def all_candidates(self) -> Iterator[Candidate]:
        """Yield the whole list, in the order of the customers' keys."""
        return self.queue.walk()

    def list_pdf(self, reasons: tuple[str, ...], cancelled: Callable[[], bool] = lambda: False) -> bytes:
        """Return the list, persons masked, as a PDF for a meeting; recorded as a print."""
        rows: list[tuple[str, ...]] = []
        for candidate in self.queue.walk(cancelled):
            if candidate.reason in reasons:
                rows.append(_line(candidate))
            if len(rows) == _MOST:
                break
        today: date = self.now().astimezone(self._policy().zone).date()
        head = ("Customer", "Person", "Reason", "Last activity", "Blocked by")
        document = text.compose(
            "wide-list",
            "en",
            number="",
            reference="",
            date=today,
            recipient=(),
            fields={
                "title": "Accounts due for review",
                "entries": Table(head, tuple(rows), (0.1, 0.2, 0.15, 0.2, 0.35)),
            },
            letterhead=self._letters.shop().letterhead(),
        )
        with self._book.transaction("view") as tx:
            audit.append(tx, "print", None, {"list": "retention review", "rows": len(rows)})
        return pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())


def _line(one: Candidate) -> tuple[str, ...]:
    when = one.sign.at.date().isoformat() if one.sign.at is not None else "unknown"
    return (one.key, one.person, one.reason, f"{when} ({one.sign.meaning})", "; ".join(one.blocks))
