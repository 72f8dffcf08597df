"""Finds and reads the packs: the user's copy first, then the one shipped, and the last good one when it is refused."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from officer_app.base import resources
from officer_app.base.errors import KnownError
from officer_app.policy.errors import PackError
from officer_app.policy.overrides import Overrides, parse_overrides
from officer_app.policy.pack import Pack, build
from officer_app.policy.reader import read_sheet, read_text

T = TypeVar("T")


@dataclass(frozen=True)
class Refused:
    """A file that was not used; `instead` says in words what is in force in its place."""

    file: str
    line: int
    problem: str
    cure: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.problem} {self.cure} {self.instead}"


def pack_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the ids of the packs shipped and of those in the user's folder, the shop's policy first."""
    found = {path.stem for path in resources.path("policies").glob("*.toml")}
    if folder is not None and folder.is_dir():
        found |= {path.stem for path in folder.glob("*.toml")}
    return tuple(sorted(found, key=lambda name: (name != "shop-policy", name)))


def parse_pack(text: str, name: str) -> Pack:
    """Return the pack of a TOML text; raise PackError naming file, line and cure when it is refused."""
    return build(read_sheet(text, name))


def read_pack(path: Path) -> Pack:
    """Return the pack of a file; raise PackError naming file, line and cure when it is refused."""
    return parse_pack(read_text(path), path.name)


def find_pack(name: str, folder: Path | None = None) -> Pack:
    """Return a pack by its id; raise KnownError listing them when there is none of that name."""
    if name not in pack_names(folder):
        raise KnownError(f'There is no policy pack "{name}". Use one of: {", ".join(pack_names(folder))}.')
    mine = folder / f"{name}.toml" if folder is not None else None
    path = mine if mine is not None and mine.is_file() else resources.path("policies", f"{name}.toml")
    pack = read_pack(path)
    _same_name(pack, path.name)
    return pack


def _same_name(pack: Pack, file: str) -> None:
    if f"{pack.id}.toml" != file:
        raise PackError(file, 1, f'The pack calls itself "{pack.id}".', f"Name the file {pack.id}.toml.")


class LastGood:
    """Reads what the user can edit, and remembers in `keep` the last text of each file that was in order."""

    def __init__(self, keep: Path | None) -> None:
        self._keep = keep
        self.refused: list[Refused] = []

    def packs(self, active: Sequence[str], folder: Path | None) -> tuple[Pack, ...]:
        """Return the packs of those ids; one that is refused is replaced by its last good or shipped form."""
        found: list[Pack] = []
        shipped = pack_names()
        for name in dict.fromkeys(active):
            mine = folder / f"{name}.toml" if folder is not None else None
            pack = (
                self._read(mine, _named_pack) if mine is not None and (mine.exists() or name not in shipped) else None
            )
            if pack is None and name in shipped:
                pack = find_pack(name)
            if pack is not None:
                found.append(pack)
            elif mine is None:
                cure = f"Use one of: {', '.join(shipped)}."
                self.refused.append(Refused(f"{name}.toml", 1, "There is no such pack.", cure, "It is left out."))
        return tuple(found) or (find_pack("shop-policy"),)

    def overrides(self, path: Path | None, packs: Sequence[Pack]) -> Overrides | None:
        """Return the shop's own rules if they fit these and the shipped packs, else the last good ones, else none."""
        read = {pack.id: pack for pack in [*map(find_pack, pack_names()), *packs]}

        def fitting(text: str, name: str) -> Overrides:
            overrides = parse_overrides(text, name)
            overrides.fit(list(read.values()))
            return overrides

        return self._read(path, fitting) if path is not None else None

    def _read(self, path: Path, parse: Callable[[str, str], T]) -> T | None:
        try:
            text = read_text(path)
            value = parse(text, path.name)
        except PackError as error:
            older = self._older(path.name, parse)
            instead = (
                "The rules shipped with the application are in force."
                if older is None
                else "The last good version stays in force."
            )
            self.refused.append(Refused(error.file, error.line, error.problem, error.cure, instead))
            return older
        self._remember(path.name, text)
        return value

    def _older(self, name: str, parse: Callable[[str, str], T]) -> T | None:
        if self._keep is None or not (self._keep / name).is_file():
            return None
        try:
            return parse(read_text(self._keep / name), name)
        except PackError:
            return None

    def _remember(self, name: str, text: str) -> None:
        if self._keep is None:
            return
        self._keep.mkdir(parents=True, exist_ok=True)
        target = self._keep / name
        if target.is_file() and target.read_bytes() == text.encode():
            return
        handle, draft = tempfile.mkstemp(dir=self._keep, prefix=f".{name}.")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(text.encode())
                out.flush()
                os.fsync(out.fileno())
            Path(draft).replace(target)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise


def _named_pack(text: str, name: str) -> Pack:
    pack = parse_pack(text, name)
    _same_name(pack, name)
    return pack
