"""The command line: every service without a window; stable, because scripts use it."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from officer_app.base.errors import KnownError, without_values
from officer_app.base.version import __version__
from officer_app.cli import breaching, desks, keeping, packing, queue, registers, retaining
from officer_app.cli.opening import CasebookOption
from officer_app.demo import build

app = typer.Typer(
    name="officer-app", help="The privacy officer's desk.", add_completion=False, pretty_exceptions_enable=False
)
for name, group in (
    ("shop", keeping.shop_app),
    ("complaint", queue.app),
    ("disclosure", packing.disclosure_app),
    ("breach", breaching.breach_app),
    ("retention", retaining.retention_app),
    ("uses", registers.uses_app),
    ("policy", keeping.policy_app),
    ("audit", keeping.audit_app),
):
    app.add_typer(group, name=name)
for command in (desks.due, keeping.backup, keeping.restore):
    app.command()(command)


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
    casebook: CasebookOption = "",
) -> None:
    """Open the window."""
    if version:
        typer.echo(f"officer-app {__version__}")
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


def main() -> NoReturn:
    """Run the command line; a known error is one sentence on standard error and status 1."""
    try:
        app()
    except KnownError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except Exception as error:
        # Where, not what: the words of an error nobody expected may quote personal data, and stderr is often a log.
        sys.stderr.write(f"Something went wrong inside the program; the step was not done.\n{without_values(error)}\n")
        sys.exit(1)
    sys.exit(0)
