"""Settings of a casebook, sealed under the store's key; whoever changes one writes the audit entry."""

from typing import Any

from officer_app.casebook import schema
from officer_app.casebook.transaction import Reading, Writing


def get(tx: Reading, name: str) -> dict[str, Any]:
    """Return a setting, or an empty mapping."""
    row = tx.get(schema.settings, name)
    return {} if row is None else dict(row["sealed"])


def put(tx: Writing, name: str, value: dict[str, Any]) -> None:
    """Store a setting."""
    if tx.get(schema.settings, name) is None:
        tx.insert(schema.settings, name=name, reference=None, sealed=value)
    else:
        tx.update(schema.settings, name, sealed=value)
