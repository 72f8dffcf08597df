"""The letters of a batch: notices before the deletion, and confirmations written before the addresses are erased."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from officer_app.base.cells import harmless
from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.person import normal_email
from officer_app.casebook import audit, cases, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.issued import Made
from officer_app.casebook.transaction import Reading, Writing
from officer_app.letters import country
from officer_app.letters.issue import Letters
from officer_app.letters.letter import Letter
from officer_app.notices import run as printing
from officer_app.notices import text
from officer_app.notices.document import Document
from officer_app.notices.filling import shown_date
from officer_app.policy.book import Book
from officer_app.post import safe_names
from officer_app.retention import batch as rules
from officer_app.retention import letter, marks, records, vietnamese
from officer_app.retention.batch import LETTERS, Batch
from officer_app.retention.batches import Batches, Cancel, never
from officer_app.retention.letter import Around, Recipient
from officer_app.retention.queue import Queue
from officer_app.retention.records import DESK, PENDING, Member
from officer_app.retention.rules import ORDERS, invoices
from officer_app.shop import addressees

Progress = Callable[[int, int], None]
_DAYS = 14
"""Days to answer a notice where no pack names them."""
_ON_THE_WAY = 3
"""Days between writing a notice and its being sent, which the date in it allows for."""


def quiet(_done: int, _total: int) -> None:
    """Tell nobody."""


class Announcing:
    """Writes and records the letters of batches."""

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], letters: Letters, queue: Queue, batches: Batches
    ) -> None:
        self._book, self._policy, self._letters = book, policy, letters
        self._queue, self._batches = queue, batches

    def around(self) -> Around:
        """Return what the letters say beside a batch."""
        policy = self._policy()
        layout = self._queue.connected().layout
        kept = invoices(policy.retention.keeps)
        return Around(
            object_to=self._letters.shop().email,
            zone=policy.zone,
            keeps=kept,
            kinds={entity.table: entity.kind or name for name, entity in layout.entity.items()},
            sources={
                **{entry.id: entry.source for entry in policy.retention.reasons},
                ORDERS: max(kept, key=lambda one: one.years).source if kept else "",
            },
            days=policy.retention.inactive_days,
        )

    def recipients(self, found: Sequence[Member], cancelled: Cancel) -> Mapping[str, Recipient]:
        """Return by member id to whom a letter goes; who is not in the shop any more is left out."""
        people = {one.id: one.person for one in found if one.person is not None}
        keys = [one.key for one in people.values() if one.key]
        emails = [one.email for one in people.values() if not one.key]
        known = addressees.of(self._queue.connected(), keys, emails, cancelled=cancelled)
        shop = self._letters.shop()
        made: dict[str, Recipient] = {}
        for key, person in people.items():
            to = known.get(person.key or normal_email(person.email))
            if to is not None:
                tongue = letter.language(to.language, shop.language)
                lines = (*to.lines, *country.line(to.country, shop.country)) if to.lines else ()
                made[key] = Recipient(to.name, to.email, lines, tongue)
        return made

    # --- before the deletion ---

    def write_notices(self, reference: str, progress: Progress = quiet, cancelled: Cancel = never) -> Change:
        """Write one notice to each account of a batch: a letter for one, a print run for many.

        Whoever can be reached neither by post nor by e-mail is named in the news and stays in the batch.
        """
        self._batches.recheck(reference, cancelled)
        with self._book.reading() as tx:
            case = records.get(tx, reference)
            found = list(records.walk(tx, reference, PENDING))
        if not found:
            raise KnownError("No account is left in the batch. Withdraw it.")
        rules.announce(case, "—", None)
        written = list(self._notices(case, found, cancelled))
        if not written:
            raise KnownError("Nobody in this batch can be written to: the shop knows no address and no e-mail.")
        if len(written) == 1:
            done = self._letters.issue(reference, written[0], self._announced(case, len(found) - 1)).number
            count = 1
        else:
            done, count = self._print(case, written, len(found), progress, cancelled)
        what = "1 notice" if count == 1 else f"{count:,} notices"
        news = f"{done}: {what} written. Send them, then record them as sent."
        if count < len(found):
            news += f" {len(found) - count:,} cannot be written to."
        return Change(DESK, (reference,), (done,), news)

    def _not_before(self) -> datetime:
        """Return the first moment of the day from which the notices say that accounts may be deleted."""
        policy = self._policy()
        days = (policy.retention.notice_days or _DAYS) + _ON_THE_WAY
        day = self._book.clock().astimezone(policy.zone).date() + timedelta(days=days)
        return datetime.combine(day, time.min, policy.zone)

    def _announced(self, case: Batch, unreached: int) -> Callable[[Writing, str], None]:
        promised = self._not_before()

        def save(tx: Writing, number: str) -> None:
            records.save(tx, rules.announce(records.get(tx, case.reference), number, promised, unreached))

        return save

    def _notices(self, case: Batch, found: Sequence[Member], cancelled: Cancel) -> Iterator[Letter]:
        around, shop_plan = self.around(), case.plan
        not_before = self._not_before().date()
        for at in range(0, len(found), 500):
            part = found[at : at + 500]
            for key, to in self.recipients(part, cancelled).items():
                if cancelled():
                    raise Cancelled
                if to.address:
                    one = next(each for each in part if each.id == key)
                    yield letter.notice(case, shop_plan, to, _last(one.sign, to.language), not_before, around)

    def _print(
        self, case: Batch, found: Sequence[Letter], members: int, progress: Progress, cancelled: Cancel
    ) -> tuple[str, int]:
        """Print many letters as one notice, whose bytes are kept sealed like those of a single one."""
        reference, day = case.reference, self._today()
        first = self._document("—", reference, found[0], day)
        made = Made(kind=letter.NOTICE, language=found[0].language, title=first.subject,
                    recipient=f"{len(found):,} customers", text_version=first.text_version[:20],
                    pack_version=self._policy().version_text[:200])  # fmt: skip
        with self._book.transaction("work", reference) as tx:
            number = issued.reserve(tx, reference, made, day.year, letters=0)
            audit.append(tx, "number reserved", reference, {"number": number}, notice=number)
        try:
            documents = (self._document(f"{number}/{at:07d}", reference, one, day) for at, one in enumerate(found, 1))
            content, done = printing.print_in_memory(
                documents, name=number, total=len(found), demo=self._book.demo, footer=self._book.head_mark(),
                progress=progress, cancelled=cancelled,
            )  # fmt: skip
            if done.file is None:
                raise KnownError("No letter could be printed: their characters or addresses do not fit.")
            printed = done.file.count
            with self._book.transaction("work", reference) as tx:
                digest = issued.issue(tx, number, content, letters=printed)
                self._announced(case, members - printed)(tx, number)
                details = {"number": number, "not printed": [one.reason for one in done.stopped[:50]]}
                audit.append(tx, "notice issued", reference, details, notice=number, sha256=digest)
        except Exception as error:
            reason = str(error) if isinstance(error, KnownError) else "an error of the program"
            with self._book.transaction("work", reference) as tx:
                issued.void(tx, number, reason)
                audit.append(tx, "notice void", reference, {"number": number, "reason": reason}, notice=number)
            raise
        return number, printed

    def _today(self) -> date:
        return self._book.clock().astimezone(self._policy().zone).date()

    def _document(self, number: str, reference: str, one: Letter, day: date) -> Document:
        return text.compose(
            one.kind, one.language, number=number, reference=reference, date=day, recipient=one.recipient,
            fields={**one.fields, **({"addressee": one.addressee} if one.addressee else {})},
            letterhead=self._letters.shop().letterhead(), mandatory=self._letters.mandatory(one),
            form=self._policy().document_form(one.kind).id,
        )  # fmt: skip

    def address_list(self, reference: str, path: Path) -> Path:
        """Write who is told, with address, e-mail and language, as a table near `path`; recorded as an export."""
        with self._book.reading() as tx:
            found = list(records.walk(tx, reference, PENDING))
        known = self.recipients(found, never)
        rows = [("name", "address", "e-mail", "language")]
        rows += [(to.name, ", ".join(to.lines), to.email, to.language) for to in known.values() if to.address]
        with self._book.transaction("view", reference) as tx:
            audit.append(tx, "export", reference, {"what": "address list", "rows": len(rows) - 1})
        table = io.StringIO()
        csv.writer(table).writerows([harmless(cell) for cell in row] for row in rows)
        return safe_names.export(path.parent, path.name, table.getvalue().encode("utf-8-sig"))

    def notices_sent(self, reference: str, channel: str, at: datetime, version: int) -> Change:
        """Record that the notices were sent; the time to answer runs from then, not ending before the date in them."""
        policy = self._policy()
        deadline = policy.deadline(rules.DUTY, at) if policy.has(rules.DUTY, at) else None
        grace = deadline.due if deadline is not None else at + timedelta(days=_DAYS)
        with self._book.transaction("work", reference) as tx:
            case = replace(records.get(tx, reference), version=version)
            self._letters.record_sent(tx, case.notice, channel, at)
            after = rules.noticed(case, at, max(grace, case.promised or grace))
            records.save(tx, after)
            if deadline is not None:
                cases.set_deadline(tx, reference, deadline)
            audit.append(tx, "notices sent", reference, {"number": case.notice, "channel": channel}, notice=case.notice)
        assert after.grace is not None
        day = shown_date(after.grace.astimezone(policy.zone).date(), "en")
        news = f"{case.notice} recorded as sent. The accounts can be erased after {day}."
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
            found = [one for one in records.walk(tx, case.reference, PENDING) if not one.letter]
            asked = {one.id: self._asked(tx, one) for one in found if one.mark} if case.ground == "cancel" else {}
        if case.ground != "cancel" and len(found) > LETTERS:
            return 0
        done = 0
        for at in range(0, len(found), 100):
            part = found[at : at + 100]
            known = self.recipients(part, cancelled)
            for one in part:
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
                progress(done, len(found))
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
            left = [one for one in records.walk(tx, reference, ("skipped", rules.GONE)) if one.letter]
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
            if case.notice in {one.number for one in found}:
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


def _last(sign: str, tongue: str) -> str:
    """Return the last sign of life as the letter says it."""
    meaning, _, day = sign.rpartition(" ")
    return vietnamese.activity(meaning, date.fromisoformat(day), tongue) if meaning and day[:1].isdigit() else ""
