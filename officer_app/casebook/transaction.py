"""One open transaction: rows sealed as they are written, opened as they are read, and accounted for in the audit."""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Table, UpdateBase, delete, insert, select, update

from officer_app.base.errors import BugError, Conflict
from officer_app.casebook import schema
from officer_app.casebook.people import Actor, Directory
from officer_app.casebook.sealing import Key, canonical
from officer_app.casebook.vault import Vault

__all__ = ["Actor", "Reading", "Writing", "accounted_tables", "key_column", "new_id", "row_digest"]

Sign = Callable[[bytes], bytes]


def new_id() -> str:
    """Return a random row id; the client makes it, so that the seal's place is known before the insert."""
    return uuid.uuid4().hex


def key_column(table: Table) -> Any:
    """Return the table's one primary key column."""
    return next(iter(table.primary_key.columns))


def row_digest(table: Table, row: Mapping[Any, Any]) -> str:
    """Return the digest of a row as it is stored (`schema.stored`): clear columns and ciphertexts alike.

    Empty columns do not count, so that a column added by a later version changes no old digest.
    """
    values: dict[str, Any] = {}
    for column in table.columns:
        value = row[column.name]
        if value is not None:
            values[column.name] = bytes(value).hex() if isinstance(value, bytes | memoryview) else value
    return hashlib.sha256(canonical([table.name, values])).hexdigest()


def stored_row(connection: Connection, table: Table, key: str) -> Mapping[Any, Any] | None:
    """Return one row as it is stored, or None."""
    return connection.execute(select(*schema.stored(table)).where(key_column(table) == key)).mappings().one_or_none()


class Reading:
    """A transaction that reads; it sees one state of the casebook."""

    def __init__(self, connection: Connection, vault: Vault, actor: Actor, now: datetime, directory: Directory) -> None:
        self.connection, self.vault, self.actor, self.now = connection, vault, actor, now
        self.directory = directory

    def execute(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """Run a query; for `records` modules."""
        if isinstance(statement, UpdateBase):
            raise BugError("a reading transaction cannot write")
        return self.connection.execute(statement, parameters)

    def key_for(self, reference: str | None) -> Key:
        """Return the key that seals rows of a case, or of none."""
        if reference is None:
            return self.vault.inner(self.connection, "store")
        return self.vault.case_key(self.connection, reference)

    def blind(self, name: str, normal: str) -> str | None:
        """Return the blind index of a normal form (fields: customer, email, phone, order); None when empty."""
        return self.vault.blind(self.connection, name, normal)

    def blinds(self, name: str, normals: Iterable[str]) -> list[str | None]:
        """Return the blind index of each normal form, for many at once."""
        return self.vault.blinds(self.connection, name, normals)

    def opened(self, table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
        """Return the row with its sealed columns opened to their JSON values."""
        values = dict(row)
        key: Key | None = None  # fetched only where something is sealed: the rest of a row outlives its case's key
        for column in table.columns:
            if column.info.get("sealed") and values.get(column.name) is not None:
                key = key or self.key_for(values.get("reference"))
                place = (self.vault.store, table.name, values[key_column(table).name], column.name, values["version"])
                values[column.name] = key.open_json(bytes(values[column.name]), *place)
        return values

    def get(self, table: Table, key: str) -> dict[str, Any] | None:
        """Return one row opened, or None."""
        row = self.connection.execute(select(table).where(key_column(table) == key)).mappings().one_or_none()
        return None if row is None else self.opened(table, row)

    def all(self, table: Table, *where: Any, order: Any = None) -> list[dict[str, Any]]:
        """Return the matching rows opened; for the few rows of one case."""
        found = select(table).where(*where)
        if order is not None:
            found = found.order_by(order)
        return [self.opened(table, row) for row in self.connection.execute(found).mappings()]


@dataclass
class _Touched:
    table: Table
    key: str
    reference: str | None
    gone: bool = False


@dataclass
class Touched:
    """The rows written since the last audit entry."""

    rows: dict[tuple[str, str], _Touched] = field(default_factory=dict)


class Writing(Reading):
    """A transaction that writes; it cannot be committed while a written row has no audit entry."""

    def __init__(
        self, connection: Connection, vault: Vault, actor: Actor, now: datetime, directory: Directory, root: str,
        sign: Sign,
    ) -> None:  # fmt: skip
        super().__init__(connection, vault, actor, now, directory)
        self.operation = new_id()
        self.root, self.sign = root, sign
        self.head: tuple[int, str] | None = None
        self.destroyed: list[tuple[str, str]] = []  # references of destroyed case keys, and when the cases were opened
        self._touched = Touched()
        self._written: set[str] = set()

    def execute(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """Run a statement; a row of an accounted table that it writes has to be named with `touch`."""
        table = getattr(statement, "table", None) if isinstance(statement, UpdateBase) else None
        if isinstance(table, Table) and table.info.get("accounted"):
            self._written.add(table.name)
        return self.connection.execute(statement, parameters)

    def touch(self, table: Table, key: str, reference: str | None, *, gone: bool = False) -> None:
        """Note that a row was written by a statement of our own."""
        self._touched.rows[(table.name, key)] = _Touched(table, key, reference, gone)
        self._written.discard(table.name)

    def _sealed(self, table: Table, values: dict[str, Any]) -> dict[str, Any]:
        key: Key | None = None
        for column in table.columns:
            if column.info.get("sealed") and values.get(column.name) is not None:
                key = key or self.key_for(values.get("reference"))
                place = (self.vault.store, table.name, values[key_column(table).name], column.name, values["version"])
                values[column.name] = key.seal_json(values[column.name], *place)
        return values

    def insert(self, table: Table, **values: Any) -> None:
        """Insert a row; sealed columns take their plain JSON value."""
        values["version"] = 1
        row = self._sealed(table, values)
        self.connection.execute(insert(table).values(row))
        self.touch(table, row[key_column(table).name], row.get("reference"))

    def update(self, table: Table, key: str, *, expected: int | None = None, **values: Any) -> int:
        """Change a row and return its new version.

        `expected` is the version the person saw: Conflict when somebody saved in between. All sealed columns are sealed
        anew, because their place names the row's version.
        """
        before = self.get(table, key)
        if before is None:
            raise BugError(f"no {table.name} row {key}")
        if expected is not None and before["version"] != expected:
            raise Conflict("Somebody else saved this meanwhile. Compare both versions and save again.", theirs=before,
                           mine=values)  # fmt: skip
        version: int = before["version"] + 1
        row = self._sealed(table, {**before, **values, "version": version})
        column = key_column(table)
        done = self.connection.execute(
            update(table).where(column == key, table.c.version == before["version"]).values(row)
        )
        if done.rowcount != 1:
            raise Conflict("Somebody else saved this meanwhile. Compare both versions and save again.", mine=values)
        self.touch(table, key, row.get("reference"))
        return version

    def delete(self, table: Table, key: str, reference: str | None) -> None:
        """Delete a row."""
        self.connection.execute(delete(table).where(key_column(table) == key))
        self.touch(table, key, reference, gone=True)

    def take_digests(self, reference: str | None) -> list[list[str | None]]:
        """Return [table, key, digest or None] of the rows an audit entry for `reference` accounts for, and forget them.

        An entry accounts for the rows of its case and for those without one.
        """
        taken: list[list[str | None]] = []
        for name, touched in list(self._touched.rows.items()):
            if touched.reference not in (None, reference):
                continue
            del self._touched.rows[name]
            digest = None
            if not touched.gone:
                row = stored_row(self.connection, touched.table, touched.key)
                if row is None:
                    raise BugError(f"{touched.table.name} row {touched.key} is gone, but was not deleted by us")
                digest = row_digest(touched.table, row)
            taken.append([touched.table.name, touched.key, digest])
        return sorted(taken, key=lambda entry: (str(entry[0]), str(entry[1])))

    def finish(self) -> None:
        """Refuse to commit rows that no audit entry accounts for."""
        if self._touched.rows or self._written:
            raise BugError(f"written without an audit entry: {[*self._touched.rows, *sorted(self._written)]}")
        if self.vault.epoch != self.directory.epoch:
            raise BugError("sealed under a key that nobody else holds")


def accounted_tables() -> list[Table]:
    """Return the tables whose rows the audit accounts for."""
    return [table for table in schema.metadata.sorted_tables if table.info.get("accounted")]
