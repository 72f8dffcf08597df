"""Files incidents with their duties, lists and print runs: turns rows into an incident and back."""

from typing import Any

import msgspec

from officer_app.base import shapes
from officer_app.base.errors import KnownError
from officer_app.breaches.duty import Duty
from officer_app.breaches.event import Event, Measure
from officer_app.breaches.records import breaches, duties, lists, runs, volumes
from officer_app.breaches.rules import AffectedList, Facts, Incident, Run, Score
from officer_app.casebook import cases, issued
from officer_app.casebook.transaction import Reading, Writing


def _columns(case: Incident) -> dict[str, Any]:
    count, counted = case.persons
    return {
        "noticed": case.noticed,
        "happened": case.facts.happened_from,
        "nature": " ".join(case.facts.nature),
        "band": case.score.band if case.score else None,
        "persons": count,
        "counted": counted,
        "complaint": case.complaints[0] if case.complaints else None,
        "concluded": case.concluded,
        "shown": {"what": case.facts.what},
        "body": msgspec.to_builtins(
            {
                "facts": case.facts,
                "score": case.score,
                "events": case.events,
                "tasks": case.tasks,
                "complaints": case.complaints,
            }
        ),
    }


def _duty_columns(duty: Duty) -> dict[str, Any]:
    return {
        "due": duty.due,
        "decision": duty.decision,
        "decided": duty.decided,
        "approved": duty.approval.at if duty.approval else None,
        "notice": duty.notice or None,
        "sent": duty.sent,
        "body": msgspec.to_builtins(duty),
    }


def add(tx: Writing, case: Incident) -> None:
    """Insert a new incident with its duties."""
    tx.insert(breaches, reference=case.reference, **_columns(case))
    for duty in case.duties:
        _add_duty(tx, case.reference, duty)


def _add_duty(tx: Writing, reference: str, duty: Duty) -> None:
    tx.insert(duties, id=f"{reference}/{duty.duty}", reference=reference, duty=duty.duty, **_duty_columns(duty))


def save(tx: Writing, case: Incident) -> None:
    """Save a changed incident: head, row and changed duties; Conflict when somebody saved it meanwhile."""
    reference = case.reference
    cases.change(tx, reference, expected=case.version, state=case.state, closed=case.concluded, assignee=case.assignee,
                 waiting_for="signature" if case.to_sign else None)  # fmt: skip
    tx.update(breaches, reference, **_columns(case))
    stored = {duty.duty: duty for duty in _duties(tx, reference)}
    for duty in case.duties:
        if duty.duty not in stored:
            _add_duty(tx, reference, duty)
        elif duty != stored[duty.duty]:
            tx.update(duties, f"{reference}/{duty.duty}", **_duty_columns(duty))


def get(tx: Reading, reference: str) -> Incident:
    """Return one incident; KnownError when there is none."""
    head = cases.head(tx, reference)
    row = tx.get(breaches, reference)
    if row is None:
        raise KnownError(f"{reference} is not an incident. Check the reference.")
    return Incident(
        reference=reference,
        noticed=row["noticed"],
        opened=head.opened,
        facts=shapes.convert(row["body"]["facts"], Facts),
        duties=_duties(tx, reference),
        score=shapes.convert(row["body"]["score"], Score | None),
        lists=_lists(tx, reference),
        runs=_runs(tx, reference),
        complaints=tuple(row["body"]["complaints"]),
        events=shapes.convert(row["body"]["events"], tuple[Event, ...]),
        tasks=shapes.convert(row["body"]["tasks"], tuple[Measure, ...]),
        assignee=head.assignee,
        concluded=row["concluded"],
        version=head.version,
    )


def _duties(tx: Reading, reference: str) -> tuple[Duty, ...]:
    rows = tx.all(duties, duties.c.reference == reference, order=duties.c.due)
    return tuple(shapes.convert(row["body"], Duty) for row in rows)


def _lists(tx: Reading, reference: str) -> tuple[AffectedList, ...]:
    return tuple(
        AffectedList(row["id"], row["number"], row["frozen"], row["persons"], row["writable"], row["guests"],
                     len(row["body"]["unmatched"]), row["digest"], row["body"]["how"], row["body"]["kinds"],
                    tuple(row["body"]["only"]), row["body"]["everybody"])
        for row in tx.all(lists, lists.c.reference == reference, order=lists.c.number)
    )  # fmt: skip


# --- print runs -------------------------------------------------------------------------------------------------------


def start_run(tx: Writing, number: str, reference: str, case_list: AffectedList, per_volume: int, **body: Any) -> None:
    """Insert a run of a list; `body` is what its letters are made from."""
    tx.insert(runs, number=number, reference=reference, list=case_list.id, letters=case_list.writable,
              per_volume=per_volume, started=tx.now, finished=None, voided=None, stopped=0, body=body)  # fmt: skip


def change_run(tx: Writing, number: str, **values: Any) -> None:
    """Change a run's fields."""
    tx.update(runs, number, **values)


def run_row(tx: Reading, number: str) -> dict[str, Any]:
    """Return a run's whole row."""
    row = tx.get(runs, number)
    if row is None:
        raise KnownError(f"There is no print run {number}. Check the number.")
    return row


def _runs(tx: Reading, reference: str) -> tuple[Run, ...]:
    notices = {notice.number: notice for notice in issued.of_case(tx, reference)}
    rows = tx.all(runs, runs.c.reference == reference, runs.c.voided.is_(None), order=runs.c.started)
    return tuple(
        Run(
            number=row["number"],
            list=row["list"],
            letters=notices[row["number"]].letters if row["finished"] else row["letters"],
            started=row["started"],
            finished=row["finished"],
            sent=notices[row["number"]].sent,
            stopped=row["stopped"],
            folder=row["body"]["folder"],
            approved_by=row["body"]["approval"]["name"],
        )
        for row in rows
    )


def run_volumes(tx: Reading, number: str) -> tuple[dict[str, Any], ...]:
    """Return the volumes of a run that are recorded, in order."""
    return tuple(tx.all(volumes, volumes.c.run == number, order=volumes.c.volume))


def put_volume(tx: Writing, reference: str, number: str, volume: int, **values: Any) -> bool:
    """Record a printed volume; return whether it is a copy that came out with another hash, noted beside the first."""
    key = f"{number}/{volume:04d}"
    known = tx.get(volumes, key)
    if known is None:
        tx.insert(volumes, id=key, reference=reference, run=number, volume=volume, rebuilt=None, made=tx.now, **values)
        return False
    differs: bool = known["sha256"] != values["sha256"]
    kept = {**values, "sha256": known["sha256"], "rebuilt": values["sha256"] if differs else None}
    tx.update(volumes, key, **kept)
    return differs
