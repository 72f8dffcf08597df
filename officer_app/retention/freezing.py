"""Freezes accounts of a list into batches: looked at once more in small parts, then sealed in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from officer_app.base.change import Change
from officer_app.base.errors import Cancelled, KnownError
from officer_app.casebook import audit, cases
from officer_app.casebook.book import Casebook
from officer_app.policy.book import Book
from officer_app.retention import batch as rules
from officer_app.retention import marks, records, sizes
from officer_app.retention.batch import Batch, Limits
from officer_app.retention.looking import Looking
from officer_app.retention.old_orders import OldOrders
from officer_app.retention.own import Listed
from officer_app.retention.queue import Queue
from officer_app.retention.records import DESK, Chosen
from officer_app.retention.rules import ORDERS, REASONS, Candidate
from officer_app.shop import addressees, standing

Cancel = Callable[[], bool]
Progress = Callable[[int, int], None]
_PART = 500


class Freezing:
    """Makes batches; `limits` are the number and the share of all accounts above which a manager approves one."""

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], queue: Queue, old_orders: OldOrders,
        limits: Callable[[], tuple[int, float]],
    ) -> None:  # fmt: skip
        self._book, self._policy, self._queue, self._limits = book, policy, queue, limits
        self._old_orders, self._looking = old_orders, Looking(policy, queue)

    def freeze(self, chosen: Iterable[Candidate], most: int, progress: Progress, cancelled: Cancel) -> Change:
        """Freeze accounts into one batch for each reason; who cannot be erased now stays on the list.

        KnownError when nobody can, or when one batch would hold more than it may. Of `chosen` at most `most` are read.
        """
        own = self._queue.own(cancelled)
        groups: dict[str, list[Chosen]] = {}
        left: dict[str, int] = {}
        rest, done = iter(chosen), 0
        while part := list(islice(rest, min(_PART, most - done))):
            for one, ready in zip(part, self._ready(part, own, cancelled), strict=True):
                if isinstance(ready, str):
                    left[ready] = left.get(ready, 0) + 1
                else:
                    groups.setdefault(one.reason, []).append(ready)
            if cancelled():
                raise Cancelled
            done += len(part)
            progress(done, 0)
        if not groups:
            why = next(iter(left), "Choose at least one account.")
            raise KnownError(why)
        wanted = [reason for reason in (*REASONS, ORDERS) if reason in groups]
        for reason in wanted:
            sizes.need_room(reason, len(groups[reason]))
        references = [self._freeze(reason, groups[reason], progress, cancelled) for reason in wanted]
        frozen = sum(map(len, groups.values()))
        verb = "is" if len(references) == 1 else "are"
        news = f"{' and '.join(references)} {verb} frozen with {sizes.counted(frozen, *wanted)}."
        if left:
            news += f" Left out: {'; '.join(f'{number:,} ({why})' for why, number in left.items())}"
        return Change(DESK, tuple(references), news=news)

    def _ready(self, part: Sequence[Candidate], own: Listed, cancelled: Cancel) -> Iterator[Chosen | str]:
        """Return for each what is frozen, or why it cannot be."""
        look = self._looking
        old = [one.key for one in part if one.reason == ORDERS]
        orders, guests = self._old_orders.of(old, own, cancelled), self._old_orders.guests(old, cancelled)
        asked = [one.key for one in part if not one.guest and one.reason != ORDERS]
        found = look.standing(asked, own, cancelled)
        ready: list[Chosen | str] = []
        for one in part:
            if one.reason == ORDERS:
                ready.append(look.buyer(orders.get(one.key), guests.get(one.key, "")))
            else:
                ready.append(look.guest(one, own) if one.guest else look.account(one, found.get(one.key), own))
        named = iter(self._with_phones([one for one in ready if isinstance(one, Chosen)], cancelled))
        return (one if isinstance(one, str) else next(named) for one in ready)

    def _freeze(self, reason: str, chosen: list[Chosen], progress: Progress, cancelled: Cancel) -> str:
        shop = self._queue.connected()
        plan, effects = self._queue.preview((one.person for one in chosen), rules.scope_of(reason), cancelled)
        accounts, limits = standing.accounts(shop, cancelled=cancelled), Limits(*self._limits())
        with self._book.transaction("work") as tx:
            for at in range(0, len(chosen), _PART):
                people = [one.person for one in chosen[at : at + _PART]]
                taken = records.named(tx, [one.key for one in people if one.key], [one.email for one in people])
                if taken:
                    batch = next(iter(taken.values()))[0]
                    raise KnownError(f"An account is in batch {batch} already. Press F5 and choose again.")
            year = tx.now.astimezone(self._policy().zone).year
            reference = cases.open_case(tx, DESK, reason, rules.FROZEN, year, assignee=tx.actor.id)
            count, digest = records.freeze(tx, reference, chosen, progress, cancelled)
            lately = records.unapproved_since(tx, tx.now - timedelta(days=rules.PERIOD))
            made = Batch(
                reference=reference, ground=reason, state=rules.FROZEN, frozen=tx.now, author=tx.actor.id,
                members=count, accounts=accounts, digest=digest, limits=limits, lately=lately, plan=plan,
                effects=effects, assignee=tx.actor.id, guests=sum(not one.person.key for one in chosen),
            )  # fmt: skip
            records.add(tx, made)
            marks.put_into(tx, [one.mark for one in chosen if one.mark], reference)
            audit.append(tx, "batch frozen", reference, {"accounts": count, "reason": reason}, list=digest)
        return reference

    def _with_phones(self, chosen: Sequence[Chosen], cancelled: Cancel) -> list[Chosen]:
        """Return the people with phone and name: what is left of them afterwards is looked for by these too."""
        wanted = [one.person for one in chosen if one.person.ground != ORDERS]  # such an account stays what it is
        keys = [one.key for one in wanted if one.key]
        emails = [one.email for one in wanted if not one.key]
        known = addressees.of(self._queue.connected(), keys, emails, cancelled=cancelled)
        made = []
        for one in chosen:
            to = known.get(one.person.key or one.person.normal) if one.person.ground != ORDERS else None
            person = one.person if to is None else replace(one.person, phone=to.phone, name=to.name)
            made.append(replace(one, person=person))
        return made
