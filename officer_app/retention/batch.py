"""A batch: accounts chosen for one reason, frozen, announced, approved, erased and proved; its states and its steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from officer_app.base.erasure import Scope
from officer_app.base.errors import KnownError
from officer_app.base.steps import Step
from officer_app.notices.filling import shown_date
from officer_app.retention.rules import FINDINGS, ORDERS
from officer_app.retention.sizes import counted

FROZEN, NOTICED, ERASING, ERASED, CLOSED, WITHDRAWN = "frozen", "noticed", "erasing", "erased", "closed", "withdrawn"
STATES = (FROZEN, NOTICED, ERASING, ERASED, CLOSED)
WAITING, GONE = "waiting", "taken out"
DUTY: Final = "pre-deletion-notice"
PERIOD: Final = 30
"""Days over which batches without a manager's word count together, so that many small ones are not none."""
LETTERS: Final = 500
"""Confirmation letters of one batch, one notice each; who asked to cancel always gets one."""


@dataclass(frozen=True)
class Limits:
    """Above which number of accounts, or share of all accounts in percent, a manager approves a batch."""

    number: int = 100
    share: float = 1.0


@dataclass(frozen=True)
class Approval:
    """A manager's word on the frozen list: whose, when, and "decided by one person" where nobody else could."""

    by: str
    name: str
    at: datetime
    remark: str = ""


@dataclass(frozen=True)
class PlanLine:
    """What happens to one table: rows deleted, changed or kept, what of them, why, until when, by which law."""

    table: str
    title: str
    action: str
    rows: int
    what: str = ""
    reason: str = ""
    until: str = ""
    law: str = ""


@dataclass(frozen=True)
class Found:
    """What the check after the erasure found in one column: clean, kept on purpose, or left over.

    A clean one says how many rows were read again by their own keys, where that was done.
    """

    table: str
    column: str
    state: str
    rows: int
    reason: str = ""

    @property
    def place(self) -> str:
        """The table, and the column where it was found in one."""
        return f"{self.table}.{self.column}" if self.column else self.table


@dataclass(frozen=True)
class Batch:
    """One batch. `accounts` was the number of all accounts when it was frozen, `members` those frozen in it.

    `lately` are the accounts of other batches of the last `PERIOD` days that no manager approved.
    `no_notice` says why nobody is told beforehand, `unreached` how many could not be; `noticed` is when the notices
    were sent, `grace` the last moment of the time to answer. `effects` are what the platform needs after an erasure,
    `ticked` those that were done; `guests` are the members without an account, `further` the notices after the first.
    """

    reference: str
    ground: str
    state: str
    frozen: datetime
    author: str
    members: int
    accounts: int
    digest: str
    limits: Limits = Limits()
    lately: int = 0
    plan: tuple[PlanLine, ...] = ()
    effects: tuple[tuple[str, str], ...] = ()
    ticked: tuple[str, ...] = ()
    notice: str = ""
    promised: datetime | None = None
    unreached: int = 0
    noticed: datetime | None = None
    grace: datetime | None = None
    no_notice: str = ""
    approval: Approval | None = None
    executed: tuple[str, ...] = ()
    started: datetime | None = None
    ended: datetime | None = None
    stopped: str = ""
    checked: datetime | None = None
    found: tuple[Found, ...] = ()
    certificate: str = ""
    certified: datetime | None = None
    left: str = ""
    backups: str = ""
    assignee: str | None = None
    closed: datetime | None = None
    version: int = 1
    guests: int = 0
    further: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """The numbers under which the notices were written."""
        return (self.notice, *self.further) if self.notice else ()

    @property
    def needs_manager(self) -> str:
        """Why a manager has to approve it, or ""."""
        if self.ground in FINDINGS:
            return "A manager approves every erasure of accounts found false or breaking the rules."
        together = f" within {PERIOD} days" if self.lately else ""
        number = self.members + self.lately
        if number > self.limits.number:
            return f"More than {self.limits.number:,} accounts{together}: a manager approves them."
        if self.accounts and number * 100 > self.limits.share * self.accounts:
            return f"More than {self.limits.share:g} % of all accounts{together}: a manager approves them."
        return ""

    @property
    def needs_notice(self) -> bool:
        """Whether the customers are told beforehand: all but who asked for it themselves, and of old orders nobody."""
        return self.ground not in ("cancel", ORDERS)

    @property
    def scope(self) -> Scope:
        """Which plan of the shop's profile is carried out."""
        return scope_of(self.ground)

    @property
    def running(self) -> bool:
        """Whether an erasure was begun and did not come to its end."""
        return self.state == ERASING

    @property
    def left_over(self) -> tuple[Found, ...]:
        """What the check found that should be gone."""
        return tuple(one for one in self.found if one.state == "left")


@dataclass(frozen=True)
class Counts:
    """How many members are in each state."""

    by_state: Mapping[str, int] = field(default_factory=dict)

    def of(self, *states: str) -> int:
        """Return how many are in these states."""
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def pending(self) -> int:
        """Accounts that the next run would erase."""
        return self.of(WAITING, "failed", "unknown")


def scope_of(ground: str) -> Scope:
    """Return which plan of the shop's profile a ground asks for."""
    return ORDERS if ground == ORDERS else "account"


def why_not_run(batch: Batch, counts: Counts, now: datetime) -> str:
    """Return why it cannot be erased now, or ""; `now` is in the shop's zone, in which days are named."""
    if batch.state not in (FROZEN, NOTICED, ERASING):
        return "It was erased already." if batch.state in (ERASED, CLOSED) else "It was withdrawn."
    if not counts.pending and batch.state != ERASING:  # what was begun is brought to its end
        return "No account is left in it. Withdraw the batch."
    if batch.needs_notice and batch.noticed is None and not batch.no_notice:
        return "Send the notices first, or say why nobody is told beforehand."
    if batch.grace is not None and now <= batch.grace:
        day = shown_date(batch.grace.astimezone(now.tzinfo).date(), "en")
        return f"The time to answer the notices ends on {day}. Wait until it is over, or withdraw the batch."
    if batch.needs_manager and batch.approval is None:
        return batch.needs_manager
    return ""


def next_steps(batch: Batch, counts: Counts, now: datetime, *, interrupted: bool, manager: bool) -> tuple[Step, ...]:
    """Return what may be done next, the most likely first; `interrupted` when no run of it goes on anywhere here."""
    if batch.state in (CLOSED, WITHDRAWN):
        shown = (Step("certificate", "Show certificate"), Step("returned", "Look whether accounts came back"))
        return shown if batch.certified else ()
    if batch.state == ERASED:
        return _after(batch)
    why = why_not_run(batch, counts, now)
    if batch.state == ERASING:
        again = Step("resume", "Look and go on", primary=True, enabled=interrupted and not why, why_not=why or _GOES_ON)
        return (again,)
    steps: list[Step] = []
    told = batch.notice or batch.no_notice
    if batch.needs_notice and not batch.noticed:
        if not told:
            steps.append(Step("notices", "Write the notices", primary=True))
            steps.append(Step("no-notice", "Nobody is told beforehand"))
        elif batch.notice:
            steps.append(Step("sent", "Record notices as sent", primary=True))
            steps.append(Step("address-list", "Save address list"))
            steps.append(Step("withdraw-letters", "Withdraw the notices"))
    ready = bool(batch.needs_manager) and batch.approval is None
    if batch.needs_manager:
        done = "It is approved already." if batch.approval is not None else ""
        main = manager and ready and bool(batch.noticed or batch.no_notice or not batch.needs_notice)
        steps.append(Step("approve", "Approve", primary=main, enabled=not done, why_not=done))
    steps.append(Step("run", "Erase…", primary=not why, enabled=not why, why_not=why))
    steps.append(Step("recheck", "Check the accounts again"))
    steps.append(Step("withdraw", "Withdraw the batch"))
    return tuple(steps)


_GOES_ON = "The erasure goes on; the status line shows how far it is."


def _after(batch: Batch) -> tuple[Step, ...]:
    open_effects = [what for what, _ in batch.effects if what not in batch.ticked]
    if batch.certified is not None:
        waits = f"Tick what the platform still needs: {', '.join(open_effects)}." if open_effects else ""
        steps = [Step("close", "Close the batch", primary=not waits, enabled=not waits, why_not=waits)]
    else:
        missing = "" if batch.checked else "Check the shop first."
        steps = [Step("certify", "Issue the certificate", primary=not missing, enabled=not missing, why_not=missing)]
    if batch.effects:
        steps.append(Step("effects", "What the platform needs"))
    steps.append(Step("check", "Check the shop again" if batch.checked else "Check the shop",
                      primary=batch.checked is None))  # fmt: skip
    steps.append(Step("letters-sent", "Record letters as sent"))
    steps.append(Step("withdraw-letters", "Withdraw letters"))
    return tuple(steps)


# --- what changes it --------------------------------------------------------------------------------------------------


def _before(batch: Batch) -> None:
    if batch.state not in (FROZEN, NOTICED):
        raise KnownError(f"{batch.reference} is {batch.state}; this cannot be done any more.")


def announce(batch: Batch, numbers: Sequence[str], promised: datetime | None, unreached: int = 0) -> Batch:
    """The notices were written, each with some thousand letters; `promised` is the earliest deletion that they name.

    `unreached` accounts have neither an address nor an e-mail, or a name that cannot be printed.
    """
    _before(batch)
    if batch.notice and batch.noticed is None:
        raise KnownError(f"{batch.notice} is written already. Send it, or withdraw it first.")
    notice, *further = numbers
    return replace(batch, notice=notice, further=tuple(further), no_notice="", promised=promised, unreached=unreached)


def unwritten(batch: Batch) -> Batch:
    """The notices were wrong and are withdrawn before they were sent; new ones can be written."""
    _before(batch)
    return replace(batch, notice="", further=(), promised=None, unreached=0)


def noticed(batch: Batch, at: datetime, grace: datetime) -> Batch:
    """The notices were sent; from then on the time to answer runs."""
    _before(batch)
    return replace(batch, noticed=at, grace=grace, state=NOTICED)


def unannounced(batch: Batch, reason: str) -> Batch:
    """Nobody is told beforehand, for a reason that stays in the file."""
    _before(batch)
    if not reason.strip():
        raise KnownError("Say why nobody is told beforehand; it stays in the file.")
    return replace(batch, no_notice=reason.strip())


def approve(batch: Batch, given: Approval) -> Batch:
    """A manager approves the list as it was frozen; accounts can only leave it afterwards."""
    _before(batch)
    return replace(batch, approval=given)


def start(batch: Batch, counts: Counts, typed: int | None, now: datetime, who: str, backups: str = "") -> Batch:
    """The erasure begins; `typed` is the number of accounts as the officer typed it, None to go on with one begun.

    `backups` says until when backup copies may still hold the data; the letters tell it.
    """
    why = why_not_run(batch, counts, now)
    if why:
        raise KnownError(why)
    if typed is None and batch.state != ERASING:
        raise KnownError(f"{batch.reference} was not begun. Type the number of accounts to erase it.")
    if typed is not None and typed != counts.pending:
        whom = counted(counts.pending, batch.ground)
        raise KnownError(f"The number is not right: {whom} would be erased. Count again.")
    executed = tuple(dict.fromkeys((*batch.executed, who)))
    return replace(batch, state=ERASING, started=batch.started or now, stopped="", executed=executed,
                   backups=backups.strip() or batch.backups)  # fmt: skip


def stop(batch: Batch, why: str) -> Batch:
    """The run ended before its end."""
    return replace(batch, stopped=why)


def finish(batch: Batch, now: datetime) -> Batch:
    """Nothing is left to erase."""
    return replace(batch, state=ERASED, ended=now, stopped="")


def check(batch: Batch, found: tuple[Found, ...], now: datetime) -> Batch:
    """The shop was looked through after the erasure."""
    return replace(batch, checked=now, found=found)


def tick(batch: Batch, done: tuple[str, ...]) -> Batch:
    """Note which of the platform's side effects were seen to."""
    known = {what for what, _ in batch.effects}
    return replace(batch, ticked=tuple(one for one in done if one in known))


def certify(batch: Batch, now: datetime) -> Batch:
    """The certificate was issued."""
    return replace(batch, certified=now)


def close(batch: Batch, now: datetime) -> Batch:
    """Everything is done and proved; whom it concerned is forgotten."""
    if batch.state != ERASED or batch.certified is None:
        raise KnownError("Issue the certificate first.")
    return replace(batch, state=CLOSED, closed=now)


def withdraw(batch: Batch, now: datetime) -> Batch:
    """Undo the batch before anything was erased; its accounts are on the list again."""
    _before(batch)
    return replace(batch, state=WITHDRAWN, closed=now)
