"""What a use case reports after its transaction: which desk and which cases to reload."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """A finished use case.

    `desk` is the folder name ("complaints", …), `references` the touched cases in order, `notices` the numbers
    of notices issued, and `news` one calm sentence for the window.
    """

    desk: str
    references: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    news: str = ""
