"""Carries out the value templates of an erase plan: as SQL over many rows where that can be said, else row by row."""

import ipaddress
import json
import re
import secrets
import string
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from officer_app.shop import codec
from officer_app.shop.columns import Columns, Element
from officer_app.shop.model import Scalar

OPERATION = "operation"
"""The bound parameter with the intent's id: what {uuid} begins with, so that the rows tell who changed them."""
_PLACE = re.compile(r"\{(uuid|id|n)\}")
_CALL = re.compile(r"(\w+)(?:\(([^)]*)\))?\Z")
_ROW_BY_ROW = ("ip_mask", "json_set", "json_drop", "random_token", "recompute")
_LETTERS = string.ascii_letters + string.digits
_SEARCHED = ("first_name", "last_name", "line1", "line2", "line3", "line4", "state", "postcode")
_COUNTRIES = "address_country"  # django-oscar's names of countries


@dataclass(frozen=True)
class ByRow:
    """A value that is computed for each row from the row as it will be."""

    compute: Callable[[Mapping[str, Any]], Any]
    needs: tuple[str, ...]


def varies(template: Scalar) -> bool:
    """Return whether the template gives each row a value of its own, as a UNIQUE column needs it."""
    return isinstance(template, str) and (_PLACE.search(template) is not None or template.startswith("random_token"))


def marks(template: Scalar) -> bool:
    """Return whether the value shows which intent wrote it."""
    return isinstance(template, str) and "{uuid}" in template


def repeats(template: Scalar) -> bool:
    """Return whether carrying the template out once more on a row changes nothing: nothing in it is left to chance."""
    chance = ("random_token", "unusable_password", "recompute(opencart_salt)")
    return not isinstance(template, str) or not template.startswith(chance)


def longest(template: Scalar) -> int:
    """Return how long the value can become, -1 where that follows from the old value."""
    if not isinstance(template, str):
        return len(str(template))
    name, _, _ = _called(template)
    if name in ("null", "mask_digits", "ip_mask", "json_set", "json_drop", "recompute"):
        return -1
    sizes = {"truncate": -1, "json_empty": 2, "zero_date": 19, "unusable_password": 61, "random_token": 0}
    if name == "random_token":
        return int(_called(template)[1])
    if name == "unusable_password":
        return {"django": 41, "empty": 0}.get(_called(template)[1], 60)
    if name in sizes:
        return sizes[name]
    return len(_PLACE.sub(lambda found: "x" * (36 if found[1] == "uuid" else 20), template))


def _called(template: str) -> tuple[str, str, str]:
    """Return name and arguments of a call, "" and "" for anything else, and the template."""
    found = _CALL.match(template)
    known = {"null", "mask_digits", "json_empty", "zero_date", "truncate", "unusable_password", *_ROW_BY_ROW}
    if found is None or found[1] not in known or (found[2] is None and found[1] in (*_ROW_BY_ROW, "truncate")):
        return "", "", template
    return found[1], found[2] or "", template


def value(x: Columns, entity: str, column: Element, template: Scalar) -> Element | ByRow:
    """Return what the column becomes: an expression, or how it is computed row by row."""
    if not isinstance(template, str):
        return sa.literal(x.scalar(column, template, "plain"))
    name, arguments, _ = _called(template)
    if name == "null":
        return sa.null()
    if name == "mask_digits":
        masked: Element = x.text(column)
        for digit in "123456789":
            masked = sa.func.replace(masked, digit, "0", type_=sa.String)
        return masked
    if name == "truncate":
        return sa.func.substr(x.text(column), 1, int(arguments), type_=sa.String)
    if name in ("json_empty", "zero_date"):
        return sa.literal("{}" if name == "json_empty" else "0000-00-00 00:00:00")
    if name == "unusable_password":
        return sa.literal(_unusable(arguments))
    if name:
        return _by_row(str(column.key), name, arguments)
    return _filled(x, entity, column, template)


def _filled(x: Columns, entity: str, column: Element, template: str) -> Element:
    parts = _PLACE.split(template)  # text and place in turns
    if len(parts) == 1:
        return sa.literal(template, None if isinstance(column.type, sa.types.NullType) else column.type)
    key = x.column(column.table, x.entity(entity).keys[0])
    whole: Element | None = None
    for number, part in enumerate(parts):
        if number % 2:
            piece = uuid_of(x, key) if part == "uuid" else x.text(key)
        elif part:
            piece = sa.literal(part, sa.String)
        else:
            continue
        whole = piece if whole is None else sa.type_coerce(whole, sa.String) + sa.type_coerce(piece, sa.String)
    assert whole is not None
    return whole


def uuid_of(x: Columns, key: Element) -> Element:
    """Return a value in the shape of a UUID: the intent's first half and the row's key, so that no two are alike."""
    operation = sa.bindparam(OPERATION, type_=sa.String)
    declared = key.info.get("declared", key.type) if isinstance(key, sa.Column) else key.type
    if isinstance(declared, sa.Integer):
        row = {
            "sqlite": lambda: sa.func.printf("%016x", key, type_=sa.String),
            "postgresql": lambda: sa.func.lpad(sa.func.to_hex(key), 16, "0", type_=sa.String),
        }.get(x.dialect, lambda: sa.func.lpad(sa.func.lower(sa.func.hex(key)), 16, "0", type_=sa.String))()
    else:
        name = "officer_md5" if x.dialect == "sqlite" else "md5"
        digest: Element = getattr(sa.func, name)(sa.type_coerce(operation, sa.String) + x.text(key))
        row = sa.func.substr(digest, 1, 16, type_=sa.String)

    def part(of: Element, start: int, length: int) -> Element:
        return sa.func.substr(of, start, length, type_=sa.String)

    dash = sa.literal("-", sa.String)
    head = part(operation, 1, 8) + dash + part(operation, 9, 4) + dash + part(operation, 13, 4)
    return head + dash + part(row, 1, 4) + dash + part(row, 5, 12)


def _unusable(kind: str) -> str:
    """Return a password that nobody can type: what the platform itself writes for one, or a hash of nothing known."""
    if kind == "empty":
        return ""
    if kind == "django":  # django.contrib.auth.hashers: "!" and 40 random characters
        return "!" + "".join(secrets.choice(_LETTERS) for _ in range(40))
    return "$2y$12$" + "".join(secrets.choice("./" + _LETTERS) for _ in range(53))


# --- row by row ------------------------------------------------------------------------------------------------------


def _by_row(column: str, name: str, arguments: str) -> ByRow:
    if name == "ip_mask":
        short, long = (int(part) for part in arguments.split(","))
        return ByRow(lambda row: masked_ip(row[column], short, long), (column,))
    if name in ("json_set", "json_drop"):
        path = [part for part in re.split(r"[.\[\]]+", arguments) if part]
        return ByRow(lambda row: rewritten(row[column], path, drop=name == "json_drop"), (column,))
    if name == "random_token":
        return ByRow(lambda _row: "".join(secrets.choice(_LETTERS) for _ in range(int(arguments))), ())
    if arguments == "opencart_salt":
        return ByRow(lambda _row: "".join(secrets.choice(_LETTERS) for _ in range(9)), ())
    known = (*_SEARCHED, "country_id")
    if arguments == "oscar_search_text":
        return ByRow(lambda row: " ".join(part for part in _spoken(row, _SEARCHED) if part), known)
    return ByRow(_oscar_hash, (*known, "title"))


def countries(x: Columns) -> sa.Select[Any] | None:
    """Return the question for the countries' names that django-oscar's search text holds; None in another shop."""
    table = x.tables.get(_COUNTRIES)
    return None if table is None else sa.select(table.c.iso_3166_1_a2, table.c.printable_name)


def _spoken(row: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    return [str(row.get(name) or "") for name in names] + [str(row.get("country") or "")]


def _oscar_hash(row: Mapping[str, Any]) -> str:
    """Return the hash by which django-oscar tells addresses apart (AbstractAddress.generate_hash)."""
    person = " ".join(str(row.get(name) or "") for name in ("title", "first_name", "last_name") if row.get(name))
    parts = [person, *_spoken(row, _SEARCHED[2:])]
    return str(zlib.crc32(", ".join(part.strip() for part in parts if part).upper().encode()) & 0xFFFFFFFF)


def masked_ip(value: object, short: int, long: int) -> str | None:
    """Return an address cut to its network; what is no address becomes empty."""
    if value is None:
        return None
    try:
        found = ipaddress.ip_address(codec.text(value))
    except ValueError:
        return ""
    size = short if found.version == 4 else long
    return str(ipaddress.ip_network(f"{found}/{size}", strict=False).network_address)


def rewritten(value: object, path: list[str], *, drop: bool) -> Any:
    """Return a JSON text with the value at `path` emptied or taken out; what is no JSON becomes an empty object."""
    try:
        whole = json.loads(value) if isinstance(value, str | bytes) else value
    except ValueError:
        return "{}"
    if whole is None:
        return None
    inner: Any = whole
    for part in path[:-1]:
        inner = _step(inner, part)
    last: Any = int(path[-1]) if isinstance(inner, list) and path[-1].isdecimal() else path[-1]
    in_list: bool = isinstance(inner, list) and isinstance(last, int) and last < len(inner)
    if in_list or (isinstance(inner, dict) and last in inner):
        if drop:
            del inner[last]
        else:
            inner[last] = ""
    return json.dumps(whole, ensure_ascii=False)


def _step(inner: Any, part: str) -> Any:
    if isinstance(inner, dict):
        return inner.get(part)
    if isinstance(inner, list) and part.isdecimal() and int(part) < len(inner):
        return inner[int(part)]
    return None
