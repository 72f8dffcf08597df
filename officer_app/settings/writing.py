"""The account that may erase in the shop's database: its own, off until switched on, tested like the reading one."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, settings
from officer_app.casebook.book import Casebook
from officer_app.casebook.people import may
from officer_app.settings.connecting import Connecting
from officer_app.shop import erasure, secrets
from officer_app.shop.connection import Shop

_NAME, _LIMITS = "erasing", "retention limits"
NUMBER, SHARE = 100, 1
"""Above so many accounts, or percent of all accounts, a manager approves an erasure where nobody set it otherwise."""
OFF = "Erasing is switched off. Switch it on under Settings, Erasing, with a database account of its own."


@dataclass(frozen=True)
class Eraser:
    """Whether erasing is switched on, and by which database account ("" where the shop is a file)."""

    on: bool = False
    user: str = ""


class Writing:
    """Keeps the account; `shop` gives the connected shop or None."""

    def __init__(self, book: Casebook, connecting: Connecting, shop: Callable[[], Shop | None]) -> None:
        self._book, self._connecting, self._shop = book, connecting, shop

    def current(self) -> Eraser:
        """Return what is set."""
        with self._book.reading() as tx:
            stored = settings.get(tx, _NAME)
        return Eraser(bool(stored.get("on")), str(stored.get("user", "")))

    def limits(self) -> tuple[int, float]:
        """Return above how many accounts, and above which share of all in percent, a manager approves an erasure."""
        with self._book.reading() as tx:
            stored = settings.get(tx, _LIMITS)
        return int(stored.get("number", NUMBER)), float(stored.get("share", SHARE))

    def save_limits(self, number: int, share: float) -> Change:
        """Set when a manager approves; batches that are frozen already keep theirs.

        Anybody may make it stricter. Only a manager makes it looser: else whom it binds would lift it.
        """
        if number < 0 or not 0 <= share <= 100:
            raise KnownError("Enter a number of accounts from 0, and a share from 0 to 100 percent.")
        known = self.limits()
        if (number > known[0] or share > known[1]) and not may(self._book.actor, "approve"):
            raise KnownError("Only a manager can let more be erased without approval. Ask one to sign in and set it.")
        with self._book.transaction("change settings") as tx:
            settings.put(tx, _LIMITS, {"number": number, "share": share})
            audit.append(tx, "erasure limits changed", number=number, share=str(share))
        return Change("settings", news="Saved. Batches frozen from now on follow it.")

    @property
    def needs_account(self) -> bool:
        """Whether the shop is a server, which wants an account and a password."""
        address = self._connecting.saved_address()
        return address is not None and address.engine != "sqlite"

    def saved(self) -> tuple[str, str]:
        """Return user and password of the account that may erase; KnownError while erasing is switched off."""
        with self._book.reading() as tx:
            stored = settings.get(tx, _NAME)
        if not stored.get("on"):
            raise KnownError(OFF)
        user, sealed = str(stored.get("user", "")), stored.get("password")
        if sealed is None and user:
            address = self._connecting.saved_address()
            sealed = secrets.load(replace(address, user=user)) if address is not None else None
            if sealed is None:
                raise KnownError(
                    "The password of the erasing account is not in this computer's keyring. Enter it under Settings, "
                    "Erasing."
                )
        return user, str(sealed or "")

    def test(self, user: str, password: str) -> str:
        """Connect by the account and check the erase plan; return in a sentence that it works.

        KnownError says what does not: no shop, wrong password, a profile that does not write, a plan that does not fit.
        """
        shop = self._shop()
        if shop is None:
            raise KnownError("Connect the shop first, under Settings, Shop connection.")
        if self.needs_account and user.strip() == shop.address.user:
            raise KnownError("This is the account that reads. Use one of its own for erasing, which nothing else uses.")
        if not password and self.current().user == user.strip() and self.current().on:
            password = self.saved()[1]
        erasure.connect(shop, user.strip(), password).close()
        return "The account works, and the erase plan fits the shop's tables."

    def switch_on(self, user: str, password: str, *, keyring: bool) -> Change:
        """Switch erasing on with an account that was tested; the password goes to the keyring, or sealed here."""
        self._book.require("change settings")
        known = self.current()
        if not password and known.on and known.user == user.strip():
            password = self.saved()[1]
        self.test(user, password)
        stored: dict[str, object] = {"on": True, "user": user.strip()}
        address = self._connecting.saved_address()
        if keyring and password and address is not None:
            secrets.store(replace(address, user=user.strip()), password)
        else:
            stored["password"] = password
        with self._book.transaction("change settings") as tx:
            settings.put(tx, _NAME, stored)
            where = "keyring" if "password" not in stored else "casebook"
            audit.append(tx, "erasing switched on", details={"user": user.strip(), "password": where})
        return Change("settings", news="Erasing is switched on. Every batch is still decided one by one.")

    def switch_off(self) -> Change:
        """Switch erasing off and forget the account."""
        known, address = self.current(), self._connecting.saved_address()
        with self._book.transaction("change settings") as tx:
            settings.put(tx, _NAME, {"on": False})
            audit.append(tx, "erasing switched off")
        if known.user and address is not None:
            secrets.forget(replace(address, user=known.user))
        return Change("settings", news="Erasing is switched off.")
