"""What the shape of a pack's file cannot say: places, duties, uses and forms that do not exist or contradict."""

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from officer_app.base.errors import KnownError
from officer_app.policy.calendar import public_holidays
from officer_app.policy.reader import Sheet
from officer_app.policy.rule import Rule
from officer_app.policy.schema import DocumentFile, EntryFile, IdentityFile, KeepFile, LanguagesFile, PlaceFile

USES = {
    "bodies": ("judicial", "authority", "breach", "report", "recipient"),
    "grounds": ("processing", "disclosure", "erasure", "erasure-refusal", "no-individual-notice"),
}
_SHIPPED = frozenset({"VN", "GB-ENG", "US-CA"})
"""Countries of our own packs; for others the library of holidays is asked, which takes a tenth of a second."""
_COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_DUTY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")


def check_place(sheet: Sheet, place: PlaceFile) -> None:
    """Refuse a place without a working day, with an unknown zone, or in a country it does not accept."""
    if not place.workweek:
        raise sheet.refuse(("place", "workweek"), "Nobody works on any day.", "Name at least one day, such as mon.")
    for key, code in (("country", place.country), *(("countries", code) for code in place.countries)):
        if code and not _COUNTRY.fullmatch(code):
            raise sheet.refuse(("place", key), f'"{code}" is no country.', "Write a code such as VN or DE-BY.")
    if place.country and place.countries and place.country not in place.countries:
        raise sheet.refuse(
            ("place", "country"), f'"{place.country}" is not among the countries.', "Add it to countries, or change it."
        )
    if place.country and place.country not in _SHIPPED:
        try:
            public_holidays(place.country, 2026)
        except KnownError as error:
            raise sheet.refuse(("place", "country"), str(error), "Correct the code.") from None
    if place.zone:
        try:
            ZoneInfo(place.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise sheet.refuse(
                ("place", "zone"), f'"{place.zone}" is no time zone.', "Write an IANA name such as Asia/Ho_Chi_Minh."
            ) from None


def check_rules(sheet: Sheet, rules: Sequence[Rule]) -> None:
    """Refuse ids and duties that nothing could ask for; `rules` are in the order of the file."""
    for number, rule in enumerate(rules):
        for key, name in (("id", rule.id), *(("duties", duty) for duty in rule.duties)):
            if not _DUTY.fullmatch(name):
                raise sheet.refuse(
                    ("rules", number, key), f'"{name}" is no name.', "Use small letters, digits and hyphens."
                )


def check_entry(sheet: Sheet, name: str, number: int, entry: EntryFile, duties: set[str]) -> None:
    """Refuse an entry of a closed list with a use or a duty that means nothing."""
    allowed = USES.get(name, ())
    for use in entry.use:
        if use not in allowed:
            cure = f"Use one of: {', '.join(allowed)}." if allowed else "Remove it."
            raise sheet.refuse((name, number, "use"), f'"{use}" is no use of {name}.', cure)
    if entry.duty and entry.duty not in duties:
        raise sheet.refuse(
            (name, number, "duty"), f'No rule of this file serves the duty "{entry.duty}".', "Name one, or remove it."
        )


def check_keeps(sheet: Sheet, keeps: Sequence[KeepFile]) -> None:
    """Refuse a second entry with the same id."""
    seen: set[str] = set()
    for number, keep in enumerate(keeps):
        if keep.id in seen:
            raise sheet.refuse(("keep", number, "id"), f'"{keep.id}" stands twice under keep.', "Remove one.")
        seen.add(keep.id)


def check_documents(sheet: Sheet, forms: Sequence[DocumentFile]) -> None:
    """Refuse two forms for one notice, and measures that are not on the paper (A4, in millimetres)."""
    seen: set[str] = set()
    for number, form in enumerate(forms):
        for kind in form.notices or ("every notice",):
            if kind in seen:
                raise sheet.refuse(("documents", number), f"There are two forms for {kind}.", "Remove one of the two.")
            seen.add(kind)
        if not all(0 <= side <= 100 for side in form.margins):
            raise sheet.refuse(("documents", number, "margins"), "A margin is not on the paper.", "Use 0 to 100 mm.")
        if not all(0 <= side <= 297 for side in form.window):
            raise sheet.refuse(("documents", number, "window"), "The window is not on the paper.", "Use 0 to 297 mm.")
        if not 6 <= form.body_size <= 24:
            raise sheet.refuse(("documents", number, "body_size"), "The text has no usual size.", "Use 6 to 24 points.")


def check_identity(sheet: Sheet, identity: IdentityFile | None) -> None:
    """Refuse a number of matching facts that no requester could give."""
    if identity is not None and not 0 <= identity.matching_facts <= 10:
        raise sheet.refuse(("identity", "matching_facts"), "This is no number of facts.", "Use 0 to 10.")


def check_languages(sheet: Sheet, languages: LanguagesFile | None) -> None:
    """Refuse an empty list of languages, and what is no code of one."""
    if languages is None:
        return
    if not languages.letters:
        raise sheet.refuse(("languages", "letters"), "There is no language.", "Name at least one, such as en.")
    for key in ("letters", "authorities"):
        for code in getattr(languages, key):
            if not _LANGUAGE.fullmatch(code):
                raise sheet.refuse(("languages", key), f'"{code}" is no language.', "Write a code such as en or vi.")
