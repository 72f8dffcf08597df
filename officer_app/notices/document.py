"""A notice as plain data: what stands on the paper, with nothing said about how it is drawn."""

from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

Sheet = Literal["letter", "page", "wide"]
"""letter: to somebody, in the form it is sent in; page: A4 for the file; wide: the same, landscape."""

Form = Literal["din-5008-b", "vn-decree-30"]
"""The outward form of a letter: a window address by DIN 5008, or the head of Vietnam's Decree 30/2020."""


@dataclass(frozen=True)
class Letterhead:
    """Who writes. All up to `contact` must be known before the first PDF (duty G5 of the shop's policy)."""

    name: str
    company: str
    address: tuple[str, ...]
    email: str
    contact: str
    phone: str = ""
    hours: str = ""
    registration: str = ""
    website: str = ""

    def missing(self) -> tuple[str, ...]:
        """Return what the shop's details still lack, in words."""
        wanted = {
            "the shop's name": self.name,
            "the company's name": self.company,
            "the postal address": "".join(self.address),
            "the e-mail address": self.email,
            "the name of the privacy officer": self.contact,
        }
        return tuple(words for words, value in wanted.items() if not value.strip())


@dataclass(frozen=True)
class Span:
    """A stretch of text in one weight."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Heading:
    """The title of a section."""

    text: str


@dataclass(frozen=True)
class Text:
    """One paragraph; a line feed inside it starts a new line."""

    spans: tuple[Span, ...]
    muted: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of points."""

    items: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True)
class Table:
    """Rows of text under a head; without a head the first column is read as labels.

    `widths` are relative; left out, they follow the contents. `right` names columns of figures, from 0.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    right: tuple[int, ...] = ()


@dataclass(frozen=True)
class Code:
    """Groups of characters to be typed back from paper, with the same as a QR code when `qr` is not empty."""

    groups: tuple[str, ...]
    qr: str = ""
    per_line: int = 7


Block = Heading | Text | Bullets | Table | Code
Value = str | tuple[str, ...] | Table | Code | bool | Date
"""What a field may hold: a text, paragraphs, a table, a switch, a date or an aware datetime."""


@dataclass(frozen=True)
class Required:
    """A content that a policy pack demands, with its heading for a text that has no place for it."""

    field: str
    heading: str = ""


@dataclass(frozen=True)
class Words:
    """The fixed words of a sheet in one language; `page` has the places {page} and {pages}."""

    number: str
    enclosures: str
    page: str


@dataclass(frozen=True)
class Administrative:
    """What stands around the text in the form of Vietnam's Decree 30/2020.

    `number` has the place {number}; `title` is the type of the document, `about` its abstract. `filed` and `as_above`
    are the lines of the recipients' list.
    """

    organisation: str
    nation: str
    motto: str
    number: str
    place_and_date: str
    title: str
    about: str
    to: str
    recipients: str
    as_above: str
    filed: str
    sign: str


@dataclass(frozen=True)
class Document:
    """One notice, ready to be set.

    `blocks` is shared by all letters of a print run; what differs between them is `number`, `recipient` and
    `salutation` only. `words` are the fixed words of the sheet in its language. With `administrative` a letter is set
    by Decree 30/2020, else by DIN 5008 form B. `running` stands at the head of every page of a paper that is no letter.
    """

    kind: str
    language: str
    sheet: Sheet
    text_version: str
    number: str
    letterhead: Letterhead
    subject: str
    blocks: tuple[Block, ...]
    words: Words
    date: str = ""
    info: tuple[tuple[str, str], ...] = ()
    recipient: tuple[str, ...] = ()
    salutation: str = ""
    closing: str = ""
    signatures: tuple[str, ...] = ()
    remark: str = ""
    enclosures: tuple[str, ...] = ()
    administrative: Administrative | None = None
    running: str = ""


def plain_text(document: Document) -> str:
    """Return the notice as plain text, for the body of an unsent mail."""
    parts = [document.subject, document.salutation]
    for block in document.blocks:
        match block:
            case Heading(text):
                parts.append(text)
            case Text(spans):
                parts.append(_joined(spans))
            case Bullets(items):
                parts.append("\n".join(f"- {_joined(item)}" for item in items))
            case Table(head, rows):
                lines = [head, *rows] if head else rows
                parts.append("\n".join(" | ".join(row) for row in lines))
            case Code(groups):
                parts.append(" ".join(groups))
    parts += [document.closing, "\n".join(document.signatures), document.remark]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _joined(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)
