"""Finds the accounts that a restored backup of the shop brought back although they were erased."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from officer_app.casebook import audit, erasing
from officer_app.casebook.book import Casebook
from officer_app.shop import erasure_back
from officer_app.shop.connection import Shop

Cancel = Callable[[], bool] | None
_CHUNK = 5000


@dataclass(frozen=True)
class Returned:
    """An account that is in the shop again: its key, the batch that erased it, and when."""

    key: str
    batch: str
    erased: datetime


def recheck(
    book: Casebook, shop: Shop, *, progress: Callable[[int], None] = lambda _seen: None, cancelled: Cancel = None
) -> tuple[Returned, ...]:
    """Return the erased accounts that are back, by key; the question is recorded in the audit.

    An account counts as back when its key was erased and its row does not look erased any more, or when its e-mail was
    erased and the account is older than that erasure: who registered anew later is a new customer.
    """
    found: list[Returned] = []
    seen = 0
    for rows in erasure_back.living(shop, _CHUNK, cancelled=cancelled):
        found += _known(book, rows)
        seen += len(rows)
        progress(seen)
    with book.transaction("view") as tx:
        audit.append(tx, "erasures checked", None, {"back": [one.key for one in found]}, accounts=seen, back=len(found))
    return tuple(found)


def _known(book: Casebook, rows: Sequence[erasure_back.Living]) -> list[Returned]:
    with book.reading() as tx:
        by_key = erasing.erased_among(tx, customers=[row.key for row in rows])
        by_email = erasing.erased_among(tx, emails=[row.email for row in rows if row.email])
    found = []
    for row in rows:
        erased = by_key.get(row.key)
        if erased is None and (other := by_email.get(row.email)) is not None:
            # What says nothing about its age is shown rather than left out.
            erased = other if row.created is None or row.created < other[1] else None
        if erased is not None:
            found.append(Returned(row.key, *erased))
    return found
