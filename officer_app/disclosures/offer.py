"""What an officer may tick for one disclosure: every item the shop holds, and why some cannot be ticked."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from officer_app.disclosures import extract
from officer_app.disclosures.demand import NEVER, Disclosure, Item, Packs
from officer_app.disclosures.gate import Cover
from officer_app.shop.facts import Card


@dataclass(frozen=True)
class Offered:
    """One item; `why_not` is "" where it can be ticked; with `override` a second person may grant it all the same."""

    item: Item
    why_not: str
    override: bool

    @property
    def shown(self) -> str:
        """What the item says, in one line."""
        return ", ".join(text for _field, text in self.item.values)


@dataclass(frozen=True)
class Offer:
    """All items of one customer; `lacking` are the categories asked for of which the shop holds nothing."""

    lines: tuple[Offered, ...]
    lacking: tuple[str, ...] = ()
    note: str = ""


def offered(case: Disclosure, card: Card, packs: Packs, now: datetime, zone: tzinfo) -> Offer:
    """Return the items the shop holds, in the case's language, with what the gate says to each."""
    held = extract.items(card, zone, case.language)
    cover = Cover.of(case, packs, now)
    overridable = packs.categories - set(NEVER) if case.demand.judicial else frozenset[str]()
    lines = tuple(
        Offered(item, why, bool(why) and item.category in overridable)
        for item, why in ((item, cover.why_not(item)) for item in held)
    )
    kinds = {item.category for item in held}
    lacking = tuple(one for one in case.demand.scope if one in cover.fields and one not in kinds)
    return Offer(lines, lacking, extract.note(card))
