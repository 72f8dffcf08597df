"""Finds installed fonts and reads which characters they have, straight from their `cmap` tables."""

import os
import struct
import sys
from functools import cache
from pathlib import Path

_LARGEST = 64 * 1024 * 1024


@cache
def installed() -> tuple[tuple[Path, int], ...]:
    """Return every installed TrueType font as (file, index in its collection), plain sans serifs first."""
    fonts = {path for folder in _folders() if folder.is_dir() for path in folder.rglob("*")}
    ordered = sorted((path for path in fonts if path.suffix.lower() in (".ttf", ".ttc")), key=_rank)
    return tuple((path, index) for path in ordered for index in range(_faces(path)))


@cache
def covers(path: Path, index: int, code: int) -> bool:
    """Say whether the font has a glyph for the code point; False for a file that cannot be read."""
    return any(low <= code <= high for low, high in _ranges(path, index))


def _rank(path: Path) -> tuple[bool, bool, bool, str]:
    name = path.stem.lower()
    styled = any(
        word in name for word in ("bold", "italic", "oblique", "light", "condensed", "black", "thin", "medium")
    )
    return ("mono" in name, "serif" in name, styled, str(path))


def _folders() -> tuple[Path, ...]:
    home = Path.home()
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home)) / "Microsoft/Windows/Fonts"
        return (Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", local)
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    )


def _faces(path: Path) -> int:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return 0
    if head[:4] == b"ttcf" and len(head) == 12:
        return min(int(struct.unpack(">I", head[8:])[0]), 32)
    return int(head[:4] in (b"\x00\x01\x00\x00", b"true"))


@cache
def _ranges(path: Path, index: int) -> tuple[tuple[int, int], ...]:
    try:
        if path.stat().st_size > _LARGEST:
            return ()
        return _read_cmap(path.read_bytes(), index)
    except (OSError, struct.error, IndexError):
        return ()


def _read_cmap(font: bytes, index: int) -> tuple[tuple[int, int], ...]:
    start = struct.unpack_from(">I", font, 12 + 4 * index)[0] if font[:4] == b"ttcf" else 0
    if font[start : start + 4] == b"OTTO":
        return ()  # PostScript outlines cannot be embedded as a TrueType subset
    tables = struct.unpack_from(">H", font, start + 4)[0]
    records = (struct.unpack_from(">4sIII", font, start + 12 + 16 * at) for at in range(tables))
    cmap = next((offset for tag, _, offset, _ in records if tag == b"cmap"), 0)
    if not cmap:
        return ()
    ranges: list[tuple[int, int]] = []
    for at in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * at)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            ranges += _subtable(font, cmap + offset)
    return tuple(sorted(set(ranges)))


def _subtable(font: bytes, at: int) -> list[tuple[int, int]]:
    kind = struct.unpack_from(">H", font, at)[0]
    if kind == 12:
        groups = min(struct.unpack_from(">I", font, at + 12)[0], 65_536)
        return [struct.unpack_from(">II", font, at + 16 + 12 * group) for group in range(groups)]
    if kind != 4:
        return []
    segments = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, at + 14)
    starts = struct.unpack_from(f">{segments}H", font, at + 16 + 2 * segments)
    return [pair for pair in zip(starts, ends, strict=True) if pair[0] != 0xFFFF]
