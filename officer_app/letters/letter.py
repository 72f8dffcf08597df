"""A notice about to be issued, as plain data; what the desks' `letter` modules return."""

from collections.abc import Mapping
from dataclasses import dataclass

from officer_app.notices.document import Value


@dataclass(frozen=True)
class Letter:
    """A notice about to be issued: its kind and language, to whom, and the facts it tells.

    `recipient` are the address lines, `addressee` the name in the salutation, `facts` the names of the yes-or-no
    circumstances that make further contents mandatory. `country` is the recipient's, where its packs give the form of
    the paper (a German authority gets no Vietnamese head); "" leaves it to the notice's kind alone.
    """

    kind: str
    language: str
    recipient: tuple[str, ...]
    fields: Mapping[str, Value]
    addressee: str = ""
    facts: tuple[str, ...] = ()
    replaces: str | None = None
    country: str = ""
