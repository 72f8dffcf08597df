"""What every desk knows of a case without opening it: the clear head, deadlines, a line of the due list, a filter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class DeadlineFacts(Protocol):
    """A computed deadline, as the policy gives it."""

    @property
    def duty(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def pack(self) -> str: ...
    @property
    def pack_version(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def rule_text(self) -> str: ...
    @property
    def asked(self) -> str: ...
    @property
    def verified(self) -> bool: ...
    @property
    def how(self) -> str: ...
    @property
    def start(self) -> datetime: ...
    @property
    def due(self) -> datetime: ...
    @property
    def outer(self) -> datetime | None: ...


@dataclass(frozen=True)
class CaseHead:
    """The clear part of a case; `due_how` says in lists by which rule the next date came about."""

    reference: str
    desk: str
    kind: str
    state: str
    opened: datetime
    closed: datetime | None
    assignee: str | None
    waiting_for: str | None
    next_due: datetime | None
    version: int
    due_how: str = ""


@dataclass(frozen=True)
class StoredDeadline:
    """One deadline of a case, with the rule and version it came from.

    `rule_text` is the rule as it stood then, `asked` what was asked of it, `met` when it was met.
    """

    id: str
    reference: str
    duty: str
    rule: str
    pack: str
    pack_version: str
    source: str
    rule_text: str
    asked: str
    verified: bool
    how: str
    start: datetime
    due: datetime
    outer: datetime | None
    met: datetime | None


@dataclass(frozen=True)
class DueItem:
    """One line of the due list."""

    reference: str
    desk: str
    kind: str
    duty: str
    due: datetime
    outer: datetime | None
    verified: bool
    how: str
    source: str
    pack: str


@dataclass(frozen=True)
class Filter:
    """Which cases of a desk to list; empty fields do not filter. `among` is a short list of references."""

    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    assignee: str | None = None
    unassigned: bool = False
    open_only: bool = True
    due_before: datetime | None = None
    waiting: bool = False
    reference: str = ""
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    among: tuple[str, ...] | None = None
