"""The list of incidents and the case file: what is read, page by page, and recorded as viewed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from officer_app.base.page import Page, Sort
from officer_app.base.person import normal_email
from officer_app.base.steps import Step
from officer_app.breaches import incidents, records, rules, run_records
from officer_app.breaches.rules import Incident
from officer_app.breaches.steps import next_steps
from officer_app.casebook import audit, cases, evidence, issued, lease, verifying
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import CaseHead, Filter
from officer_app.casebook.evidence import Evidence
from officer_app.casebook.issued import Notice
from officer_app.casebook.transaction import Reading

DESK = records.DESK


@dataclass(frozen=True)
class Row:
    """One line of the list: the clear head, and what happened in a few words."""

    reference: str
    what: str
    state: str
    due: datetime | None
    noticed: datetime | None
    persons: int
    counted: str
    band: str
    assignee: str
    opened: datetime
    due_how: str = ""


@dataclass(frozen=True)
class Volume:
    """One print file of a run, as recorded."""

    run: str
    number: int
    first: int
    last: int
    letters: int
    pages: int
    sha256: str
    rebuilt: str = ""


@dataclass(frozen=True)
class File:
    """Everything about one incident, as its panel shows it; fetching it is recorded as a view.

    `works` says whether who opened it may work on it, `printing` who prints its letters just now.
    """

    case: Incident
    notices: tuple[Notice, ...]
    volumes: tuple[Volume, ...]
    letters: Mapping[str, run_records.Letters]
    evidence: tuple[Evidence, ...]
    unmatched: tuple[str, ...]
    timeline: tuple[audit.Entry, ...]
    names: Mapping[str, str]
    steps: tuple[Step, ...]
    works: bool
    printing: str = ""

    @property
    def approved(self) -> frozenset[str]:
        """The duties whose draft is approved as it stands."""
        return frozenset(duty.duty for duty in self.case.duties if rules.approved(self.case, duty.duty))

    def custody(self, key: str) -> tuple[tuple[datetime, str, str], ...]:
        """Return (time, who, what) of everything done with a piece of evidence, the oldest first."""
        found = [entry for entry in self.timeline if entry.more.get("evidence") == key]
        return tuple((entry.at, self.names.get(entry.actor, "?"), entry.action) for entry in reversed(found))


class Queue:
    """Reads the desk's incidents."""

    def __init__(self, book: Casebook) -> None:
        self._book = book

    def page(self, wanted: Filter, sort: Sort, after: Any = None, limit: int = 100) -> Page[Row]:
        """Return one page of the list."""
        names = self._names()
        with self._book.reading() as tx:
            found = cases.page(tx, DESK, wanted, sort=sort.key, descending=sort.descending, after=after, limit=limit)
            shown = records.shown(tx, found.rows)
        return Page(tuple(_row(head, shown.get(head.reference), names) for head in found.rows), found.next)

    def search(self, text: str, cancelled: Callable[[], bool] = lambda: False, limit: int = 200) -> tuple[Row, ...]:
        """Return the incidents of a reference, those with this affected e-mail or customer number, or with these words.

        One search is one audit entry.
        """
        wanted, names = " ".join(text.split()), self._names()
        with self._book.transaction("view") as tx:
            audit.append(tx, "search", None, {"desk": DESK, "text": wanted})
        with self._book.reading() as tx:
            exact = self._exact(tx, wanted)
            if exact is not None:
                shown = records.shown(tx, exact)
                return tuple(_row(head, shown.get(head.reference), names) for head in exact)
            low, found = wanted.casefold(), []
            for head, inside in records.walk(tx, cancelled):
                if low in inside["what"].casefold():
                    found.append(_row(head, inside, names))
                    if len(found) == limit:
                        break
            return tuple(found)

    def _exact(self, tx: Reading, text: str) -> tuple[CaseHead, ...] | None:
        """Return what an exact search finds, or None when the text is none."""
        if text.upper().startswith("B-"):
            return cases.page(tx, DESK, Filter(reference=text.upper(), open_only=False)).rows
        found = records.references_of(tx, text)
        return found if found or normal_email(text) else None

    def count(self, wanted: Filter = Filter()) -> int:  # noqa: B008  a frozen value
        """Return how many incidents match."""
        with self._book.reading() as tx:
            return cases.count(tx, DESK, wanted)

    def named(self, customers: Sequence[str], emails: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
        """Return, by customer key or e-mail as given, the open incidents in whose lists the person is.

        Such a person's data are not deleted (policy D3 against A5); the customer's card shows the incidents.
        """
        with self._book.reading() as tx:
            return records.named(tx, customers, emails)

    def _names(self) -> dict[str, str]:
        return self._book.directory().names()

    def open(self, reference: str) -> File:
        """Return the whole incident; the view is in the audit before anything is shown."""
        with self._book.transaction("view", reference) as tx:
            verifying.refuse_changed(tx, reference)
            case = incidents.get(tx, reference)
            audit.append(tx, "view", reference)
        with self._book.reading() as tx:
            running = case.unfinished
            printing = lease.holder(tx, reference, running.number) if running is not None else ""
            return File(
                case=case,
                notices=issued.of_case(tx, reference),
                volumes=tuple(_volume(row) for run in case.runs for row in incidents.run_volumes(tx, run.number)),
                letters={run.number: run_records.letters(tx, run.number) for run in case.runs},
                evidence=evidence.of_case(tx, reference),
                unmatched=tuple(entry for one in case.lists for entry in records.unmatched(tx, one.id)),
                timeline=audit.timeline(tx, reference),
                names=self._names(),
                steps=next_steps(case, tx.actor.roles, printing),
                printing=printing,
                works="officer" in tx.actor.roles and case.concluded is None,
            )


def _row(head: CaseHead, inside: Mapping[str, Any] | None, names: Mapping[str, str]) -> Row:
    shown: Mapping[str, Any] = inside or {}
    return Row(
        reference=head.reference,
        what=str(shown.get("what", "")),
        state=head.state,
        due=head.next_due,
        noticed=shown.get("noticed"),
        persons=int(shown.get("persons", 0)),
        counted=str(shown.get("counted", "unknown")),
        band=str(shown.get("band") or ""),
        assignee=names.get(head.assignee or "", ""),
        opened=head.opened,
        due_how=head.due_how,
    )


def _volume(row: Mapping[str, Any]) -> Volume:
    return Volume(row["run"], row["volume"], row["first"], row["last"], row["letters"], row["pages"], row["sha256"],
                  row["rebuilt"] or "")  # fmt: skip
