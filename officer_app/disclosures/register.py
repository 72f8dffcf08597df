"""The register as a printed list (PDF) and as a table for other programs (CSV, safe against formulas)."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, tzinfo

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

HEAD = ("Reference", "Received", "Body", "Document", "Scope", "Basis", "Outcome", "Released", "Buyer told")
_WIDTHS = (1.35, 1.15, 2.4, 1.7, 1.7, 2.1, 1.2, 1.15, 1.3)
_TELLING = {"secrecy": "no, secrecy", "yes": "to be told", "not before": "not yet"}
_LONGEST = 2000


class Register:
    """Writes the register; each list that leaves is in the audit with its digest."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters) -> None:
        self._book, self._policy, self._letters = book, policy, letters

    def rows(self, wanted: Filter, cancelled: Callable[[], bool] = lambda: False) -> tuple[Row, ...]:
        """Return every matching line, newest first; persons stay masked."""
        names = self._book.directory().names()
        with self._book.reading() as tx:
            return tuple(row(head, inside, names) for head, inside in records.walk(tx, cancelled, wanted))

    def as_pdf(self, wanted: Filter, cancelled: Callable[[], bool] = lambda: False) -> bytes:
        """Return the list on landscape pages."""
        policy = self._policy()
        lines = tuple(self._cells(one) for one in self.rows(wanted, cancelled))
        today = self._book.clock().astimezone(policy.zone).date()
        document = text.compose(
            "wide-list",
            "en",
            number="",
            reference="",
            date=today,
            recipient=(),
            fields={
                "title": "Register of disclosures",
                "intro": f"{len(lines)} entries, {'open ones only' if wanted.open_only else 'closed ones included'}.",
                "entries": Table(HEAD, lines or (("none", *[""] * (len(HEAD) - 1)),), widths=_WIDTHS),
                "note": f"Policy packs: {policy.version_text}.",
            },
            letterhead=self._letters.shop().letterhead(),
        )
        made = pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())
        self._note("pdf", made, len(lines))
        return made

    def as_csv(self, wanted: Filter, cancelled: Callable[[], bool] = lambda: False) -> bytes:
        """Return the list as CSV (UTF-8 with mark, RFC 4180); no cell can start a formula."""
        found = self.rows(wanted, cancelled)
        out = io.StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(HEAD)
        for one in found:
            writer.writerow([harmless(cell[:_LONGEST]) for cell in self._cells(one)])
        made = out.getvalue().encode("utf-8-sig")
        self._note("csv", made, len(found))
        return made

    def _note(self, form: str, made: bytes, lines: int) -> None:
        with self._book.transaction("view") as tx:
            audit.append(tx, "export", details={"list": "disclosures", "form": form}, lines=lines, size=len(made))

    def _cells(self, one: Row) -> tuple[str, ...]:
        policy = self._policy()
        zone: tzinfo = policy.zone
        bodies = body_titles(policy)
        fields = {each.id: each.title_in("en") for each in policy.data_categories}
        kind = bodies.get(one.body, one.body)
        told = day(one.told, zone) or _TELLING.get(one.telling, "")
        return (
            one.reference,
            day(one.received, zone),
            f"{one.agency} ({kind})" if one.agency else kind,
            one.document,
            ", ".join(fields.get(field, field) for field in one.scope),
            one.basis or ("buyer's confirmation" if one.sort == "third-party" and one.released else ""),
            one.outcome or "open",
            day(one.released, zone),
            told,
        )


def day(at: datetime | None, zone: tzinfo) -> str:
    """Return the local date as ISO 8601, which sorts and is read alike everywhere."""
    local: date | None = at.astimezone(zone).date() if at else None
    return local.isoformat() if local else ""
