"""What a pack lists besides deadlines, as frozen records: kinds, bodies, contents, retention, identity, form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

NOTICE_KINDS = (
    "complaint-acknowledgement",
    "complaint-reply",
    "complaint-refusal",
    "complaint-referral",
    "complaint-referral-notice",
    "complaint-extension",
    "request-acknowledgement",
    "request-reply",
    "access-report",
    "correction-notice",
    "erasure-notice",
    "partial-refusal",
    "disclosure-refusal",
    "disclosure-acknowledgement",
    "disclosure-clarification",
    "disclosure-cover",
    "consent-request",
    "breach-customer",
    "breach-police",
    "breach-authority",
    "breach-supplement",
    "breach-police-supplement",
    "breach-register",
    "pre-deletion",
)


def in_language(words: Mapping[str, str], language: str) -> str:
    """Return the words in `language`, or in English where the pack has no others."""
    return words.get(language) or words["en"]


@dataclass(frozen=True)
class Entry:
    """One line of a closed list: `use` says what for, `duty` which deadline it starts, `level` its ENISA class."""

    id: str
    title: Mapping[str, str]
    source: str
    verified: bool
    pack: str
    note: str = ""
    use: tuple[str, ...] = ()
    duty: str = ""
    level: str = ""

    def title_in(self, language: str) -> str:
        """Return the title in `language`, or in English."""
        return in_language(self.title, language)


@dataclass(frozen=True)
class Mandatory:
    """One thing a notice must say; it is a placeholder of the letter's text.

    `when` is empty, or the name of the yes-or-no fact of the notice that makes the field mandatory; `condition` says
    that in words. `sources` names every active pack that asks for the field, as (pack, source).
    """

    field: str
    heading: str
    condition: str
    source: str
    verified: bool
    pack: str
    when: str = ""
    headings: Mapping[str, str] | None = None
    sources: tuple[tuple[str, str], ...] = ()

    def heading_in(self, language: str) -> str:
        """Return the heading in `language`, or in English."""
        return in_language(self.headings, language) if self.headings else self.heading


@dataclass(frozen=True)
class Keep:
    """What is kept after an erasure: `years` and `months`, from the event or from the end of its calendar year."""

    id: str
    title: Mapping[str, str]
    years: int
    months: int
    counts_from: Literal["event", "end-of-year"]
    source: str
    verified: bool
    pack: str
    note: str = ""


@dataclass(frozen=True)
class Retention:
    """When accounts come up for deletion. Days are 0 where no active pack has such a rule."""

    inactive_days: int
    notice_days: int
    reasons: tuple[Entry, ...]
    keeps: tuple[Keep, ...]
    holds: tuple[Entry, ...]
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Identity:
    """How many stored facts a requester must match, and whether a copy of an identity document may be asked."""

    matching_facts: int
    document_copy: bool
    sources: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    verified: bool


@dataclass(frozen=True)
class DocumentForm:
    """The outward form of a notice; margins top, right, bottom, left and window left, top, width, height in mm."""

    id: Literal["din-5008-b", "vn-decree-30"]
    notices: tuple[str, ...]
    margins: tuple[float, float, float, float]
    window: tuple[float, float, float, float]
    page_number: str
    body_size: float
    head: tuple[str, ...]
    source: str
    verified: bool
    pack: str
    note: str = ""
