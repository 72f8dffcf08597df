"""The policy book: the packs in force, asked by every desk for deadlines, contents and lists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from officer_app.base.errors import KnownError
from officer_app.policy.calendar import Calendar, HolidayChange
from officer_app.policy.clock import Span
from officer_app.policy.deadline import Deadline, compute
from officer_app.policy.entries import DocumentForm, Entry, Identity, Mandatory, Retention
from officer_app.policy.overrides import Overrides, read_overrides
from officer_app.policy.pack import Pack
from officer_app.policy.places import calendar_for, find_zone
from officer_app.policy.rule import Rule
from officer_app.policy.shelf import find_pack, pack_names


@dataclass(frozen=True)
class Book:
    """The active packs with the calendars they are computed in. Nothing in it ever changes; load a new one instead."""

    packs: tuple[Pack, ...]
    calendars: tuple[Calendar, ...]
    zone: ZoneInfo

    @classmethod
    def load(
        cls,
        active: Sequence[str] = ("shop-policy",),
        *,
        country: str | None = None,
        zone: str | None = None,
        overrides: Path | None = None,
        extra_holidays: Sequence[HolidayChange] = (),
        countries: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Self:
        """Read the packs of those ids for a controller in `country`, whose clocks show the IANA `zone`.

        A pack that does not apply in `country` keeps its own place, or the one `countries` names for it ("eu-gdpr"
        to "DE"). `overrides` are the shop's own rules, `folder` holds the user's packs. Raises KnownError, or
        PackError naming file, line and cure, when anything is refused; `load_safely` does not.
        """
        packs = tuple(find_pack(name, folder) for name in dict.fromkeys(active))
        if not packs:
            raise KnownError("No policy pack is active. Switch at least one on.")
        own = read_overrides(overrides) if overrides is not None else None
        if own is not None:
            own.fit([find_pack(name, folder) for name in pack_names(folder)])
        book = cls.build(packs, own, country or "", zone or "", extra_holidays, countries or {})
        for pack, calendar in zip(book.packs, book.calendars, strict=True):
            if not calendar.known:
                allowed = ", ".join(pack.place.countries)
                raise KnownError(f"The pack {pack.id} needs a country, whose holidays count. Choose one of: {allowed}.")
        return book

    @classmethod
    def build(
        cls,
        packs: Sequence[Pack],
        overrides: Overrides | None,
        country: str,
        zone: str,
        extra_holidays: Sequence[HolidayChange],
        countries: Mapping[str, str],
    ) -> Self:
        """Return the book of packs already read."""
        if overrides is not None:
            packs = [overrides.apply(pack) for pack in packs]
        changes = (*extra_holidays, *(overrides.holidays if overrides is not None else ()))
        calendars = tuple(
            calendar_for(pack, country=countries.get(pack.id, country), zone=zone, changes=changes) for pack in packs
        )
        known = [calendar.zone for calendar in calendars if calendar.known and isinstance(calendar.zone, ZoneInfo)]
        shown = find_zone(zone) if zone else (known or [find_zone("UTC")])[0]
        return cls(tuple(packs), calendars, shown)

    @cached_property
    def _by_duty(self) -> Mapping[str, tuple[tuple[Rule, Calendar], ...]]:
        found: dict[str, tuple[tuple[Rule, Calendar], ...]] = {}
        for pack, calendar in zip(self.packs, self.calendars, strict=True):
            for rule in pack.rules:
                if not rule.condition:
                    for duty in rule.duties:
                        found[duty] = (*found.get(duty, ()), (rule, calendar))
        return found

    @property
    def version_text(self) -> str:
        """Which packs in which version, for the foot of a notice and the case."""
        return ", ".join(f"{pack.id} {pack.version}" for pack in self.packs)

    def deadlines(
        self,
        duty: str,
        start: datetime,
        *,
        extended: bool = False,
        urgent: bool = False,
        third_party: bool = False,
        paused: Sequence[Span] = (),
    ) -> tuple[Deadline, ...]:
        """Return the deadline of every active pack that knows the duty on that date, the earliest first."""
        found: list[Deadline] = []
        for rule, calendar in self._by_duty.get(duty, ()):
            day = calendar.day(start)
            if rule.dated and not rule.in_force(date.fromordinal(day)):
                continue
            found.append(
                compute(
                    rule,
                    start,
                    calendar,
                    duty=duty,
                    extended=extended,
                    urgent=urgent,
                    third_party=third_party,
                    paused=paused,
                    day=day,
                )
            )
        return tuple(sorted(found, key=lambda each: each.due)) if len(found) > 1 else tuple(found)

    def deadline(
        self,
        duty: str,
        start: datetime,
        *,
        extended: bool = False,
        urgent: bool = False,
        third_party: bool = False,
        paused: Sequence[Span] = (),
    ) -> Deadline:
        """Return the earliest deadline of a duty for an event at `start` (aware).

        Raises KnownError when no active pack has a rule for the duty on that date.
        """
        found = self.deadlines(duty, start, extended=extended, urgent=urgent, third_party=third_party, paused=paused)
        if not found:
            day = start.astimezone(self.zone).date().isoformat()
            raise KnownError(
                f'No active policy pack has a rule "{duty}" for {day}. Choose another pack or correct the date.'
            )
        return found[0]

    def has(self, duty: str, start: datetime) -> bool:
        """Tell whether an active pack has a rule for the duty on that date."""
        return any(
            rule.in_force(date.fromordinal(calendar.day(start))) for rule, calendar in self._by_duty.get(duty, ())
        )

    def conditional(self, start: datetime) -> tuple[Deadline, ...]:
        """Return the deadlines that apply only if the officer finds so; each `law.condition` says when."""
        return tuple(
            compute(rule, start, calendar)
            for pack, calendar in zip(self.packs, self.calendars, strict=True)
            for rule in pack.rules
            if rule.condition and rule.in_force(date.fromordinal(calendar.day(start)))
        )

    def entries(self, name: str) -> tuple[Entry, ...]:
        """Return a list of all active packs (a name of `pack.LISTS`), each id once, the first pack's words."""
        found: dict[str, Entry] = {}
        for pack in self.packs:
            for entry in pack.lists[name]:
                found.setdefault(entry.id, entry)
        return tuple(found.values())

    @property
    def complaint_kinds(self) -> tuple[Entry, ...]:
        """What a complaint may be about; `duty` names the deadline it starts."""
        return self.entries("complaint_kinds")

    @property
    def escalation_triggers(self) -> tuple[Entry, ...]:
        """What takes a complaint to an authority."""
        return self.entries("escalation_triggers")

    @property
    def request_kinds(self) -> tuple[Entry, ...]:
        """What a person may ask for; `duty` names the deadline it starts."""
        return self.entries("request_kinds")

    @property
    def purposes(self) -> tuple[Entry, ...]:
        """The closed list of purposes: what the policy names and what the law adds."""
        return self.entries("purposes")

    @property
    def bodies(self) -> tuple[Entry, ...]:
        """All bodies and recipients; `use` holds "judicial", "authority", "report" or "recipient"."""
        return self.entries("bodies")

    @property
    def judicial_bodies(self) -> tuple[Entry, ...]:
        """The bodies that may demand data."""
        return tuple(body for body in self.bodies if "judicial" in body.use)

    @property
    def authorities(self) -> tuple[Entry, ...]:
        """The bodies a complaint may be referred to or a breach notified to."""
        return tuple(body for body in self.bodies if "authority" in body.use)

    @property
    def recipients(self) -> tuple[Entry, ...]:
        """Others who may receive data, and under what condition."""
        return tuple(body for body in self.bodies if "recipient" in body.use)

    @property
    def grounds(self) -> tuple[Entry, ...]:
        """Lawful grounds; `use` holds "processing", "disclosure", "erasure" or "erasure-refusal"."""
        return self.entries("grounds")

    @property
    def data_categories(self) -> tuple[Entry, ...]:
        """The categories of data; `level` is the ENISA class."""
        return self.entries("data_categories")

    def mandatory(self, notice_kind: str, facts: Collection[str] = ()) -> tuple[Mandatory, ...]:
        """Return what this notice must say, given which of the facts named by `when` are true ("late", …)."""
        return tuple(each for each in self.contents(notice_kind) if not each.when or each.when in facts)

    def contents(self, notice_kind: str) -> tuple[Mandatory, ...]:
        """Return all a notice may have to say: the union over the active packs, each field once with all its sources.

        A field that one pack always asks for is unconditional even where another asks only under a condition.
        """
        found: dict[str, Mandatory] = {}
        for pack in self.packs:
            for each in pack.contents.get(notice_kind, ()):
                known = found.get(each.field)
                if known is None:
                    found[each.field] = each
                    continue
                stricter = each if known.when and not each.when else known
                found[each.field] = replace(
                    stricter, verified=known.verified or each.verified, sources=(*known.sources, *each.sources)
                )
        return tuple(found.values())

    @property
    def retention(self) -> Retention:
        """When accounts come up for deletion, what holds them and what is kept."""
        days = {"inactive_rule": 0, "notice_rule": 0}
        sources: list[tuple[str, str]] = []
        for pack in self.packs:
            if pack.retention is None:
                continue
            sources.append((pack.id, pack.retention.source))
            for key in days:
                for rule in pack.rules:
                    if rule.id == getattr(pack.retention, key):
                        days[key] = max(days[key], rule.term.count)
        keeps = {keep.id: keep for pack in reversed(self.packs) for keep in pack.keeps}
        return Retention(
            days["inactive_rule"],
            days["notice_rule"],
            self.entries("deletion_reasons"),
            tuple(keeps.values()),
            self.entries("holds"),
            tuple(sources),
        )

    @property
    def identity(self) -> Identity:
        """How a requester's identity is checked: the most facts any pack asks for, a copy only if all allow it."""
        found = [(pack.id, pack.identity) for pack in self.packs if pack.identity is not None]
        return Identity(
            max((each.matching_facts for _, each in found), default=2),
            bool(found) and all(each.document_copy for _, each in found),
            tuple((name, each.source) for name, each in found),
            tuple(each.note for _, each in found if each.note),
            all(each.verified for _, each in found),
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of letters, the usual one first."""
        found = [language for pack in self.packs if pack.languages for language in pack.languages.letters]
        return tuple(dict.fromkeys(found)) or ("en",)

    def document_form(self, notice_kind: str, country: str = "") -> DocumentForm:
        """Return the outward form of a notice: that of the pack which names the kind, else the general one.

        Where the recipient's country is given, a pack that names the kind counts only within its own countries.
        """
        forms = [form for pack in self.packs for form in pack.documents]
        named = [
            form for pack in self.packs for form in pack.documents
            if notice_kind in form.notices and (not country or country in pack.place.countries)
        ]  # fmt: skip
        general = [form for form in forms if not form.notices]
        if named or general:
            return (named or general)[0]
        return find_pack("shop-policy").documents[0]
