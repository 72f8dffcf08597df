"""The two kinds of error: one the officer can act on, one that is ours."""

import traceback


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


class Locked(KnownError):
    """The casebook's keys are gone, because nobody has unlocked it or it was locked meanwhile."""

    def __init__(self, text: str = "The casebook is locked. Unlock it first.") -> None:
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


def without_values(error: BaseException) -> str:
    """Return where an error came from: types and source lines, never its text, which may quote personal data.

    The text of a BugError is ours and stays.
    """
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        said = f": {seen}" if isinstance(seen, BugError) else ""
        parts.append(f"{type(seen).__module__}.{type(seen).__qualname__}{said}")
        parts.extend(
            f"  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__, limit=-30)
        )
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(parts)
