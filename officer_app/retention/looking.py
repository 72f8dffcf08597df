"""How accounts stand now: whether one can be frozen into a batch, and whether it still belongs into it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from officer_app.base.erasure import Person
from officer_app.notices.filling import shown_date
from officer_app.policy.book import Book
from officer_app.retention.own import Listed
from officer_app.retention.queue import Queue
from officer_app.retention.records import Chosen, Member
from officer_app.retention.rules import ORDERS, Candidate
from officer_app.shop import standing
from officer_app.shop.standing import Standing

Cancel = Callable[[], bool]


class Looking:
    """Looks at accounts with the shop's data and the casebook's together."""

    def __init__(self, policy: Callable[[], Book], queue: Queue) -> None:
        self._policy, self._queue = policy, queue

    def standing(self, keys: Sequence[str], own: Listed, cancelled: Cancel) -> Mapping[str, tuple[Standing, str]]:
        """Return how accounts stand now and what stands against erasing them, by key."""
        found = standing.of_keys(
            self._queue.connected(), keys, now=self._queue.now, inactive_days=self._queue.days, own=own.shop,
            cancelled=cancelled,
        )  # fmt: skip
        rows = [one.candidate for one in found.values()]
        blocks = self._queue.blocks(rows, own)
        return {row.key: (found[row.key], "; ".join(why)) for row, why in zip(rows, blocks, strict=True)}

    def account(self, one: Candidate, now: tuple[Standing, str] | None, own: Listed) -> Chosen | str:
        """Return an account as it is frozen, or why it cannot be."""
        if now is None:
            return "The account is not in the shop any more."
        known, blocks = now
        if one.why_not:
            return one.why_not
        if blocks:
            return f"Something stands against it: {blocks}."
        if one.reason not in known.reasons:
            return "It is not due for that reason any more. Press F5."
        row, mark = known.candidate, own.by_key.get(one.key)
        ground = "" if mark is not None and mark.ground == one.reason else one.reason
        person = Person("", row.key, row.email, "", row.name, ground)
        return Chosen(person, one.mark, self._day(one.since), f"{one.sign.meaning} {self._day(one.sign.at)}".strip())

    def buyer(self, now: Candidate | None, email: str) -> Chosen | str:
        """Return an account with old orders, or a guest with this e-mail, as it is frozen, or why it cannot be."""
        if now is None or (now.guest and not email):
            return "A newer order has to be kept, or the orders are anonymous already. Press F5."
        person = Person("", "", email, ground=ORDERS) if now.guest else Person("", now.key, ground=ORDERS)
        return now.why_not or Chosen(person, "", self._day(now.since), f"order {self._day(now.sign.at)}".strip())

    def guest(self, one: Candidate, own: Listed) -> Chosen | str:
        """Return somebody without an account as they are frozen, or why they cannot be."""
        mark = next((each for each in own.guests if each.id == one.mark), None)
        if mark is None:
            return "It is not on the list any more. Press F5."
        return one.why_not or Chosen(Person("", "", mark.email), mark.id, self._day(one.since), "")

    def why_out(
        self, one: Member, ground: str, found: Mapping[str, tuple[Standing, str]], standing_marks: set[str]
    ) -> str:
        """Return why an account of a batch must not be erased any more, or ""."""
        if one.mark and one.mark not in standing_marks:
            return "It was taken off the review list."
        if one.person is None or not one.person.key:
            return ""
        now = found.get(one.person.key)
        if now is None:
            return "The account is not in the shop any more."
        known, blocks = now
        if ground not in known.reasons:
            sign = known.candidate.activity
            if ground == "inactive" and sign.at is not None:
                day = sign.at.astimezone(self._policy().zone).date()
                return f"Active again: {sign.meaning} on {shown_date(day, 'en')}."
            return "The reason does not hold any more."
        return f"Now against it: {blocks}." if blocks else ""

    def why_kept(self, one: Member, now: Mapping[str, Candidate]) -> str:
        """Return why the orders of an account or guest of a batch must be kept longer, or ""."""
        row = now.get(one.person.key or one.person.normal) if one.person is not None else None
        if row is None:
            return "A newer order has to be kept, or the orders are anonymous already."
        return f"Now against it: {'; '.join(row.blocks)}." if row.blocks else ""

    def _day(self, at: datetime | None) -> str:
        """Return the day of an instant in the shop's zone, as the list and the letters say it; "" without one."""
        return "" if at is None else at.astimezone(self._policy().zone).date().isoformat()
