"""The policy in force: which packs, the shop's own terms and holidays, and the stored due dates a change would move."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases, settings
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import StoredDeadline
from officer_app.casebook.memory import state_folder
from officer_app.policy import overrides
from officer_app.policy.book import Book
from officer_app.policy.calendar import HolidayChange
from officer_app.policy.deadline import read_asked
from officer_app.policy.moves import Move, Stored, moves
from officer_app.policy.pack import Pack
from officer_app.policy.schema import OverrideFile
from officer_app.policy.shelf import Refused, find_pack, pack_names
from officer_app.policy.start import load_safely

POLICY = "policy"

_DECIDED, _CHOSEN = "decision", "The officer chose this"


@dataclass(frozen=True)
class OwnTerm:
    """The shop's own length for one rule, such as "5 working days", with who decided it and when."""

    pack: str
    rule: str
    term: str
    source: str


@dataclass(frozen=True)
class PolicyChoice:
    """Which packs are on, for which country and zone, with the shop's own holidays and terms.

    `countries` names another country for a pack, such as "eu-gdpr" in "DE".
    """

    packs: tuple[str, ...] = ("shop-policy",)
    country: str = "VN"
    zone: str = "Asia/Ho_Chi_Minh"
    holidays: tuple[HolidayChange, ...] = ()
    countries: Mapping[str, str] | None = None
    terms: tuple[OwnTerm, ...] = ()


class Rules:
    """What the policy page does; `policy` gives the book in force, `changed` tells the house."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], changed: Callable[[], None]) -> None:
        self._book, self._policy, self._changed = book, policy, changed
        self.refused: tuple[Refused, ...] = ()

    @property
    def closed(self) -> str:
        """Return why nothing can be changed now, or ""."""
        return self._book.read_only

    def now(self) -> datetime:
        """Return the current instant."""
        return self._book.clock()

    def choice(self) -> PolicyChoice:
        """Return what is switched on."""
        with self._book.reading() as tx:
            return read(settings.get(tx, POLICY))

    def load(self, stored: Mapping[str, Any]) -> Book:
        """Return the book of a stored choice; starts in any case, `refused` lists the files that were not used."""
        choice, folder = read(stored), _folder()
        loaded = load_safely(
            choice.packs,
            country=choice.country,
            zone=choice.zone or None,
            extra_holidays=choice.holidays,
            countries=choice.countries,
            folder=folder,
            last_good=state_folder() / "policies-last-good",
        )
        self.refused = loaded.refused
        return _with_terms(loaded.book.packs, choice)

    def available(self) -> tuple[Pack, ...]:
        """Return every pack that can be switched on, the shop's own policy first."""
        found = []
        for name in pack_names(_folder()):
            try:
                found.append(find_pack(name, _folder()))
            except KnownError:  # listed in `refused` where it is switched on
                continue
        return tuple(found)

    def save(self, choice: PolicyChoice) -> Change:
        """Switch packs on or off; stored due dates stay as they are until the officer moves them with a reason."""
        book = Book.load(
            choice.packs,
            country=choice.country,
            zone=choice.zone or None,
            extra_holidays=choice.holidays,
            countries=choice.countries,
            folder=_folder(),
        )
        after = _with_terms(book.packs, choice)
        stored = write(choice)
        with self._book.transaction("change settings") as tx:
            settings.put(tx, POLICY, stored)
            audit.append(tx, "policy changed", details={"to": after.version_text, "country": choice.country})
        self._changed()
        return Change("settings", news="Saved. New cases follow these rules; stored due dates did not move.")

    # --- stored due dates ---

    def moves(self) -> tuple[Move, ...]:
        """Return the stored due dates that the rules in force would set differently, less time left first."""
        with self._book.reading() as tx:
            stored = cases.open_deadlines(tx)
        book = self._policy()
        # A date that the officer chose with a reason, or set without a pack, is no mistake of the rules.
        return moves((_asked(one) for one in stored if one.pack != _DECIDED and _CHOSEN not in one.how), book)

    def apply(self, chosen: Sequence[Move], reason: str) -> Change:
        """Move these stored due dates, all in one transaction, because of a recorded reason."""
        if not reason.strip():
            raise KnownError("Say why the due dates move; the reason goes into every case.")
        with self._book.transaction("change settings") as tx:
            for move in chosen:
                if move.now is None:
                    raise KnownError(
                        f"No rule in force sets this due date of {move.stored.reference}. Leave it as it is."
                    )
                reference = move.stored.reference
                cases.set_deadline(tx, reference, move.now)
                details = {
                    "duty": move.stored.duty,
                    "from": move.stored.due.isoformat(),
                    "to": move.now.due.isoformat(),
                    "reason": reason.strip(),
                }
                audit.append(tx, "due date moved", reference, details)
        references = tuple(dict.fromkeys(move.stored.reference for move in chosen))
        return Change("settings", references, news=f"{len(chosen)} due dates moved; the reason is in each case.")


def _folder() -> Path:
    """Return where a person may put packs of their own."""
    return state_folder() / "policies"


def _with_terms(packs: Sequence[Pack], choice: PolicyChoice) -> Book:
    """Return the book with the shop's own terms; KnownError names the one that does not fit."""
    own = None
    if choice.terms:
        wanted = [OverrideFile(pack=t.pack, id=t.rule, term=t.term, source=t.source) for t in choice.terms]
        own = overrides.parse_overrides(overrides.write_overrides(wanted), "own terms")
        known = {pack.id: pack for pack in [*map(find_pack, pack_names()), *packs]}
        own.fit(list(known.values()))
    return Book.build(packs, own, choice.country, choice.zone, choice.holidays, choice.countries or {})


def _asked(one: StoredDeadline) -> Stored:
    """Return what was asked of the policy when a due date was stored."""
    marks, paused = read_asked(one.asked)
    return Stored(
        one.reference, one.duty, one.start, one.due, one.outer,
        extended="extended" in marks, urgent="urgent" in marks, third_party="third_party" in marks, paused=paused,
    )  # fmt: skip


def read(stored: Mapping[str, Any]) -> PolicyChoice:
    """Return a choice as it was stored; what a newer version added has its usual value."""
    if not stored:
        return PolicyChoice()
    days = tuple(HolidayChange(**{**one, "day": date.fromisoformat(one["day"])}) for one in stored["holidays"])
    terms = tuple(OwnTerm(**one) for one in stored.get("terms", ()))
    countries = dict(stored.get("countries") or {})
    return PolicyChoice(tuple(stored["packs"]), stored["country"], stored["zone"], days, countries or None, terms)


def write(choice: PolicyChoice) -> dict[str, Any]:
    """Return a choice as it is stored."""
    days = [
        {"country": one.country, "day": one.day.isoformat(), "name": one.name, "working": one.working,
         "source": one.source, "verified": one.verified}
        for one in choice.holidays
    ]  # fmt: skip
    return {
        "packs": list(choice.packs),
        "country": choice.country,
        "zone": choice.zone,
        "holidays": days,
        "countries": dict(choice.countries or {}),
        "terms": [one.__dict__ for one in choice.terms],
    }
