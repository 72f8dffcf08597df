"""The command line: every service without a window; stable, because scripts use it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from officer_app.base.errors import KnownError
from officer_app.base.page import Sort
from officer_app.casebook import backup as backups
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import Filter
from officer_app.casebook.memory import Memory, default_casebook, state_folder
from officer_app.demo import build
from officer_app.house import House
from officer_app.policy import answer
from officer_app.shop import check

app = typer.Typer(
    name="officer-app", help="The privacy officer's desk.", no_args_is_help=False, add_completion=False,
    pretty_exceptions_enable=False,
)  # fmt: skip
shop_app = typer.Typer(help="The shop's database.", no_args_is_help=True)
complaint_app = typer.Typer(help="Complaints and requests.", no_args_is_help=True)
breach_app = typer.Typer(help="Breach incidents.", no_args_is_help=True)
retention_app = typer.Typer(help="Accounts due for review.", no_args_is_help=True)
policy_app = typer.Typer(help="Deadlines and severity; needs no casebook.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit log.", no_args_is_help=True)
for name, group in (
    ("shop", shop_app), ("complaint", complaint_app), ("breach", breach_app), ("retention", retention_app),
    ("policy", policy_app), ("audit", audit_app),
):  # fmt: skip
    app.add_typer(group, name=name)

CasebookOption = Annotated[str, typer.Option("--casebook", metavar="PATH|URL", help="Default: your data folder.")]
PassphraseOption = Annotated[
    Path | None, typer.Option("--passphrase-file", help="Line 1 the sign-in name, line 2 the passphrase.")
]
PasswordOption = Annotated[
    Path | None, typer.Option("--casebook-password-file", help="The PostgreSQL password of the casebook.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print only JSON to standard output.")]


# --- opening ---------------------------------------------------------------------------------------------------------


def _first_lines(path: Path, count: int) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise KnownError(f"The file {path} cannot be read. Check the path and its rights.") from None
    if len(lines) < count:
        raise KnownError(f"The file {path} needs {count} lines: the sign-in name, then the passphrase.")
    return lines


def _credentials(file: Path | None) -> tuple[str, str]:
    if file is not None:
        name, passphrase = _first_lines(file, 2)[:2]
        return name, passphrase
    if not sys.stdin.isatty():
        raise KnownError("Give --passphrase-file: nobody is here to type the passphrase.")
    return str(typer.prompt("Sign-in name", err=True)), str(typer.prompt("Passphrase", hide_input=True, err=True))


@contextmanager
def _house(
    casebook: str, passphrase_file: Path | None, password_file: Path | None, *, shop: bool = False
) -> Iterator[House]:
    """Open and unlock a casebook and build its house; with `shop`, also connect the shop or refuse."""
    password = _first_lines(password_file, 1)[0] if password_file is not None else None
    book = Casebook.open(casebook or default_casebook(), Memory(state_folder()), password=password)
    try:
        book.unlock(*_credentials(passphrase_file))
        house = House(book)
        try:
            if shop:
                house.connect_shop()
                if house.shop() is None:
                    raise KnownError(house.shop_trouble)
            yield house
        finally:
            house.close()
    finally:
        book.close()


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)


# --- window, demo, tour ----------------------------------------------------------------------------------------------


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
    casebook: CasebookOption = "",
) -> None:
    """Open the window."""
    if version:
        typer.echo(f"officer-app {package_version('officer-app')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        # Qt's libraries may be missing where only the command line is used.
        from officer_app import rooms  # noqa: PLC0415

        raise typer.Exit(rooms.run(casebook))


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    open_window: Annotated[bool, typer.Option("--open", help="Open the window on it.")] = False,
) -> None:
    """Build a demo shop and casebook in DIR."""
    made = build.build(folder)
    typer.echo(f"Demo in {made.folder}: sign in as {made.officer} or {made.manager}; the passphrases lie beside it.")
    if open_window:
        from officer_app import rooms  # noqa: PLC0415  as above

        raise typer.Exit(rooms.run(str(made.casebook)))


@app.command()
def tour(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    out: Annotated[Path, typer.Option("--out", help="Where the pictures and PDFs go.")],
) -> None:
    """Drive the real window through an officer's and a manager's day; save every screen and PDF."""
    from officer_app.tour import day  # noqa: PLC0415  as above

    for line in day.run(folder, out):
        typer.echo(line)


# --- shop, due, audit ------------------------------------------------------------------------------------------------


@shop_app.command("check")
def shop_check(
    profile: Annotated[str, typer.Option("--profile", help="Check this profile instead of the saved one.")] = "",
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check connection, encryption, privileges and profile against the live database."""
    with _house(casebook, passphrase_file, casebook_password_file) as house:
        report = house.settings.check_saved(profile)
    if as_json:
        _print_json(check.as_dict(report))
    else:
        typer.echo(check.as_text(report))
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def due(
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what is due over all desks, the most pressing first."""
    with _house(casebook, passphrase_file, casebook_password_file) as house:
        items, zone = house.due(), house.policy().zone
    if as_json:
        _print_json([{**one.__dict__, "due": one.due.astimezone(zone)} for one in items])
        return
    for one in items:
        typer.echo(f"{one.due.astimezone(zone):%Y-%m-%d %H:%M}  {one.reference}  {one.duty}")
    if not items:
        typer.echo("Nothing is due.")


@audit_app.command("verify")
def audit_verify(
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the whole audit log and every row it accounts for."""
    with _house(casebook, passphrase_file, casebook_password_file) as house:
        verdict = house.book.verify()
    if as_json:
        _print_json({"entries": verdict.entries, "head": verdict.head, "broken": verdict.broken})
    elif not verdict.broken:
        typer.echo(f"{verdict.entries} entries, unbroken. Head {verdict.entries}-{verdict.head[:16]}.")
    if verdict.broken:
        raise KnownError(verdict.broken)


# --- desks -----------------------------------------------------------------------------------------------------------


@complaint_app.command("intake")
def complaint_intake(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.eml…")],
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open cases from mail files; those that cannot be taken are named, the others stay taken."""
    with _house(casebook, passphrase_file, casebook_password_file) as house:
        results = house.complaints.receive_mails(files)
    if as_json:
        _print_json([one.__dict__ for one in results])
    for one in results:
        if one.reference and not as_json:
            typer.echo(one.reference)
        if one.refused:
            typer.echo(f"{one.path.name}: {one.refused}", err=True)
    if any(one.refused for one in results):
        raise typer.Exit(1)


@complaint_app.command("list")
def complaint_list(
    closed: Annotated[bool, typer.Option("--closed", help="Closed cases too.")] = False,
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the queue, the most pressing first; persons are masked."""
    rows: list[Any] = []
    with _house(casebook, passphrase_file, casebook_password_file) as house:
        after: Any = None
        while True:
            page = house.complaints.queue.page(Filter(open_only=not closed), Sort("next_due"), after, 500)
            rows += page.rows
            after = page.next
            if after is None:
                break
        zone = house.policy().zone
    if as_json:
        _print_json([one.__dict__ for one in rows])
        return
    for one in rows:
        until = f"{one.due.astimezone(zone):%Y-%m-%d %H:%M}" if one.due else "no deadline"
        typer.echo(f"{one.reference}  {one.kind}  {one.state}  {until}  {one.person}")


@complaint_app.command("show")
def complaint_show(
    reference: str,
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print one case; the view is recorded."""
    with _house(casebook, passphrase_file, casebook_password_file) as house:
        file = house.complaints.queue.open(reference.strip().upper())
        zone = house.policy().zone
    case = file.case
    if as_json:
        shown = {**case.__dict__, "requester": case.requester.__dict__}
        shown["checks"] = [one.__dict__ for one in case.checks]
        shown["decision"] = case.decision.__dict__ if case.decision else None
        shown["deadlines"] = [one.__dict__ for one in file.deadlines]
        shown["notices"] = [{"number": one.number, "state": one.state, "title": one.title} for one in file.notices]
        _print_json(shown)
        return
    typer.echo(f"{case.reference}  {case.kind}  {case.state}  received {case.received.astimezone(zone):%Y-%m-%d %H:%M}")
    typer.echo(f"{case.requester.name} <{case.requester.email}>")
    typer.echo(f"\n{case.subject}\n\n{case.text}\n")
    for one in file.deadlines:
        typer.echo(f"{one.duty}: {one.due.astimezone(zone):%Y-%m-%d %H:%M}{' (met)' if one.met else ''}, {one.how}")
    for notice in file.notices:
        typer.echo(f"{notice.number}  {notice.state}  {notice.title}")


@breach_app.command("letters")
def breach_letters(
    reference: str,
    out: Annotated[Path, typer.Option("--out", help="Folder for volumes, manifest and address list.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the approved letters of an incident into OUT."""
    with _house(casebook, passphrase_file, casebook_password_file) as house:
        result = house.breaches.print_letters(reference.strip().upper(), out, resume=resume)
    if as_json:
        _print_json(result.as_dict())
        return
    typer.echo(
        f"{result.number}: {result.letters} letters in {len(result.files)} files, {len(result.stopped)} not written."
    )


@retention_app.command("review")
def retention_review(
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the accounts due for review with their reason, and what blocks them; nothing is deleted."""
    with _house(casebook, passphrase_file, casebook_password_file, shop=True) as house:
        rows = list(house.retention.all_candidates())
    if as_json:
        _print_json([one.as_dict() for one in rows])
        return
    for one in rows:
        blocked = f"  blocked: {', '.join(one.blocks)}" if one.blocks else ""
        typer.echo(f"{one.key}  {one.reason}  {one.facts}{blocked}")


# --- policy ----------------------------------------------------------------------------------------------------------


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
        pack, rule, start, country=country, extended=extended, urgent=urgent, third_party=third_party, paused=paused or ()
    )
    if as_json:
        _print_json(found)
    else:
        typer.echo(f"due {found['due']}" + (f", at the latest {found['outer']}" if found["outer"] else ""))
        typer.echo(f"{found['source']}" + ("" if found["verified"] else " (not verified)"))


# --- backup ----------------------------------------------------------------------------------------------------------


@app.command()
def backup(
    file: Path,
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
) -> None:
    """Write a sealed backup and prove by a trial restore that it is whole."""
    with _house(casebook, passphrase_file, casebook_password_file) as house:
        facts = backups.write(house.book, file)
    typer.echo(f"{file}: {facts.rows} rows, audit entry {facts.head.seq}. It was restored on trial and is whole.")


@app.command()
def restore(
    file: Path,
    casebook: CasebookOption = "",
    passphrase_file: PassphraseOption = None,
    casebook_password_file: PasswordOption = None,
) -> None:
    """Restore a backup into a new casebook."""
    name, passphrase = _credentials(passphrase_file)
    password = _first_lines(casebook_password_file, 1)[0] if casebook_password_file is not None else None
    target = casebook or default_casebook()
    book = backups.restore(file, target, Memory(state_folder()), name, passphrase, password=password)
    try:
        typer.echo(book.read_only or "Restored and ready.")
    finally:
        book.close()


def main() -> NoReturn:
    """Run the command line; a known error is one sentence on standard error and status 1."""
    try:
        app(standalone_mode=True)
    except KnownError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    sys.exit(0)
