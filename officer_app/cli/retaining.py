"""The retention desk's commands; a timer may call `prepare`, and nothing but a person erases."""

import gc
import sys
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from officer_app.base.change import Change
from officer_app.base.erasure import Scope
from officer_app.base.errors import KnownError
from officer_app.cli.opening import Door, JsonOption, at_the_door, print_json
from officer_app.house import House

retention_app = typer.Typer(help="Accounts due for review, and their erasure in batches.", no_args_is_help=True)
ScopeOption = Annotated[
    Scope, typer.Option("--scope", help="account: whole accounts; orders: only orders that were kept and are past it.")
]
BatchArgument = Annotated[str, typer.Argument(metavar="BATCH")]


@retention_app.command("review")
@at_the_door
def review(door: Door, scope: ScopeOption = "account", as_json: JsonOption = False) -> None:
    """Print the accounts due for review, or those with old orders, and what blocks them; nothing is deleted."""
    with door.open(shop=True) as house:
        desk = house.retention
        rows = list(desk.old_orders.walk() if scope == "orders" else desk.all_candidates())
        why = desk.old_orders.explain() if scope == "orders" and not rows else ""
    if as_json:
        print_json([{**one.__dict__, "sign": one.sign.__dict__} for one in rows])
        return
    if why:
        typer.echo(f"No order is past its time. {why}")
    for one in rows:
        blocked = f"  blocked: {', '.join(one.blocks)}" if one.blocks else ""
        batch = f"  in batch {one.batch}" if one.batch else ""
        kept = f"  {one.kept}" if one.kept else ""
        seen = f"{one.sign.at:%Y-%m-%d}" if one.sign.at is not None else "unknown"
        typer.echo(f"{one.key}  {one.reason}  last {one.sign.meaning} {seen}{kept}{blocked}{batch}")


@retention_app.command("plan")
@at_the_door
def plan(
    door: Door,
    keys: Annotated[list[str], typer.Argument(metavar="KEY…")],
    scope: ScopeOption = "account",
    as_json: JsonOption = False,
) -> None:
    """Print what erasing these customers, or only their orders, would do, table by table; nothing is changed."""
    with door.open(shop=True) as house:
        lines, effects = house.retention.plan(keys, scope)
    if as_json:
        print_json({"lines": [one.__dict__ for one in lines], "afterwards": dict(effects)})
        return
    for one in lines:
        law = f" ({one.law})" if one.law else ""
        kept = f"  {one.reason}{f' Until {one.until}{law}.' if one.until else ''}" if one.action == "keep" else ""
        what = f"  {one.what}" if one.what else ""
        typer.echo(f"{one.action:6}  {one.rows:8,}  {one.title}{what}{kept}")
    for what, how in effects:
        typer.echo(f"afterwards: {what} ({how})")


@retention_app.command("freeze")
@at_the_door
def freeze(
    door: Door,
    keys: Annotated[list[str], typer.Argument(metavar="KEY…")],
    scope: ScopeOption = "account",
    as_json: JsonOption = False,
) -> None:
    """Freeze these customers of the list into one batch for each reason; nothing is erased by it."""
    with door.open(shop=True) as house:
        desk = house.retention
        found = {key: desk.old_orders.one(key) if scope == "orders" else desk.queue.one(key) for key in keys}
        if missing := [key for key, one in found.items() if one is None]:
            raise KnownError(f"Not on the list: {', '.join(missing)}. See `retention review`.")
        change = desk.batches.freeze([one for one in found.values() if one is not None])
    if as_json:
        print_json({"batches": list(change.references)})
    else:
        typer.echo(change.news)


@retention_app.command("run")
@at_the_door
def run(
    door: Door,
    batch: BatchArgument,
    count: Annotated[int, typer.Option("--count", help="How many accounts are erased, to be sure.")],
    backups: Annotated[str, typer.Option("--backups-until", help="Until when backups may hold the data.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Erase the accounts of a batch that was frozen, announced and approved in the window."""
    with door.open(shop=True) as house:
        _erase(house, batch.strip().upper(), count, backups, as_json=as_json)


@retention_app.command("resume")
@at_the_door
def resume(
    door: Door,
    batch: Annotated[str, typer.Argument(metavar="[BATCH]")] = "",
    as_json: JsonOption = False,
) -> None:
    """Look what an interrupted erasure did, and finish it; without a batch, every interrupted one."""
    with door.open(shop=True) as house:
        found = (batch.strip().upper(),) if batch else house.retention.batches.interrupted()
        if not found:
            typer.echo("No erasure was interrupted.", err=True)
        for reference in found:
            _erase(house, reference, None, "", as_json=as_json)


def _erase(house: House, reference: str, count: int | None, backups: str, *, as_json: bool) -> None:
    erasing = house.retention.erasing
    typer.echo(f"To stop: create the file {erasing.stop_file(reference)}", err=True)
    gc.freeze()  # what is loaded by now stays to the end: Python need not look through all of it again and again
    with Progress(transient=True, disable=not sys.stderr.isatty()) as bar:
        task: TaskID = bar.add_task(reference, total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        def tell(why: str) -> None:
            bar.update(task, description=f"{reference}: {why}" if why else reference)
            if why and bar.disable:
                typer.echo(f"{why}.", err=True)

        change = erasing.run(reference, count, progress, backups=backups, tell=tell)
    _tell(house, reference, change, as_json=as_json)


def _tell(house: House, reference: str, change: Change, *, as_json: bool) -> None:
    file = house.retention.batches.file(reference)
    if as_json:
        print_json({"batch": reference, "state": file.batch.state, "counts": file.counts.by_state,
                    "left out": file.reasons, "stopped": file.batch.stopped})  # fmt: skip
    else:
        typer.echo(change.news)
    if file.batch.stopped:
        raise KnownError(file.batch.stopped)


@retention_app.command("recheck")
@at_the_door
def recheck(door: Door, as_json: JsonOption = False) -> None:
    """Find erased accounts that a restored backup of the shop brought back, and put them on the review list."""
    with door.open(shop=True) as house:
        found = house.retention.returned()
    if as_json:
        print_json([one.__dict__ for one in found])
        return
    for one in found:
        typer.echo(f"{one.key}  erased {one.erased:%Y-%m-%d} in {one.batch}, is in the shop again")
    if not found:
        typer.echo("No erased account came back.")


@retention_app.command("prepare")
@at_the_door
def prepare(door: Door, as_json: JsonOption = False) -> None:
    """Look at the open batches again and say what waits for a person; for a timer, which erases nothing."""
    with door.open(shop=True) as house:
        found = house.retention.prepare()
        zone = house.policy().zone
    if as_json:
        print_json(found.__dict__ | {"batches": [one.__dict__ for one in found.batches]})
        return
    for reason, count in found.counts.items():
        typer.echo(f"{count:8,}  {reason}")
    for one in found.batches:
        due = f", until {one.due.astimezone(zone):%Y-%m-%d}" if one.due else ""
        typer.echo(f"{one.reference}  {one.ground}  {one.state}{due}  {one.waits}")
    if not found.batches:
        typer.echo("No batch is open.")
