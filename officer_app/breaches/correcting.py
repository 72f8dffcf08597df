"""Corrects what was recorded as sent: when and how; the old value stays in the audit and in the incident's timeline."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.breaches import duty as duties
from officer_app.breaches import incidents, records, rules, sending
from officer_app.breaches.duty import INDIVIDUALS, Duty
from officer_app.breaches.rules import Incident
from officer_app.casebook import audit, cases, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.notices.filling import shown_date
from officer_app.policy.book import Book

DESK = records.DESK


class Correcting:
    """The sending of our own reports, print runs and public notices, where it was recorded wrongly."""

    def __init__(self, book: Casebook, policy: Callable[[], Book]) -> None:
        self._book, self._policy = book, policy

    def sent(
        self, reference: str, number: str, channel: str, at: datetime, reason: str, version: int, late_reason: str = ""
    ) -> Change:
        """Enter when and how a notice was really sent; the duty it meets is late or in time by that.

        KnownError when it was not sent, the time cannot be right, or it is late by it and nobody says why.
        """
        if not reason.strip():
            raise KnownError("Say why it is corrected.")
        with self._book.transaction("work", reference) as tx:
            before = issued.notice(tx, number)
            case = replace(incidents.get(tx, reference), version=version)
            if before.reference != reference:
                raise KnownError(f"{number} is no notice of {reference}. Refresh the case.")
            if case.concluded is not None:
                raise KnownError(f"{reference} is closed. Reopen it first.")
            issued.correct_sent(tx, number, channel, at)
            incidents.save(tx, _corrected(tx, case, number, channel, at, late_reason))
            said = {"number": number, "from": self._said(before.sent, before.channel), "to": self._said(at, channel),
                    "reason": reason.strip()}  # fmt: skip
            audit.append(tx, "sending corrected", reference, said, notice=number)
        return Change(DESK, (reference,), news=f"Corrected: {number} was sent on {said['to']}.")

    def _said(self, at: datetime | None, channel: str | None) -> str:
        if at is None:
            return ""
        local = at.astimezone(self._policy().zone)
        return f"{shown_date(local.date(), 'en')} {local:%H:%M} by {channel}"


def _corrected(tx: Writing, case: Incident, number: str, channel: str, at: datetime, late_reason: str) -> Incident:
    """Return the incident with the duty that the notice met, if it met one."""
    if any(run.number == number for run in case.runs):
        duty = case.duty(INDIVIDUALS)
        # The customers count as told when the last of their letters was sent; letters printed again later do not count.
        counted = [run.number for run in case.runs if run.sent and duty.sent and run.sent <= duty.sent]
        if number not in counted:
            return case
        found = [issued.notice(tx, one) for one in counted]
        last, way = max((one.sent, one.channel or "") for one in found if one.sent is not None)
        return _told(tx, case, duty, sending.correct(duty, last, way), late_reason)
    for duty in case.told:
        for paper in duty.papers:
            if paper.notice == number and paper.sent is not None:
                changed = duties.with_paper(duty, sending.correct(paper, at, channel))
                return _told(tx, case, duty, changed, late_reason)
    return case


def _told(tx: Writing, case: Incident, before: Duty, made: Duty, late_reason: str) -> Incident:
    was, at = before.sent, made.sent
    if was is not None and at is not None and at != was:
        made = sending.excused(made, at, late_reason)
        cases.meet_again(tx, case.reference, made.duty, was, at)
    return rules.with_duty(case, made)
