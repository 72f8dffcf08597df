"""The connection to the shop's database: tested line by line, saved with its password out of every file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, settings
from officer_app.casebook.book import Casebook
from officer_app.shop import check, profile, secrets
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect

_NAME = "connection"
DEMO = "A demo is connected to its own shop and to no other. Set up a casebook of your own to connect your shop."

Cancel = Callable[[], bool]


@dataclass(frozen=True)
class ShopConnection:
    """Which shop database, by which account; the password is in the OS keyring or sealed in the casebook."""

    address: Address
    password: str = ""


@dataclass(frozen=True)
class ProfileChoice:
    """A shop profile that can be chosen, with the engines it is made for."""

    id: str
    title: str
    engines: tuple[str, ...]


class Connecting:
    """What the connection assistant does; `shop_changed` tells the house."""

    def __init__(self, book: Casebook, shop_changed: Callable[[ShopConnection], None]) -> None:
        self._book, self._shop_changed = book, shop_changed

    @property
    def fixed(self) -> str:
        """Return why the connection cannot be changed here, or ""."""
        return DEMO if self._book.demo else self._book.read_only

    def profiles(self) -> tuple[ProfileChoice, ...]:
        """Return the shipped shop profiles."""
        found = (profile.load(name) for name in profile.names())
        return tuple(ProfileChoice(one.id, one.title, tuple(one.base["profile"]["engines"])) for one in found)

    def no_keyring(self) -> str:
        """Return why the password cannot go to the computer's keyring, "" when it can."""
        return secrets.unavailable()

    def saved(self) -> ShopConnection | None:
        """Return the saved connection, or None; a demo knows its own shop only."""
        if self._book.demo:
            return self._demo()
        with self._book.reading() as tx:
            stored = settings.get(tx, _NAME)
        if not stored:
            return None
        address = Address.from_settings(stored["address"])
        sealed = stored.get("password")
        if sealed is None:
            sealed = secrets.load(address)
        if sealed is None:
            raise KnownError(
                "The shop's password is not in this computer's keyring. Enter it under Settings, Shop connection."
            )
        return ShopConnection(address, str(sealed))

    def saved_address(self) -> Address | None:
        """Return where the saved connection leads, also when its password is not at hand."""
        if self._book.demo:
            return self._demo().address
        with self._book.reading() as tx:
            stored = settings.get(tx, _NAME)
        return Address.from_settings(stored["address"]) if stored else None

    def _demo(self) -> ShopConnection:
        file = self._book.where.file
        if file is None:
            raise KnownError("A demo casebook is a file; make a new demo.")
        return ShopConnection(Address(engine="sqlite", path=str(file.with_name("shop.sqlite")), profile="native"))

    def open(self, connection: ShopConnection) -> Shop:
        """Connect; KnownError says in one sentence why not."""
        return connect(connection.address, connection.password, profile.load(connection.address.profile))

    def with_kept_password(self, connection: ShopConnection) -> ShopConnection:
        """Return the connection with the saved password when none was typed and it leads to the very same account."""
        known = self.saved_address()
        wanted = connection.address
        if connection.password or known is None or wanted.engine == "sqlite":
            return connection
        if secrets.account(known) != secrets.account(wanted):
            return connection  # a password never goes to another server than it was given for
        saved = self.saved()
        return replace(connection, password=saved.password) if saved is not None else connection

    def test(self, connection: ShopConnection, cancelled: Cancel | None = None) -> check.Report:
        """Test address, encryption, privileges and profile against the live database, with ten masked rows."""
        shop = self.open(connection)
        try:
            return check.run(shop, cancelled=cancelled)
        finally:
            shop.close()

    def check_saved(self, profile_name: str = "") -> check.Report:
        """Test the saved connection, with another profile if one is named."""
        connection = self.saved()
        if connection is None:
            raise KnownError("No shop is connected. Connect it under Settings, Shop connection.")
        if profile_name:
            connection = replace(connection, address=replace(connection.address, profile=profile_name))
        return self.test(connection)

    def save(self, connection: ShopConnection, *, keyring: bool) -> Change:
        """Save the connection; the password goes to the OS keyring, or sealed into the casebook, never into a file."""
        if self._book.demo:
            raise KnownError(DEMO)
        self._book.require("change settings")
        self.open(connection).close()
        stored: dict[str, Any] = {"address": connection.address.settings()}
        if keyring and connection.password:
            secrets.store(connection.address, connection.password)
        else:
            stored["password"] = connection.password
        with self._book.transaction("change settings") as tx:
            settings.put(tx, _NAME, stored)
            where = "keyring" if "password" not in stored else "casebook"
            audit.append(tx, "shop connection changed", details={"to": connection.address.title, "password": where})
        self._shop_changed(connection)
        return Change("settings", news="Saved. The shop is connected.")
