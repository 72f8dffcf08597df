"""The audit as people read it: filtered pages, the whole check, and extracts as CSV and PDF."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from officer_app.base import ownfile
from officer_app.base.cells import harmless
from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.page import Page
from officer_app.casebook import audit, people
from officer_app.casebook.book import Casebook
from officer_app.casebook.verifying import Verdict
from officer_app.letters.shop_facts import ShopFacts
from officer_app.notices import pdf, text
from officer_app.notices.document import Table

MOST_ON_PAPER = 5000
"""Entries of one PDF; an extract with more goes into a CSV file."""
_HEAD = ("No.", "When", "Who", "What", "Case", "Details")
_PAGE = 500

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True)
class Filter:
    """Which entries: of a case, of a person (id), from `since` to before `until`; empty fields do not filter."""

    reference: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Row:
    """One entry in words; `details` says so when its case's key was destroyed."""

    seq: int
    at: datetime
    who: str
    action: str
    reference: str
    details: str
    facts: tuple[tuple[str, str], ...]
    hash: str


class AuditLog:
    """What the page of the audit does; reading and exporting are in the audit themselves."""

    def __init__(self, book: Casebook, facts: Callable[[], ShopFacts], zone: Callable[[], tzinfo]) -> None:
        self._book, self._facts, self._zone = book, facts, zone
        self._read: Filter | None = None

    def names(self) -> Mapping[str, str]:
        """Return who may stand in the log, name by id."""
        return self._book.directory().names()

    def page(self, wanted: Filter, after: Any = None, limit: int = 100) -> Page[Row]:
        """Return entries newest first; the first page of another filter is itself an entry."""
        self._note_reading(wanted)
        with self._book.reading() as tx:
            found = audit.page(tx, **_asked(wanted), before=after, limit=limit + 1)
        rows = self._rows(found[:limit])
        return Page(rows, rows[-1].seq if len(found) > limit else None)

    def _note_reading(self, wanted: Filter) -> None:
        if not people.may(self._book.actor, "read the audit"):
            self._book.require("read the audit")
        if wanted == self._read or self._book.read_only:
            return
        with self._book.transaction("read the audit") as tx:
            audit.append(tx, "audit read", None, _named(wanted))
        self._read = wanted

    def _rows(self, entries: tuple[audit.Entry, ...]) -> tuple[Row, ...]:
        names = self.names()
        return tuple(_row(one, names) for one in entries)

    # --- checking ---

    def verify(self, progress: Progress, cancelled: Cancel) -> Verdict:
        """Check every entry and every row they account for; the verdict names the first broken one."""
        with self._book.reading() as tx:
            total = audit.head(tx)[0]
        looks = 0

        def look() -> bool:
            # The check asks once for each entry and, after these, once for each row.
            nonlocal looks
            looks += 1
            progress(min(looks, total), total)
            return cancelled()

        return self._book.verify(look)

    # --- extracts ---

    def export_csv(self, wanted: Filter, target: Path, progress: Progress, cancelled: Cancel) -> Change:
        """Write the filtered entries as CSV (UTF-8); no cell can be taken for a formula."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow((*_HEAD, "Hash"))
        count = 0
        for row in self._all(wanted, progress, cancelled):
            writer.writerow([*map(harmless, self._cells(row)), row.hash])
            count += 1
        return self._deliver(target, ("\ufeff" + out.getvalue()).encode(), wanted, count)

    def export_pdf(self, wanted: Filter, target: Path, progress: Progress, cancelled: Cancel) -> Change:
        """Write the filtered entries as PDF, after the whole log was checked; KnownError when they are too many."""
        rows = []
        for row in self._all(wanted, progress, cancelled):
            rows.append(row)
            if len(rows) > MOST_ON_PAPER:
                raise KnownError(f"More than {MOST_ON_PAPER:,} entries match. Narrow the time, or export as CSV.")
        verdict = self._book.verify(cancelled)
        facts = self._facts()
        document = text.compose(
            "audit-export",
            facts.language,
            number="",
            reference=wanted.reference,
            date=self._book.clock().astimezone(self._zone()).date(),
            recipient=(),
            fields={
                "entries": Table(_HEAD, tuple(self._cells(row) for row in rows), right=(0,)),
                "period": self._period(wanted),
                "selection": self._selection(wanted),
                "head": f"{verdict.entries}-{verdict.head[:16]}",
                "checked": verdict.broken or f"The whole log was checked: {verdict.entries:,} entries, unbroken.",
            },
            letterhead=facts.letterhead(),
        )
        content = pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())
        return self._deliver(target, content, wanted, len(rows))

    def _all(self, wanted: Filter, progress: Progress, cancelled: Cancel) -> Iterator[Row]:
        after, done = None, 0
        while True:
            with self._book.reading() as tx:
                found = audit.page(tx, **_asked(wanted), before=after, limit=_PAGE)
            yield from self._rows(found)
            if len(found) < _PAGE:
                return
            after, done = found[-1].seq, done + len(found)
            progress(done, done + found[-1].seq)
            if cancelled():
                raise Cancelled("Cancelled. Nothing was exported.")

    def _deliver(self, target: Path, content: bytes, wanted: Filter, count: int) -> Change:
        """Record the export, then write it: an extract that left the casebook is never without its entry."""
        digest = hashlib.sha256(content).hexdigest()
        with self._book.transaction("read the audit") as tx:
            details = {**_named(wanted), "file": target.name, "entries": count}
            audit.append(tx, "audit exported", wanted.reference or None, details, sha256=digest)
        try:
            ownfile.put(target, content)
        except OSError:
            raise KnownError(f"Nothing can be written at {target.parent}. Choose another folder.") from None
        return Change("audit", news=f"{target.name} is written: {count:,} entries.")

    def _cells(self, row: Row) -> tuple[str, ...]:
        at = row.at.astimezone(self._zone())
        return (str(row.seq), f"{at:%Y-%m-%d %H:%M:%S}", row.who, row.action, row.reference, row.details)

    def _period(self, wanted: Filter) -> str:
        zone = self._zone()
        since = f"from {wanted.since.astimezone(zone):%Y-%m-%d %H:%M}" if wanted.since else "from the beginning"
        until = f"to {wanted.until.astimezone(zone):%Y-%m-%d %H:%M}" if wanted.until else "to now"
        return f"{since} {until}"

    def _selection(self, wanted: Filter) -> str:
        who = self.names().get(wanted.person, "") if wanted.person else ""
        parts = [f"case {wanted.reference}" if wanted.reference else "", f"entries of {who}" if who else ""]
        return ", ".join(part for part in parts if part) or "all entries"


def _asked(wanted: Filter) -> dict[str, Any]:
    return {
        "reference": wanted.reference or None,
        "actor": wanted.person or None,
        "since": wanted.since,
        "until": wanted.until,
    }


def _named(wanted: Filter) -> dict[str, Any]:
    return {key: str(value) for key, value in wanted.__dict__.items() if value}


def _row(entry: audit.Entry, names: Mapping[str, str]) -> Row:
    if entry.details is None:
        facts: tuple[tuple[str, str], ...] = (("details", "erased together with the case's key"),)
    else:
        told = {**entry.details, **entry.more}
        people = {key: name for key, name in names.items() if not key.startswith("kit-")}  # a kit is told by its id
        facts = tuple((key, _shown(value, people)) for key, value in told.items() if value not in (None, "", [], {}))
    return Row(
        seq=entry.seq,
        at=entry.at,
        who=names.get(entry.actor, entry.actor),
        action=entry.action,
        reference=entry.reference or "",
        details="; ".join(f"{key}: {value}" for key, value in facts),
        facts=facts,
        hash=entry.hash,
    )


def _shown(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_shown(one, names) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(one, names)}" for key, one in value.items() if key != "signature")
    return names.get(str(value), str(value))
