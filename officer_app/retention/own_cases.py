"""The casebook's own retention: closed cases past their time are listed, and erased by destroying their key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases, holds
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Reading
from officer_app.letters.issue import approve, need_other_person
from officer_app.notices.filling import shown_date
from officer_app.policy.book import Book
from officer_app.retention import records
from officer_app.retention.approval import Approvals

DESKS: Mapping[str, str] = {
    "complaints": "ccpa-request-log", "disclosures": "authority-requests", "breaches": "breach-file", "retention": "",
}  # fmt: skip
"""Which rule of a pack says how long the cases of a desk are kept."""
USUAL = 60
"""Months where no pack names a time: as long as Vietnamese law wants the file of a breach kept."""


@dataclass(frozen=True)
class Period:
    """How long the closed cases of a desk are kept, in months, and by which rule."""

    months: int
    source: str


@dataclass(frozen=True)
class PastRow:
    """A closed case past its time; `held` says what keeps it nevertheless."""

    reference: str
    desk: str
    kind: str
    closed: datetime
    until: datetime
    source: str
    held: str


class OwnCases:
    """Lists and erases the casebook's own cases."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], approvals: Approvals) -> None:
        self._book, self._policy, self._approvals = book, policy, approvals

    def periods(self) -> dict[str, Period]:
        """Return by desk how long its closed cases are kept: the longest time that an active pack names."""
        keeps = {keep.id: keep for keep in self._policy().retention.keeps}
        found: dict[str, Period] = {}
        for desk, rule in DESKS.items():
            keep = keeps.get(rule)
            months = keep.years * 12 + keep.months if keep is not None else 0
            source = keep.source if keep is not None and months >= USUAL else "default"
            found[desk] = Period(max(months, USUAL), source)
        return found

    def due(self, limit: int = 500) -> tuple[PastRow, ...]:
        """Return the closed cases past their time, the oldest first; nothing of them is opened."""
        periods, now = self.periods(), self._book.clock()
        found: list[PastRow] = []
        with self._book.reading() as tx:
            for desk, period in periods.items():
                for head in records.closed_before(tx, desk, now - _span(period), limit):
                    assert head.closed is not None
                    found.append(
                        PastRow(head.reference, desk, head.kind, head.closed, head.closed + _span(period),
                                period.source, _held(tx, head.reference))
                    )  # fmt: skip
        return tuple(sorted(found, key=lambda one: one.closed))[:limit]

    def explain(self) -> str:
        """Return for an empty list for how long each desk's closed cases are kept, and which comes up first, when."""
        periods, zone = self.periods(), self._policy().zone
        longest = max(one.months for one in periods.values())
        usual = min(one.months for one in periods.values())
        text = f"Closed cases are kept for {usual // 12} years"
        text += f", some for {longest // 12}" if longest > usual else ""
        text += " from their closing, unless a legal hold keeps them longer."
        found = []
        with self._book.reading() as tx:
            for desk, period in periods.items():
                found += [
                    (head.closed + _span(period), head.reference)
                    for head in records.closed_before(tx, desk, self._book.clock(), 1) if head.closed is not None
                ]  # fmt: skip
        if not found:
            return f"{text} No closed case is waiting."
        due, reference = min(found)
        return f"{text} The first to come up is {reference}, on {shown_date(due.astimezone(zone).date(), 'en')}."

    def erase(self, references: Sequence[str], sign_in: str, passphrase: str) -> Change:
        """Destroy the keys of these cases, with a manager's word; what they held can be read by nobody any more.

        The register, the numbers and the audit stay. KnownError when one of them is not due, before any is erased.
        """
        due = {one.reference: one for one in self.due()}
        for reference in references:
            one = due.get(reference)
            if one is None or one.held:
                raise KnownError(f"{reference} is not due: {one.held if one else 'its time is not over.'} Press F5.")
        if not references:
            raise KnownError("Choose at least one case.")
        word = self._approvals.word(self._book.actor.id, sign_in, passphrase)
        remark = need_other_person(self._book.actor.id, word, self._approvals.others(self._book.actor.id))
        for reference in references:
            with self._book.transaction(self._approvals.permission, reference) as tx:
                # Looked at again under the lock of the write: a mail may have opened the case, a hold been placed.
                if cases.head(tx, reference).closed is None or _held(tx, reference):
                    raise KnownError(f"{reference} was opened again, or is held now. Press F5.")
                approve(tx, reference, "erasure of the case approved", word, remark)
                cases.destroy_key(tx, reference)
        with self._book.transaction("view") as tx:
            audit.append(tx, "cases erased", None, {"cases": list(references)}, cases=len(references))
        count = f"{len(references):,} cases are" if len(references) > 1 else f"{references[0]} is"
        return Change(records.DESK, news=f"{count} erased; the register and the audit stay.")


def _held(tx: Reading, reference: str) -> str:
    """Return what keeps a case past its time, or ""."""
    if any(one.released is None for one in holds.of_case(tx, reference)):
        return "It places a legal hold."
    by = holds.on_people_of(tx, reference)
    return f"Its person is held by {', '.join(by)}." if by else ""


def _span(period: Period) -> timedelta:
    # the end of the month would make no difference that anybody could want; a day too many is on the safe side
    return timedelta(days=period.months * 31)
