"""The complaint queue on the command line: the list with its filters, searching, and the month in figures."""

from pathlib import Path
from typing import Annotated, Any

import typer

from officer_app.base import ownfile
from officer_app.base.errors import KnownError
from officer_app.base.page import Sort
from officer_app.cli.desks import complaint_app
from officer_app.cli.opening import Door, JsonOption, at_the_door, print_json
from officer_app.complaints import filters, monthly
from officer_app.complaints.queue import Row

app = complaint_app


def _print(rows: list[Row], zone: Any, as_json: bool) -> None:
    if as_json:
        print_json([one.__dict__ for one in rows])
        return
    for one in rows:
        until = f"{one.due.astimezone(zone):%Y-%m-%d %H:%M}" if one.due else "no deadline"
        typer.echo(f"{one.reference}  {one.kind}  {one.state}  {until}  {one.step}  {one.person}")


@complaint_app.command("list")
@at_the_door
def complaint_list(
    door: Door,
    closed: Annotated[bool, typer.Option("--closed", help="Closed cases too.")] = False,
    mine: Annotated[bool, typer.Option("--mine", help="Assigned to me.")] = False,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Assigned to nobody.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Overdue.")] = False,
    week: Annotated[bool, typer.Option("--week", help="Due within seven days.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="Waiting for a party.")] = False,
    news: Annotated[bool, typer.Option("--news", help="With a message nobody has read.")] = False,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="Only this kind; several may be given.")] = None,
    state: Annotated[list[str] | None, typer.Option("--state", help="Only this state; several may be given.")] = None,
    since: Annotated[str, typer.Option("--from", help="Opened on this day or later (2026-11-01).")] = "",
    until: Annotated[str, typer.Option("--until", help="Opened on this day or earlier.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Print the queue, the most pressing first; persons are masked."""
    switches = {
        filters.CLOSED: closed, filters.MINE: mine, filters.UNASSIGNED: unassigned, filters.OVERDUE: overdue,
        filters.WEEK: week, filters.WAITING: waiting, filters.NEWS: news,
    }  # fmt: skip
    chips = {key for key, on in switches.items() if on}
    chips |= {f"{filters.KIND}:{one}" for one in kind or ()} | {f"{filters.STATE}:{one}" for one in state or ()}
    rows: list[Row] = []
    with door.open() as house:
        zone, queue = house.policy().zone, house.complaints.queue
        dated = filters.with_dates(chips, since, until)
        wanted, after = filters.wanted(dated, house.book.actor.id, house.book.clock(), zone), None
        while True:
            page = queue.page(wanted, Sort("next_due"), after, 500, news=news)
            rows += page.rows
            after = page.next
            if after is None:
                break
    _print(rows, zone, as_json)


@complaint_app.command("search")
@at_the_door
def complaint_search(
    door: Door,
    text: Annotated[str, typer.Argument(help="A reference, e-mail, phone number, name or words of a case.")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="Stop after so many.")] = 200,
    as_json: JsonOption = False,
) -> None:
    """Print the cases of a person or with these words, newest first; persons are masked, the search is recorded."""
    if not text.strip():
        raise KnownError("Enter what to search for.")
    with door.open() as house:
        rows = list(house.complaints.queue.search(text, limit=limit))[:limit]
        zone = house.policy().zone
    _print(rows, zone, as_json)


@complaint_app.command("statistics")
@at_the_door
def complaint_statistics(
    door: Door,
    back: Annotated[int, typer.Option("--back", min=0, max=240, help="Months back; 0 is this month.")] = 0,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the report for the management here.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print a month in figures: what came in, what was answered and when, and what was late."""
    with door.open() as house:
        made = house.complaints.monthly.count(back)
        content = house.complaints.monthly.report(back)[1] if pdf is not None else b""
    if pdf is not None:
        try:
            ownfile.put(pdf, content)
        except OSError as error:
            raise KnownError(f"{pdf} could not be written: {error.strerror}. Choose another place.") from None
    if as_json:
        kinds = {kind: one.__dict__ for kind, one in made.kinds.items()}
        late = [one.__dict__ for one in made.late]
        print_json({**made.__dict__, "total": made.total.__dict__, "kinds": kinds, "late": late})
        return
    typer.echo(f"{made.first:%Y-%m}: {monthly.summary(made)}")
    for kind, one in made.kinds.items():
        typer.echo(f"  {kind}: {one.received} came in, {one.answered} answered, {one.late} late")
    for each in made.late:
        state = "answered" if each.answered else "not answered"
        typer.echo(f"  {each.reference}: {each.days} days late, {state}. {each.reason}".rstrip())
