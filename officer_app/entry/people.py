"""The people of a casebook: who they are, what may be done with them, and the recovery kits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from officer_app.base.change import Change
from officer_app.base.steps import Step
from officer_app.casebook import people, staff
from officer_app.casebook.book import Casebook
from officer_app.entry.sheets import Sheets, sheets, try_out
from officer_app.letters.shop_facts import ShopFacts

_ONLY_MANAGER = "Only a manager may do this."


@dataclass(frozen=True)
class Row:
    """One person as the list shows them; `until` is when their access ended."""

    id: str
    name: str
    sign_in: str
    roles: tuple[str, ...]
    since: datetime
    until: datetime | None
    me: bool


class People:
    """What the page of people does; `facts` gives the shop's details, which the kits' sheets carry."""

    def __init__(self, book: Casebook, facts: Callable[[], ShopFacts]) -> None:
        self._book, self._facts = book, facts

    def list(self) -> tuple[Row, ...]:
        """Return everybody, those with access first, by name."""
        me = self._book.actor.id
        rows = [_row(one, me) for one in self._book.directory().people.values()]
        return tuple(sorted(rows, key=lambda row: (row.until is not None, row.name.casefold())))

    def steps(self, row: Row | None) -> tuple[Step, ...]:
        """Return what the signed-in person may do, with a person of the list or without one."""
        manager = people.may(self._book.actor, "manage people")
        closed = self._book.read_only
        why = closed or ("" if manager else _ONLY_MANAGER)
        steps = [_step("add", "Add a person", why, primary=True)]
        if row is not None and row.until is None:
            alone = manager and people.MANAGER in row.roles and len(self._book.directory().managers()) == 1
            steps.append(_step("roles", "Change roles", why))
            own = "You cannot end your own access. Ask another manager." if row.me else ""
            last = "A casebook needs at least one manager." if alone else ""
            steps.append(_step("end", "End access", why or own or last))
            if row.me:
                steps.append(_step("passphrase", "Change my passphrase", closed))
        steps.append(_step("kits", "Make new recovery kits", why))
        return tuple(steps)

    def add(self, name: str, sign_in: str, roles: tuple[str, ...], passphrase: str) -> Change:
        """Add a person, who typed their own first passphrase."""
        staff.add(self._book, name, sign_in, roles, passphrase)
        return Change("people", news=f"{' '.join(name.split())} can sign in now.")

    def change_roles(self, person: str, roles: tuple[str, ...]) -> Change:
        """Give a person other roles; their open window follows with its next step."""
        staff.change_roles(self._book, person, roles)
        return Change("people", news="The roles are changed and hold at once.")

    def end_access(self, person: str) -> Change:
        """End a person's access: the casebook's key is replaced by one they never held."""
        name = self._book.directory().names().get(person, "This person")
        staff.end_access(self._book, person)
        return Change("people", news=f"{name} has no access any more. What they read before cannot be called back.")

    def change_passphrase(self, old: str, new: str) -> Change:
        """Change the signed-in person's own passphrase."""
        staff.change_passphrase(self._book, old, new)
        return Change("people", news="Your new passphrase is in force. The old one opens nothing any more.")

    # --- recovery kits ---

    def kits_confirmed(self) -> bool:
        """Return whether one of the kits in force was typed back."""
        return staff.kit_confirmed(self._book)

    def new_kits(self) -> Sheets:
        """Replace the recovery kits; the old ones open nothing any more. KnownError before that when unprintable."""
        facts = self._facts()
        self._book.require("manage people")
        try_out(facts)
        return sheets(self._book, staff.new_kits(self._book), facts)

    def confirm_kit(self, typed: str) -> Change:
        """Take a kit typed back from its sheet."""
        staff.confirm_kit(self._book, typed)
        return Change("people", news="The kits are in force. Seal the sheets and keep them at two places.")


def _row(person: people.Person, me: str) -> Row:
    until = datetime.fromisoformat(person.until) if person.until else None
    since = datetime.fromisoformat(person.since)
    return Row(person.id, person.name, person.sign_in, person.roles, since, until, person.id == me)


def _step(key: str, title: str, why_not: str, *, primary: bool = False) -> Step:
    return Step(key, title, primary=primary, enabled=not why_not, why_not=why_not)
