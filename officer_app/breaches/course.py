"""The course of an incident: events with their papers, measures with owner and date, and the complaints about it."""

import hashlib
import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.handover import LinkIncident, UnlinkIncident
from officer_app.breaches import event as events
from officer_app.breaches import incidents, records, rules, sending
from officer_app.breaches.event import Event
from officer_app.breaches.rules import Incident
from officer_app.casebook import audit, cases, evidence
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.post import safe_names

DESK = records.DESK
_KINDS = mimetypes.MimeTypes()  # only the built-in table: the system's own files differ from machine to machine
MOST = 100_000_000
"""Bytes of a paper that can be kept with an incident."""


@dataclass(frozen=True)
class Planned:
    """The date of a measure, in the shape of a deadline: the officer set it, no rule of a pack moves it."""

    duty: str
    start: datetime
    due: datetime
    how: str = "The date set for a measure."
    source: str = "decided by the officer"
    rule: str = events.MEASURE
    pack: str = "decision"
    pack_version: str = "1"
    verified: bool = True
    outer: datetime | None = None
    rule_text: str = "A measure is done by the date set for it."
    asked: str = ""


class Course:
    """What happened, what is done about it, and who complained; `link` and `unlink` tell the complaint desk."""

    def __init__(self, book: Casebook, link: LinkIncident | None, unlink: UnlinkIncident | None = None) -> None:
        self._book, self._link, self._unlink = book, link, unlink

    def _change(
        self, reference: str, version: int, action: str, step: Callable[[Incident, Writing], Incident],
        details: dict[str, object] | None = None, news: str = "",
    ) -> Change:  # fmt: skip
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            if case.concluded is not None:
                raise KnownError(f"{reference} is closed. Reopen it first.")
            made = step(case, tx)
            incidents.save(tx, made)
            audit.append(tx, action, reference, details)
        return Change(DESK, (reference,), news=news)

    # --- events and papers ---

    def add_event(self, reference: str, fresh: Event, version: int) -> Change:
        """Write down what happened, or change the event with this number."""

        def step(case: Incident, tx: Writing) -> Incident:
            known = {each.id for each in evidence.of_case(tx, reference)}
            if not known.issuperset(fresh.evidence):
                raise KnownError("A paper named here is not with this incident. Refresh the case.")
            made = replace(fresh, by=tx.actor.id)
            return replace(case, events=events.add_event(case.events, made, tx.now))

        return self._change(reference, version, "event recorded", step, {"text": fresh.text})

    def strike_event(self, reference: str, number: int, why: str, version: int) -> Change:
        """Strike an event off, with a reason: it stays in the case and the register, and in no notice."""
        said: dict[str, object] = {"reason": why}

        def step(case: Incident, tx: Writing) -> Incident:
            made = events.strike(case.events, number, why, tx.now, tx.actor.id)
            said["text"] = next(each.text for each in made if each.number == number)
            return replace(case, events=made)

        news = "The event is struck off; no notice says it any more."
        return self._change(reference, version, "event struck off", step, said, news)

    def put_event_back(self, reference: str, number: int, version: int) -> Change:
        """Put back an event that was struck off."""
        said: dict[str, object] = {}

        def step(case: Incident, _tx: Writing) -> Incident:
            made = events.put_back(case.events, number)
            said["text"] = next(each.text for each in made if each.number == number)
            return replace(case, events=made)

        return self._change(reference, version, "event put back", step, said, "The event stands again.")

    def attach(self, reference: str, paths: Sequence[Path], cancelled: Callable[[], bool] = lambda: False) -> Change:
        """Take papers in as evidence, sealed and hashed; all of them or none."""
        found = [(safe_names.display(path.name), _read(path)) for path in paths]
        with self._book.transaction("work", reference) as tx:
            if incidents.get(tx, reference).concluded is not None:
                raise KnownError(f"{reference} is closed. Reopen it first.")
            self._seal(tx, reference, found, cancelled)
        return Change(DESK, (reference,), news=f"{len(found)} added; each is kept with its hash.")

    def _seal(
        self, tx: Writing, reference: str, found: Sequence[tuple[str, bytes]], cancelled: Callable[[], bool]
    ) -> tuple[str, ...]:  # fmt: skip
        keys = []
        for name, content in found:
            if cancelled():
                raise KnownError("Stopped; nothing was added.")
            kind = _KINDS.guess_type(name)[0] or "application/octet-stream"
            keys.append(evidence.add(tx, reference, name, kind, content))
            digest = hashlib.sha256(content).hexdigest()
            audit.append(tx, "evidence added", reference, {"name": name}, evidence=keys[-1], sha256=digest)
        return tuple(keys)

    def prove(
        self,
        reference: str,
        name: str,
        paths: Sequence[Path],
        version: int,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Change:
        """Take papers in that prove the sending of what was sent last for a duty, such as a receipt."""
        found = [(safe_names.display(path.name), _read(path)) for path in paths]

        def step(case: Incident, tx: Writing) -> Incident:
            keys = self._seal(tx, reference, found, cancelled)
            return rules.with_duty(case, sending.prove(case.duty(name), keys))

        return self._change(reference, version, "proof of sending added", step, {"duty": name}, "The proof is kept.")

    def look(self, reference: str, key: str) -> bytes:
        """Return a paper to be shown; who looked at it is recorded in its chain of custody before it is."""
        with self._book.transaction("view", reference) as tx:
            content = evidence.read_of(tx, reference, key)
            audit.append(tx, "evidence viewed", reference, evidence=key)
        return content

    def export(self, reference: str, key: str, path: Path) -> Path:
        """Write a copy of a paper near `path`; who took it is recorded in its chain of custody."""
        with self._book.transaction("view", reference) as tx:
            content = evidence.read_of(tx, reference, key)
            audit.append(tx, "export", reference, evidence=key)
        return safe_names.export(path.parent, path.name, content)

    # --- measures ---

    def add_measure(self, reference: str, what: str, owner: str, due: datetime, version: int) -> Change:
        """Decide on a measure: its date stands in the due list until it is done."""

        def step(case: Incident, tx: Writing) -> Incident:
            if owner not in tx.directory.names():
                raise KnownError("Choose who does it among the people of this casebook.")
            made = replace(case, tasks=events.add_measure(case.tasks, what, owner, due))
            cases.set_deadline(tx, reference, Planned(made.tasks[-1].duty, tx.now, due))
            return replace(made, version=cases.head(tx, reference).version)

        return self._change(reference, version, "measure set", step, {"what": what}, "The date is in the due list.")

    def change_measure(self, reference: str, number: int, what: str, owner: str, due: datetime, version: int) -> Change:
        """Change a measure that is not done yet; its date in the due list moves along."""
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            if case.concluded is not None:
                raise KnownError(f"{reference} is closed. Reopen it first.")
            if owner not in tx.directory.names():
                raise KnownError("Choose who does it among the people of this casebook.")
            tasks = events.change_measure(case.tasks, number, what, owner, due)
            before = next(each for each in case.tasks if each.number == number)
            incidents.save(tx, replace(case, tasks=tasks))
            cases.set_deadline(tx, reference, Planned(before.duty, tx.now, due))
            said = {"number": number, "what": what, "before": f"{before.what}, {before.due.isoformat()}"}
            audit.append(tx, "measure changed", reference, said)
        return Change(DESK, (reference,), news="The measure is changed, and its date in the due list with it.")

    def finish_measure(self, reference: str, number: int, result: str, version: int) -> Change:
        """Record that a measure is done, and what came of it."""

        def step(case: Incident, tx: Writing) -> Incident:
            tasks = events.finish(case.tasks, number, result, tx.now)
            done = next(each for each in tasks if each.number == number)
            cases.meet(tx, reference, done.duty)
            return replace(case, tasks=tasks, version=cases.head(tx, reference).version)

        return self._change(reference, version, "measure done", step, {"number": number, "result": result})

    # --- complaints ---

    def link(self, reference: str, complaint: str, version: int) -> Change:
        """Link a complaint about this incident; both cases show it from then on."""
        wanted = complaint.strip().upper()

        def step(case: Incident, tx: Writing) -> Incident:
            if wanted in case.complaints:
                raise KnownError(f"{wanted} is linked already.")
            if cases.head(tx, wanted).desk != "complaints":
                raise KnownError(f"{wanted} is no complaint. Check the reference.")
            if self._link is not None:
                self._link(tx, wanted, reference)
            return replace(case, complaints=(*case.complaints, wanted))

        return self._change(reference, version, "complaint linked", step, {"from": wanted}, f"{wanted} is linked.")

    def unlink(self, reference: str, complaint: str, reason: str, version: int) -> Change:
        """Part a complaint from this incident, for a reason; neither case shows the other from then on."""
        if not reason.strip():
            raise KnownError(f"Say why {complaint} does not belong to this incident.")

        def step(case: Incident, tx: Writing) -> Incident:
            if complaint not in case.complaints:
                raise KnownError(f"{complaint} is not linked to this incident any more. Refresh the case.")
            if self._unlink is not None:
                self._unlink(tx, complaint, reference, reason.strip())
            return replace(case, complaints=tuple(each for each in case.complaints if each != complaint))

        said: dict[str, object] = {"from": complaint, "reason": reason.strip()}
        return self._change(reference, version, "complaint unlinked", step, said, f"{complaint} is unlinked.")

    def tied(self, tx: Writing, reference: str, complaint: str) -> None:
        """Show a complaint that was tied to this incident, inside the complaint desk's transaction, which audits it."""
        case = incidents.get(tx, reference)
        if complaint not in case.complaints:
            incidents.save(tx, replace(case, complaints=(*case.complaints, complaint)))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST:
            raise KnownError(f"{path.name} is larger than 100 MB. Keep it elsewhere and note where.")
        return path.read_bytes()
    except OSError as error:
        raise KnownError(f"{path.name} cannot be read: {error.strerror}. Nothing was added.") from None
