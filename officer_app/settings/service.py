"""The settings' use cases: the shop's details, its connection, the rules in force, and the window."""

from collections.abc import Callable, Mapping
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, settings
from officer_app.casebook.book import Casebook
from officer_app.letters import shop_facts
from officer_app.letters.shop_facts import ShopFacts
from officer_app.notices import pdf
from officer_app.notices.document import Document, Span, Text, Words
from officer_app.policy.book import Book
from officer_app.settings.connecting import Connecting, ShopConnection
from officer_app.settings.rules_in_force import POLICY, Rules
from officer_app.settings.signing import Signing
from officer_app.settings.writing import Writing
from officer_app.shop import check
from officer_app.shop.connection import Shop

_IDLE = "idle"
SHORTEST, USUAL, LONGEST = 1, 5, 60


class Settings:
    """What the settings room does; `policy_changed` and `shop_changed` tell the house."""

    def __init__(
        self,
        book: Casebook,
        policy: Callable[[], Book],
        policy_changed: Callable[[], None],
        shop_changed: Callable[[ShopConnection], None],
        shop: Callable[[], Shop | None] = lambda: None,
    ) -> None:
        self._book = book
        self.connecting = Connecting(book, shop_changed)
        self.writing = Writing(book, self.connecting, shop)
        self.rules = Rules(book, policy, policy_changed)
        self.signing = Signing(book)

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
        if facts.missing:
            return Change("settings", news=f"Saved. Before the first letter, enter {', '.join(facts.missing)} too.")
        return Change("settings", news="Saved. Every new letter carries these details.")

    def letterhead_preview(self, facts: ShopFacts) -> bytes:
        """Return a sheet that shows the letterhead as every letter will carry it."""
        head = facts.letterhead()
        sample = Document(
            kind="sample",
            language=facts.language,
            sheet="letter",
            text_version="",
            number="N-2026-0001",
            letterhead=head,
            subject="This is how your letters look",
            blocks=(Text((Span("Name, address and contact stand on every letter as they are entered here."),)),),
            words=Words(number="Number", enclosures="Enclosures", page="Page {page} of {pages}"),
            info=(("Reference", "C-2026-0001"), ("Contact", head.contact)),
            recipient=("Recipient", "1 Example Street", "10000 Example Town"),
            signatures=(facts.signatory or facts.contact,) if facts.signatory or facts.contact else (),
        )
        return pdf.render(sample, demo=self._book.demo)

    # --- the connection ---

    def connection(self) -> ShopConnection | None:
        """Return the saved connection, or None."""
        return self.connecting.saved()

    def open_shop(self, connection: ShopConnection) -> Shop:
        """Connect; KnownError says in one sentence why not."""
        return self.connecting.open(connection)

    def check_saved(self, profile: str = "") -> check.Report:
        """Test the saved connection, with another profile if one is named."""
        return self.connecting.check_saved(profile)

    # --- the policy ---

    def load_policy(self, stored: Mapping[str, Any]) -> Book:
        """Return the book of the packs that the stored choice names; it starts in any case."""
        return self.rules.load(stored)

    # --- the window ---

    def idle_minutes(self) -> int:
        """Return after how many minutes without a key or a click the window locks itself."""
        with self._book.reading() as tx:
            stored = settings.get(tx, _IDLE)
        return int(stored.get("minutes", USUAL))

    def save_idle_minutes(self, minutes: int) -> Change:
        """Set when every window on this casebook locks itself."""
        if not SHORTEST <= minutes <= LONGEST:
            raise KnownError(f"Choose {SHORTEST} to {LONGEST} minutes.")
        with self._book.transaction("change settings") as tx:
            settings.put(tx, _IDLE, {"minutes": minutes})
            audit.append(tx, "idle lock changed", minutes=minutes)
        return Change("settings", news=f"Saved. From the next unlock the window locks after {minutes} min.")


__all__ = ["POLICY", "Settings", "ShopConnection"]
