"""Recovery kits as PDF sheets: shown once, kept nowhere."""

from dataclasses import dataclass
from datetime import date

from officer_app.base.errors import KnownError
from officer_app.casebook.book import Casebook
from officer_app.casebook.kit import Kit
from officer_app.letters.shop_facts import ShopFacts
from officer_app.notices import kit as kit_sheet


@dataclass(frozen=True)
class Sheets:
    """The two recovery kits as PDFs."""

    first: bytes
    second: bytes


def sheets(book: Casebook, kits: tuple[Kit, Kit], facts: ShopFacts) -> Sheets:
    """Return the two recovery kits of a casebook as PDF sheets."""
    first, second = (
        _sheet(kit, facts, store=book.id, fingerprint=grouped(book.root), day=book.clock().date(), demo=book.demo)
        for kit in kits
    )
    return Sheets(first, second)


def try_out(facts: ShopFacts) -> None:
    """Set a sheet of a kit that is thrown away; KnownError while a real one could not be printed."""
    if facts.missing:
        raise KnownError(f"Enter {', '.join(facts.missing)}: every letter and every recovery kit shows it.")
    _sheet(Kit.fresh(), facts, store="0" * 32, fingerprint=grouped("0" * 64), day=date(2026, 1, 1), demo=False)


def grouped(fingerprint: str) -> str:
    """Return a fingerprint in groups of four, as it is compared from paper."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


def _sheet(kit: Kit, facts: ShopFacts, *, store: str, fingerprint: str, day: date, demo: bool) -> bytes:
    return kit_sheet.render(
        kit=kit.id,
        groups=kit.groups,
        store=store,
        fingerprint=fingerprint,
        date=day,
        letterhead=facts.letterhead(),
        language=facts.language,
        demo=demo,
    )
