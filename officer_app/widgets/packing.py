"""Typed values as JSON can hold them, for drafts, and back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from officer_app.widgets.fields import Field


def to_draft(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values that JSON can hold; `from_draft` reads them back."""
    return {key: _packed(value) for key, value in values.items()}


def from_draft(fields: Sequence[Field], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the typed values of a kept draft; what no longer fits a field is left out."""
    values: dict[str, Any] = {}
    for field in fields:
        if field.key not in kept or field.kind == "secret":
            continue
        value = kept[field.key]
        try:
            if field.kind == "moment" and isinstance(value, str):
                value = datetime.fromisoformat(value)
            elif field.kind in ("date", "day") and isinstance(value, str):
                value = date.fromisoformat(value)
            elif field.kind == "files":
                value = tuple(Path(one) for one in value if isinstance(one, str)) if isinstance(value, list) else ()
        except ValueError:
            continue
        values[field.key] = value
    return values


def _packed(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    return [_packed(one) for one in value] if isinstance(value, tuple) else value
