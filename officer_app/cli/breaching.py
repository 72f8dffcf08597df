"""The breach desk's commands beside printing: the list of incidents, one of them, and its register sheet."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from officer_app.base import ownfile
from officer_app.base.errors import KnownError
from officer_app.base.page import Sort
from officer_app.breaches.register import told
from officer_app.casebook.cases import Filter
from officer_app.cli.opening import Door, JsonOption, at_the_door, print_json
from officer_app.cli.printing import breach_app as breach_app


@breach_app.command("list")
@at_the_door
def breach_list(
    door: Door,
    closed: Annotated[bool, typer.Option("--closed", help="Closed incidents too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the incidents, the most pressing first."""
    rows: list[Any] = []
    with door.open() as house:
        after: Any = None
        while True:
            page = house.breaches.queue.page(Filter(open_only=not closed), Sort("next_due"), after, 500)
            rows += page.rows
            after = page.next
            if after is None:
                break
        zone = house.policy().zone
    if as_json:
        print_json([one.__dict__ for one in rows])
        return
    for one in rows:
        until = f"{one.due.astimezone(zone):%Y-%m-%d %H:%M}" if one.due else "no deadline"
        persons = f"{one.persons:,}" if one.counted != "unknown" else "?"
        typer.echo(f"{one.reference}  {one.state}  {until}  {persons} persons  {one.what}")


@breach_app.command("show")
@at_the_door
def breach_show(door: Door, reference: str, as_json: JsonOption = False) -> None:
    """Print one incident with who is to be told; the view is recorded."""
    with door.open() as house:
        file = house.breaches.queue.open(reference.strip().upper())
        zone = house.policy().zone
    case = file.case
    if as_json:
        shown: dict[str, Any] = msgspec.to_builtins(case)
        shown["state"] = case.state
        shown["notices"] = [{"number": one.number, "state": one.state, "title": one.title} for one in file.notices]
        print_json(shown)
        return
    typer.echo(f"{case.reference}  {case.state}  noticed {case.noticed.astimezone(zone):%Y-%m-%d %H:%M}")
    typer.echo(case.facts.what)
    for duty in case.duties:
        done = f"told {duty.sent.astimezone(zone):%Y-%m-%d %H:%M}" if duty.sent else duty.decision or "not decided"
        typer.echo(f"{told(duty)}: due {duty.due.astimezone(zone):%Y-%m-%d %H:%M}, {done}")
    for one in case.lists:
        typer.echo(f"List {one.number}: {one.persons:,} persons, {one.writable:,} with a postal address")
    for event in case.events:
        off = f" (struck off: {event.why})" if event.struck else ""
        typer.echo(f"{event.at.astimezone(zone):%Y-%m-%d %H:%M}  {event.text}{off}")
    for notice in file.notices:
        typer.echo(f"{notice.number}  {notice.state}  {notice.title}")


@breach_app.command("register")
@at_the_door
def breach_register(
    door: Door,
    reference: str,
    out: Annotated[Path, typer.Option("--out", help="The PDF to write; no file is overwritten.")],
    language: Annotated[str, typer.Option("--language", help="en or vi; else that of the shop's authority.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Write the register sheet of an incident as a PDF; recorded as an export with its hash."""
    if language not in ("", "en", "vi"):
        raise KnownError("The register sheet is made in en or vi. Choose one of them.")
    if out.exists():
        raise KnownError(f"{out} is there already. Name a new file.")
    with door.open() as house:
        content = house.breaches.register_sheet(reference.strip().upper(), language)
    try:
        ownfile.put(out, content)
    except OSError as error:
        raise KnownError(f"{out} cannot be written: {error.strerror}. Choose another place.") from None
    if as_json:
        print_json({"file": str(out), "bytes": len(content)})
        return
    typer.echo(f"Written to {out}.")
