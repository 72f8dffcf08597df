"""Who may be affected, as the officer asks it: one question, and what is added to it or taken away from it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from officer_app.base.errors import KnownError
from officer_app.notices.filling import shown_date
from officer_app.shop.affected import Filter

Op = Literal["plus", "minus"]
BATCH = 5_000
"""Numbers of orders in one question to the shop; more are asked in turn."""


@dataclass(frozen=True)
class Asked:
    """Who may be affected, as the officer asks it; days are whole days of the shop's zone, both included.

    `pasted` holds customer numbers and e-mails in any order, `orders` numbers of orders, both parted by white space,
    commas or semicolons; `product` are words in the title of something ordered. Nothing given asks for everybody.
    """

    created_from: date | None = None
    created_to: date | None = None
    ordered_from: date | None = None
    ordered_to: date | None = None
    active_from: date | None = None
    active_to: date | None = None
    country: str = ""
    state: str = ""
    has_password: bool | None = None
    pasted: str = ""
    product: str = ""
    orders: str = ""

    def named(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the pasted customer numbers and e-mails, each once."""
        words = _parted(self.pasted)
        return tuple(w for w in words if "@" not in w), tuple(w for w in words if "@" in w)

    def filters(self, zone: tzinfo) -> Iterator[Filter]:
        """Yield the questions to the shop; whoever one of them finds is meant."""
        keys, emails = self.named()
        orders = _parted(self.orders)
        for first, last in ((self.created_from, self.created_to), (self.ordered_from, self.ordered_to),
                            (self.active_from, self.active_to)):  # fmt: skip
            if first is not None and last is not None and first > last:
                raise KnownError("A first day lies after its last day, so nobody would be found. Check the days.")
        whole = Filter(
            _start(self.created_from, zone), _end(self.created_to, zone), _start(self.ordered_from, zone),
            _end(self.ordered_to, zone), _start(self.active_from, zone), _end(self.active_to, zone),
            self.country.strip().upper(), self.state.strip(), self.has_password, keys, emails,
            product=self.product.strip(),
        )  # fmt: skip
        for start in range(0, max(len(orders), 1), BATCH):
            yield replace(whole, orders=orders[start : start + BATCH])

    def words(self) -> str:
        """Return the question in words, for the list and the register."""
        parts = []
        for title, first, last in (
            ("created", self.created_from, self.created_to),
            ("ordered", self.ordered_from, self.ordered_to),
            ("active", self.active_from, self.active_to),
        ):
            if first or last:
                since = f" from {shown_date(first, 'en')}" if first else ""
                until = f" to {shown_date(last, 'en')}" if last else ""
                parts.append(f"{title}{since}{until}")
        if self.country.strip():
            parts.append(f"country {self.country.strip().upper()}")
        if self.state.strip():
            parts.append(f"state {self.state.strip()}")
        if self.has_password is not None:
            parts.append("with a password" if self.has_password else "without a password")
        if self.product.strip():
            parts.append(f"ordered {self.product.strip()}")
        if orders := _parted(self.orders):
            parts.append(_counted(len(orders), "number of an order", "numbers of orders"))
        keys, emails = self.named()
        if keys or emails:
            named = ((len(keys), "pasted number", "pasted numbers"), (len(emails), "pasted e-mail", "pasted e-mails"))
            parts.append(", ".join(_counted(*each) for each in named if each[0]))
        return "; ".join(parts) or "everybody"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _parted(text: str) -> tuple[str, ...]:
    words = (word.strip("<>\"'") for word in re.split(r"[\s,;]+", text))
    return tuple(dict.fromkeys(word for word in words if word))


def _start(day: date | None, zone: tzinfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)


def _end(day: date | None, zone: tzinfo) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), zone)


@dataclass(frozen=True)
class Selection:
    """Questions in turn: the first finds, each further one adds whom it finds ("plus") or takes them away ("minus").

    `only` are the categories of data that the list is about; none: those of the incident.
    """

    parts: tuple[tuple[Op, Asked], ...]
    only: tuple[str, ...] = ()

    @classmethod
    def of(cls, asked: "Asked | Selection") -> "Selection":
        """Return one question as a selection."""
        return asked if isinstance(asked, Selection) else cls((("plus", asked),))

    def also(self, op: Op, asked: Asked) -> "Selection":
        """Return this with one more question."""
        if len(self.parts) == 20:
            raise KnownError("Twenty questions are enough for one list. Freeze it, and make a supplement.")
        return replace(self, parts=(*self.parts, (op, asked)))

    @property
    def simple(self) -> bool:
        """Whether one question to the shop finds everybody, so that the shop can count them."""
        return len(self.parts) == 1 and len(_parted(self.parts[0][1].orders)) <= BATCH

    def words(self) -> str:
        """Return the questions in words, for the list and the register."""
        said = self.parts[0][1].words()
        for op, asked in self.parts[1:]:
            said += f", {'and also' if op == 'plus' else 'but not'}: {asked.words()}"
        return said
