"""The forms of a print run: how it is printed, which letters again, and what the post brought back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.breaches.again import Wanted
from officer_app.breaches.forms import tr
from officer_app.breaches.press import PER_VOLUME
from officer_app.breaches.rules import Run
from officer_app.breaches.run_records import Letters
from officer_app.breaches.runjob import MOST_PER_VOLUME
from officer_app.breaches.spans import size
from officer_app.widgets.forms import Choice, Field, Form


def printing(letters: int, zone: tzinfo) -> Form:
    """How the letters of a list are printed; each choice starts from what most printers want."""
    fields = (
        Field("duplex", tr("The printer prints both sides of a sheet"), "check", False),
        Field("separate", tr("One PDF for each customer, in ZIP files"), "check", False),
        Field("per_volume", tr("Letters in a print file"), "number", PER_VOLUME, most=MOST_PER_VOLUME, required=True,
              hint=tr("Each print file gets a cover sheet and an address list."), check=_at_least_one),
    )  # fmt: skip
    intro = tr("{0} letters. With both sides, each letter begins on a sheet of its own.").format(f"{letters:,}")
    return Form(tr("Print the letters"), fields, submit=tr("Choose the folder and print"), intro=intro, zone=zone)


def _at_least_one(value: int) -> str:
    return "" if value else tr("A print file has at least one letter.")


def again(runs: Sequence[Run], letters: Mapping[str, Letters], zone: tzinfo) -> Form:
    """Which letters of a finished run are printed once more."""
    failed = sum(size(letters[run.number].failed) for run in runs)
    returned = sum(size(letters[run.number].returned) for run in runs)
    kinds = (
        Choice("numbers", tr("The letters with these numbers")),
        Choice("pages", tr("The letters on these pages of a print file")),
        Choice("volume", tr("A whole print file")),
        Choice("failed", tr("Those that could not be printed ({0})").format(f"{failed:,}")),
        Choice("returned", tr("Those that came back ({0})").format(f"{returned:,}")),
    )
    fields = (
        _run_field(runs),
        Field("kind", tr("Which"), "choice", "numbers", kinds, required=True),
        Field("volume", tr("Print file"), "number", 1, hint=tr("Only for pages, or for a whole print file.")),
        Field("spans", tr("Numbers or pages"), placeholder=tr("As 3, 7-20")),
    )
    intro = tr("They keep their numbers and come from the list and text as they were approved.")
    return Form(tr("Print letters again"), fields, submit=tr("Choose the folder and print"), intro=intro, zone=zone)


def _run_field(runs: Sequence[Run]) -> Field:
    choices = tuple(Choice(run.number, run.number) for run in runs)
    return Field("run", tr("Print run"), "choice", runs[-1].number if runs else "", choices, required=True)


def to_wanted(values: Mapping[str, Any]) -> Wanted:
    """Return which letters are meant, as typed."""
    kind, volume, numbers = values["kind"], values["volume"], values["spans"].strip()
    if kind in ("failed", "returned"):
        return Wanted.read(kind)
    if kind == "volume":
        return Wanted.read(f"volume:{volume}")
    if not numbers:
        raise KnownError(tr("Write which ones, as 3, 7-20."))
    return Wanted.read(f"pages:{volume}:{numbers}" if kind == "pages" else numbers)


def posted(runs: Sequence[Run], now: datetime, zone: tzinfo) -> Form:
    """Print files that went to the post, when not all of them go on one day."""
    fields = (
        _run_field(runs),
        Field("volumes", tr("Print files"), required=True, placeholder=tr("As 1-3, 5"),
              hint=tr("The number of a print file stands on its cover sheet.")),
        Field("at", tr("Posted at"), "moment", now, required=True),
        Field("undo", tr("They were noted by mistake: take them off again"), "check", False),
    )  # fmt: skip
    intro = tr("The duty is met once the whole run is recorded as sent.")
    return Form(tr("Posted print files"), fields, submit=tr("Note them"), intro=intro, zone=zone)


def returned(runs: Sequence[Run], zone: tzinfo) -> Form:
    """Numbers of letters that came back, scanned or pasted."""
    fields = (
        _run_field(runs),
        Field("numbers", tr("Numbers of the letters"), "lines", required=True, rows=10,
              hint=tr("Scan or paste them, one after the other: the whole number, or its last part.")),
        Field("why", tr("What the post wrote on them"), hint=tr("As: moved, unknown, refused.")),
        Field("undo", tr("They were noted by mistake: take them off again"), "check", False),
    )  # fmt: skip
    intro = tr("Numbers that are none of this run's letters are named and change nothing.")
    return Form(tr("Returned letters"), fields, submit=tr("Note them"), intro=intro, zone=zone)
