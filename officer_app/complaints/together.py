"""One step on several complaints: each in its own transaction; one that fails is listed, the others go through."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from officer_app.base.errors import KnownError
from officer_app.casebook import issued
from officer_app.complaints.intake import Tell, quiet
from officer_app.complaints.queue import ACKNOWLEDGEMENTS
from officer_app.complaints.service import Complaints
from officer_app.notices import binding
from officer_app.notices.binding import Part

COMMENTS = ("comment", "other")
"""Kinds that may be closed by the dozen: nobody complains and nothing is asked for."""


@dataclass(frozen=True)
class Chosen:
    """A case as the list showed it: what was saved since is not overwritten unseen."""

    reference: str
    version: int
    kind: str


@dataclass(frozen=True)
class Outcome:
    """What became of one case: done, or the sentence that says why not."""

    reference: str
    refused: str = ""


@dataclass(frozen=True)
class Result:
    """What became of all of them, and the letters made, bound into one file to be printed."""

    outcomes: tuple[Outcome, ...]
    pdf: bytes = b""
    numbers: tuple[str, ...] = ()

    @property
    def done(self) -> tuple[str, ...]:
        """References of the cases that went through."""
        return tuple(one.reference for one in self.outcomes if not one.refused)

    @property
    def refused(self) -> tuple[str, ...]:
        """A sentence for each case that did not."""
        return tuple(
            one.refused if one.reference in one.refused else f"{one.reference}: {one.refused}"
            for one in self.outcomes
            if one.refused
        )


def never() -> bool:
    """Return that nobody cancelled."""
    return False


class Together:
    """Does what an officer asks for several cases; cancelling leaves the rest as they are."""

    def __init__(self, service: Complaints) -> None:
        self._service = service

    def assign(
        self, cases: Sequence[Chosen], person: str | None, tell: Tell = quiet, cancelled: Callable[[], bool] = never
    ) -> Result:
        """Give the cases to a person, or to nobody."""
        return self._each(
            cases, lambda one: self._service.assign(one.reference, person, one.version).notices, tell, cancelled
        )

    def acknowledge(self, cases: Sequence[Chosen], tell: Tell = quiet, cancelled: Callable[[], bool] = never) -> Result:
        """Issue an acknowledgement for each, and bind all of them into one file to be printed."""
        result = self._each(cases, lambda one: self._service.acknowledge(one.reference).notices, tell, cancelled)
        return self._bound(result)

    def close(
        self, cases: Sequence[Chosen], reason: str, tell: Tell = quiet, cancelled: Callable[[], bool] = never
    ) -> Result:
        """Close comments and questions without a letter, for one recorded reason."""

        def close(one: Chosen) -> tuple[str, ...]:
            if one.kind not in COMMENTS:
                raise KnownError("this is no comment. Close it in its own file.")
            return self._service.close_without_letter(one.reference, reason, one.version).notices

        return self._each(cases, close, tell, cancelled)

    def sent(
        self, cases: Sequence[Chosen], channel: str, at: datetime, tell: Tell = quiet,
        cancelled: Callable[[], bool] = never,
    ) -> Result:  # fmt: skip
        """Record the acknowledgements of the cases, which were issued and not sent, as sent."""

        def send(one: Chosen) -> tuple[str, ...]:
            numbers = [
                notice.number
                for notice in self._service.queue.notices(one.reference)
                if notice.state == issued.ISSUED and notice.kind in ACKNOWLEDGEMENTS
            ]
            if not numbers:
                raise KnownError("no acknowledgement waits to be sent.")
            for number in numbers:
                self._service.sent(number, channel, at)
            return tuple(numbers)

        return self._each(cases, send, tell, cancelled)

    def _each(
        self,
        cases: Sequence[Chosen],
        step: Callable[[Chosen], tuple[str, ...]],
        tell: Tell,
        cancelled: Callable[[], bool],
    ) -> Result:
        outcomes, numbers = list[Outcome](), list[str]()
        for at, one in enumerate(cases):
            if cancelled():
                break
            tell(at, len(cases))
            try:
                numbers += step(one)
                outcomes.append(Outcome(one.reference))
            except KnownError as error:
                outcomes.append(Outcome(one.reference, str(error)))
        return Result(tuple(outcomes), numbers=tuple(numbers))

    def _bound(self, result: Result) -> Result:
        parts = []
        for number in result.numbers:
            notice, content = self._service.letters.pdf(number, "print")
            parts.append(Part(f"{number} {notice.title}", content))
        pdf = binding.bind(parts, "Acknowledgements") if parts else b""
        return Result(result.outcomes, pdf, result.numbers)
