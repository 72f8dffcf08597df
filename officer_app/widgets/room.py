"""What the window and its rooms know of each other: one protocol and a few frozen facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

Tone = Literal["", "red", "amber", "green", "accent"]
"""What a colour means: red overdue, amber soon, green a check that passed; never without words."""


class Room(Protocol):
    """A tab of the window.

    Rooms are QWidgets (or own one): `widget` is what the tab shows, `count` the number beside its title
    (None: no number), `busy` a short sentence while the room waits for something, else "". `changed` is
    emitted after every change the due strip or the counts may have to follow.
    """

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def widget(self) -> QWidget: ...
    @property
    def count(self) -> int | None: ...
    @property
    def busy(self) -> str: ...
    @property
    def changed(self) -> SignalInstance: ...

    def refresh(self) -> None:
        """Read again what is shown (F5); keep the selection."""

    def open(self, reference: str) -> None:
        """Show the case with this reference."""

    def new(self) -> None:
        """Start a new case (Ctrl+N)."""

    def search(self) -> None:
        """Put the cursor into this tab's search box (Ctrl+F)."""

    def print_current(self) -> None:
        """Print what is open (Ctrl+P)."""

    def leave(self) -> None:
        """Keep what was typed: the window is about to lock or close and drops the room."""


@dataclass(frozen=True)
class DueItem:
    """One line of the due list: "answer, overdue 1 day"; `due` in UTC, `how` tells how it was computed."""

    reference: str
    room: str
    text: str
    tone: Tone = ""
    due: datetime | None = None
    how: str = ""


@dataclass(frozen=True)
class Found:
    """One answer of the find box: `kind` groups it ("Person"), `room` and `reference` tell where it opens."""

    kind: str
    title: str
    detail: str
    room: str
    reference: str


@dataclass(frozen=True)
class MenuPage:
    """An entry of the menu (Settings, People, Audit, Backup) and how its page is built when it is chosen."""

    title: str
    build: Callable[[], QWidget]


@dataclass(frozen=True)
class Inside:
    """What the window shows once somebody signed in.

    `due_items` returns the whole due list, most pressing first; `find` searches people, references and orders
    (both run in the background and touch no widget); `locked` is called after the rooms were dropped. `openers`
    says how a room without a tab (the customer card) opens a reference.
    """

    shop_name: str
    connection: str
    person: str
    role: str
    rooms: Sequence[Room]
    due_items: Callable[[], Sequence[DueItem]]
    find: Callable[[str], Sequence[Found]]
    locked: Callable[[], None]
    pages: Sequence[MenuPage] = ()
    openers: Mapping[str, Callable[[str], None]] = field(default_factory=dict)
    demo: bool = False
    idle_minutes: int = 5
