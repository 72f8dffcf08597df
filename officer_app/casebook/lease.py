"""Who erases a batch now: exactly one process holds the lease, and one that died gives it up by that."""

import os
import platform
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psutil
from sqlalchemy import select

from officer_app.base.erasure import Scope
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, schema
from officer_app.casebook.transaction import Reading, Writing, new_id

SILENCE = timedelta(seconds=180)
"""How long a process on another computer may be silent; a shop's server ends an idle transaction long before."""


def this_process() -> str:
    """Return what names a run of this process: computer, number, when it began, and a mark of the run's own."""
    return f"{platform.node()}|{os.getpid()}|{psutil.Process().create_time():.2f}|{new_id()[:8]}"


def _alive(process: str) -> bool | None:
    """Return whether a process of this computer lives; None when it is another computer's, or this very one."""
    host, number, began, _ = process.rsplit("|", 3)
    if host != platform.node() or number == str(os.getpid()):
        return None
    try:
        return f"{psutil.Process(int(number)).create_time():.2f}" == began
    except (psutil.Error, ValueError):
        return False


def take(tx: Writing, batch: str, scope: Scope, *, process: str, alive: Callable[[str], bool | None] = _alive) -> None:
    """Take the lease and write the audit entry; KnownError says who has it."""
    key = f"{batch}/{scope}"
    row = tx.get(schema.erasure_runs, key)
    if row is not None and row["ended"] is None:
        lives = alive(row["process"])
        if lives is None:
            lives = tx.now - row["beat"] < SILENCE
        if lives:
            signer = tx.directory.people.get(row["holder"])
            who = signer.name if signer is not None else "somebody"
            raise KnownError(
                f"{who} is erasing {batch} in another window or on another computer. Wait for it, or stop it there; if "
                "it was cut off, try again in three minutes."
            )
    values: dict[str, Any] = {"holder": tx.actor.id, "process": process, "beat": tx.now, "ended": None}
    if row is None:
        tx.insert(schema.erasure_runs, id=key, reference=batch, **values)
    else:
        tx.update(schema.erasure_runs, key, **values)
    audit.append(tx, "erasure run started", batch, None, scope=scope)


def beat(tx: Writing, batch: str, scope: Scope, process: str) -> bool:
    """Say that the run goes on and return whether the lease is still ours; the caller writes the audit entry."""
    key = f"{batch}/{scope}"
    row = tx.get(schema.erasure_runs, key)
    if row is None or row["process"] != process or row["ended"] is not None:
        return False
    tx.update(schema.erasure_runs, key, beat=tx.now)
    return True


def give_back(tx: Writing, batch: str, scope: Scope, process: str, *, stopped_by: str) -> None:
    """End the run and write the audit entry; nothing happens when the lease is no longer ours."""
    key = f"{batch}/{scope}"
    row = tx.get(schema.erasure_runs, key)
    if row is None or row["process"] != process or row["ended"] is not None:
        return
    tx.update(schema.erasure_runs, key, ended=tx.now)
    audit.append(tx, "erasure run ended", batch, {"stopped by": stopped_by} if stopped_by else None, scope=scope)


def running(tx: Reading, batch: str, scope: Scope) -> bool:
    """Return whether somebody holds the lease, or held it when their process died."""
    table = schema.erasure_runs
    found = select(table.c.ended).where(table.c.id == f"{batch}/{scope}")
    row = tx.execute(found).one_or_none()
    return row is not None and row.ended is None
