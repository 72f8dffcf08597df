"""The desks' commands."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from officer_app.cli.opening import Door, JsonOption, at_the_door, print_json

complaint_app = typer.Typer(help="Complaints and requests.", no_args_is_help=True)
breach_app = typer.Typer(help="Breach incidents.", no_args_is_help=True)


@at_the_door
def due(door: Door, as_json: JsonOption = False) -> None:
    """Print what is due over all desks, the most pressing first."""
    with door.open() as house:
        items, zone = house.due(), house.policy().zone
    if as_json:
        print_json([{**one.__dict__, "due": one.due.astimezone(zone)} for one in items])
        return
    for one in items:
        typer.echo(f"{one.due.astimezone(zone):%Y-%m-%d %H:%M}  {one.reference}  {one.duty}")
    if not items:
        typer.echo("Nothing is due.")


@complaint_app.command("intake")
@at_the_door
def complaint_intake(
    door: Door,
    files: Annotated[list[Path], typer.Argument(metavar="FILE.eml…")],
    as_json: JsonOption = False,
) -> None:
    """Open cases from mail files; those that cannot be taken are named, the others stay taken."""
    with door.open() as house:
        results = house.complaints.receive_mails(files)
    if as_json:
        print_json([one.__dict__ for one in results])
    for one in results:
        if one.reference and not as_json:
            typer.echo(one.reference)
        if one.refused:
            typer.echo(f"{one.path.name}: {one.refused}", err=True)
    if any(one.refused for one in results):
        raise typer.Exit(1)


@complaint_app.command("show")
@at_the_door
def complaint_show(door: Door, reference: str, as_json: JsonOption = False) -> None:
    """Print one case; the view is recorded."""
    with door.open() as house:
        file = house.complaints.queue.open(reference.strip().upper())
        zone = house.policy().zone
    case = file.case
    if as_json:
        shown = {key: value for key, value in asdict(case).items() if key != "code"}
        shown["waiting_for"] = case.waiting_for
        shown["deadlines"] = [one.__dict__ for one in file.deadlines]
        shown["notices"] = [{"number": one.number, "state": one.state, "title": one.title} for one in file.notices]
        print_json(shown)
        return
    typer.echo(f"{case.reference}  {case.kind}  {case.state}  received {case.received.astimezone(zone):%Y-%m-%d %H:%M}")
    typer.echo(f"{case.requester.name} <{case.requester.email}>")
    typer.echo(f"\n{case.subject}\n\n{case.text}\n")
    for found in case.findings:
        typer.echo(f"{found.result}: {found.allegation} ({found.purpose}). {found.reasons}")
    for party in case.parties:
        typer.echo(f"{party.name}: {party.question} {'Waited for.' if party.waited_for else party.answer}")
    for one in file.deadlines:
        typer.echo(f"{one.duty}: {one.due.astimezone(zone):%Y-%m-%d %H:%M}{' (met)' if one.met else ''}, {one.how}")
    for notice in file.notices:
        typer.echo(f"{notice.number}  {notice.state}  {notice.title}")
