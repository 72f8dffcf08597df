"""Streams the accounts of a shop that do not look erased, for comparing them with the ledger of the erased."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from officer_app.base.person import normal_email
from officer_app.shop import codec
from officer_app.shop.connection import Shop
from officer_app.shop.erased import looks_erased

Cancel = Callable[[], bool] | None


@dataclass(frozen=True)
class Living:
    """An account as it stands in the shop: key, e-mail in normal form, and when it was made, where that is recorded."""

    key: str
    email: str
    created: datetime | None


def living(shop: Shop, chunk: int, *, cancelled: Cancel = None) -> Iterator[list[Living]]:
    """Yield the accounts in chunks, without those that look as the account plan leaves them."""
    x = shop.expressions
    customer = x.layout.customer
    row = x.table(customer.table)
    email, created = customer.fields["email"], customer.fields.get("created")
    made = sa.null() if created is None else x.value("customer", row, created)
    asked = sa.select(x.key("customer", row), x.value("customer", row, email), made).where(*x.where("customer", row))
    if (erased := looks_erased(x, row)) is not None:
        asked = asked.where(sa.not_(erased))
    for rows in shop.stream(asked, chunk, cancelled=cancelled):
        yield [
            Living(codec.key_text(key, customer.key_codec), normal_email(codec.text(address)), x.time(at, created))
            for key, address, at in rows
        ]
