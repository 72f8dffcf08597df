"""The related parties of a complaint (policy G3): what each was asked, by when it answers, and what it said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from officer_app.base.errors import KnownError

SORTS = ("department", "carrier", "processor", "other")
"""A department of the shop, a carrier, another who works on the shop's behalf, or somebody else."""
DUTY = "party-answer"
_MOST = 50


@dataclass(frozen=True)
class Party:
    """One party asked.

    `sent` is when the enquiry went out and `due` by when it answers; `silent` that no answer came and none is awaited
    any more, with `answer` saying why.
    """

    id: int
    name: str
    sort: str
    contact: tuple[str, ...]
    question: str
    notice: str
    asked: datetime
    sent: datetime | None = None
    due: datetime | None = None
    answered: datetime | None = None
    answer: str = ""
    silent: bool = False

    @property
    def waited_for(self) -> bool:
        """Whether an answer is still awaited."""
        return self.answered is None and not self.silent


def check(name: str, sort: str, contact: Sequence[str], question: str) -> None:
    """Refuse an enquiry that lacks something."""
    if not name.strip():
        raise KnownError("Enter who is asked.")
    if sort not in SORTS:
        raise KnownError("Say who that is: a department, a carrier, a processor or somebody else.")
    if not any(line.strip() for line in contact):
        raise KnownError("Enter an address or an e-mail address; the enquiry has to reach somebody.")
    if not question.strip():
        raise KnownError("Enter what the party is asked.")


def ask(parties: tuple[Party, ...], party: Party) -> tuple[Party, ...]:
    """Add a party; it gets the next number."""
    check(party.name, party.sort, party.contact, party.question)
    if len(parties) >= _MOST:
        raise KnownError(f"A case holds at most {_MOST} enquiries. Split it into two cases.")
    last = max((one.id for one in parties), default=0)
    return (*parties, replace(party, id=last + 1))


def sent(parties: tuple[Party, ...], notice: str, at: datetime, due: datetime | None) -> tuple[Party, ...]:
    """The enquiry went out: the party's time to answer runs from then."""
    return tuple(replace(one, sent=at, due=due) if one.notice == notice else one for one in parties)


def withdrawn(parties: tuple[Party, ...], notice: str) -> tuple[Party, ...]:
    """The enquiry was wrong and is withdrawn: nothing is awaited on it any more."""
    why = "The enquiry was withdrawn."
    return tuple(
        replace(one, silent=True, answer=why) if one.notice == notice and one.waited_for else one for one in parties
    )


def answer(parties: tuple[Party, ...], key: int, text: str, at: datetime, *, silent: bool) -> tuple[Party, ...]:
    """Record what a party answered, or why no answer is awaited any more."""
    known = next((one for one in parties if one.id == key), None)
    if known is None:
        raise KnownError("This party is not in the case any more. Open the case again.")
    if not known.waited_for:
        raise KnownError(f"The answer of {known.name} is recorded already.")
    if not text.strip():
        raise KnownError("Enter what the party answered, or why you wait no longer.")
    after = replace(known, answer=text.strip(), silent=silent, answered=None if silent else at)
    return tuple(after if one.id == key else one for one in parties)


def joined(mine: tuple[Party, ...], theirs: Sequence[Party]) -> tuple[Party, ...]:
    """Return the parties of two cases on one matter, those of the second with numbers of their own."""
    last = max((one.id for one in mine), default=0)
    return (*mine, *(replace(one, id=last + at) for at, one in enumerate(theirs, 1)))


def waited_for(parties: Sequence[Party]) -> tuple[Party, ...]:
    """Return the parties whose answer is awaited."""
    return tuple(one for one in parties if one.waited_for)


def first_due(parties: Sequence[Party]) -> Party | None:
    """Return the party whose answer is due first, None when no clock runs."""
    running = [one for one in parties if one.waited_for and one.due is not None]
    return min(running, key=lambda one: (one.due is not None and one.due.timestamp(), one.id), default=None)
