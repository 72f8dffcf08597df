"""The two kinds of error: one the officer can act on, one that is ours."""


class KnownError(Exception):
    """Something the user can mend; its text is one clear sentence that says what to do.

    The text is shown as it stands, in the window and on the command line (exit status 1).
    """

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else "This could not be done."


class Cancelled(KnownError):
    """Raised inside long work after the user pressed Cancel; nothing is half-done."""

    def __init__(self, text: str = "Cancelled. Nothing was changed.") -> None:
        super().__init__(text)


class Conflict(KnownError):
    """Somebody else saved the same record first.

    `theirs` holds the stored version and `mine` the refused one, so that the window can show both.
    """

    def __init__(self, text: str, *, theirs: object = None, mine: object = None) -> None:
        super().__init__(text)
        self.theirs = theirs
        self.mine = mine


class BugError(Exception):
    """A promise between our own parts was broken; logged and reported, never dressed up."""
