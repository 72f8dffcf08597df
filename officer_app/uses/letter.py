"""Which facts go into the register of uses, a person's consent extract, and the note on access; data only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from officer_app.notices.document import Table, Value
from officer_app.notices.filling import shown_date
from officer_app.policy.book import Book
from officer_app.shop.facts import Consent as InShop
from officer_app.uses.access import ROLES, Access
from officer_app.uses.rules import Consent, Processor, Use
from officer_app.uses.words import WORDS

_ALWAYS = ("Law 91/2025/QH15 Art. 9", "GDPR Art. 7")


@dataclass(frozen=True)
class Around:
    """What stands around the facts: the active packs, the day, the zone and the language."""

    policy: Book
    today: date
    language: str

    def say(self, key: str, /, **values: str) -> str:
        """Return fixed words in the language."""
        return WORDS.get(self.language, WORDS["en"])[key].format(**values)

    def head(self, key: str) -> tuple[str, ...]:
        """Return the head of a table."""
        return tuple(self.say(key).split("|"))

    @property
    def zone(self) -> tzinfo:
        """The packs' zone."""
        return self.policy.zone

    def day(self, at: datetime | date) -> str:
        """Return a day in words."""
        local = at.astimezone(self.zone).date() if isinstance(at, datetime) else at
        return shown_date(local, self.language)

    def categories(self, keys: Sequence[str]) -> str:
        """Return data categories by their names."""
        names = {one.id: one.title_in(self.language) for one in self.policy.data_categories}
        return ", ".join(names.get(key, key) for key in keys)

    def purpose(self, use: Use) -> str:
        """Return a use's purpose in the language: the packs' own wording, unless the officer wrote another."""
        known = next((one for one in self.policy.purposes if one.id == use.purpose), None)
        if known is not None and use.title in (known.title_in("en"), known.title_in("vi")):
            return known.title_in(self.language)
        return use.title


def warning(around: Around) -> str:
    """Return that sending data alone is no valid consent, with its sources: the active packs', or both laws."""
    grounds = [one for one in around.policy.grounds if "consent" in one.id and one.pack != "shop-policy"]
    sources = dict.fromkeys(one.source for one in grounds) or dict.fromkeys(_ALWAYS)
    return around.say("warning", sources="; ".join(sources))


def register(
    uses: Sequence[tuple[Use, tuple[str, ...]]], processors: Sequence[Processor], around: Around
) -> dict[str, Value]:
    """Return the register of uses; each use comes with what it lacks."""
    grounds = {one.id: f"{one.title_in(around.language)} ({one.source})" for one in around.policy.grounds}
    known = {one.name: one for one in processors}
    rows = tuple(
        (
            around.purpose(use),
            grounds.get(use.basis, around.say("not recorded")),
            use.proof,
            around.categories(use.categories) or around.say("not recorded"),
            "\n".join(use.recipients) or around.say("none"),
            "\n".join(_processor(known.get(name), name, around) for name in use.processors) or around.say("none"),
            use.kept or around.say("not recorded"),
        )
        for use, _lacks in uses
    )
    points = tuple(around.say(key, title=around.purpose(use)) for use, lacks in uses for key in lacks)
    return {
        "entries": Table(around.head("register"), rows, widths=(1.5, 1.7, 1.5, 1.3, 1.3, 1.7, 1.1)),
        "open_points": points,
        "note": (warning(around), around.say("silence")),
    }


def _processor(one: Processor | None, name: str, around: Around) -> str:
    if one is None or not one.contract:
        return f"{name}: {around.say('not recorded')}"
    until = around.say("until", day=around.day(one.until)) if one.until else ""
    return ", ".join(part for part in (f"{name}: {one.contract}", until) if part)


def extract(
    person: str, key: str, email: str, shop: Sequence[InShop] | str, ours: Sequence[Consent], around: Around
) -> dict[str, Value]:
    """Return a person's consent extract; `shop` is what the shop records, or why it could not be asked."""
    account = around.say("account", key=key, email=email) if key else around.say("guest", email=email)
    return {
        "person_name": person or email or key,
        "account": account,
        "in_the_shop": _in_the_shop(shop, around),
        "our_records": _ours(ours, around),
        "note": (warning(around), around.say("silence")),
    }


def _in_the_shop(shop: Sequence[InShop] | str, around: Around) -> Value:
    if isinstance(shop, str):
        return around.say("asked not", why=shop)
    state = {True: "given", False: "not given", None: "unknown"}
    rows = tuple(
        (
            one.title,
            around.say(state[one.given]),
            around.day(one.at) if one.at else around.say("not recorded"),
            around.say("no proof there") if one.given else "",
        )
        for one in shop
    )
    return Table(around.head("shop"), rows, widths=(2.2, 1.3, 1.2, 3.2)) if rows else around.say("no shop")


def _ours(ours: Sequence[Consent], around: Around) -> Value:
    rows = tuple(
        (
            "\n".join(
                part
                for part in (
                    one.title,
                    around.categories(one.categories),
                    around.say("to", recipient=one.recipient) if one.recipient else "",
                )
                if part
            ),
            _given(one, around),
            around.say("edition", wording=one.wording, edition=one.edition) if one.edition else one.wording,
            _proof(one, around),
            _withdrawn(one, around),
        )
        for one in ours
    )
    return Table(around.head("ours"), rows, widths=(1.7, 1.3, 2.4, 1.5, 1.3)) if rows else around.say("no ours")


def _given(one: Consent, around: Around) -> str:
    way = one.way if one.case else around.say(f"way {one.way}")
    given = around.say("by", day=around.day(one.given), way=way)
    return f"{given}, {around.say('until', day=around.day(one.expires))}" if one.expires else given


def _proof(one: Consent, around: Around) -> str:
    if one.case:
        return around.say("filed", case=one.case)
    named = (around.say("proof", name=each.name, sha=each.sha256[:12]) for each in one.proofs)
    return "\n".join(named) or around.say("no proof")


def _withdrawn(one: Consent, around: Around) -> str:
    if one.withdrawn is None:
        over = one.expires is not None and one.expires.astimezone(around.zone).date() <= around.today
        return around.say("expired" if over else "in force")
    return ": ".join(part for part in (around.day(one.withdrawn), one.withdrawn_how) if part)


def note(entries: Sequence[Access], around: Around) -> dict[str, Value]:
    """Return the one-page note on access by role (policy E1)."""
    rows = tuple(
        (
            around.categories((one.category,)),
            ", ".join(ROLES[role].get(around.language, role) for role in one.roles) or around.say("nobody"),
            one.why_in(around.language),
        )
        for one in entries
    )
    return {
        "entries": Table(around.head("access"), rows, widths=(1.2, 2.4, 2.6)),
        "rule": around.say("rule"),
        "note": tuple(around.say(key) for key in ("masked", "officer", "judicial")),
    }
