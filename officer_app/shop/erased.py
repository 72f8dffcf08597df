"""What an account looks like after this program erased it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from officer_app.shop import erasure_values
from officer_app.shop.columns import Columns, Test
from officer_app.shop.model import Scalar


def looks_erased(x: Columns, row: FromClause) -> Test | None:
    """Return the test that an account carries the mark of an erasure, None where the plan leaves no mark in it."""
    for step in x.layout.erase:
        if step.scope in ("account", "all") and step.entity == "customer" and step.action == "update":
            for name, template in step.set.items():
                if erasure_values.marks(template) and (pattern := _pattern(template)):
                    found: Any = x.text(x.column(row, name)).like(pattern, escape="\\")
                    return sa.and_(x.column(row, name).is_not(None), found)
    return None


def _pattern(template: Scalar) -> str:
    """Return the pattern of LIKE that a template's values follow, "" where it says too little to tell an account."""
    head, _, rest = str(template).partition("{uuid}")
    if "{" in head + rest or len(head + rest) < 6:
        return ""
    safe = [part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for part in (head, rest)]
    return f"{safe[0]}________-____-____-____-____________{safe[1]}"
