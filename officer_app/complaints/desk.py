"""What the desk's use cases share: a case changed in one transaction, with its letter if it has one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import Conflict
from officer_app.casebook import audit, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.issued import Notice
from officer_app.casebook.transaction import Writing
from officer_app.complaints import records
from officer_app.complaints.queue import replaced
from officer_app.complaints.requester import Requesters
from officer_app.complaints.rules import Complaint
from officer_app.letters.issue import Letters
from officer_app.letters.letter import Letter
from officer_app.policy.book import Book

DESK = records.DESK
_COLLIDED = "Somebody else saved this meanwhile. Compare both versions and save again."


Then = Callable[[Writing, Complaint], None]


def _nothing(_tx: Writing, _case: Complaint) -> None:
    """Nothing follows the save."""


class Desk:
    """The ground the use cases stand on; `policy` gives the active packs."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters, requesters: Requesters) -> None:
        self._book, self._policy, self.letters, self.requesters = book, policy, letters, requesters

    def _case(self, reference: str, version: int | None = None) -> Complaint:
        """Return the case; Conflict when it was saved after `version` was seen."""
        return self._with_notices(reference, version)[0]

    def _with_notices(self, reference: str, version: int | None = None) -> tuple[Complaint, tuple[Notice, ...]]:
        with self._book.reading() as tx:
            case, notices = records.get(tx, reference), issued.of_case(tx, reference)
        if version is not None and case.version != version:
            raise Conflict(_COLLIDED)
        return case, notices

    def _change(
        self,
        reference: str,
        version: int,
        action: str,
        step: Callable[[Complaint, Writing], Complaint],
        details: dict[str, Any] | None = None,
        news: str = "",
        then: Then = _nothing,
    ) -> Change:
        """Change a case without a letter; `then` moves its deadlines, which count as a save of their own."""
        with self._book.transaction("work", reference) as tx:
            after = step(replace(records.get(tx, reference), version=version), tx)
            records.save(tx, after)
            then(tx, after)
            audit.append(tx, action, reference, details)
        return Change(DESK, (reference,), news=news)

    def _issue(
        self,
        reference: str,
        version: int,
        made: Letter,
        step: Callable[[Complaint, Writing, str], Complaint],
        then: Then = _nothing,
    ) -> Change:
        """Issue a letter and change the case with it; `step` gets its number, `then` may add to the audit."""

        def save(tx: Writing, number: str) -> None:
            known = replace(records.get(tx, reference), version=version)
            after = step(known, tx, number)
            records.save(tx, after)
            then(tx, after)

        _case, notices = self._with_notices(reference, version)
        told = replace(made, replaces=replaced(notices, (made.kind,)))
        done = self.letters.issue(reference, told, save)
        return Change(DESK, (reference,), (done.number,), f"{done.number} issued. Send it, then record it as sent.")
