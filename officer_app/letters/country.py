"""The country's name as the last line of a letter that goes abroad."""

from functools import cache


@cache
def _names() -> dict[str, str]:
    # the list of a library that is there anyway; it takes a while to load and is needed with the first letter abroad
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    return {entry[1]: key.replace("_", " ").upper() for key, entry in COUNTRIES.items()}


def line(country: str, from_country: str) -> tuple[str, ...]:
    """Return the line with the country's English name, nothing within the sender's own country."""
    if not country or country == from_country:
        return ()
    return (_names().get(country, country),)
