"""Which rows belong to whom: by the customer's key, by e-mail, or through another row of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from officer_app.shop.columns import Columns, Element, Test
from officer_app.shop.model import Fold, Match


@dataclass(frozen=True)
class Owner:
    """The column that names the owner of a row, and the tests that join it; `fold` is for e-mails."""

    column: Element
    tests: tuple[Test, ...]
    fold: Fold


def links(x: Columns, entity: str, e: FromClause, customer: FromClause, by: str) -> list[Test]:
    """Return the ways in which a row belongs to the customer of the outer query, each one a test."""
    matches = x.entity(entity).match
    found: list[Test] = []
    for match in matches:
        if match.by == by == "customer":
            found.append(x.value(entity, e, match.of) == x.key("customer", customer))
        elif match.by == by == "email":
            found.append(match_email(x, entity, e, match) == customer_email(x, customer, match.fold))
    if found:
        return found
    for match in matches:
        if match.by == "via":
            v = x.start(match.entity)
            tests = links(x, match.entity, v, customer, by)
            if tests:
                # IN, not EXISTS: SQLite then looks the rows up instead of trying every one.
                chosen = sa.select(via(x, match, v)).where(sa.or_(*tests)).correlate(customer)
                found.append(x.value(entity, e, match.of).in_(chosen))
    return found


def owners(x: Columns, entity: str, e: FromClause, by: str) -> list[Owner]:
    """Return for each way of belonging the column that holds the owner's key or folded e-mail."""
    found: list[Owner] = []
    for match in x.entity(entity).match:
        if match.by == by == "customer":
            found.append(Owner(x.value(entity, e, match.of), (), match.fold))
        elif match.by == by == "email":
            found.append(Owner(match_email(x, entity, e, match), (), match.fold))
    if found:
        return found
    for match in x.entity(entity).match:
        if match.by == "via":
            v = x.start(match.entity)
            join = x.value(entity, e, match.of) == via(x, match, v)
            for owner in owners(x, match.entity, v, by):
                tests = (join, *x.where(match.entity, v), *owner.tests)
                found.append(Owner(owner.column, tests, owner.fold))
    return found


def via(x: Columns, match: Match, v: FromClause) -> Element:
    """Return the column of the other entity that a `via` match leads to."""
    return x.column(v, match.to) if match.to else x.key(match.entity, v)


def match_email(x: Columns, entity: str, e: FromClause, match: Match) -> Element:
    """Return the row's e-mail in the form in which it is compared."""
    return x.folded(x.value(entity, e, match.of), match.fold)


def customer_email(x: Columns, customer: FromClause, fold: Fold) -> Element:
    """Return the account's e-mail in the same form."""
    normal = x.layout.customer.fields.get("email_normal")
    if fold == "normal" and normal is not None:
        return x.value("customer", customer, normal)
    email = x.value("customer", customer, x.layout.customer.fields["email"])
    return email if fold == "ci" else sa.func.lower(email)


def of_person(x: Columns, entity: str, e: FromClause, key: Any, emails: Sequence[str]) -> Test:
    """Return the test that a row belongs to one known person, by key and by every e-mail."""
    tests: list[Test] = []
    for match in x.entity(entity).match:
        if match.by == "customer" and key is not None:
            tests.append(x.value(entity, e, match.of) == key)
        elif match.by == "email" and emails:
            values = [form for email in emails for form in x.forms(email, "email", match.fold)]
            tests.append(match_email(x, entity, e, match).in_(values))
        elif match.by == "via":
            v = x.start(match.entity)
            test = of_person(x, match.entity, v, key, emails)
            chosen = sa.select(via(x, match, v)).where(test, *x.where(match.entity, v))
            tests.append(x.value(entity, e, match.of).in_(chosen))
    return sa.or_(sa.false(), *tests)


def customer_of(x: Columns, entity: str, e: FromClause) -> Element | None:
    """Return the column with the customer's key, None when rows of the entity know no account."""
    for match in x.entity(entity).match:
        if match.by == "customer":
            return x.value(entity, e, match.of)
    return None


def ownerless(x: Columns, owner: Element) -> Test:
    """Return the test that a row belongs to no account: no key, or the 0 that some shops write for a guest."""
    owner = x.unindexed(owner)
    if x.dialect == "sqlite" or isinstance(owner.type, sa.Integer):
        return sa.or_(owner.is_(None), owner == 0)
    return owner.is_(None)
