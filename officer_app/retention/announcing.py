"""The letters of a batch: notices before a deletion, and confirmations written before the addresses are erased."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.casebook import audit, cases, issued
from officer_app.casebook.transaction import Reading, Writing
from officer_app.notices.filling import shown_date
from officer_app.retention import batch as rules
from officer_app.retention import letter, marks, records, sizes
from officer_app.retention.batch import LETTERS, Batch
from officer_app.retention.batches import Cancel, Progress, never, quiet
from officer_app.retention.noticing import DAYS, Noticing
from officer_app.retention.records import DESK, PENDING, Member
from officer_app.retention.rules import ORDERS


class Announcing(Noticing):
    """Records the letters of batches as sent or withdrawn, and writes those that confirm an erasure."""

    def notices_sent(self, reference: str, channel: str, at: datetime, version: int) -> Change:
        """Record that the notices were sent; the time to answer runs from then, not ending before the date in them."""
        policy = self._policy()
        deadline = policy.deadline(rules.DUTY, at) if policy.has(rules.DUTY, at) else None
        grace = deadline.due if deadline is not None else at + timedelta(days=DAYS)
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            for number in case.notices:
                self._letters.record_sent(tx, number, channel, at)
            after = rules.noticed(case, at, max(grace, case.promised or grace))
            records.save(tx, after)
            if deadline is not None:
                cases.set_deadline(tx, reference, deadline)
            details = {"numbers": list(case.notices), "channel": channel}
            audit.append(tx, "notices sent", reference, details, notice=case.notice)
        assert after.grace is not None
        day = shown_date(after.grace.astimezone(policy.zone).date(), "en")
        news = f"{sizes.shown(case.notices)} recorded as sent. The accounts can be erased after {day}."
        return Change(DESK, (reference,), news=news)

    # --- after the deletion ---

    def write_confirmations(self, case: Batch, progress: Progress = quiet, cancelled: Cancel = never) -> int:
        """Write and seal the confirmations, before the addresses are erased; return how many.

        Everybody who asked for it gets one, in a batch of up to `LETTERS` accounts everybody does. One that was written
        by an interrupted run is not written again.
        """
        if case.ground == ORDERS:  # whose account was erased was told so then, with the time for which orders are kept
            return 0
        around = self.around()
        with self._book.reading() as tx:
            total = records.counts(tx, case.reference).pending
        if case.ground != "cancel" and total > LETTERS:
            return 0
        done = 0
        for part in self._batches.parts(case.reference, PENDING):
            unwritten = [one for one in part if not one.letter]
            with self._book.reading() as tx:
                asked = {one.id: self._asked(tx, one) for one in unwritten if one.mark and case.ground == "cancel"}
            known = self.recipients(unwritten, cancelled)
            for one in unwritten:
                to = known.get(one.id)
                if cancelled():
                    raise Cancelled
                if to is None or not to.address:
                    continue
                who = asked.get(one.id) or self._own_flag(case, one)
                made = letter.confirmation(case, case.plan, to, who, self._today(), around)
                self._letters.check(case.reference, made)
                try:
                    self._letters.preview(case.reference, made)
                except KnownError as error:  # their name has no font here: no reason to keep their data
                    self._not_written(case.reference, one.id, str(error))
                    continue
                self._letters.issue(case.reference, made, _note_letter(one.id))
                done += 1
                progress(done, total)
        return done

    def _not_written(self, reference: str, member: str, why: str) -> None:
        with self._book.transaction("work", reference) as tx:
            audit.append(tx, "confirmation not written", reference, {"member": member, "why": why})

    def _asked(self, tx: Reading, one: Member) -> tuple[str, datetime]:
        mark = marks.get(tx, one.mark)
        return "", mark.asked

    def _own_flag(self, case: Batch, one: Member) -> tuple[str, datetime] | None:
        if case.ground != "cancel" or not one.since:
            return None
        return "", datetime.fromisoformat(one.since).replace(tzinfo=self._policy().zone)

    def withdraw_unneeded(self, reference: str) -> int:
        """Withdraw the confirmations of accounts that were not erased after all; return how many."""
        with self._book.reading() as tx:
            left = records.with_letters(tx, reference, ("skipped", rules.GONE))
        for one in left:
            with self._book.transaction("work", reference) as tx:
                self._letters.record_withdrawn(tx, reference, one.letter, f"not erased: {one.reason}")
                records.put_letters(tx, {one.id: ""})
                audit.append(tx, "notice withdrawn", reference, {"number": one.letter}, notice=one.letter)
        return len(left)

    def withdraw_letters(self, reference: str, reason: str) -> Change:
        """Withdraw what was written for a batch and not sent: wrong notices, or confirmations that reach nobody."""
        with self._book.transaction("work", reference) as tx:
            found = [one for one in issued.of_case(tx, reference)
                     if one.kind in (letter.NOTICE, *letter.LETTERS) and one.state == issued.ISSUED]  # fmt: skip
            if not found:
                raise KnownError("No letter of this batch waits to be sent.")
            for one in found:
                self._letters.record_withdrawn(tx, reference, one.number, reason)
            case = records.get(tx, reference)
            if not {one.number for one in found}.isdisjoint(case.notices):
                records.save(tx, rules.unwritten(case))
            audit.append(tx, "notices withdrawn", reference, {"reason": reason, "letters": len(found)})
        return Change(DESK, (reference,), news=f"{len(found):,} withdrawn.")

    def confirmations_sent(self, reference: str, channel: str, at: datetime) -> Change:
        """Record that all confirmations of a batch were sent; never before the shop was checked."""
        with self._book.transaction("work", reference) as tx:
            case = records.get(tx, reference)
            if case.checked is None:
                raise KnownError("Check the shop first: the letters say that the data are gone.")
            unsent = [one.number for one in issued.of_case(tx, reference)
                      if one.kind in letter.LETTERS and one.state == issued.ISSUED]  # fmt: skip
            if not unsent:
                raise KnownError("No letter of this batch waits to be sent.")
            for number in unsent:
                self._letters.record_sent(tx, number, channel, at)
            audit.append(tx, "notices sent", reference, {"channel": channel, "letters": len(unsent)})
        return Change(DESK, (reference,), news=f"{len(unsent):,} recorded as sent.")


def _note_letter(member: str) -> Callable[[Writing, str], None]:
    return lambda tx, number: records.put_letters(tx, {member: number})

