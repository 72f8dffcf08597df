"""The shape of a policy pack's file, section by section; SCHEMA.md beside the packs explains every key."""

from datetime import date
from typing import Literal

from msgspec import Struct, field

Words = dict[str, str]
"""A title per language; "en" must be there."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class PlaceFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[place]: where the clocks of the pack run; `countries` lists the codes it accepts, none means any."""

    country: str = ""
    zone: str = ""
    countries: tuple[str, ...] = ()
    workweek: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    roll: bool = True


class RuleFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[[rules]]: one deadline."""

    id: str
    title: Words = field(default_factory=dict)
    like: str = ""
    term: str = ""
    starts: str = ""
    source: str = ""
    duties: tuple[str, ...] = ()
    urgent: str = ""
    third_party: str = ""
    extension: str = ""
    pause: bool | None = None
    roll: bool | None = None
    ends: Literal["", "end-of-day", "next-day"] = ""
    outer: Literal["", "none", "next-full-hour"] = ""
    disputed: Literal["", "two-working-days", "first-day"] = ""
    condition: str = ""
    default: bool = False
    verified: bool = True
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class EntryFile(Struct, forbid_unknown_fields=True, frozen=True):
    """One line of a closed list: a kind, purpose, body, ground, category or hold."""

    id: str
    title: Words
    source: str
    verified: bool = True
    note: str = ""
    use: tuple[str, ...] = ()
    duty: str = ""
    level: Literal["", "simple", "behavioural", "financial", "sensitive"] = ""


class ContentFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[notices.KIND] FIELD = {…}: one thing a notice must say; `when` names the fact that makes it so."""

    source: str
    when: str = ""
    condition: str = ""
    verified: bool = True
    heading: Words = field(default_factory=dict)


class KeepFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[[keep]]: what must be kept after its subject is erased, how long, and counted from when."""

    id: str
    title: Words
    source: str
    years: int = 0
    months: int = 0
    counts_from: Literal["event", "end-of-year"] = "event"
    verified: bool = True
    note: str = ""


class RetentionFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[retention]: which rules say when an account may be reviewed, and how long before erasure notice is given."""

    source: str
    inactive_rule: str = ""
    notice_rule: str = ""
    verified: bool = True
    note: str = ""


class IdentityFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[identity]: how sure the officer must be of a requester."""

    source: str
    matching_facts: int = 0
    document_copy: bool = False
    verified: bool = True
    note: str = ""


class LanguagesFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[languages]: of letters to persons and to authorities, the first being the usual one."""

    source: str
    letters: tuple[str, ...]
    authorities: tuple[str, ...] = ()
    verified: bool = True
    note: str = ""


class DocumentFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[[documents]]: the outward form of a notice; all measures in millimetres, sizes in points."""

    id: Literal["din-5008-b", "vn-decree-30"]
    source: str
    notices: tuple[str, ...] = ()
    margins: tuple[float, float, float, float] = (20.0, 20.0, 20.0, 25.0)
    window: tuple[float, float, float, float] = (20.0, 45.0, 85.0, 45.0)
    page_number: Literal["footer", "top-centre"] = "footer"
    body_size: float = 10.5
    head: tuple[str, ...] = ()
    verified: bool = True
    note: str = ""


class HeadFile(Struct, forbid_unknown_fields=True, frozen=True):
    """The lines at the top of a pack."""

    format: Literal[1]
    id: str
    version: str
    title: Words
    source: str
    verified: bool = True
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class CountryFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[[countries]] of common/places.toml: a country's usual zone."""

    code: str
    zone: str


class LeftOutFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[[left_out]]: holidays the library lists that no clock here counts as one."""

    country: str
    contains: str
    source: str
    verified: bool = True


class HolidayFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[[holidays]]: one line of the editable table."""

    country: str
    day: date
    source: str
    name: str = ""
    working: bool = False
    verified: bool = True


class NameFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[[names]]: the short name a deadline's sentence uses for a family of holidays."""

    contains: str
    short: str


class OverrideFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[[rules]] of an overrides file: the shop's own length for one rule; `source` says who decided it and when."""

    pack: str
    id: str
    source: str
    term: str = ""
    urgent: str = ""
    third_party: str = ""
    extension: str = ""
    verified: bool = False


class OverridesHeadFile(Struct, forbid_unknown_fields=True, frozen=True):
    """The lines at the top of an overrides file; `workweek` is the shop's and changes only its own policy."""

    format: Literal[1]
    workweek: tuple[Weekday, ...] = ()


class BandFile(Struct, forbid_unknown_fields=True, frozen=True):
    """bands of common/severity.toml."""

    id: str
    title: Words
    start: float = field(name="from")


class ChoiceFile(Struct, forbid_unknown_fields=True, frozen=True):
    """One of the choices of a question."""

    id: str
    title: Words
    value: float


class QuestionFile(Struct, forbid_unknown_fields=True, frozen=True):
    """[[questions]] of common/severity.toml."""

    id: str
    title: Words
    choices: tuple[ChoiceFile, ...]
    help: Words = field(default_factory=dict)
