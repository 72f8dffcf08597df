"""The commands of the breach desk's print runs."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from officer_app.breaches.again import Wanted
from officer_app.cli.desks import breach_app as breach_app
from officer_app.cli.opening import Door, JsonOption, at_the_door, print_json
from officer_app.notices.run_cluster import Certificates
from officer_app.notices.run_workers import Engine


class Going(TypedDict):
    """How a run tells how far it is, and hears that it is to stop."""

    progress: Callable[[int, int], None]
    cancelled: Callable[[], bool]


@contextmanager
def going() -> Iterator[Going]:
    """Show letters, rate and time left where somebody looks; Ctrl+C stops the run after the volumes at work."""
    from rich.console import Console  # noqa: PLC0415  loads only when something is printed
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    stop: list[int] = []
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    before = signal.signal(signal.SIGINT, lambda number, _frame: stop.append(number))
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            shown = bar.add_task("letters", total=None, rate="")

            def progress(done: int, total: int) -> None:
                bar.update(shown, completed=done, total=total)
                speed = bar.tasks[0].speed
                bar.update(shown, rate=f"{speed:,.0f} letters a second" if speed else "")

            yield {"progress": progress, "cancelled": lambda: bool(stop)}
    finally:
        signal.signal(signal.SIGINT, before)


@breach_app.command("letters")
@at_the_door
def breach_letters(
    door: Door,
    reference: str,
    out: Annotated[Path, typer.Option("--out", help="Folder for volumes, manifest and address list.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    only: Annotated[
        str,
        typer.Option(
            "--only",
            metavar="WHICH",
            help="Print some letters of a finished run again: failed, returned, 3,7-20, volume:2 or pages:2:120-140.",
        ),
    ] = "",
    per_volume: Annotated[int, typer.Option("--per-volume", help="Letters in a print file.")] = 5_000,
    duplex: Annotated[bool, typer.Option("--duplex", help="Begin every letter on an odd page.")] = False,
    separate: Annotated[bool, typer.Option("--separate", help="One PDF for each letter, in a ZIP per volume.")] = False,
    processes: Annotated[int, typer.Option("--processes", help="Processes that print; 0: as many as help.")] = 0,
    scheduler: Annotated[str, typer.Option("--scheduler", help="Let a Dask cluster print: tls://host:port.")] = "",
    tls_ca: Annotated[Path | None, typer.Option("--tls-ca", help="Whom to trust at the scheduler (PEM).")] = None,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", help="Your certificate for the scheduler.")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="The key of that certificate.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the approved letters of an incident into OUT, with covers, address lists and a manifest."""
    engine, wanted = Engine(processes, scheduler, Certificates(tls_ca, tls_cert, tls_key)), reference.strip().upper()
    with door.open() as house, going() as go:
        if only:
            which = Wanted.read(only)
            result = house.breaches.again.print_again(wanted, which, out, engine=engine, **go)
        else:
            result = house.breaches.print_letters(
                wanted, out, resume=resume, per_volume=per_volume, duplex=duplex, separate=separate, engine=engine,
                **go,
            )  # fmt: skip
    if as_json:
        print_json(result.__dict__)
        return
    typer.echo(result.news)


@breach_app.command("returned")
@at_the_door
def breach_returned(
    door: Door,
    reference: str,
    numbers: Annotated[typer.FileText, typer.Argument(help="File with the letters' numbers, or - to read them here.")],
    run: Annotated[str, typer.Option("--run", help="The run they belong to; the last one when left out.")] = "",
    why: Annotated[str, typer.Option("--why", help="What the post wrote on them.")] = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Take them off again, because they were noted by mistake.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Note letters that the post brought back."""
    text = numbers.read()
    with door.open() as house:
        noted = house.breaches.post.note_returned(reference.strip().upper(), run, text, why, undo=undo)
    if as_json:
        print_json({"noted": noted.fresh, "before": noted.before, "strange": noted.strange})
        return
    typer.echo(noted.change.news)


@breach_app.command("posted")
@at_the_door
def breach_posted(
    door: Door,
    reference: str,
    volumes: Annotated[str, typer.Argument(help="Print files that were posted, as 1-3,5.")],
    at: Annotated[
        datetime | None, typer.Option("--at", help="When, in the zone of the policy; now when left out.")
    ] = None,
    run: Annotated[str, typer.Option("--run", help="The run they belong to; the last one when left out.")] = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Take them off again, because they were noted by mistake.")
    ] = False,
) -> None:
    """Note print files of a run as posted."""
    with door.open() as house:
        when = at.replace(tzinfo=house.policy().zone) if at is not None else house.book.clock()
        done = house.breaches.post.note_posted(reference.strip().upper(), run, volumes, when, undo=undo)
    typer.echo(done.news)
