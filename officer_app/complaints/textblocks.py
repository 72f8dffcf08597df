"""Saved pieces of text with places for a case's facts: written once, used in many letters, sealed in the casebook."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, settings
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.complaints import records

PLACES = ("name", "reference", "received_on", "officer", "shop")
"""What may stand in braces in a saved text."""
_SETTING = "text blocks"
_MOST, _LONGEST, _NAME = 200, 20_000, 80
_PLACE = re.compile(r"\{([a-z_]+)\}")


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Return a saved text with the case's facts put in as text; a place that nothing is known for stays as it is."""
    return _PLACE.sub(lambda found: facts.get(found[1]) or found[0], text)


class TextBlocks:
    """The casebook's saved texts, shared by everybody who works cases."""

    def __init__(self, book: Casebook) -> None:
        self._book = book

    def all(self) -> dict[str, str]:
        """Return the saved texts by name, in the order of the names."""
        with self._book.reading() as tx:
            stored = settings.get(tx, _SETTING)
        return {name: str(stored[name]) for name in sorted(stored, key=str.casefold)}

    def save(self, name: str, text: str) -> Change:
        """Save a text under a name, in place of an earlier one of that name."""
        name, text = " ".join(name.split()), text.strip()
        if not name or len(name) > _NAME:
            raise KnownError(f"Give the text a name of at most {_NAME} characters.")
        if not text or len(text) > _LONGEST:
            raise KnownError("Write the text first, of at most 20,000 characters, then save it.")
        strange = sorted(set(_PLACE.findall(text)) - set(PLACES))
        if strange:
            known = ", ".join(f"{{{one}}}" for one in PLACES)
            raise KnownError(f"Nothing is known for {{{strange[0]}}}. The places are {known}.")

        def put(stored: dict[str, Any]) -> None:
            if name not in stored and len(stored) >= _MOST:
                raise KnownError(f"There are {_MOST} saved texts already. Remove one first.")
            stored[name] = text

        return self._change("text saved", name, put)

    def drop(self, name: str) -> Change:
        """Remove a saved text; letters that were made with it keep it."""

        def pop(stored: dict[str, Any]) -> None:
            if stored.pop(name, None) is None:
                raise KnownError("This text was removed already.")

        return self._change("text removed", name, pop)

    def _change(self, action: str, name: str, step: Callable[[dict[str, Any]], None]) -> Change:
        with self._book.transaction("work") as tx:
            self._put(tx, step)
            audit.append(tx, action, details={"title": name})
        return Change(records.DESK, news=f"“{name}” is {'saved' if action == 'text saved' else 'removed'}.")

    def _put(self, tx: Writing, step: Callable[[dict[str, Any]], None]) -> None:
        stored = settings.get(tx, _SETTING)
        step(stored)
        settings.put(tx, _SETTING, stored)
