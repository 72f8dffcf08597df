"""Entering: which casebook, whether it is there, and opening it for a person."""

from dataclasses import dataclass
from pathlib import Path

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, backup, setup, staff, store
from officer_app.casebook.book import Casebook
from officer_app.casebook.kit import Kit
from officer_app.casebook.memory import Memory, default_casebook, state_folder
from officer_app.casebook.setup import First
from officer_app.letters import shop_facts
from officer_app.letters.shop_facts import ShopFacts
from officer_app.notices import kit as kit_sheet


@dataclass(frozen=True)
class Found:
    """The casebook the window was started on; `demo_passphrases` says where a demo's passphrases lie."""

    address: str
    there: bool
    demo_passphrases: tuple[Path, ...] = ()


@dataclass(frozen=True)
class NewCasebook:
    """What set-up asks: where, the shop's details, and the first person or two."""

    address: str
    facts: ShopFacts
    first: First
    second_name: str = ""
    second_sign_in: str = ""
    second_passphrase: str = ""


@dataclass(frozen=True)
class Sheets:
    """The two recovery kits as PDFs; they are shown once and kept nowhere."""

    first: bytes
    second: bytes


class Entry:
    """What the unlock screen and the set-up assistant do."""

    def __init__(self, address: str = "") -> None:
        self._address = address or str(default_casebook())

    def find(self) -> Found:
        """Return which casebook is opened and whether it is there."""
        file = store.place(self._address).file
        if file is None:
            return Found(self._address, True)
        beside = tuple(
            path for path in sorted(file.parent.glob("*.passphrase")) if (file.parent / "shop.sqlite").exists()
        )
        return Found(str(file), file.exists(), beside if file.exists() else ())

    def unlock(self, sign_in: str, passphrase: str, password: str = "") -> Casebook:
        """Open the casebook for a person; slow on purpose. KnownError in one sentence when it cannot be."""
        book = self._open(password)
        try:
            book.unlock(sign_in, passphrase)
        except BaseException:
            book.close()
            raise
        return book

    def recover(self, kit: str, sign_in: str, passphrase: str, password: str = "") -> Casebook:
        """Open the casebook with a recovery kit and give a person a new passphrase."""
        book = self._open(password)
        try:
            staff.recover(book, kit, sign_in, passphrase)
        except BaseException:
            book.close()
            raise
        return book

    def _open(self, password: str) -> Casebook:
        return Casebook.open(self._address, Memory(state_folder()), password=password or None)

    def create(self, wanted: NewCasebook, password: str = "") -> tuple[Casebook, Sheets]:
        """Make a casebook with its first people and return it with two recovery kits to print.

        KnownError before anything is made when the shop's details lack what every letter needs.
        """
        if wanted.facts.missing:
            raise KnownError(f"Enter {', '.join(wanted.facts.missing)}: every letter shows it.")
        book, kits = setup.create(wanted.address, Memory(state_folder()), wanted.first, password=password or None)
        with book.transaction("change settings") as tx:
            shop_facts.save(tx, wanted.facts)
            audit.append(tx, "shop details changed", details={"name": wanted.facts.name})
        if wanted.second_sign_in:
            staff.add(book, wanted.second_name, wanted.second_sign_in, ("officer",), wanted.second_passphrase)
        self._address = wanted.address
        return book, sheets(book, kits, wanted.facts)

    def restore(self, source: Path, address: str, sign_in: str, passphrase: str) -> Casebook:
        """Bring a casebook back from a backup into a new place."""
        book = backup.restore(source, address, Memory(state_folder()), sign_in, passphrase)
        self._address = address
        return book

    def confirm_kit(self, book: Casebook, typed: str) -> None:
        """Finish set-up: one kit typed back."""
        staff.confirm_kit(book, typed)


def sheets(book: Casebook, kits: tuple[Kit, Kit], facts: ShopFacts) -> Sheets:
    """Return the two recovery kits as PDF sheets."""

    def sheet(kit: Kit) -> bytes:
        return kit_sheet.render(
            kit=kit.id,
            groups=kit.groups,
            store=book.id,
            fingerprint=book.root,
            date=book.clock().date(),
            letterhead=facts.letterhead(),
            language=facts.language,
            demo=book.demo,
        )

    return Sheets(sheet(kits[0]), sheet(kits[1]))
