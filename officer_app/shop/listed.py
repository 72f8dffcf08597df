"""A long list of values bound as one parameter, written for the driver in one go rather than value by value."""

from collections.abc import Mapping
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.adapt import Dumper


class Listed(list[Any]):
    """Keys, e-mails or ids that statements are about; where a driver does not know it, it is the list that it is.

    `written` is how it went to the one connection that it is for: many statements are about the same people. Who has
    one does not change it.
    """

    written: Any = None


class OneParameter(sa.types.UserDefinedType[Any]):
    """The type of such a parameter: it goes to the driver as it is."""

    cache_ok = True


class ArrayDumper(Dumper):
    """Writes a list as the text of a PostgreSQL array; what its members are is said by the statement's cast."""

    def dump(self, obj: Listed) -> bytes:
        """Return the array's text."""
        if obj.written is None:
            obj.written = array_text(obj).encode()
        written: bytes = obj.written
        return written


def array_text(values: Listed) -> str:
    """Return a list as PostgreSQL reads an array: numbers as they are, all else in double quotes."""
    if all(type(value) is int for value in values):
        return f"{{{','.join(map(str, values))}}}"
    texts = ["NULL" if value is None else _quoted(str(value)) for value in values]
    return f"{{{','.join(texts)}}}"


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def known_to_postgres(connection: psycopg.Connection[Any]) -> None:
    """Let a connection take lists as one parameter."""
    connection.adapters.register_dumper(Listed, ArrayDumper)


def known_to_mysql(connection: Any) -> None:
    """Let a connection of PyMySQL take lists as one parameter; each text is escaped by the driver itself."""

    def text(values: Listed) -> str:
        if not values:
            return "(NULL)"  # nothing is among nothing; an empty list would be no SQL
        if all(type(value) is int for value in values):
            return f"({','.join(map(str, values))})"
        # Through the connection, which knows how its server wants backslashes; of other types the text is compared.
        texts = (one if one is None or isinstance(one, int | str | bytes) else str(one) for one in values)
        return f"({','.join(connection.escape(text, connection.encoders) for text in texts)})"

    def written(values: Listed, _mapping: Mapping[Any, Any]) -> str:
        if values.written is None:
            values.written = text(values)
        found: str = values.written
        return found

    # A mapping of this connection's own: the driver shares its own between all.
    connection.encoders = {**connection.encoders, Listed: written}
