"""An officer's reasoned choice of another pack's deadline than the earliest: never silent, kept with the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from officer_app.base.errors import KnownError
from officer_app.policy.deadline import Deadline
from officer_app.policy.words import short_day


@dataclass(frozen=True, slots=True)
class Deviation:
    """A deadline chosen in place of the earliest one. A case stores it like any deadline; the audit takes `reason`.

    Only deadlines can be deviated from. What a notice must say is never left out.
    """

    earliest: Deadline
    chosen: Deadline
    reason: str

    @property
    def duty(self) -> str:
        """The duty of both."""
        return self.earliest.duty

    @property
    def rule(self) -> str:
        """The id of the chosen rule within its pack."""
        return self.chosen.rule

    @property
    def pack(self) -> str:
        """The id of the chosen pack."""
        return self.chosen.pack

    @property
    def pack_version(self) -> str:
        """The version of the chosen pack."""
        return self.chosen.pack_version

    @property
    def source(self) -> str:
        """Where the chosen rule stands."""
        return self.chosen.source

    @property
    def verified(self) -> bool:
        """Whether the chosen rule was found in a source."""
        return self.chosen.verified

    @property
    def rule_text(self) -> str:
        """The chosen rule in one sentence."""
        return self.chosen.rule_text

    @property
    def asked(self) -> str:
        """What was asked of the chosen rule."""
        return self.chosen.asked

    @property
    def start(self) -> datetime:
        """When the event happened."""
        return self.chosen.start

    @property
    def due(self) -> datetime:
        """The chosen due moment, in UTC."""
        return self.chosen.due

    @property
    def outer(self) -> datetime | None:
        """The outer limit of the chosen rule."""
        return self.chosen.outer

    @property
    def how(self) -> str:
        """The sentence of the chosen deadline, and what it stands in place of; the reason stays sealed in the audit."""
        day = self.earliest.local_due.date()
        return (
            f"{self.chosen.how} The officer chose this in place of {short_day(day)} {day.year} "
            f"({self.earliest.pack}, {self.earliest.rule})."
        )


def deviate(found: Sequence[Deadline], pack: str, reason: str) -> Deviation:
    """Return the choice of `pack`'s deadline among `found` (of `Book.deadlines`) in place of the earliest.

    Raises KnownError without a reason, when the pack has none, or when it is the earliest anyway.
    """
    if not found:
        raise KnownError("There is no deadline to deviate from.")
    earliest = min(found, key=lambda each: each.due)
    chosen = next((each for each in found if each.pack == pack), None)
    if chosen is None:
        known = ", ".join(each.pack for each in found)
        raise KnownError(f"The pack {pack} has no deadline for {earliest.duty}. Choose one of: {known}.")
    if chosen.due == earliest.due:
        raise KnownError("This is the earliest deadline; it counts without a decision.")
    if not reason.strip():
        raise KnownError("Give the reason why the later deadline counts; it is kept with the case.")
    return Deviation(earliest, chosen, reason.strip())
