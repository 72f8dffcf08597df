"""The commands of the disclosure desk; they pass the same gate as the window."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from officer_app.base.errors import KnownError
from officer_app.base.page import Sort
from officer_app.casebook import issued
from officer_app.casebook.cases import Filter
from officer_app.cli.opening import Door, JsonOption, at_the_door, print_json
from officer_app.disclosures.register import Narrowed
from officer_app.post import safe_names

disclosure_app = typer.Typer(help="Demands and wishes for data.", no_args_is_help=True)


@disclosure_app.command("list")
@at_the_door
def disclosure_list(
    door: Door,
    closed: Annotated[bool, typer.Option("--closed", help="Closed ones too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the list, the most pressing first; persons are masked."""
    rows: list[Any] = []
    with door.open() as house:
        after: Any = None
        while True:
            page = house.disclosures.queue.page(Filter(open_only=not closed), Sort("next_due"), after, 500)
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
        typer.echo(f"{one.reference}  {one.body}  {one.outcome or one.state}  {until}  {one.agency}")


@disclosure_app.command("show")
@at_the_door
def disclosure_show(door: Door, reference: str, as_json: JsonOption = False) -> None:
    """Print one case; the view is recorded."""
    with door.open() as house:
        file = house.disclosures.queue.open(_reference(reference))
        zone = house.policy().zone
    case = file.case
    if as_json:
        shown = asdict(case)
        shown["demand"] |= {key: day.isoformat() for key, day in shown["demand"].items() if key in _DAYS and day}
        for item in (shown["choice"] or {}).get("items", ()):
            del item["values"]  # data leaves by the hand-over only
            item["day"] = item["day"].isoformat() if item["day"] else None
        shown["checks"] = [asdict(one) for one in file.checks]
        shown["deadlines"] = [asdict(one) for one in file.deadlines]
        shown["notices"] = [{"number": one.number, "state": one.state, "title": one.title} for one in file.notices]
        print_json(shown)
        return
    typer.echo(f"{case.reference}  {case.state}  received {case.received.astimezone(zone):%Y-%m-%d %H:%M}")
    typer.echo(f"{case.demand.agency}, {case.demand.document}\n\n{case.demand.asked}\n")
    for check in file.checks:
        typer.echo(f"[{'x' if check.met else ' '}] {check.title}{'' if check.met else ': ' + check.missing}")
    if case.choice is not None:
        typer.echo(f"Chosen: {', '.join(item.label for item in case.choice.items)}")
    for one in file.deadlines:
        typer.echo(f"{one.duty}: {one.due.astimezone(zone):%Y-%m-%d %H:%M}{' (met)' if one.met else ''}, {one.how}")
    for notice in file.notices:
        typer.echo(f"{notice.number}  {notice.state}  {notice.title}")


_DAYS = ("dated", "since", "until")


@disclosure_app.command("check")
@at_the_door
def disclosure_check(door: Door, reference: str, as_json: JsonOption = False) -> None:
    """Print what the gate asks for and whether it is met; status 1 while something is missing."""
    with door.open() as house:
        file = house.disclosures.queue.open(_reference(reference))
    missing = [check for check in file.checks if not check.met]
    if as_json:
        print_json({"may leave": list(file.allowed), "checks": [asdict(check) for check in file.checks]})
    else:
        for check in file.checks:
            typer.echo(f"[{'x' if check.met else ' '}] {check.title}")
    if missing:
        raise KnownError(missing[0].missing)


@disclosure_app.command("register")
@at_the_door
def disclosure_register(
    door: Door,
    out: Annotated[Path, typer.Option("--out", help="The file to write: .pdf or .csv.")],
    year: Annotated[int | None, typer.Option("--year", help="Only what was received in this year.")] = None,
    body: Annotated[str, typer.Option("--body", help="Only this body, by its id in the policy pack.")] = "",
    outcome: Annotated[str, typer.Option("--outcome", help="Only this outcome, or “open”.")] = "",
    counts: Annotated[bool, typer.Option("--counts", help="Counts by body, outcome and persons.")] = False,
) -> None:
    """Write the register, or its counts, as PDF or CSV; the export is recorded."""
    form = out.suffix.lower()
    if form not in (".pdf", ".csv"):
        raise KnownError("The file has to end in .pdf or .csv. Change its name.")
    narrowed, wanted = Narrowed(year, body, outcome), Filter(open_only=False)
    with door.open() as house:
        register = house.disclosures.register
        if counts:
            made = register.counts_pdf(narrowed) if form == ".pdf" else register.counts_csv(narrowed)
        elif form == ".pdf":
            made = register.as_pdf(wanted, narrowed=narrowed)
        else:
            made = register.as_csv(wanted, narrowed=narrowed)
    typer.echo(safe_names.export(out.parent, out.name, made))


@disclosure_app.command("hand-over")
@at_the_door
def disclosure_hand_over(
    door: Door,
    reference: str,
    out: Annotated[Path, typer.Option("--out", help="An existing folder for the files.")],
    to: Annotated[str, typer.Option("--to", help="Record the hand-over to this person or office.")] = "",
    how: Annotated[str, typer.Option("--how", help="in person, post, e-mail, fax or portal.")] = "in person",
    as_json: JsonOption = False,
) -> None:
    """Write the files of a cleared disclosure into OUT, made once; with --to, record that they were handed over."""
    wanted = _reference(reference)
    if how not in issued.CHANNELS:
        raise KnownError(f"Choose how it was handed over: {', '.join(issued.CHANNELS)}.")
    if not out.is_dir():
        raise KnownError(f"{out} is no folder. Make it first.")
    with door.open() as house:
        desk = house.disclosures
        case = desk.queue.open(wanted).case
        if case.package is None:
            desk.make_files(wanted, case.version)
        written = [safe_names.export(out, name, content) for name, _kind, content in desk.frozen(wanted)]
        if to:
            at: datetime = desk.now()
            desk.hand_over(wanted, to, how, at, desk.queue.open(wanted).case.version)
    if as_json:
        print_json({"reference": wanted, "files": written, "recorded": bool(to)})
        return
    for path in written:
        typer.echo(path)


def _reference(typed: str) -> str:
    return typed.strip().upper()
