"""What can go wrong while a shop is written to, sorted by what to do about it, each with one sentence."""

import sqlite3
from typing import Any, Literal

import psycopg
import pymysql
from sqlalchemy.exc import DBAPIError, IntegrityError

from officer_app.base.errors import KnownError

Kind = Literal["busy", "lost", "person", "denied", "other"]
"""Try again; look what became of it; one person's rows are the cause; ask the administrator; stop."""
_BUSY = (1205, 1213, 1020, 3572)
_LOST = (2006, 2013, 2014, 2055, 1053, 1927, 1077, 4031)
_DENIED = (1044, 1142, 1143, 1227, 1290, 1792)
_ROW = (1022, 1048, 1062, 1216, 1217, 1364, 1366, 1406, 1451, 1452, 1557, 1586, 3819, 4025)


class Refused(KnownError):
    """A chunk that was not erased; the transaction is rolled back, or its end is unknown when `kind` is "lost"."""

    def __init__(self, kind: Kind, text: str) -> None:
        super().__init__(text)
        self.kind: Kind = kind


def refused(error: Exception) -> Refused:
    """Return what a driver's error means; it repeats the names of tables and constraints, never a value."""
    original: Any = getattr(error, "orig", None) or error
    if isinstance(original, psycopg.Error):
        return _postgres(error, original)
    if isinstance(original, pymysql.err.MySQLError):
        return _mysql(original)
    if isinstance(original, sqlite3.Error):
        return _sqlite(error, original)
    if isinstance(original, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return _lost()
    return _other()


def _postgres(error: Exception, original: psycopg.Error) -> Refused:
    state = original.sqlstate or ""
    if state in ("40001", "40P01", "55P03", "57014"):
        return _busy()
    if state.startswith(("23", "22")):
        facts = original.diag
        return _person(facts.constraint_name or facts.column_name or "", facts.table_name or "")
    if state in ("42501", "25006"):
        return _denied(original.diag.table_name or "")
    if not state or state.startswith(("08", "57P")) or state == "25P03":
        return _lost()
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _lost()
    return _other()


def _mysql(original: pymysql.err.MySQLError) -> Refused:
    code = original.args[0] if original.args and isinstance(original.args[0], int) else 0
    if code in _BUSY or code in (1317, 1969, 3024):
        return _busy()
    if code in _ROW:
        return _person(_quoted(str(original.args[1])) if len(original.args) > 1 else "", "")
    if code in _DENIED:
        return _denied("")
    if code in _LOST or isinstance(original, pymysql.err.InterfaceError) or not code:
        return _lost()
    return _other()


def _sqlite(error: Exception, original: sqlite3.Error) -> Refused:
    said = str(original)
    if isinstance(error, IntegrityError) or isinstance(original, sqlite3.IntegrityError):
        return _person(said.rpartition(": ")[2] if "UNIQUE" in said or "NOT NULL" in said else "", "")
    if "locked" in said or "busy" in said:
        return _busy()
    if "readonly" in said or "read-only" in said:
        return _denied("")
    if "interrupted" in said:
        return _busy()
    if "disk I/O" in said or "unable to open" in said:
        return _lost()
    return _other()


def _quoted(said: str) -> str:
    """Return the name of the constraint or column that MariaDB's message quotes last, "" for one with a value only."""
    for word in ("CONSTRAINT `", "for key '", "Column '", "column '", "for column "):
        if word in said:
            return said.split(word, 1)[1].lstrip("`'").split("`")[0].split("'")[0][:100]
    return ""


def _busy() -> Refused:
    return Refused(
        "busy",
        "The shop is busy and gave no lock on the rows in time. Wait for a quiet hour, then run the batch again.",
    )


def _lost() -> Refused:
    return Refused(
        "lost",
        "The shop's database stopped answering in the middle of the batch. Check that it is running, then run the "
        "batch again; it looks first at what was done.",
    )


def _person(constraint: str, table: str) -> Refused:
    where = f" ({', '.join(part for part in (table, constraint) if part)})" if constraint or table else ""
    return Refused(
        "person",
        "The shop's database refused the change: a constraint or a table that the profile does not know stands "
        f"against it{where}.",
    )


def _denied(table: str) -> Refused:
    return Refused(
        "denied",
        f"The writing account may not change {table or 'all that the plan names'}. Ask the shop's administrator for "
        "SELECT, UPDATE and DELETE on the plan's tables, then run the batch again.",
    )


def _other() -> Refused:
    return Refused(
        "other",
        "The shop's database refused a step of the plan. Run the connection check in Settings to see what changed.",
    )
