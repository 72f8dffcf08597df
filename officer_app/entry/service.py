"""Entering: which casebook, whether it is there, opening it for a person, making it, bringing it back."""

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, backup, people, setup, staff, store, unlocking
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory, default_casebook, state_folder
from officer_app.casebook.setup import First
from officer_app.entry import passwords
from officer_app.entry.sheets import Sheets, grouped, sheets, try_out
from officer_app.letters import shop_facts
from officer_app.letters.shop_facts import ShopFacts

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


class Refused(KnownError):
    """A wrong sign-in; the next try must wait `seconds`."""

    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds


@dataclass(frozen=True)
class Found:
    """The casebook the window was started on.

    `server`: it lies in PostgreSQL; `asks_password`: whose password is not in the keyring. `demo_passphrases` says
    where a demo's passphrases lie.
    """

    address: str
    there: bool
    server: bool = False
    asks_password: bool = False
    demo_passphrases: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Greeting:
    """What a person must know before the desks: all empty for a usual day.

    `read_only` says why nothing can be changed; `fingerprint` is the first manager's, shown where this computer sees
    the casebook for the first time; `kits_missing`: no recovery kit in force was typed back, and this is a manager.
    """

    read_only: str = ""
    may_continue: bool = False
    fingerprint: str = ""
    kits_missing: bool = False

    @property
    def silent(self) -> bool:
        """Return whether there is nothing to say."""
        return not (self.read_only or self.fingerprint or self.kits_missing)


@dataclass(frozen=True)
class NewCasebook:
    """What set-up asks: where, the shop's details, and the first person or two."""

    address: str
    facts: ShopFacts
    first: First
    second_name: str = ""
    second_sign_in: str = ""
    second_passphrase: str = ""


class Entry:
    """What the unlock screen and the set-up assistant do."""

    def __init__(self, address: str = "") -> None:
        self._address = address or str(default_casebook())
        self._seen_here = True

    def find(self) -> Found:
        """Return which casebook is opened and whether it is there."""
        file = store.place(self._address).file
        if file is None:
            return Found(self._address, True, server=True, asks_password=not passwords.kept(self._address))
        beside = tuple(
            path for path in sorted(file.parent.glob("*.passphrase")) if (file.parent / "shop.sqlite").exists()
        )
        return Found(str(file), file.exists(), demo_passphrases=beside if file.exists() else ())

    # --- opening ---

    def unlock(self, sign_in: str, passphrase: str, password: str = "", *, keep: bool = False) -> Casebook:
        """Open the casebook for a person; slow on purpose.

        KnownError in one sentence when it cannot be, Refused when the next try must wait. `keep` puts the server's
        password into the keyring once it was right.
        """
        book = self._open(password)
        self._seen_here = book.memory.head(book.id) is not None
        try:
            book.unlock(sign_in, passphrase)
        except KnownError as error:
            wait = unlocking.pause(book.id, book.directory(), book.memory, book.clock(), sign_in).total_seconds()
            book.close()
            if wait > 0:
                raise Refused(str(error), math.ceil(wait)) from error
            raise
        except BaseException:
            book.close()
            raise
        if keep:
            with suppress(KnownError):  # the casebook is open; the password is asked for again next time
                passwords.keep(self._address, password)
        return book

    def greeting(self, book: Casebook) -> Greeting:
        """Return what the person who just opened the casebook must know first."""
        manager = people.may(book.actor, "manage people")
        return Greeting(
            read_only=book.read_only,
            may_continue=book.older and people.may(book.actor, "continue a restored casebook"),
            fingerprint="" if self._seen_here or book.demo else grouped(book.root),
            kits_missing=manager and not book.read_only and not book.demo and not staff.kit_confirmed(book),
        )

    def continue_restored(self, book: Casebook) -> None:
        """Go on with an older copy; a manager's signed entry says so."""
        backup.continue_restored(book)

    def recover(self, kit: str, sign_in: str, passphrase: str, password: str = "") -> Casebook:
        """Open the casebook with a recovery kit and give a person a new passphrase."""
        book = self._open(password)
        self._seen_here = book.memory.head(book.id) is not None
        try:
            staff.recover(book, kit, sign_in, passphrase)
        except BaseException:
            book.close()
            raise
        return book

    def _open(self, password: str) -> Casebook:
        known = password or passwords.kept(self._address)
        return Casebook.open(self._address, Memory(state_folder()), password=known or None)

    # --- making ---

    def check_place(self, address: str) -> None:
        """Refuse a place where no new casebook can be, before more is asked; KnownError says why."""
        file = store.place(address).file
        if file is not None and file.exists():
            raise KnownError(f"There is a file at {file} already. Choose another name, or open that casebook.")

    def check_people(self, wanted: NewCasebook) -> None:
        """Refuse names and passphrases that will not do, before anything is made."""
        people.check_names(wanted.first.name, wanted.first.sign_in)
        people.check_passphrase(wanted.first.passphrase, wanted.first.name, wanted.first.sign_in)
        if wanted.second_sign_in:
            people.check_names(wanted.second_name, wanted.second_sign_in)
            people.check_passphrase(wanted.second_passphrase, wanted.second_name, wanted.second_sign_in)
            if people.normal_sign_in(wanted.second_sign_in) == people.normal_sign_in(wanted.first.sign_in):
                raise KnownError("Both people have the same sign-in name. Choose another one for the second.")

    def create(self, wanted: NewCasebook, password: str = "", *, keep: bool = False) -> tuple[Casebook, Sheets]:
        """Make a casebook with its first people and return it with two recovery kits to print.

        KnownError before anything is made when the shop's details lack what every letter needs, or a person will not
        do.
        """
        try_out(wanted.facts)
        self.check_people(wanted)
        book, kits = setup.create(wanted.address, Memory(state_folder()), wanted.first, password=password or None)
        try:
            with book.transaction("change settings") as tx:
                shop_facts.save(tx, wanted.facts)
                audit.append(tx, "shop details changed", details={"name": wanted.facts.name})
            if wanted.second_sign_in:
                staff.add(book, wanted.second_name, wanted.second_sign_in, ("officer",), wanted.second_passphrase)
            made = sheets(book, kits, wanted.facts)
        except BaseException:
            book.close()
            raise
        self._address = wanted.address
        if keep:
            with suppress(KnownError):
                passwords.keep(wanted.address, password)
        return book, made

    def new_kits(self, book: Casebook) -> Sheets:
        """Replace the recovery kits of an open casebook."""
        with book.reading() as tx:
            facts = shop_facts.load(tx)
        try_out(facts)
        return sheets(book, staff.new_kits(book), facts)

    def confirm_kit(self, book: Casebook, typed: str) -> None:
        """Finish set-up: one kit typed back."""
        staff.confirm_kit(book, typed)

    # --- bringing back ---

    def restore(
        self,
        source: Path,
        address: str,
        sign_in: str,
        passphrase: str,
        *,
        kit: str = "",
        password: str = "",
        progress: Progress = lambda _done, _total: None,
        cancelled: Cancel = lambda: False,
    ) -> Casebook:
        """Bring a casebook back from a backup into a new place and open it.

        With the text of a recovery kit, `passphrase` is the person's new one.
        """
        memory = Memory(state_folder())
        self._seen_here = memory.head(backup.heading(source).store) is not None
        if not kit:
            book = backup.restore(
                source, address, memory, sign_in, passphrase, password=password or None, progress=progress,
                cancelled=cancelled,
            )  # fmt: skip
        else:
            book = backup.restore(
                source, address, memory, kit=kit, password=password or None, progress=progress, cancelled=cancelled
            )
            try:
                staff.recover(book, kit, sign_in, passphrase)
            except BaseException:
                book.close()
                raise
        self._address = address
        return book


__all__ = ["Entry", "First", "Found", "Greeting", "NewCasebook", "Refused", "Sheets", "ShopFacts"]
