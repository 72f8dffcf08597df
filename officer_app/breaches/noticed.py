"""Corrects when an incident was noticed: every clock that runs from it is computed anew, with the reason on record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from officer_app.base.change import Change
from officer_app.breaches import clocks, incidents, records, rules, sending
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
        late = any(each.sent and each.late(each.sent) and not each.late_reason for each in changed)
        news = "The clocks run from the corrected time."
        if late:
            news += " What was sent is late by it: say why in its row; the reason stands in the register."
        return Change(DESK, (reference,), news=news)

    def explain(self, reference: str, name: str, late_reason: str, version: int) -> Change:
        """Say why a duty was met late that is late only by the corrected time."""
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            incidents.save(tx, rules.with_duty(case, sending.explain(case.duty(name), late_reason)))
            audit.append(tx, "delay explained", reference, {"duty": name, "reason": late_reason})
        return Change(DESK, (reference,), news="The reason is recorded; it stands in the register.")
