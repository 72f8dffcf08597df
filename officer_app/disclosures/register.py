"""The register and its yearly counts as printed lists (PDF) and as tables for other programs (CSV)."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from officer_app.base.cells import harmless
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import Filter
from officer_app.disclosures import records
from officer_app.disclosures.queue import Row, body_titles, row
from officer_app.letters.issue import Letters
from officer_app.notices import pdf, text
from officer_app.notices.document import Table
from officer_app.policy.book import Book

HEAD = (
    "Reference", "Received", "Body", "Document", "Persons", "Scope", "Basis", "Outcome", "Released", "Buyer told",
)  # fmt: skip
COUNTED = ("Body", "Outcome", "Demands", "Persons")
OPEN = "open"
_WIDTHS = (1.4, 1.15, 2.2, 1.6, 1.0, 1.6, 2.0, 1.2, 1.15, 1.2)
_TELLING = {"secrecy": "no, secrecy", "yes": "to be told", "not before": "not yet"}
_LONGEST = 2000
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class Narrowed:
    """Which entries of the register: received in a local year, of one body, with one outcome ("open" for none yet)."""

    year: int | None = None
    body: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Count:
    """How many demands of one body ended in one way, and how many persons they concerned."""

    body: str
    outcome: str
    demands: int
    persons: int


class Register:
    """Writes the register; each list that leaves is in the audit with its digest."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters) -> None:
        self._book, self._policy, self._letters = book, policy, letters

    def rows(
        self, wanted: Filter, cancelled: Cancelled = lambda: False, narrowed: Narrowed = Narrowed()
    ) -> tuple[Row, ...]:  # fmt: skip
        """Return every matching line, newest first; persons stay masked."""
        names, zone = self._book.directory().names(), self._policy().zone
        with self._book.reading() as tx:
            found = (row(head, inside, names) for head, inside in records.walk(tx, cancelled, wanted))
            return tuple(one for one in found if _fits(one, narrowed, zone))

    def as_pdf(
        self, wanted: Filter, cancelled: Cancelled = lambda: False, narrowed: Narrowed = Narrowed()
    ) -> bytes:  # fmt: skip
        """Return the list on landscape pages."""
        lines = tuple(self._cells(one, "%d.%m.%Y") for one in self.rows(wanted, cancelled, narrowed))
        told = f"{len(lines)} entries, {'open ones only' if wanted.open_only else 'closed ones included'}."
        intro = " ".join(part for part in (told, self._said(narrowed)) if part)
        return self._pdf("Register of disclosures", intro, Table(HEAD, lines, widths=_WIDTHS, right=(4,)), len(lines))

    def as_csv(
        self, wanted: Filter, cancelled: Cancelled = lambda: False, narrowed: Narrowed = Narrowed()
    ) -> bytes:  # fmt: skip
        """Return the list as CSV (UTF-8 with mark, RFC 4180); no cell can start a formula."""
        return self._csv(HEAD, [self._cells(one, "%Y-%m-%d") for one in self.rows(wanted, cancelled, narrowed)])

    # --- counts ---

    def counts(self, narrowed: Narrowed, cancelled: Cancelled = lambda: False) -> tuple[Count, ...]:
        """Return the year's demands and persons by body and outcome; their sums are those of the same list."""
        found: dict[tuple[str, str], list[int]] = {}
        titles = body_titles(self._policy())
        for one in self.rows(Filter(open_only=False), cancelled, narrowed):
            sums = found.setdefault((titles.get(one.body, one.body), one.outcome or OPEN), [0, 0])
            sums[0] += 1
            sums[1] += one.persons
        return tuple(Count(body, outcome, *sums) for (body, outcome), sums in sorted(found.items()))

    def counts_pdf(self, narrowed: Narrowed, cancelled: Cancelled = lambda: False) -> bytes:
        """Return the year in numbers on one landscape page."""
        rows = _counted(self.counts(narrowed, cancelled))
        title = f"Disclosures of {narrowed.year} in numbers"
        intro = f"Demands and wishes received, and persons concerned. {self._said(narrowed)}"
        table = Table(COUNTED, rows, widths=(4, 3, 1.2, 1.2), right=(2, 3))
        return self._pdf(title, intro, table, len(rows))

    def counts_csv(self, narrowed: Narrowed, cancelled: Cancelled = lambda: False) -> bytes:
        """Return the year in numbers as CSV."""
        return self._csv(COUNTED, _counted(self.counts(narrowed, cancelled)))

    # --- on paper ---

    def _said(self, narrowed: Narrowed) -> str:
        titles = body_titles(self._policy())
        parts = (
            f"Received in {narrowed.year}." if narrowed.year else "",
            f"Only: {titles.get(narrowed.body, narrowed.body)}." if narrowed.body else "",
            f"Outcome: {narrowed.outcome}." if narrowed.outcome else "",
        )
        return " ".join(part for part in parts if part)

    def _pdf(self, title: str, intro: str, table: Table, lines: int) -> bytes:
        policy = self._policy()
        empty = (("none", *[""] * (len(table.head) - 1)),)
        entries = Table(table.head, table.rows or empty, widths=table.widths, right=table.right)
        document = text.compose(
            "wide-list",
            "en",
            number="",
            reference="",
            date=self._book.clock().astimezone(policy.zone).date(),
            recipient=(),
            fields={
                "title": title,
                "intro": intro,
                "entries": entries,
                "note": f"Policy packs: {policy.version_text}.",
            },
            letterhead=self._letters.shop().letterhead(),
        )
        made = pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())
        self._note("pdf", made, lines)
        return made

    def _csv(self, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(head)
        lines = 0
        for one in rows:
            writer.writerow([harmless(cell[:_LONGEST]) for cell in one])
            lines += 1
        made = out.getvalue().encode("utf-8-sig")
        self._note("csv", made, lines)
        return made

    def _note(self, form: str, made: bytes, lines: int) -> None:
        with self._book.transaction("view") as tx:
            audit.append(tx, "export", details={"list": "disclosures", "form": form}, lines=lines, size=len(made))

    def _cells(self, one: Row, form: str) -> tuple[str, ...]:
        """Return one line's cells, days in a form of strftime: as in letters on paper, as ISO 8601 in a table."""
        policy = self._policy()
        zone: tzinfo = policy.zone
        bodies = body_titles(policy)
        fields = {each.id: each.title_in("en") for each in policy.data_categories}
        kind = bodies.get(one.body, one.body)
        told = day(one.told, zone, form) or _TELLING.get(one.telling, "")
        return (
            one.reference,
            day(one.received, zone, form),
            f"{one.agency} ({kind})" if one.agency else kind,
            one.paper(lambda dated: f"{dated:{form}}"),
            str(one.persons),
            ", ".join(fields.get(field, field) for field in one.scope),
            one.basis or ("buyer's confirmation" if one.sort == "third-party" and one.released else ""),
            one.outcome or OPEN,
            day(one.released, zone, form),
            told,
        )


def _fits(one: Row, narrowed: Narrowed, zone: tzinfo) -> bool:
    year = one.received.astimezone(zone).year if one.received is not None else None
    return (
        (narrowed.year is None or year == narrowed.year)
        and (not narrowed.body or one.body == narrowed.body)
        and (not narrowed.outcome or (one.outcome or OPEN) == narrowed.outcome)
    )


def _counted(found: tuple[Count, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the counts as cells, each body's sum below its outcomes and the whole at the end."""

    def lines() -> Iterator[tuple[str, ...]]:
        for body in dict.fromkeys(one.body for one in found):
            own = [one for one in found if one.body == body]
            yield from ((one.body, one.outcome, str(one.demands), str(one.persons)) for one in own)
            if len(own) > 1:
                yield (body, "all", *_sum(own))
        if found:
            yield ("All bodies", "all", *_sum(found))

    return tuple(lines())


def _sum(found: Iterable[Count]) -> tuple[str, str]:
    whole = tuple(found)
    return str(sum(one.demands for one in whole)), str(sum(one.persons for one in whole))


def day(at: datetime | None, zone: tzinfo, form: str) -> str:
    """Return the local date in a form of strftime, "" for none."""
    return f"{at.astimezone(zone):{form}}" if at else ""
