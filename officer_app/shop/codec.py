"""Turns what a shop wrote into plain values, and plain values into what the shop would have written."""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from officer_app.base.person import normal_name

LONGEST = 4000
_BIGINT = 2**63
_TIMES = {"datetime", "datetime_zero_is_null", "date", "epoch", "epoch_ms", "epoch_text"}
_PHP = re.compile(r'(?:s:\d+:"((?:[^"\\]|\\.)*?)"|i:(-?\d+)|b:([01]));')


def text(value: object) -> str:
    """Return any value of a row as one clean line: "" for NULL, no control characters."""
    if value is None:
        return ""
    # Nearly every value is clean already, and a million letters are made of such values.
    if type(value) is str:
        plain = value.isascii() and value.isprintable() and "  " not in value and len(value) <= LONGEST
        if (plain and value[:1] != " " and value[-1:] != " ") or _is_clean(value):
            return value
    if isinstance(value, bytes | bytearray | memoryview):
        value = bytes(value).decode("utf-8", "replace")
    if isinstance(value, bool):
        value = "true" if value else "false"
    return normal_name(str(value)[:LONGEST])


def _is_clean(value: str) -> bool:
    return (
        len(value) <= LONGEST
        and value.isprintable()
        and "  " not in value
        and value == value.strip()
        and unicodedata.is_normalized("NFC", value)
    )


def paragraphs(value: object) -> tuple[str, ...]:
    """Return a value written over several lines as clean lines without empty ones."""
    if value is None:
        return ()
    raw = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return tuple(line for line in (text(part) for part in raw[:LONGEST].splitlines()) if line)


def moment(value: object, codec: str, zone: ZoneInfo) -> datetime | None:
    """Return an instant in UTC, None when the row holds none or nothing that can be read as one."""
    try:
        found = _moment(value, codec, zone)
        return found.astimezone(UTC) if found is not None else None
    except (ValueError, OverflowError, OSError):
        return None


def _moment(value: object, codec: str, zone: ZoneInfo) -> datetime | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    if codec in ("epoch", "epoch_text", "epoch_ms"):
        seconds = int(str(value)) / (1000 if codec == "epoch_ms" else 1)
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    if isinstance(value, str):
        if value.startswith("0000-00-00"):
            return None
        value = datetime.fromisoformat(value.strip())
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    return None


def truth(value: object) -> bool | None:
    """Return a yes or no however the shop spells it, None when it holds neither."""
    word = text(value).casefold()
    if word in ("1", "true", "t", "yes", "y", "on"):
        return True
    if word in ("0", "false", "f", "no", "n", "off"):
        return False
    return None


def decode(value: object, codec: str, zone: ZoneInfo) -> Any:
    """Return the plain value: text, int, bool, datetime in UTC, tuple of lines, or None when there is none."""
    if value is None:
        return None
    if isinstance(value, datetime | date) or codec in _TIMES:
        return moment(value, codec, zone)
    if codec == "bool":
        return truth(value)
    if codec in ("int", "minor_units"):
        try:
            number = int(str(value))
        except ValueError:
            return None
        return number if codec == "int" else f"{Decimal(number) / 100:.2f}"
    if codec == "money":
        try:
            return f"{Decimal(str(value)):.2f}"
        except ArithmeticError:
            return text(value)
    if codec in ("uuid", "uuid_bin16"):
        return key_text(value, codec)
    if codec == "ip_int":
        return _ip(value)
    if codec == "lines":
        return paragraphs(value)
    if codec == "json":
        return text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
    if codec in ("json_list", "comma_list", "php_serialized"):
        return ", ".join(listed(value, codec))
    return text(value)


def _ip(value: object) -> str:
    try:
        number = int(str(value))
        return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    except ValueError:
        return ""


def listed(value: object, codec: str) -> tuple[str, ...]:
    """Return the members of a list that the shop keeps in one column."""
    if value is None:
        return ()
    raw = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if codec == "json_list":
        try:
            found = json.loads(raw)
        except ValueError:
            return ()
        return tuple(text(item) for item in (found if isinstance(found, list) else [found]))
    if codec == "php_serialized":
        return tuple(_php(raw))
    return tuple(part for part in (text(piece) for piece in raw.split(",")) if part)


def _php(raw: str) -> Iterator[str]:
    """Yield the scalars of a PHP-serialised value, of an array the keys whose value is true."""
    scalars = [match.groups() for match in _PHP.finditer(raw)]
    if not raw.startswith("a:"):
        yield from (text(s or i or b) for s, i, b in scalars)
        return
    for (name, number, _), value in zip(scalars[::2], scalars[1::2], strict=False):
        if value[2] == "1":
            yield text(name or number)
        elif value[2] is None:
            yield text(value[0] or value[1])


def key_text(value: object, codec: str = "plain") -> str:
    """Return a row's key as the text that we keep: a binary key in hexadecimal."""
    if codec == "uuid_bin16" and isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def python_of(column: Any) -> type | None:
    """Return the type in which the database hands out a column, as it was declared; None when that says nothing."""
    try:
        found: type = column.info.get("declared", column.type).python_type
    except NotImplementedError:
        return None
    return found


def key_value(key: str, codec: str, python: type | None) -> Any:
    """Return the value to ask the shop for; None when no row of this shop can have such a key."""
    key = key.strip()
    if "\x00" in key:
        return None
    try:
        if codec == "uuid_bin16":
            raw = bytes.fromhex(key.replace("-", ""))
            return raw if len(raw) == 16 else None
        if python is UUID:
            return UUID(key)
        if python is int or codec == "int":
            if not re.fullmatch(r"-?[0-9]{1,20}", key):
                return None
            number = int(key)
            return number if -_BIGINT <= number < _BIGINT else None
    except ValueError:
        return None
    return unicodedata.normalize("NFC", key) or None
