"""What retention, the casebook and the shop say to each other about people who are to be erased."""

from dataclasses import dataclass
from typing import Literal

from officer_app.base.person import normal_email

Scope = Literal["account", "orders"]
"""Two plans with periods of their own: the account, and later the kept copies in its orders."""
Outcome = Literal["erased", "skipped", "failed", "unknown"]
"""What became of a person: erased; left out for a reason; refused by the database; changed by others meanwhile."""


@dataclass(frozen=True)
class Person:
    """One person to erase, as the list was frozen.

    `id` names the row of the list; `key` is the customer's key, "" for a guest, who then has an e-mail. `ground` is the
    shop's own reason that has to hold still when the person is erased ("inactive", "cancel", "false", "rule-breaking"),
    "" when the casebook decided it.
    """

    id: str
    key: str
    email: str = ""
    phone: str = ""
    name: str = ""
    ground: str = ""

    @property
    def normal(self) -> str:
        """Return the e-mail in its normal form, "" without one."""
        # Kept by hand: before Python 3.12 functools.cached_property takes a lock for each of a hundred thousand people.
        known: str | None = self.__dict__.get("_normal")
        if known is None:
            known = self.__dict__["_normal"] = normal_email(self.email)
        return known
