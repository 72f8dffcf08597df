"""How many accounts one batch may hold, and how numbers of accounts and of notices are said."""

from collections.abc import Sequence
from typing import Final

from officer_app.base.errors import KnownError
from officer_app.retention.rules import ORDERS

MOST: Final = 100_000
"""Accounts in one batch; the rest stays on the list for the next one."""
MOST_ASKED: Final = 10_000
"""Accounts in one batch of those who asked for it: each of them gets a letter with a number of its own."""


def most_of(ground: str) -> int:
    """Return how many accounts one batch of a ground may hold."""
    return MOST_ASKED if ground == "cancel" else MOST


def too_many(most: int) -> str:
    """Return the sentence that says that one batch cannot hold so many."""
    return (f"At most {most:,} accounts go into one batch. Freeze that many, then freeze again: whoever is in a batch "
            "already is not chosen twice.")  # fmt: skip


def need_room(ground: str, number: int) -> None:
    """KnownError when one batch of a ground cannot hold so many accounts."""
    if number > most_of(ground):
        raise KnownError(too_many(most_of(ground)))


def accounts(number: int) -> str:
    """Return a number of accounts in words."""
    return "1 account" if number == 1 else f"{number:,} accounts"


def counted(number: int, *grounds: str) -> str:
    """Return a number of members of batches in words: old orders are of customers, some of whom have no account."""
    if ORDERS in grounds:
        return "1 customer" if number == 1 else f"{number:,} customers"
    return accounts(number)


def shown(numbers: Sequence[str]) -> str:
    """Return numbers of notices that follow each other as an officer reads them."""
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
