"""The rows that an erasure of old orders is about, by their own keys: noted before, read again afterwards."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from officer_app.base.erasure import Person, Scope
from officer_app.base.person import normal_email
from officer_app.shop import codec, erasure_look, erasure_steps, erasure_values, guest_orders, standing
from officer_app.shop.connection import Shop
from officer_app.shop.erasure_values import ByRow
from officer_app.shop.erasure_ways import Way, among, bound, ways

Cancel = Callable[[], bool] | None
Rows = Mapping[str, Sequence[str]]
"""By entity: the keys of rows, as the text that we keep."""


def of(shop: Shop, people: Sequence[Person], scope: Scope, cancelled: Cancel = None) -> dict[str, dict[str, list[str]]]:
    """Return by the person's id the rows that the plan would touch now, by entity.

    An entity with a key of several columns is left out: nothing says which of its rows was whose.
    """
    found = _Found(shop, people, cancelled)
    made: dict[str, dict[str, list[str]]] = {person.id: {} for person in people}
    for name in _entities(shop, scope):
        kind = shop.expressions.entity(name).key_codec
        for key, whose in found.rows(name).items():
            for person in whose:
                made[person].setdefault(name, []).append(codec.key_text(key, kind))
    return made


def again(
    shop: Shop, rows: Mapping[str, Collection[str]], scope: Scope, cancelled: Cancel = None
) -> tuple[Counter[str], Counter[str]]:
    """Return by table how many of these rows are there still, and how many are not as the plan makes them."""
    x = shop.expressions
    there: Counter[str] = Counter()
    left: Counter[str] = Counter()
    asked_countries = erasure_values.countries(x)
    named = () if asked_countries is None else shop.rows(asked_countries, {}, cancelled=cancelled)
    countries = {row[0]: row[1] for row in named}
    for name in _entities(shop, scope):
        entity = x.entity(name)
        table = x.table(entity.table)
        of_key = codec.python_of(table.c[entity.keys[0]])
        values = [value for key in rows.get(name, ()) if (value := codec.key_value(key, entity.key_codec, of_key))
                  is not None]  # fmt: skip
        if not values:
            continue
        mine = among(x, x.key(name, table))
        asked = sa.select(sa.func.count()).select_from(table)
        there[table.name] += int(shop.rows(asked.where(mine), bound(x, values), cancelled=cancelled)[0][0])
        undone = [sa.and_(*erasure_look.undone(x, one)) for one in erasure_steps.carried(x, scope)
                  if one.step.entity == name]  # fmt: skip
        other = shop.rows(asked.where(mine, sa.or_(*undone)), bound(x, values), cancelled=cancelled)
        left[table.name] += int(other[0][0])
        made = sa.select(table).where(mine, sa.case((sa.or_(*undone), 1), else_=0) == 0)
        for one in erasure_steps.carried(x, scope):
            if one.step.entity == name and (by_row := _computed(one)):
                rows_made = shop.rows(made, bound(x, values), cancelled=cancelled)
                left[table.name] += sum(_differs(row._mapping, by_row, countries) for row in rows_made)
    return there, left


def _computed(step: erasure_steps.Carried) -> Mapping[str, ByRow]:
    """Return what the step computes from each row, and would compute alike once more."""
    by_row = step.written[0].by_row if step.written else {}
    return {name: one for name, one in by_row.items() if erasure_values.repeats(step.step.set[name])}


def _differs(row: Mapping[str, Any], by_row: Mapping[str, ByRow], countries: Mapping[Any, str]) -> bool:
    """Return whether a column is not what the step computes from the row as it stands."""
    is_now = {**row, "country": countries.get(row.get("country_id"), "")}
    return any(one.compute(is_now) != row[name] for name, one in by_row.items())


def _entities(shop: Shop, scope: Scope) -> list[str]:
    x = shop.expressions
    names = dict.fromkeys(one.step.entity for one in erasure_steps.carried(x, scope))
    return [name for name in names if name != "customer" and len(x.entity(name).keys) == 1]


class _Found:
    """The rows of some people, and whose each is; asked once for each entity."""

    def __init__(self, shop: Shop, people: Sequence[Person], cancelled: Cancel) -> None:
        self._shop, self._x, self._cancelled = shop, shop.expressions, cancelled
        customer = self._x.layout.customer
        of_key = codec.python_of(self._x.table(customer.table).c[customer.keys[0]])
        self._by_key = {p.key: p.id for p in people if p.key}
        self._keys = [v for key in self._by_key if (v := codec.key_value(key, customer.key_codec, of_key)) is not None]
        self._by_email = self._emails(people)
        self._known: dict[str, dict[Any, set[str]]] = {}

    def _emails(self, people: Sequence[Person]) -> dict[str, str]:
        """Return by e-mail whose it is; what several accounts share, or another one has, is nobody's."""
        wanted = {p.normal: p.id for p in people if p.normal and not p.key}
        for key, mails in guest_orders.emails_of_accounts(self._shop, self._keys, self._cancelled).items():
            wanted |= {mail: self._by_key[key] for mail in mails if key in self._by_key}
        owners = standing.keys_of_emails(self._shop, list(wanted), cancelled=self._cancelled)
        return {
            mail: person for mail, person in wanted.items()
            if [self._by_key.get(key) for key in owners.get(mail, ())] in ([], [person])
        }  # fmt: skip

    def rows(self, entity: str) -> dict[Any, set[str]]:
        """Return the keys of an entity's rows, each with the ids of whose it is."""
        if entity not in self._known:
            x, found = self._x, defaultdict[Any, set[str]](set)
            table = x.table(x.entity(entity).table)
            for way in ways(x, entity):
                for key, whose in self._of_way(way, x.key(entity, table), x.where(entity, table)):
                    found[key] |= whose
            self._known[entity] = dict(found)
        return self._known[entity]

    def _of_way(self, way: Way, wanted: Any, tests: list[Any]) -> list[tuple[Any, set[str]]]:
        x, kind = self._x, self._x.layout.customer.key_codec
        if way.by == "via":
            others = self._through(way.entity, way.to)
            values: list[Any] = list(others)
        elif way.by == "email":
            values = list(dict.fromkeys(f for mail in self._by_email for f in x.forms(mail, "email", way.fold)))
        else:
            values = self._keys
        if not values:
            return []
        asked = sa.select(wanted, way.column).where(among(x, way.column), *way.tests, *tests, wanted.is_not(None))
        made: list[tuple[Any, set[str]]] = []
        for key, owner in self._shop.rows(asked, bound(x, values), cancelled=self._cancelled):
            if way.by == "via":
                whose = others.get(owner, set())
            elif way.by == "email":
                whose = {self._by_email.get(normal_email(codec.text(owner)), "")} - {""}
            else:
                whose = {self._by_key.get(codec.key_text(owner, kind), "")} - {""}
            made.append((key, whose))
        return made

    def _through(self, entity: str, to: str) -> dict[Any, set[str]]:
        """Return what the rows of another entity lead on with, their key or another column, and whose each is."""
        if not to:
            return self.rows(entity)
        x, found = self._x, defaultdict[Any, set[str]](set)
        table = x.table(x.entity(entity).table)
        for way in ways(x, entity):
            for value, whose in self._of_way(way, x.column(table, to), x.where(entity, table)):
                found[value] |= whose
        return dict(found)
