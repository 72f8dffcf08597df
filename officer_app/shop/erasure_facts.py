"""Looks once more, inside the erasing transaction, whether the shop's own facts let each person be erased."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from officer_app.base.erasure import Person
from officer_app.base.person import normal_email
from officer_app.shop import belonging, codec, guards, guest_orders, order_review, review, unique
from officer_app.shop.columns import Element
from officer_app.shop.erasure_ways import Ask, among, bound
from officer_app.shop.expressions import Expressions
from officer_app.shop.model import Source

GONE = "The account is not in the shop any more."
ALIVE = "There was a sign of life since the list was made."
NOT_SO = "The shop does not give this reason any more."
YOUNGER = "There is an order, or a payment, that has to be kept longer."
OTHER_EMAIL = "The account has another e-mail since the list was made."
TAKEN = "An account has this e-mail now, so it is no guest's any more."
_ENDED = {"inactive": ALIVE, "orders": YOUNGER}


class Live(NamedTuple):
    """The e-mails of a locked account in normal form, and the one that no other account can have; "" without such."""

    emails: set[str]
    alone: str


class Facts:
    """The questions of one shop about many people, built once; `cutoff` is when a silent account was last alive."""

    def __init__(self, x: Expressions, cutoff: datetime | None) -> None:
        self._x, self._cutoff = x, cutoff
        self._guards = {by: guards.question(x, by) for by in ("customer", "email")}
        self._locking = self._lock_question()
        self._others, self._apart = self._others_question(), self._kept_apart()
        self._grounds: dict[str, sa.Select[Any] | None] = {}

    def lock(self, ask: Ask, keys: Sequence[Any], known: Mapping[str, str]) -> dict[Any, Live]:
        """Lock the accounts' rows and return by key what e-mails they have; a key that is missing is gone.

        `known` has the normal forms of e-mails as written, which need not be made again.

        The server then lets no new order or ticket refer to them until the end of the transaction.
        """
        found: dict[Any, Live] = {}
        for key, *emails in ask(self._locking, bound(self._x, keys)) if keys else ():
            forms = {known[e] if e in known else normal_email(codec.text(e)) for e in emails}
            forms.discard("")
            found[key] = Live(forms, codec.text(emails[-1]) if self._apart else "")
        return found

    def _lock_question(self) -> sa.Select[Any]:
        x = self._x
        table = x.table(x.layout.customer.table)
        fields = x.layout.customer.fields
        columns = [x.value("customer", table, fields[n]) for n in ("email", "email_normal") if n in fields]
        key = x.key("customer", table)
        found = sa.select(key, *columns).where(among(x, key), *x.where("customer", table)).order_by(key)
        # Only the account's own row: what its e-mail is put together from must not be locked too.
        return found.with_for_update(of=table) if x.is_pg else found.with_for_update()

    def against(self, ask: Ask, people: Iterable[Person], keys: Mapping[str, Any]) -> dict[str, str]:
        """Return by the person's id what stands against erasing them now: a guard, or a ground that holds no longer.

        `keys` has the shop's value of each account's key by the person's id; a guest has none.
        """
        people = list(people)
        found: dict[str, str] = {}
        for by, whose in (("customer", list(keys.values())), ("email", [p.normal for p in people if p.normal])):
            asked = self._guards[by]
            against = ask(asked, bound(self._x, whose)) if asked is not None and whose else ()
            owners = self._owners(people, keys, by) if against else {}
            for mask, mark in against:
                theirs = owners[self._key(mark) if by == "customer" else normal_email(codec.text(mark))]
                why = self._x.layout.guard[guards.numbers(mask)[0]].title
                found.update((one, why) for one in theirs if one not in found)
        found |= self.ended(ask, [p for p in people if p.id not in found], keys)
        return found

    def _owners(self, people: Iterable[Person], keys: Mapping[str, Any], by: str) -> dict[str, list[str]]:
        """Return whose ids a key or an e-mail stands for; nobody's for one that the database takes for another."""
        found: dict[str, list[str]] = defaultdict(list)
        for person in people:
            if by == "email":
                found[person.normal].append(person.id)
            elif person.id in keys:
                found[self._key(keys[person.id])].append(person.id)
        return found

    def _key(self, value: Any) -> str:
        return codec.key_text(value, self._x.layout.customer.key_codec)

    def ended(self, ask: Ask, people: Sequence[Person], keys: Mapping[str, Any]) -> dict[str, str]:
        """Return whose ground does not hold any more."""
        found: dict[str, str] = {}
        grounds: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            if person.ground:
                grounds[person.ground].append(person)
        for ground, group in grounds.items():
            accounts = {keys[p.id]: p.id for p in group if p.id in keys}
            ended: Iterable[Any] = accounts
            if accounts and (asked := self._ended_question(ground)) is not None:
                ended = [row[0] for row in ask(asked, bound(self._x, list(accounts)))]
            why = _ENDED.get(ground, NOT_SO)
            found |= {accounts[key]: why for key in ended}
            if ground == "inactive":
                found |= self._awake(ask, [p for p in group if p.id not in keys])
            elif ground == "orders":
                found |= dict.fromkeys(guest_orders.newer(self._x, ask, group, keys, self._cutoff or review.EPOCH), why)
        return found

    def _ended_question(self, ground: str) -> sa.Select[Any] | None:
        """Return the question which of the accounts have this ground no longer; None when no account can have it."""
        if ground not in self._grounds:
            x = self._x
            row = x.start("customer")
            key, since = x.key("customer", row), self._cutoff or review.EPOCH
            if ground == "orders":
                test: Any = order_review.settled(x, key, since)
            else:  # a ground that this shop does not know holds never
                test = review.grounds_of(x, row, since, singly=True, named=True).get(ground)  # type: ignore[call-overload]
            ended = None if test is None else sa.case((test, 1), else_=0) == 0
            self._grounds[ground] = None if ended is None else sa.select(key).where(among(x, key), ended)
        return self._grounds[ground]

    def _awake(self, ask: Ask, guests: Sequence[Person]) -> dict[str, str]:
        """Return the guests who ordered or wrote since the list was made."""
        x = self._x
        if self._cutoff is None or not guests:
            return {}
        by_email: dict[str, list[str]] = defaultdict(list)
        for guest in guests:
            by_email[guest.normal].append(guest.id)
        found: dict[str, str] = {}
        for sign in x.layout.activity:
            aggregate = sign.source.aggregate if isinstance(sign.source, Source) else None
            if aggregate is None or aggregate.of is None or "email" not in aggregate.by:
                continue
            row = x.start(aggregate.entity)
            for owner in belonging.owners(x, aggregate.entity, row, "email"):
                since = x.between(aggregate.entity, row, aggregate.of, self._cutoff, None)
                asked = sa.select(owner.column).distinct().where(among(x, owner.column), *owner.tests, *since)
                forms = [f for e in by_email for f in x.forms(e, "email", owner.fold)]
                for line in ask(asked, bound(x, forms)):
                    found.update(dict.fromkeys(by_email.get(normal_email(codec.text(line[0])), []), ALIVE))
        return found

    def shared(self, ask: Ask, keys: Sequence[Any], emails: Iterable[str]) -> set[str]:
        """Return the e-mails that an account outside the chunk has too: rows that name only them are left alone.

        Of an account in the chunk `alone` need not be asked about; a guest's e-mail, or one of the list, does: it can
        be somebody's by now.
        """
        if not (wanted := sorted(emails)):
            return set()
        mine = set(keys)
        rows = ask(self._others, bound(self._x, wanted))
        return {normal_email(codec.text(row[1])) for row in rows if row[0] not in mine}

    def _others_question(self) -> sa.Select[Any]:
        x = self._x
        table = x.table(x.layout.customer.table)
        fields = x.layout.customer.fields
        name = "email_normal" if "email_normal" in fields else "email"
        column = x.value("customer", table, fields[name])
        folded: Element = column if name == "email_normal" else sa.func.lower(column)
        return sa.select(x.key("customer", table), folded).where(among(x, folded), *x.where("customer", table))

    def _kept_apart(self) -> bool:
        """Return whether the e-mail that is locked last is one that no other account can have."""
        x = self._x
        ref = x.layout.customer.fields.get("email_normal")
        return isinstance(ref, str) and unique.alone(x.table(x.layout.customer.table), ref)
