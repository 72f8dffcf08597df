"""The settings' use cases: the shop's details, the connection to its database, the policy packs in force."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, settings
from officer_app.casebook.book import Casebook
from officer_app.letters import shop_facts
from officer_app.letters.shop_facts import ShopFacts
from officer_app.policy.book import Book
from officer_app.policy.calendar import HolidayChange
from officer_app.shop import check, profile, secrets
from officer_app.shop.address import Address
from officer_app.shop.connection import Shop, connect

POLICY, CONNECTION = "policy", "connection"


@dataclass(frozen=True)
class ShopConnection:
    """Which shop database, by which account; the password is in the OS keyring or sealed in the casebook."""

    address: Address
    password: str = ""


@dataclass(frozen=True)
class PolicyChoice:
    """Which packs are on, for which country and zone, with the shop's own holidays."""

    packs: tuple[str, ...] = ("shop-policy",)
    country: str = "VN"
    zone: str = "Asia/Ho_Chi_Minh"
    holidays: tuple[HolidayChange, ...] = ()


class Settings:
    """What the settings room does; `policy_changed` and `shop_changed` tell the house."""

    def __init__(
        self, book: Casebook, policy_changed: Callable[[], None], shop_changed: Callable[[ShopConnection], None]
    ) -> None:
        self._book, self._policy_changed, self._shop_changed = book, policy_changed, shop_changed

    # --- the shop's details ---

    def shop_facts(self) -> ShopFacts:
        """Return the shop's details."""
        with self._book.reading() as tx:
            return shop_facts.load(tx)

    def save_shop_facts(self, facts: ShopFacts) -> Change:
        """Save the shop's details; they are on every letter issued from now on."""
        with self._book.transaction("change settings") as tx:
            shop_facts.save(tx, facts)
            audit.append(tx, "shop details changed", details={"name": facts.name})
        return Change("settings", news="Saved. Every new letter carries these details.")

    # --- the connection ---

    def connection(self) -> ShopConnection | None:
        """Return the saved connection, or None; a demo knows its own shop only."""
        if self._book.demo:
            return self._demo_connection()
        with self._book.reading() as tx:
            stored = settings.get(tx, CONNECTION)
        if not stored:
            return None
        address = Address.from_settings(stored["address"])
        password = stored.get("password")
        return ShopConnection(address, secrets.read(self._account(address)) if password is None else str(password))

    def _demo_connection(self) -> ShopConnection:
        file = self._book.where.file
        if file is None:
            raise KnownError("A demo casebook is a file; make a new demo.")
        return ShopConnection(Address(engine="sqlite", path=str(file.with_name("shop.sqlite")), profile="native"))

    def _account(self, address: Address) -> str:
        return f"{self._book.id}/{address.user}@{address.title}"

    def open_shop(self, connection: ShopConnection) -> Shop:
        """Connect; KnownError says in one sentence why not."""
        return connect(connection.address, connection.password, profile.load(connection.address.profile))

    def test_connection(self, connection: ShopConnection) -> check.Report:
        """Test address, encryption, privileges and profile against the live database, with ten masked rows."""
        shop = self.open_shop(connection)
        try:
            return check.run(shop)
        finally:
            shop.close()

    def save_connection(self, connection: ShopConnection, *, keyring: bool) -> Change:
        """Save the connection; the password goes to the OS keyring, or sealed into the casebook, never into a file."""
        if self._book.demo:
            raise KnownError("A demo is connected to its own shop and to no other. Set up a casebook of your own.")
        self.open_shop(connection).close()
        stored: dict[str, Any] = {"address": connection.address.settings()}
        if keyring:
            secrets.store(self._account(connection.address), connection.password)
        else:
            stored["password"] = connection.password
        with self._book.transaction("change settings") as tx:
            settings.put(tx, CONNECTION, stored)
            audit.append(tx, "shop connection changed", details={"to": connection.address.title})
        self._shop_changed(connection)
        return Change("settings", news="Saved. The shop is connected.")

    # --- the policy ---

    def policy_choice(self) -> PolicyChoice:
        """Return which packs are on."""
        with self._book.reading() as tx:
            return _choice(settings.get(tx, POLICY))

    def load_policy(self, stored: Mapping[str, Any]) -> Book:
        """Return the book of the packs that the stored choice names."""
        choice = _choice(stored)
        return Book.load(choice.packs, country=choice.country, zone=choice.zone or None, extra_holidays=choice.holidays)

    def save_policy(self, choice: PolicyChoice) -> Change:
        """Switch packs on or off; stored due dates stay as they are until the officer moves them with a reason."""
        stored = _stored(choice)
        self.load_policy(stored)
        with self._book.transaction("change settings") as tx:
            settings.put(tx, POLICY, stored)
            audit.append(tx, "policy changed", details={"to": ", ".join(choice.packs)})
        self._policy_changed()
        return Change("settings", news="Saved. New cases follow these rules; stored due dates did not move.")


def _choice(stored: Mapping[str, Any]) -> PolicyChoice:
    if not stored:
        return PolicyChoice()
    days = tuple(HolidayChange(**{**one, "day": date.fromisoformat(one["day"])}) for one in stored["holidays"])
    return PolicyChoice(tuple(stored["packs"]), stored["country"], stored["zone"], days)


def _stored(choice: PolicyChoice) -> dict[str, Any]:
    days = [
        {"country": one.country, "day": one.day.isoformat(), "name": one.name, "working": one.working,
         "source": one.source, "verified": one.verified}
        for one in choice.holidays
    ]  # fmt: skip
    return {"packs": list(choice.packs), "country": choice.country, "zone": choice.zone, "holidays": days}
