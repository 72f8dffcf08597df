"""Turns what a database says about the world into one sentence; what it says about our statements stays a bug."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound, OperationalError

from officer_app.base.errors import BugError, KnownError

_DAMAGED = "This casebook is damaged. Restore the newest backup."
_SAYINGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("locked", "busy", "lock timeout", "deadlock"),
        "Another window is writing to this casebook. Try again in a moment; nothing was changed.",
    ),
    (
        ("disk is full", "no space", "disk full", "disk i/o error", "file too large"),
        "The disk is full. Free some space and try again; nothing was changed.",
    ),
    (
        ("readonly", "read-only", "unable to open", "permission denied"),
        "The casebook cannot be written here. Move it to a folder you may write to; nothing was changed.",
    ),
    (("malformed", "corrupt", "not a database", "could not decode", "no such table", "no such column"), _DAMAGED),
    (
        ("password", "authentication", "role "),
        "The casebook's database did not take this user and password. Check both with its administrator.",
    ),
    (
        ("certificate", "ssl", "tls", "channel binding"),
        "The casebook's server could not prove its name over TLS, so no password was sent. Check its certificate.",
    ),
    (("does not exist",), "There is no such casebook database. Check the address with the server's administrator."),
)
_SILENT = "The casebook's database does not answer. What you typed is kept; try again when it is back."


@contextmanager
def sentences() -> Iterator[None]:
    """Raise KnownError for trouble with disk, server or file, and BugError for trouble of our own making."""
    try:
        yield
    except OperationalError as error:
        raise KnownError(sentence(str(error.orig))) from error
    except (NoResultFound, MultipleResultsFound) as error:
        raise KnownError(_DAMAGED) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise KnownError(_SILENT) from error
        told = sentence(str(error.orig))
        if told == _DAMAGED:
            raise KnownError(told) from error
        raise BugError(f"{type(error.orig).__name__} in the casebook") from error


def sentence(text: str) -> str:
    """Return the sentence for what a driver said."""
    low = text.casefold()
    return next((told for words, told in _SAYINGS if any(word in low for word in words)), _SILENT)
