"""The breach desk's use cases: one method, one transaction, one audit entry per incident touched."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.handover import IncidentFound, LinkIncident, UnlinkIncident
from officer_app.breaches import clocks, incidents, letter, records, register, rules, sending
from officer_app.breaches import duty as duties
from officer_app.breaches.affected import Affected
from officer_app.breaches.again import Again
from officer_app.breaches.correcting import Correcting
from officer_app.breaches.course import Course
from officer_app.breaches.duty import AUTHORITY, INDIVIDUALS, POLICE, Duty
from officer_app.breaches.event import MEASURE
from officer_app.breaches.noticed import Noticed
from officer_app.breaches.notices import Notices
from officer_app.breaches.post import Post
from officer_app.breaches.press import PER_VOLUME, Press
from officer_app.breaches.public import PublicNotices
from officer_app.breaches.queue import Queue
from officer_app.breaches.rules import Facts, Incident, Score
from officer_app.breaches.runner import Cancel, Printed, Progress
from officer_app.breaches.signing import Signing
from officer_app.casebook import audit, cases, evidence, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.letters.issue import Letters
from officer_app.letters.letter import Letter
from officer_app.notices import pdf, text
from officer_app.notices.run_workers import Engine
from officer_app.policy import severity
from officer_app.policy.book import Book
from officer_app.policy.severity import Answer
from officer_app.shop.connection import Shop

DESK = records.DESK


class Breaches:
    """The desk. `shop` gives the connected shop or None, `link` and `unlink` tell the complaint desk."""

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], letters: Letters, shop: Callable[[], Shop | None],
        link: LinkIncident | None = None, unlink: UnlinkIncident | None = None,
    ) -> None:  # fmt: skip
        self._book, self._policy, self.letters = book, policy, letters
        self.queue = Queue(book)
        self.course = Course(book, link, unlink)
        self.affected = Affected(book, policy, shop)
        self.notices = Notices(book, policy, letters)
        self.reports = self.notices.reports
        self.noticed, self.correcting = Noticed(book, policy), Correcting(book, policy)
        self.public = PublicNotices(book, letters, self.notices.approvals)
        self.press = Press(book, policy, letters, self.notices.approvals)
        self.again = Again(book, self.press)
        self.post = Post(book)
        self.signing = Signing(book, self.notices, self.press)

    def now(self) -> datetime:
        """Return the current instant, for countdowns."""
        return self._book.clock()

    def duty_titles(self) -> dict[str, str]:
        """Return what the dates of incidents are called, by duty, for the due list."""
        policy = self._policy()
        titles = {rule.id: rule.title["en"] for pack in policy.packs for rule in pack.rules if rule.id[:3] != "req"}
        return titles | {MEASURE: "Measure", POLICE: "Tell the police", AUTHORITY: "Tell the data authority",
                         INDIVIDUALS: "Tell the customers"}  # fmt: skip

    def others(self, reference: str) -> tuple[clocks.Also, ...]:
        """Return the rules of the active packs that may apply to the incident too, if the officer finds so."""
        with self._book.reading() as tx:
            return clocks.others(self._policy(), incidents.get(tx, reference))

    # --- logging ---

    def log(self, what: str, noticed: datetime, who: str) -> Change:
        """Open an incident with three facts; its clocks run from when it was noticed."""
        with self._book.transaction("work") as tx:
            reference = self._open(tx, rules.log(what, noticed, who, tx.now))
        return Change(DESK, (reference,), news=f"{reference} is logged; its clocks are running.")

    def log_found(self, tx: Any, found: IncidentFound) -> str:
        """Open an incident that a complaint turned out to be, inside the complaint desk's transaction."""
        return self._open(tx, rules.log(found.what, found.noticed, found.found_by, tx.now, found.complaint))

    def _open(self, tx: Writing, fresh: Incident) -> str:
        policy = self._policy()
        year = tx.now.astimezone(policy.zone).year
        reference = cases.open_case(tx, DESK, "incident", fresh.state, year, assignee=tx.actor.id)
        measures = self.letters.shop().measures
        found = []
        for deadline in clocks.of_packs(policy, fresh.noticed):
            cases.set_deadline(tx, reference, deadline)
            found.append(clocks.duty(deadline))
        facts = replace(fresh.facts, measures_before=measures)
        case = replace(fresh, reference=reference, facts=facts, duties=tuple(found), assignee=tx.actor.id)
        incidents.add(tx, case)
        details = {"what": fresh.facts.what, "complaint": ", ".join(fresh.complaints)}
        audit.append(tx, "incident logged", reference, details, noticed=fresh.noticed.isoformat())
        return reference

    # --- assessing ---

    def _change(
        self, reference: str, version: int, action: str, step: Callable[[Incident, Writing], Incident],
        details: dict[str, Any] | None = None, news: str = "",
    ) -> Change:  # fmt: skip
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            incidents.save(tx, step(case, tx))
            audit.append(tx, action, reference, details)
        return Change(DESK, (reference,), news=news)

    def record_facts(self, reference: str, facts: Facts, version: int) -> Change:
        """Record the facts as they are known now."""
        return self._change(reference, version, "facts recorded", lambda case, _tx: rules.record(case, facts))

    def score(self, reference: str, answers: Sequence[Answer], version: int) -> Change:
        """Score the severity from the filled-in form."""

        def step(case: Incident, tx: Writing) -> Incident:
            count, known = case.persons
            found = severity.assess(answers, persons=count if known != "unknown" else None)
            given = tuple((each.question, each.choice, each.reason) for each in found.answers)
            return rules.rate(case, Score(found.score, found.band, found.formula, found.flags, found.notes, given,
                                          tx.now, tx.actor.id))  # fmt: skip

        return self._change(reference, version, "severity scored", step, {"answers": [each.choice for each in answers]})

    def assign(self, reference: str, person: str | None, version: int) -> Change:
        """Give the incident to a person, or to nobody."""
        return self._change(
            reference, version, "assigned", lambda case, _tx: replace(case, assignee=person), {"to": person}
        )

    # --- deciding ---

    def decide(
        self, reference: str, name: str, notify: bool, reasons: str, version: int, late_reason: str = ""
    ) -> Change:
        """Decide whether somebody is told; not telling needs reasons and stops that duty's clock."""
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            if not notify and name == INDIVIDUALS and case.runs:
                raise KnownError("Letters were printed already. Record them as sent, or withdraw them first.")
            made = duties.decide(case.duty(name), notify, reasons, late_reason, tx.now, tx.actor.id)
            incidents.save(tx, rules.with_duty(case, made))
            self._set_clock(tx, reference, made, running=notify)
            details = {"duty": name, "notify": notify, "reasons": reasons}
            audit.append(tx, "notice decided", reference, details)
        return Change(DESK, (reference,), news="The decision is recorded.")

    def _set_clock(self, tx: Writing, reference: str, duty: Duty, *, running: bool) -> None:
        """Let a duty's deadline run, or take it off the due list; the others stay as they were computed."""
        cases.drop_deadline(tx, reference, duty.duty)
        if running and duty.sent is None:
            counted = clocks.again(self._policy(), duty)
            # a further rule may have set an earlier date than the duty's own
            cases.set_deadline(tx, reference, replace(counted, due=duty.due, outer=duty.outer))

    def also(self, reference: str, rule: str, start: datetime, reasons: str, version: int) -> Change:
        """Tell somebody more: a rule of a pack that applies only where the officer finds so, with reasons."""
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            fresh, deadline = clocks.also(self._policy(), case, rule, start, reasons, tx.now, tx.actor.id)
            cases.drop_deadline(tx, reference, fresh.duty)
            cases.set_deadline(tx, reference, deadline)
            kept = tuple(each for each in case.duties if each.duty != fresh.duty)
            incidents.save(tx, replace(case, duties=(*kept, fresh), version=cases.head(tx, reference).version))
            audit.append(tx, "duty added", reference, {"duty": fresh.duty, "reasons": reasons})
        return Change(DESK, (reference,), news="The clock is running.")

    def tell_elsewhere(
        self, reference: str, name: str, channel: str, at: datetime, their_reference: str, version: int,
        phases: bool = False, late_reason: str = "",
    ) -> Change:  # fmt: skip
        """Record that somebody was told on a portal or by a form of theirs, which meets the duty.

        With `phases` it was the first of several reports, and a final one is owed.
        """
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            duty = sending.excused(case.duty(name), at, late_reason)
            told = sending.tell_elsewhere(duty, channel, at, their_reference, tx.now, tx.actor.id, phases)
            cases.meet(tx, reference, name, at=at)
            incidents.save(tx, replace(rules.with_duty(case, told), version=cases.head(tx, reference).version))
            details = {"duty": name, "channel": channel, "their reference": their_reference}
            audit.append(tx, "told elsewhere", reference, details)
        return Change(DESK, (reference,), news="Recorded; the duty is met.")

    def take_back_elsewhere(self, reference: str, name: str, version: int) -> Change:
        """Take back that somebody was told elsewhere, when it was recorded by mistake; the clock runs again."""
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            made = sending.take_back(case.duty(name))
            incidents.save(tx, rules.with_duty(case, made))
            self._set_clock(tx, reference, made, running=True)
            audit.append(tx, "told elsewhere taken back", reference, {"duty": name})
        return Change(DESK, (reference,), news="Taken back; the clock runs again.")

    # --- printing ---

    def print_letters(
        self,
        reference: str,
        out: Path,
        *,
        resume: bool | None = None,
        per_volume: int = PER_VOLUME,
        duplex: bool = False,
        separate: bool = False,
        engine: Engine = Engine(),  # noqa: B008  a frozen value
        progress: Progress = lambda _done, _total: None,
        cancelled: Cancel = lambda: False,
    ) -> Printed:
        """Print the approved letters of the next list into a folder; see `Press.print_letters`."""
        return self.press.print_letters(
            reference, out, resume=resume, per_volume=per_volume, duplex=duplex, separate=separate, engine=engine,
            progress=progress, cancelled=cancelled,
        )  # fmt: skip

    # --- sending and closing ---

    def sent(
        self, number: str, channel: str, at: datetime, their_reference: str = "", late_reason: str = ""
    ) -> Change:
        """Record that a report or a print run was sent, which meets its duty; what is late needs a reason."""
        with self._book.reading() as tx:
            reference = issued.notice(tx, number).reference
        with self._book.transaction("work", reference) as tx:
            notice = self.letters.record_sent(tx, number, channel, at)
            case = incidents.get(tx, reference)
            done = True
            if any(run.number == number for run in case.runs):
                done = case.unprinted is None and case.unsent is None
                duty = case.duty(INDIVIDUALS)
                if done and duty.sent is None:
                    duty = sending.excused(duty, at, late_reason)
                    told = sending.send(replace(duty, notice=duty.notice or number), at, channel, their_reference)
                    cases.meet(tx, reference, INDIVIDUALS, at=at)
                    case = rules.with_duty(case, told)
            else:
                case, _name = self.reports.sent(tx, case, number, channel, at, their_reference, late_reason)
            incidents.save(tx, replace(case, version=cases.head(tx, reference).version))
            audit.append(tx, "notice sent", reference, {"number": number, "channel": channel}, notice=notice.number)
        return Change(DESK, (reference,), news=f"{number} recorded as sent.{' The duty is met.' if done else ''}")

    def sheet_languages(self) -> tuple[str, ...]:
        """Return the languages a register sheet can be in, first the one that the shop's own authority reads."""
        policy, country = self._policy(), self.letters.shop().country
        known = tuple(each for each in policy.languages if each in ("en", "vi")) or ("en",)
        asked = any(country in pack.place.countries for pack in policy.packs)  # a law of the land asks for the sheet
        home = "vi" if country == "VN" and asked else "en"
        return tuple(sorted(known, key=lambda each: each != home))

    def register_sheet(self, reference: str, language: str = "") -> bytes:
        """Return the register sheet as a PDF, no notice and without a number; recorded as an export with its hash.

        `language` is that of the shop's own authority when empty.
        """
        case, language = self.notices.viewed(reference), language or self.sheet_languages()[0]
        titles = {rule.id: rule.title.get(language, rule.title["en"]) for p in self._policy().packs for rule in p.rules}
        with self._book.reading() as tx:
            sheet = register.Sheet(
                self.notices.approvals.around(None), language, titles, evidence.of_case(tx, reference),
                issued.of_case(tx, reference),
            )  # fmt: skip
        made = Letter(letter.REGISTER, language, (), register.fields(case, sheet))
        return self._sheet(reference, made, "register sheet")

    def _sheet(self, reference: str, made: Letter, what: str) -> bytes:
        document = text.compose(
            made.kind,
            made.language,
            number="",
            reference=reference,
            date=self._book.clock().astimezone(self._policy().zone).date(),
            recipient=(),
            fields=made.fields,
            letterhead=self.letters.shop().letterhead(),
        )
        content = pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())
        with self._book.transaction("view", reference) as tx:
            digest = hashlib.sha256(content).hexdigest()
            audit.append(tx, "export", reference, {"what": what}, sha256=digest)
        return content

    def conclude(self, reference: str, lessons: str, version: int) -> Change:
        """Close the incident: everybody was told or it was decided otherwise."""
        return self._change(
            reference, version, "incident closed", lambda case, tx: rules.conclude(case, lessons, tx.now),
            news=f"{reference} is closed.",
        )  # fmt: skip

    def reopen(self, reference: str, reason: str, version: int) -> Change:
        """Open a closed incident again."""
        return self._change(
            reference, version, "reopened", lambda case, _tx: rules.reopen(case, reason), {"reason": reason},
            f"{reference} is open again.",
        )  # fmt: skip
