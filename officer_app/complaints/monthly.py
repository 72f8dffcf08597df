"""The month in figures for the management: counted from the register, shown as a strip, printed as a report."""

from collections.abc import Callable

from officer_app.base.change import Change
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.complaints import figures, mail_records, records
from officer_app.complaints.figures import Figures, KindFigures
from officer_app.letters.issue import Letters
from officer_app.notices import pdf, text
from officer_app.notices.document import Table
from officer_app.policy.book import Book

_HEAD = ("Kind", "Came in", "Answered", "In time", "Late", "No letter", "Median days")
_LATE = ("Case", "Kind", "Days late", "Answer", "Reason")


class Monthly:
    """Counts and prints; nothing of it is stored, so that it always agrees with the list."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters) -> None:
        self._book, self._policy, self._letters = book, policy, letters

    def count(self, back: int = 0) -> Figures:
        """Return this month's figures, or those of the month `back` before it; reasons are read, nobody is named."""
        policy, now = self._policy(), self._book.clock()
        first, last = figures.month(now, policy.zone, back)
        kinds = (*policy.complaint_kinds, *policy.request_kinds)
        duties = {one.duty for one in kinds if one.duty} | {"complaint-resolve"}
        with self._book.reading() as tx:
            found = records.histories(tx, first, last, sorted(duties))
            merged = mail_records.merged(tx)
            counted = [one if one.reference not in merged else figures.as_merged(one) for one in found]
            late = figures.count(counted, first, last, now, {}).late
            reasons = mail_records.explained(tx, [one.reference for one in late])
        return figures.count(counted, first, last, now, reasons)

    def explain(self, reference: str, reason: str) -> Change:
        """Record why the answer of a case was late; the report shows it."""
        with self._book.transaction("work", reference) as tx:
            records.get(tx, reference)
            mail_records.explain(tx, reference, reason)
            audit.append(tx, "lateness explained", reference, {"reason": reason})
        return Change(records.DESK, (reference,), news="The reason is kept; the monthly report shows it.")

    def report(self, back: int = 1) -> tuple[str, bytes]:
        """Return a file name and the report of a month as PDF, by default the last whole one; recorded as an export."""
        made, policy = self.count(back), self._policy()
        titles = {one.id: one.title_in("en") for one in (*policy.complaint_kinds, *policy.request_kinds)}
        month = f"{made.first:%B %Y}"
        lines = tuple(_line(titles.get(kind, kind), one) for kind, one in made.kinds.items())
        late = tuple(
            (one.reference, titles.get(one.kind, one.kind), str(one.days), "sent" if one.answered else "not yet",
             one.reason or "not explained yet")
            for one in made.late
        )  # fmt: skip
        document = text.compose(
            "complaint-month", "en", number="", reference="",
            date=self._book.clock().astimezone(policy.zone).date(), recipient=(),
            fields={
                "title": f"Complaints and requests, {month}",
                "intro": summary(made),
                "by_kind": Table(_HEAD, (*lines, _line("All", made.total)), widths=(3, 1, 1.2, 1, 0.8, 1.1, 1.4),
                                 right=(1, 2, 3, 4, 5, 6)),
                "late": Table(_LATE, late, widths=(1.4, 2.2, 0.9, 1, 3), right=(2,)) if late else "None.",
                "note": _NOTE,
            },
            letterhead=self._letters.shop().letterhead(),
        )  # fmt: skip
        content = pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())
        with self._book.transaction("view") as tx:
            audit.append(tx, "export", details={"list": "complaints by month", "month": month}, size=len(content))
        return f"complaints-{made.first:%Y-%m}.pdf", content


_NOTE = (
    "Came in: cases opened in the month, as the list shows them with closed ones. Answered: the letter with the answer "
    "was sent in the month, whenever the case came in. Late: sent after the date that was due; overdue: still owed at "
    "the end of the month. No letter: closed for a recorded reason. Days are counted from the receipt."
)


def summary(made: Figures) -> str:
    """Return the figures in one line."""
    total = made.total
    parts = [f"{total.received} came in", f"{total.answered} answered"]
    if total.answered:
        parts.append(f"{total.in_time} of them in time ({100 * total.in_time // total.answered} %)")
    overdue = sum(not one.answered for one in made.late)
    parts += [f"{overdue} overdue"] if overdue else []
    parts.append(f"{made.open} open")
    parts += [f"{made.referred} with an authority"] if made.referred else []
    parts += [f"median {total.median_days:g} days to the answer"] if total.median_days is not None else []
    return ", ".join(parts) + "."


def _line(title: str, one: KindFigures) -> tuple[str, ...]:
    median = "–" if one.median_days is None else f"{one.median_days:g}"
    return (title, str(one.received), str(one.answered), str(one.in_time), str(one.late), str(one.without), median)
