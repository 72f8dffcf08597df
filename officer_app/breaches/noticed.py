"""Corrects when an incident was noticed: every clock that runs from it is computed anew, with the reason on record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from officer_app.base.change import Change
from officer_app.breaches import clocks, incidents, records, rules
from officer_app.breaches.duty import NOT_NOTIFY
from officer_app.casebook import audit, cases
from officer_app.casebook.book import Casebook
from officer_app.policy.book import Book

DESK = records.DESK


class Noticed:
    """The moment from which the clocks run."""

    def __init__(self, book: Casebook, policy: Callable[[], Book]) -> None:
        self._book, self._policy = book, policy

    def correct(self, reference: str, noticed: datetime, reason: str, version: int) -> Change:
        """Enter when it was really noticed; what was sent stays sent, and is late or in time by the right clock."""
        with self._book.transaction("work", reference) as tx:
            before = incidents.get(tx, reference)
            case = rules.notice_again(replace(before, version=version), noticed, reason, tx.now)
            moved = {
                each.duty: clocks.moved(self._policy(), each, noticed)
                for each in case.duties
                if each.start == before.noticed
            }
            changed = tuple(moved[each.duty][0] if each.duty in moved else each for each in case.duties)
            incidents.save(tx, replace(case, duties=changed))
            for duty, deadline in moved.values():
                if duty.sent is None and duty.decision != NOT_NOTIFY:
                    cases.set_deadline(tx, reference, deadline)
            said = {"reason": reason, "before": before.noticed.isoformat()}
            audit.append(tx, "noticed corrected", reference, said, noticed=noticed.isoformat())
        return Change(DESK, (reference,), news="The clocks run from the corrected time.")
