"""What the commands share: options, opening a casebook for a person, printing."""

import functools
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from officer_app.base.errors import KnownError
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory, default_casebook, state_folder
from officer_app.house import House

CasebookOption = Annotated[str, typer.Option("--casebook", metavar="PATH|URL", help="Default: your data folder.")]
PassphraseOption = Annotated[
    Path | None, typer.Option("--passphrase-file", help="Line 1 the sign-in name, line 2 the passphrase.")
]
PasswordOption = Annotated[
    Path | None, typer.Option("--casebook-password-file", help="The PostgreSQL password of the casebook.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print only JSON to standard output.")]


def first_lines(path: Path, count: int) -> list[str]:
    """Return the lines of a small file that needs `count` of them."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise KnownError(f"The file {path} cannot be read. Check the path and its rights.") from None
    if len(lines) < count:
        raise KnownError(f"The file {path} needs {count} lines: the sign-in name, then the passphrase.")
    return lines


def credentials(file: Path | None) -> tuple[str, str]:
    """Return sign-in name and passphrase, from the file or a prompt."""
    if file is not None:
        name, passphrase = first_lines(file, 2)[:2]
        return name, passphrase
    if not sys.stdin.isatty():
        raise KnownError("Give --passphrase-file: nobody is here to type the passphrase.")
    return str(typer.prompt("Sign-in name", err=True)), str(typer.prompt("Passphrase", hide_input=True, err=True))


@contextmanager
def opened(
    casebook: str, passphrase_file: Path | None, password_file: Path | None, *, shop: bool = False
) -> Iterator[House]:
    """Open and unlock a casebook and build its house; with `shop`, also connect the shop or refuse."""
    password = first_lines(password_file, 1)[0] if password_file is not None else None
    book = Casebook.open(casebook or default_casebook(), Memory(state_folder()), password=password)
    try:
        book.unlock(*credentials(passphrase_file))
        house = House(book)
        try:
            if shop:
                house.connect_shop()
                if house.shop() is None:
                    raise KnownError(house.shop_trouble)
            yield house
        finally:
            house.close()
    finally:
        book.close()


@dataclass(frozen=True)
class Door:
    """Which casebook a command opens and for whom, as its options say."""

    casebook: str = ""
    passphrase_file: Path | None = None
    casebook_password_file: Path | None = None

    def open(self, *, shop: bool = False) -> AbstractContextManager[House]:
        """Open and unlock the casebook; with `shop`, also connect the shop or refuse."""
        return opened(self.casebook, self.passphrase_file, self.casebook_password_file, shop=shop)


_SHARED = tuple(
    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
    for name, default, annotation in (
        ("casebook", "", CasebookOption),
        ("passphrase_file", None, PassphraseOption),
        ("casebook_password_file", None, PasswordOption),
    )
)


def at_the_door(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, in place of its first parameter, the options that every command with a casebook has."""
    _door, *own = inspect.signature(command, eval_str=True).parameters.values()
    own = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]
    shared = {one.name for one in _SHARED}

    @functools.wraps(command)
    def shown(**given: Any) -> None:
        door = Door(**{name: given.pop(name) for name in shared})
        command(door, **given)

    shown.__signature__ = inspect.Signature([*own, *_SHARED])  # type: ignore[attr-defined]  # read by typer
    shown.__annotations__ = {one.name: one.annotation for one in (*own, *_SHARED)}
    del shown.__wrapped__  # else its own hints would be read instead
    return shown


def print_json(value: Any) -> None:
    """Print a value as JSON; instants in ISO 8601 with their offset."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)
