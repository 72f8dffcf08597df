"""One page of rows read by key, as every list in the application is fetched."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in order, and `next`: the key to hand back as `after` for the following page, None at the end."""

    rows: tuple[Row, ...]
    next: object | None = None


@dataclass(frozen=True)
class Sort:
    """The column a list is ordered by; ties are broken by the row's own key."""

    key: str
    descending: bool = False
