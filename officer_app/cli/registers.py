"""The commands of the registers of uses and consents."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from officer_app.base.errors import KnownError
from officer_app.cli.opening import Door, JsonOption, at_the_door, print_json
from officer_app.post import safe_names

uses_app = typer.Typer(help="Uses of personal data, and consents.", no_args_is_help=True)
LanguageOption = Annotated[Literal["en", "vi"], typer.Option("--language", help="en or vi.")]
OutOption = Annotated[Path, typer.Option("--out", help="The PDF to write.")]


@uses_app.command("list")
@at_the_door
def uses_list(door: Door, as_json: JsonOption = False) -> None:
    """Print the register of uses with what each still lacks."""
    with door.open() as house:
        lines = house.uses.lines()
    if as_json:
        print_json([{**line.use.__dict__, "lacks": line.lacks} for line in lines])
        return
    for line in lines:
        typer.echo(f"{line.use.title}  {line.use.basis or '-'}  {', '.join(line.lacks)}")


@uses_app.command("register")
@at_the_door
def uses_register(door: Door, out: OutOption, language: LanguageOption = "en") -> None:
    """Write the register of uses as PDF."""
    _pdf(out)
    with door.open() as house:
        made = house.uses.register_pdf(language)
    typer.echo(safe_names.export(out.parent, out.name, made))


@uses_app.command("access")
@at_the_door
def uses_access(door: Door, out: OutOption, language: LanguageOption = "en") -> None:
    """Write the note on which role may see which data as PDF."""
    _pdf(out)
    with door.open() as house:
        made = house.uses.access_pdf(language)
    typer.echo(safe_names.export(out.parent, out.name, made))


@uses_app.command("consents")
@at_the_door
def uses_consents(
    door: Door,
    customer: Annotated[str, typer.Argument(help="Customer number or e-mail address.")],
    out: OutOption,
    language: LanguageOption = "en",
) -> None:
    """Write a person's consent extract as PDF; the view and the export are recorded."""
    _pdf(out)
    with door.open() as house:
        house.connect_shop()
        made = house.uses.extract_pdf(house.uses.person(customer), language)
    typer.echo(safe_names.export(out.parent, out.name, made))


def _pdf(out: Path) -> None:
    if out.suffix.lower() != ".pdf":
        raise KnownError("The file has to end in .pdf. Change its name.")
