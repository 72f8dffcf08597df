"""Searches the cases for a reference, a person or words, handing over what it finds while it goes on."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, TypeVar

from officer_app.base.page import Page
from officer_app.base.person import normal_email, normal_name, normal_phone
from officer_app.casebook import audit, cases
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import CaseHead, Filter
from officer_app.casebook.transaction import Reading
from officer_app.complaints import mail_records, records

R = TypeVar("R")
_SECONDS = 0.25  # after this a page is handed over with what was found, and the next one is asked for
_BLOCK = 250


class Searching:
    """One search. Sealed texts are decrypted in memory only, block by block, and forgotten.

    `read` counts the cases looked through so far, `total` all there are; `stop` ends it at its next look.
    """

    def __init__(self, book: Casebook, text: str, rows: Callable[[Reading, Sequence[CaseHead]], tuple[R, ...]]) -> None:
        self.text = normal_name(text)
        self._book, self._rows = book, rows
        self.read = self.total = self.found = 0
        self.finished = self._noted = self._stopped = False

    def stop(self) -> None:
        """End the search; what was found stays."""
        self._stopped = True

    def page(self, after: Any = None, limit: int = 100) -> Page[Any]:
        """Return the next hits, newest first, about `limit`: perhaps none yet, with a mark to go on from.

        The first page writes the audit entry. What is a reference, an e-mail or a phone number is looked up at once.
        """
        if not self._noted:
            with self._book.transaction("view") as tx:
                audit.append(tx, "search", None, {"desk": records.DESK, "text": self.text})
            self._noted = True
        with self._book.reading() as tx:
            exact = self._exact(tx) if after is None else None
            if exact is not None:
                self.finished, self.found = True, len(exact)
                return Page(self._rows(tx, exact))
            if after is None:
                self.read, self.found = 0, 0
                self.total = cases.count(tx, records.DESK, Filter(open_only=False))
            hits, mark = self._walk(tx, after, limit)
            self.finished = mark is None
            self.found += len(hits)
            return Page(self._rows(tx, cases.heads(tx, hits)), mark)

    def _walk(self, tx: Reading, after: Any, limit: int) -> tuple[list[str], Any]:
        low, end, hits = self.text.casefold(), monotonic() + _SECONDS, list[str]()
        while not self._stopped:
            block = records.newest(tx, after, _BLOCK)
            sealed, later = records.texts(tx, block.rows), mail_records.later_texts(tx, block.rows)
            for reference in block.rows:
                shown, body = sealed.get(reference, ({}, {}))
                who = body.get("requester", {})
                made = body.get("decision") or {}
                words = (*shown.values(), *who.values(), body.get("text", ""), *made.values(), later.get(reference, ""))
                if any(low in str(one).casefold() for one in words):
                    hits.append(reference)
            self.read += len(block.rows)
            after = block.next
            if after is None or len(hits) >= limit or monotonic() > end:
                return hits, after
        return hits, None

    def _exact(self, tx: Reading) -> tuple[CaseHead, ...] | None:
        """Return what an exact search finds, or None when the text is none."""
        text = self.text
        if text.upper().startswith("C-"):
            return cases.page(tx, records.DESK, Filter(reference=text.upper(), open_only=False)).rows
        if normal_email(text):
            found = cases.of_person(tx, emails=[text])
        elif text[:1] in "+0" and normal_phone(text):
            found = cases.of_person(tx, phones=[text])
        else:
            return None
        return tuple(head for head in found if head.desk == records.DESK)
