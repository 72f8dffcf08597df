"""The commands of packages and signatures: make one, and tell whether a signed file was changed."""

from pathlib import Path
from typing import Annotated

import typer

from officer_app.base.errors import KnownError
from officer_app.cli.disclosing import disclosure_app as disclosure_app
from officer_app.cli.opening import Door, JsonOption, at_the_door, first_lines, print_json
from officer_app.notices import sign
from officer_app.post import safe_names

_MOST = 512 * 1024 * 1024


@disclosure_app.command("verify")
def disclosure_verify(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    package_passphrase: Annotated[
        Path | None, typer.Option("--package-passphrase", help="A file whose first line opens a locked PDF.")
    ] = None,
    certificate: Annotated[str, typer.Option("--certificate", help="The SHA-256 the signer's must have.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Tell whether a signed PDF is the very file that was signed, and by whom; status 1 when it is not."""
    words = _first_line(package_passphrase) if package_passphrase is not None else ""
    verdict = sign.verify(_content(file), words)
    wanted = certificate.replace(":", "").strip().upper()
    other = bool(verdict.intact and wanted and wanted != verdict.fingerprint.replace(":", ""))
    if as_json:
        said = {"intact": verdict.intact and not other, "signer": verdict.holder, "certificate": verdict.fingerprint}
        print_json({**said, "signed": verdict.at, "sentence": verdict.sentence})
    if not verdict.intact:
        raise KnownError(verdict.sentence)
    if other:
        raise KnownError(f"The file is unchanged, but signed with another certificate, of {verdict.holder}.")
    if not as_json:
        typer.echo(f"{verdict.sentence}\nCertificate SHA-256: {verdict.fingerprint}")


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > _MOST:
            raise KnownError(f"{file} is larger than 512 MB, which no hand-over is.")
        return file.read_bytes()
    except OSError as error:
        raise KnownError(f"{file} cannot be read: {error.strerror}. Check the path.") from None


def _first_line(path: Path) -> str:
    return first_lines(path, 1)[0].strip()


@disclosure_app.command("package")
@at_the_door
def disclosure_package(
    door: Door,
    reference: str,
    out: Annotated[Path, typer.Option("--out", help="An existing folder for the package.")],
    letter: Annotated[
        Path | None, typer.Option("--letter", help="Another existing folder, for the letter with the passphrase.")
    ] = None,
    recipient: Annotated[
        str, typer.Option("--for", help="The directory entry, by its name, for whose certificate it is made.")
    ] = "",
    signed: Annotated[bool, typer.Option("--sign", help="Sign it with the shop's certificate.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Pack the files of a disclosure: a locked PDF with its letter, or an envelope for a certificate."""
    wanted = reference.strip().upper()
    if not out.is_dir() or (letter is not None and not letter.is_dir()):
        raise KnownError("Give folders that exist. Make them first.")
    if not recipient and (letter is None or letter.resolve() == out.resolve()):
        raise KnownError("Give --letter, another folder than --out: a passphrase does not lie beside its package.")
    with door.open() as house:
        desk = house.disclosures
        if recipient:
            named = [one for one, _why in desk.wrapping(wanted).contacts if one.agency == recipient.strip()]
            if len(named) != 1:
                raise KnownError(f"The directory has no entry “{recipient}” with a certificate for this body.")
            made = desk.envelop(wanted, named[0].id)
        else:
            made = desk.lock(wanted, signed=signed)
        newest = desk.queue.open(wanted).packages[0]
        written = [desk.export_package(wanted, newest.id, out / newest.name)]
        if made.letter and letter is not None:
            written.append(safe_names.export(letter, f"{made.number}.pdf", made.letter))
            desk.note_letter(wanted, made.number, "export")
    if as_json:
        print_json({"reference": wanted, "files": written, "sha256": newest.sha256, "letter": made.number})
        return
    for path in written:
        typer.echo(path)
