"""The notices before a deletion: written as print runs of some thousand letters each, sent, listed with addresses."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path

from officer_app.base.cells import harmless
from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.base.person import normal_email
from officer_app.casebook import audit, issued, lease
from officer_app.casebook.book import Casebook
from officer_app.casebook.issued import Made
from officer_app.casebook.transaction import Writing
from officer_app.letters import country
from officer_app.letters.issue import Letters
from officer_app.letters.letter import Letter
from officer_app.notices import run as printing
from officer_app.notices import text
from officer_app.notices.document import Document
from officer_app.policy.book import Book
from officer_app.post import safe_names
from officer_app.retention import batch as rules
from officer_app.retention import letter, records, sizes, vietnamese
from officer_app.retention.batch import Batch
from officer_app.retention.batches import Batches, Cancel, Progress, never, quiet
from officer_app.retention.letter import Around, Recipient
from officer_app.retention.queue import Queue
from officer_app.retention.records import DESK, PENDING, Member
from officer_app.retention.rules import ORDERS, invoices
from officer_app.shop import addressees

DAYS = 14
"""Days to answer a notice where no pack names them."""
_ON_THE_WAY = 3
"""Days between writing a notice and its being sent, which the date in it allows for."""
_NOTICES = "notices"
_TAKEN = "Another window took the notices over because this one was silent for too long. Look at the batch there."


class Noticing:
    """Writes the notices of batches, and what every letter of the desk needs."""

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

    # --- writing ---

    def write_notices(self, reference: str, progress: Progress = quiet, cancelled: Cancel = never) -> Change:
        """Write one notice to each account of a batch: a letter for one, print runs for many.

        Whoever can be reached neither by post nor by e-mail is named in the news and stays in the batch. Nothing of it
        counts before all are written; what an attempt left that did not come to its end is withdrawn. KnownError while
        another window writes them.
        """
        self._batches.recheck(reference, cancelled, progress)
        with self._book.reading() as tx:
            case, members = records.get(tx, reference), records.counts(tx, reference).pending
        if not members:
            raise KnownError("No account is left in the batch. Withdraw it.")
        rules.announce(case, ("—",), None)
        writer = _Writer(self._book, reference)
        writer.take()
        try:
            self._withdraw_unfinished(reference)
            numbers, count = self._write(case, members, writer, progress, cancelled)
        except BaseException:
            if writer.give_back():
                self._withdraw_unfinished(reference)
            raise
        finally:
            writer.over()
        what = "1 notice" if count == 1 else f"{count:,} notices"
        news = f"{sizes.shown(numbers)}: {what} written. Send them, then record them as sent."
        if count < members:
            news += f" {members - count:,} cannot be written to."
        return Change(DESK, (reference,), numbers, news)

    def _write(
        self, case: Batch, members: int, writer: "_Writer", progress: Progress, cancelled: Cancel
    ) -> tuple[tuple[str, ...], int]:
        """Write the notices, let the batch have them, and return their numbers and how many letters they are."""
        letters = self._notices(case, cancelled)
        first = list(islice(letters, 2))
        if not first:
            raise KnownError("Nobody in this batch can be written to: the shop knows no address and no e-mail.")
        promised = self._not_before()
        numbers: tuple[str, ...]
        if len(first) == 1:
            written = self._letters.issue(case.reference, first[0], lambda tx, _number: writer.beat(tx))
            numbers, count = (written.number,), 1
        else:

            def told(done: int, total: int) -> None:
                writer.go_on()
                progress(done, total)

            numbers, count = self._volumes(case, chain(first, letters), members, writer, told, cancelled)
        with self._book.transaction("work", case.reference) as tx:
            writer.end(tx)
            records.save(tx, rules.announce(records.get(tx, case.reference), numbers, promised, members - count))
            audit.append(tx, "notices written", case.reference, {"numbers": list(numbers), "letters": count})
        return numbers, count

    def _not_before(self) -> datetime:
        """Return the first moment of the day from which the notices say that accounts may be deleted."""
        policy = self._policy()
        days = (policy.retention.notice_days or DAYS) + _ON_THE_WAY
        day = self._book.clock().astimezone(policy.zone).date() + timedelta(days=days)
        return datetime.combine(day, time.min, policy.zone)

    def _withdraw_unfinished(self, reference: str) -> None:
        with self._book.reading() as tx:
            left = [one.number for one in issued.of_case(tx, reference)
                    if one.kind == letter.NOTICE and one.state == issued.ISSUED]  # fmt: skip
        for number in left:
            with self._book.transaction("work", reference) as tx:
                self._letters.record_withdrawn(tx, reference, number, "not all notices of the batch were written")
                audit.append(tx, "notice withdrawn", reference, {"number": number}, notice=number)

    def _notices(self, case: Batch, cancelled: Cancel) -> Iterator[Letter]:
        around, not_before = self.around(), self._not_before().date()
        for part in self._batches.parts(case.reference, PENDING):
            by_id = {one.id: one for one in part}
            for key, to in self.recipients(part, cancelled).items():
                if cancelled():
                    raise Cancelled
                if to.address:
                    sign = last(by_id[key].sign, to.language)
                    yield letter.notice(case, case.plan, to, sign, not_before, around)

    def _volumes(
        self, case: Batch, letters: Iterator[Letter], members: int, writer: "_Writer", progress: Progress,
        cancelled: Cancel,
    ) -> tuple[tuple[str, ...], int]:  # fmt: skip
        """Print the letters, some thousand to each notice, so that no file becomes too large to open and to print."""
        numbers: list[str] = []
        done = printed = 0
        while part := list(islice(letters, printing.PER_VOLUME)):
            before = done

            def told(at: int, _total: int, before: int = before) -> None:
                progress(before + at, members)

            number, count = self._print(case, part, writer, told, cancelled)
            numbers += [number] if count else []
            done, printed = done + len(part), printed + count
        if not numbers:
            raise KnownError("No letter could be printed: their characters or addresses do not fit.")
        return tuple(numbers), printed

    def _print(
        self, case: Batch, found: Sequence[Letter], writer: "_Writer", progress: Progress, cancelled: Cancel
    ) -> tuple[str, int]:
        """Print many letters as one notice, whose bytes are kept sealed like those of a single one.

        Return its number and how many letters it has; none could be printed: it is void.
        """
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
                self._void(reference, number, "no letter could be printed")
                return number, 0
            with self._book.transaction("work", reference) as tx:
                writer.beat(tx)
                digest = issued.issue(tx, number, content, letters=done.file.count)
                details = {"number": number, "not printed": [one.reason for one in done.stopped[:50]]}
                audit.append(tx, "notice issued", reference, details, notice=number, sha256=digest)
        except Exception as error:
            self._void(reference, number, str(error) if isinstance(error, KnownError) else "an error of the program")
            raise
        return number, done.file.count

    def _void(self, reference: str, number: str, reason: str) -> None:
        with self._book.transaction("work", reference) as tx:
            issued.void(tx, number, reason)
            audit.append(tx, "notice void", reference, {"number": number, "reason": reason}, notice=number)

    def _today(self) -> date:
        return self._book.clock().astimezone(self._policy().zone).date()

    def _document(self, number: str, reference: str, one: Letter, day: date) -> Document:
        return text.compose(
            one.kind, one.language, number=number, reference=reference, date=day, recipient=one.recipient,
            fields={**one.fields, **({"addressee": one.addressee} if one.addressee else {})},
            letterhead=self._letters.shop().letterhead(), mandatory=self._letters.mandatory(one),
            form=self._policy().document_form(one.kind).id,
        )  # fmt: skip

    def address_list(self, reference: str, path: Path, cancelled: Cancel = never) -> Path:
        """Write who is told, with address, e-mail and language, as a table near `path`; recorded as an export."""
        table, rows = io.StringIO(), 0
        lines = csv.writer(table)
        lines.writerow(("name", "address", "e-mail", "language"))
        for part in self._batches.parts(reference, PENDING):
            for to in self.recipients(part, cancelled).values():
                if to.address:
                    lines.writerow(harmless(one) for one in (to.name, ", ".join(to.lines), to.email, to.language))
                    rows += 1
            if cancelled():
                raise Cancelled
        with self._book.transaction("view", reference) as tx:
            audit.append(tx, "export", reference, {"what": "address list", "rows": rows})
        return safe_names.export(path.parent, path.name, table.getvalue().encode("utf-8-sig"))


class _Writer:
    """The one window that writes the notices of a batch: another one that did too would withdraw what this one wrote.

    A window that was silent for too long is taken over, and enters nothing any more.
    """

    def __init__(self, book: Casebook, reference: str) -> None:
        self._book, self._reference, self._process = book, reference, lease.this_process()
        self._beaten = book.clock()

    def take(self) -> None:
        """Begin; KnownError says who writes them now."""
        with self._book.transaction("work", self._reference) as tx:
            doing = f"writing the notices of {self._reference}"
            lease.take(tx, self._reference, _NOTICES, process=self._process, doing=doing)
            audit.append(tx, "notices begun", self._reference)

    def go_on(self) -> None:
        """Say from time to time that it goes on; KnownError when another window has taken over."""
        if self._book.clock() - self._beaten < lease.SILENCE / 3:
            return
        with self._book.transaction("work", self._reference) as tx:
            self.beat(tx)
            audit.append(tx, "notices go on", self._reference)

    def beat(self, tx: Writing) -> None:
        """Say that it goes on in a transaction in which more is written; KnownError when another one has taken over."""
        if not lease.beat(tx, self._reference, _NOTICES, self._process):
            raise KnownError(_TAKEN)
        self._beaten = tx.now

    def end(self, tx: Writing) -> None:
        """End it in the transaction in which the batch gets them; KnownError when another window has taken over."""
        if not lease.give_back(tx, self._reference, _NOTICES, self._process):
            raise KnownError(_TAKEN)

    def give_back(self) -> bool:
        """End it without a notice, and return whether it was still this window's."""
        with self._book.transaction("work", self._reference) as tx:
            mine = lease.give_back(tx, self._reference, _NOTICES, self._process)
            if mine:
                audit.append(tx, "notices given up", self._reference)
        return mine

    def over(self) -> None:
        """Note that this window writes them no more, however it ended."""
        lease.over(self._process)


def last(sign: str, tongue: str) -> str:
    """Return the last sign of life as the letter says it."""
    meaning, _, day = sign.rpartition(" ")
    return vietnamese.activity(meaning, date.fromisoformat(day), tongue) if meaning and day[:1].isdigit() else ""
