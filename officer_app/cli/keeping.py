"""The commands that check and keep: shop, audit, policy, backup."""

from pathlib import Path
from typing import Annotated

import typer

from officer_app.base.errors import KnownError
from officer_app.casebook import backup as backups
from officer_app.casebook.memory import Memory, default_casebook, state_folder
from officer_app.cli.opening import (
    CasebookOption,
    Door,
    JsonOption,
    PassphraseOption,
    PasswordOption,
    at_the_door,
    credentials,
    first_lines,
    print_json,
)
from officer_app.policy import answer

shop_app = typer.Typer(help="The shop's database.", no_args_is_help=True)
policy_app = typer.Typer(help="Deadlines and severity; needs no casebook.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit log.", no_args_is_help=True)

_MARKS = {True: "ok  ", False: "no  ", None: "note"}


@shop_app.command("check")
@at_the_door
def shop_check(
    door: Door,
    profile: Annotated[str, typer.Option("--profile", help="Check this profile instead of the saved one.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Check connection, encryption, privileges and profile against the live database."""
    with door.open() as house:
        report = house.settings.check_saved(profile)
    if as_json:
        lines = [{"title": one.title, "good": one.good, "text": one.text} for one in report.lines]
        print_json({"good": report.good, "lines": lines, "sample": [one.__dict__ for one in report.sample]})
    else:
        for one in report.lines:
            typer.echo(f"{_MARKS[one.good]}  {one.title}: {one.text}")
        for row in report.sample:
            typer.echo(f"      {row.key}  {row.name}  {row.email}  {row.phone}  {row.created}")
    if not report.good:
        raise typer.Exit(1)


@audit_app.command("verify")
@at_the_door
def audit_verify(door: Door, as_json: JsonOption = False) -> None:
    """Check the whole audit log and every row it accounts for."""
    with door.open() as house:
        verdict = house.book.verify()
    if as_json:
        print_json({"entries": verdict.entries, "head": verdict.head, "broken": verdict.broken})
    elif not verdict.broken:
        typer.echo(f"{verdict.entries} entries, unbroken. Head {verdict.entries}-{verdict.head[:16]}.")
    if verdict.broken:
        raise KnownError(verdict.broken)


@policy_app.command("due")
def policy_due(
    pack: str,
    rule: str,
    start: str,
    country: Annotated[str, typer.Option(help="Country of the authority, for its holidays (DE, VN, …).")] = "",
    extended: Annotated[bool, typer.Option("--extended")] = False,
    urgent: Annotated[bool, typer.Option("--urgent")] = False,
    third_party: Annotated[bool, typer.Option("--third-party", help="A processor is involved.")] = False,
    paused: Annotated[list[str] | None, typer.Option(metavar="FROM..TO")] = None,
    as_json: JsonOption = False,
) -> None:
    """Compute a deadline."""
    found = answer.due(
        pack,
        rule,
        start,
        country=country,
        extended=extended,
        urgent=urgent,
        third_party=third_party,
        paused=paused or (),
    )
    if as_json:
        print_json(found)
    else:
        typer.echo(f"due {found['due']}" + (f", at the latest {found['outer']}" if found["outer"] else ""))
        typer.echo(f"{found['source']}" + ("" if found["verified"] else " (not verified)"))


@policy_app.command("severity")
def policy_severity(
    dpc: Annotated[float, typer.Option(help="Data processing context, 1 to 4.")],
    ei: Annotated[float, typer.Option(help="Ease of identification: 0.25, 0.5, 0.75 or 1.")],
    confidentiality: Annotated[float, typer.Option(help="0, 0.25 or 0.5.")] = 0.0,
    integrity: Annotated[float, typer.Option(help="0, 0.25 or 0.5.")] = 0.0,
    availability: Annotated[float, typer.Option(help="0, 0.25 or 0.5.")] = 0.0,
    malicious: Annotated[bool, typer.Option("--malicious")] = False,
    persons: Annotated[int | None, typer.Option(help="How many persons are concerned.")] = None,
    unintelligible: Annotated[bool, typer.Option("--unintelligible", help="The data cannot be read.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Score a breach by ENISA's method: SE = DPC x EI + CB."""
    found = answer.severity(
        dpc=dpc, ei=ei, confidentiality=confidentiality, integrity=integrity, availability=availability,
        malicious=malicious, persons=persons, unintelligible=unintelligible,
    )  # fmt: skip
    if as_json:
        print_json(found)
    else:
        typer.echo(f"{found['score']} {found['band']}")
        for flag in found["flags"]:
            typer.echo(flag)


@policy_app.command("show")
def policy_show(pack: str, as_json: JsonOption = False) -> None:
    """Print a pack's rules with their sources."""
    found = answer.show(pack)
    if as_json:
        print_json(found)
    else:
        typer.echo(found["text"])


@policy_app.command("check")
def policy_check(file: Path, as_json: JsonOption = False) -> None:
    """Check a policy file of your own; a fault is named with its line and cure."""
    found = answer.check(file)
    if as_json:
        print_json(found)
    else:
        typer.echo(f"{file.name} is in order.")


@at_the_door
def backup(door: Door, file: Path) -> None:
    """Write a sealed backup and prove by a trial restore that it is whole."""
    with door.open() as house:
        facts = backups.write(house.book, file)
    typer.echo(f"{file}: {facts.rows} rows, audit entry {facts.seq}. It was restored on trial and is whole.")


def restore(
    file: Path,
    go_on: Annotated[bool, typer.Option("--go-on", help="Record the restore and work on with it (managers).")] = False,
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
) -> None:
    """Restore a backup into a new casebook."""
    name, passphrase = credentials(passphrase_file)
    password = first_lines(casebook_password_file, 1)[0] if casebook_password_file is not None else None
    target = casebook or default_casebook()
    book = backups.restore(file, target, Memory(state_folder()), name, passphrase, password=password)
    try:
        if go_on and book.read_only:
            backups.continue_restored(book)
        typer.echo(book.read_only or "Restored and ready.")
    finally:
        book.close()
