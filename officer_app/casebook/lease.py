"""Who works on what only one may work on: one process holds the lease, and one that died gives it up by that."""

import os
import platform
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psutil

from officer_app.base.errors import KnownError
from officer_app.casebook import schema
from officer_app.casebook.transaction import Reading, Writing, new_id

SILENCE = timedelta(seconds=180)
"""How long a process on another computer may be silent; a shop's server ends an idle transaction long before."""

_AT_WORK: set[str] = set()
"""The runs of this process; one whose casebook was locked under it ends without being able to write that."""


def this_process() -> str:
    """Return what names a run of this process: computer, number, when it began, and a mark of the run's own."""
    return f"{platform.node()}|{os.getpid()}|{psutil.Process().create_time():.2f}|{new_id()[:8]}"


def _alive(process: str) -> bool | None:
    """Return whether a run of this computer lives; None when it is another computer's."""
    host, number, began, _ = process.rsplit("|", 3)
    if host != platform.node():
        return None
    if number == str(os.getpid()):
        return process in _AT_WORK
    try:
        found = psutil.Process(int(number))
        return f"{found.create_time():.2f}" == began and found.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError):
        return False


def holder(tx: Reading, reference: str, what: str, *, alive: Callable[[str], bool | None] = _alive) -> str:
    """Return who works on something of a case now, "" when nobody does or their process died."""
    row = tx.get(schema.leases, f"{reference}/{what}")
    if row is None or row["ended"] is not None:
        return ""
    lives = alive(row["process"])
    if lives is None:
        lives = tx.now - row["beat"] < SILENCE
    signer = tx.directory.people.get(row["holder"])
    return (signer.name if signer is not None else "somebody") if lives else ""


def take(
    tx: Writing, reference: str, what: str, *, process: str, doing: str,
    alive: Callable[[str], bool | None] = _alive,
) -> None:  # fmt: skip
    """Take the lease on something of a case; the caller writes the audit entry.

    KnownError says who has it; `doing` is what they do, as "erasing R-2026-0007".
    """
    key = f"{reference}/{what}"
    if who := holder(tx, reference, what, alive=alive):
        raise KnownError(
            f"{who} is {doing} in another window or on another computer. Wait for it, or stop it there; if it was "
            "cut off, try again in three minutes."
        )
    _AT_WORK.add(process)
    row = tx.get(schema.leases, key)
    values: dict[str, Any] = {"holder": tx.actor.id, "process": process, "beat": tx.now, "ended": None}
    if row is None:
        tx.insert(schema.leases, id=key, reference=reference, **values)
    else:
        tx.update(schema.leases, key, **values)


def beat(tx: Writing, reference: str, what: str, process: str) -> bool:
    """Say that the work goes on and return whether the lease is still ours; the caller writes the audit entry."""
    key = f"{reference}/{what}"
    row = tx.get(schema.leases, key)
    if row is None or row["process"] != process or row["ended"] is not None:
        return False
    tx.update(schema.leases, key, beat=tx.now)
    return True


def give_back(tx: Writing, reference: str, what: str, process: str) -> bool:
    """End the work and return whether the lease was still ours; then the caller writes the audit entry."""
    key = f"{reference}/{what}"
    row = tx.get(schema.leases, key)
    if row is None or row["process"] != process or row["ended"] is not None:
        return False
    tx.update(schema.leases, key, ended=tx.now)
    return True


def over(process: str) -> None:
    """Note that a run ended, whether it could give its lease back or not; in this process it then counts as dead."""
    _AT_WORK.discard(process)
