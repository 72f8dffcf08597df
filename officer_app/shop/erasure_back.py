"""Streams the accounts of a shop that do not look erased, for comparing them with the ledger of the erased."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from officer_app.base.person import normal_email
from officer_app.shop import codec, erasure_steps, erasure_values
from officer_app.shop.columns import Test
from officer_app.shop.connection import Shop
from officer_app.shop.expressions import Expressions

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
    if (erased := looks_erased(x)) is not None:
        asked = asked.where(sa.case((erased, 1), else_=0) == 0)
    for rows in shop.stream(asked, chunk, cancelled=cancelled):
        yield [
            Living(codec.key_text(key, customer.key_codec), normal_email(codec.text(address)), x.time(at, created))
            for key, address, at in rows
        ]


def looks_erased(x: Expressions) -> Test | None:
    """Return the test that an account is as the plan leaves it, None where the plan deletes it or marks nothing."""
    steps = erasure_steps.steps_of(x, "account")
    own = next((step for step in steps if step.entity == "customer" and step.action == "update"), None)
    if own is None:
        return None
    row = x.table(x.layout.customer.table)
    tests: list[Test] = []
    for name, template in own.set.items():
        if erasure_values.varies(template) and isinstance(template, str) and "{" in template:
            head, tail = template[: template.index("{")], template[template.rindex("}") + 1 :]
            written = x.text(row.c[name])
            tests += [written.startswith(head, autoescape=True)] if head else []
            tests += [written.endswith(tail, autoescape=True)] if tail else []
    return sa.and_(*tests) if tests else None
