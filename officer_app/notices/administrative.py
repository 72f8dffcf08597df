"""What stands around the text of an administrative document, from the letterhead and the words of the language."""

import re
from datetime import date as Date

from officer_app.notices import clean
from officer_app.notices.document import Administrative, Letterhead
from officer_app.notices.filling import shown_date
from officer_app.notices.templates import Template, tongue

_COUNTRY = frozenset({"việt nam", "viet nam", "vietnam"})


def around(template: Template, *, about: str, reference: str, date: Date, head: Letterhead) -> Administrative:
    """Return head and end of a letter in the form of Decree 30/2020 Art. 8 and Appendix I."""
    words = tongue(template.language).form
    day = shown_date(date, template.language)
    place = seat(head.address)
    symbol = f"/{template.symbol}" if template.symbol else ""
    return Administrative(
        organisation=clean.line(head.company),
        nation=words["nation"],
        motto=words["motto"],
        number=words["number"].format(number="{number}" + symbol),
        place_and_date=words["place"].format(place=place, date=day) if place else day[:1].upper() + day[1:],
        title=template.type,
        about=about,
        to=words["to"],
        recipients=words["recipients"],
        as_above=words["as_above"],
        filed=words["filed"].format(reference=reference) if reference else "",
        sign=words["sign"],
    )


def seat(address: tuple[str, ...]) -> str:
    """Return the town of an address: the end of its last line that is neither a country nor a postcode."""
    parts = [part.strip() for entry in address for part in clean.line(entry).split(",")]
    towns = (re.sub(r"\b\d[\d-]*\b", "", part).strip() for part in reversed(parts))
    return next((town for town in towns if town and town.casefold() not in _COUNTRY), "")
