"""One rule of a pack in force for a time: what starts it, how long it runs, how it ends, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from officer_app.policy.length import Length

Ends = Literal["end-of-day", "next-day"]
Outer = Literal["none", "next-full-hour"]
Disputed = Literal["", "two-working-days", "first-day"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the pack states it; the lengths replace one another, the extension is added to the one in use.

    `ends`: "end-of-day" is the last second of the last day; "next-day" the first instant after it, for a rule that
    says from when something may be done. `roll`: a last day that nobody works moves to the next working day.
    `default` marks what the policy's own text does not state. A `condition` means that an officer must decide
    whether the rule applies, so it never takes part in the earliest deadline by itself.
    """

    pack: str
    pack_version: str
    id: str
    title: Mapping[str, str]
    duties: tuple[str, ...]
    starts: str
    term: Length
    urgent: Length | None
    third_party: Length | None
    extension: Length | None
    pausable: bool
    roll: bool
    ends: Ends
    outer: Outer
    disputed: Disputed
    condition: str
    default: bool
    source: str
    verified: bool
    note: str
    valid_from: date | None
    valid_to: date | None

    def in_force(self, day: date) -> bool:
        """Tell whether the rule applies to an event of that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def dated(self) -> bool:
        """Whether the rule applies to some days only."""
        return self.valid_from is not None or self.valid_to is not None

    def length(self, *, urgent: bool = False, third_party: bool = False, extended: bool = False) -> Length:
        """Return the length in use; what the rule does not know changes nothing."""
        base = self.term
        if third_party and self.third_party is not None:
            base = self.third_party
        if urgent and self.urgent is not None:
            base = self.urgent
        return base.plus(self.extension) if extended and self.extension is not None else base

    @property
    def text(self) -> str:
        """The rule in one sentence, kept with a case as it was when the case was opened."""
        parts = [f"{self.title['en']}: {self.term} after {self.starts}"]
        if self.urgent:
            parts.append(f"urgent {self.urgent}")
        if self.third_party:
            parts.append(f"{self.third_party} when a third party is involved")
        if self.extension:
            parts.append(f"one extension of {self.extension} with a reason")
        if self.pausable:
            parts.append("days spent waiting for an answer do not count")
        if self.condition:
            parts.append(f"only if {self.condition}")
        return "; ".join(parts) + "."
