"""The format of a backup file: a clear, checked header, then every table's rows, compressed and sealed."""

import hashlib
import json
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any

import msgspec

from officer_app.base import shapes
from officer_app.base.errors import KnownError
from officer_app.casebook.sealing import Tampered, canonical, expand, open_stream, same_key, seal_stream

MAGIC = b"officer-app backup\n"
FORMAT = 1
_LARGEST_HEADER = 64 * 1024 * 1024
_LARGEST_FRAME = 256 * 1024 * 1024
_DAMAGED = "This backup is damaged or cut off. Use another copy."

Row = dict[str, Any]
Progress = Callable[[int, int], None]
"""Receives rows done and rows in all."""


@dataclass(frozen=True)
class Header:
    """What stands in clear before the sealed rows.

    `unlock` holds the rows that a fresh machine needs to get from a passphrase or a recovery kit to the backup's key:
    public keys, passphrase settings and wrapped keys, all of which are useless without the passphrase or kit.
    """

    store: str
    root: str  # fingerprint of the first manager's signing key
    epoch: int
    seq: int  # newest audit entry
    hash: str
    revision: str  # of the schema
    created: str  # ISO 8601, UTC
    rows: int  # of all tables
    commitment: str  # to the backup's key, so that a wrong key is told from a damaged file
    unlock: dict[str, list[Row]]
    format: int = FORMAT


@dataclass(frozen=True)
class Opened:
    """A read header and its digest, the label every sealed chunk is bound to."""

    header: Header
    label: bytes


@dataclass(frozen=True)
class TableStart:
    """The rows that follow belong to this table and have these columns."""

    name: str
    columns: tuple[str, ...]


Sums = dict[str, tuple[int, str]]
"""By table: how many rows, and the sum of their digests modulo 2**256, the same in whatever order they are read."""


class Tally:
    """Counts rows and adds up their digests by table."""

    def __init__(self) -> None:
        self._sums: dict[str, list[int]] = {}

    def start(self, table: str) -> None:
        """Name a table, also one without rows."""
        self._sums.setdefault(table, [0, 0])

    def add(self, table: str, columns: Iterable[str], values: Iterable[Any]) -> None:
        """Count one row; the order of its columns does not matter."""
        pairs = sorted(zip(columns, values, strict=True))
        digest = hashlib.sha256(msgspec.msgpack.encode(pairs)).digest()
        entry = self._sums[table]
        entry[0] += 1
        entry[1] = (entry[1] + int.from_bytes(digest, "big")) % 2**256

    @property
    def sums(self) -> Sums:
        """What was counted."""
        return {name: (count, f"{total:064x}") for name, (count, total) in self._sums.items()}


def commitment(key: bytes) -> str:
    """Return a public value that belongs to one key only: AES-GCM alone does not commit to its key."""
    return expand(key, "oa/backup/commit").hex()


# --- writing ---------------------------------------------------------------------------------------------------------


def _as_json(value: Any) -> Any:
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def write_header(out: IO[bytes], header: Header) -> bytes:
    """Write the header and return the label for the stream that follows."""
    clear = asdict(header)
    clear["unlock"] = {
        name: [{column: _as_json(value) for column, value in row.items()} for row in rows]
        for name, rows in header.unlock.items()
    }
    raw = canonical(clear)
    start = MAGIC + struct.pack(">I", len(raw)) + raw
    label = hashlib.sha256(start).digest()
    out.write(start + label)
    return label


def write_rows(out: IO[bytes], key: bytes, label: bytes, frames: Iterable[TableStart | list[Any] | Sums]) -> None:
    """Write the sealed stream of frames; the last one is what the Tally counted."""
    for block in seal_stream(key, _compressed(frames), label):
        out.write(block)


def _compressed(frames: Iterable[TableStart | list[Any] | Sums]) -> Iterator[bytes]:
    packer = zlib.compressobj(1)
    for frame in frames:
        if isinstance(frame, TableStart):
            value: list[Any] = ["table", frame.name, frame.columns]
        elif isinstance(frame, list):
            value = ["row", frame]
        else:
            value = ["end", frame]
        raw = msgspec.msgpack.encode(value)
        packed = packer.compress(struct.pack(">I", len(raw)) + raw)
        if packed:
            yield packed
    yield packer.flush()


# --- reading ---------------------------------------------------------------------------------------------------------


def read_header(source: IO[bytes]) -> Opened:
    """Read and check the header; KnownError says whether this is no backup, a damaged one or one of a newer program."""
    if source.read(len(MAGIC)) != MAGIC:
        raise KnownError("This file is no backup of a casebook. Choose another file.")
    prefix = source.read(4)
    size = struct.unpack(">I", prefix)[0] if len(prefix) == 4 else 0
    raw = source.read(size) if size <= _LARGEST_HEADER else b""
    label = source.read(32)
    if not raw or len(raw) != size or hashlib.sha256(MAGIC + prefix + raw).digest() != label:
        raise Tampered(_DAMAGED)
    try:
        clear = json.loads(raw)
        if not isinstance(clear.get("format"), int) or clear["format"] > FORMAT:
            raise KnownError("This backup was made by a newer version of the program. Install that version.")
        rows = {
            name: [{column: _from_json(value) for column, value in row.items()} for row in rows]
            for name, rows in clear["unlock"].items()
        }
        header = shapes.convert({**clear, "unlock": rows}, Header)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Tampered(_DAMAGED) from None
    return Opened(header, label)


def _from_json(value: Any) -> Any:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value


def check_key(opened: Opened, key: bytes) -> None:
    """Refuse a key that is not the backup's."""
    if not same_key(commitment(key).encode(), opened.header.commitment.encode()):
        raise Tampered(_DAMAGED)


def read_rows(source: IO[bytes], key: bytes, label: bytes) -> Iterator[TableStart | list[Any] | Sums]:
    """Yield the frames of the sealed stream, the Sums last; Tampered at the first wrong byte or an early end."""
    reader = _Frames(open_stream(key, source.read, label))
    try:
        while True:
            frame = reader.next()
            if frame[0] == "table":
                yield TableStart(frame[1], tuple(frame[2]))
            elif frame[0] == "row":
                yield frame[1]
            else:
                reader.finish()
                yield {name: (count, total) for name, (count, total) in frame[1].items()}
                return
    except (zlib.error, msgspec.MsgspecError, struct.error, IndexError, ValueError) as error:
        raise Tampered(_DAMAGED) from error


class _Frames:
    """Cuts the unpacked stream into frames."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._unpacker = zlib.decompressobj()
        self._buffer = bytearray()

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            block = next(self._blocks, None)
            if block is None:
                raise ValueError("an early end")
            self._buffer += self._unpacker.decompress(block)
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def next(self) -> list[Any]:
        (size,) = struct.unpack(">I", self._take(4))
        if size > _LARGEST_FRAME:
            raise ValueError(size)
        value = msgspec.msgpack.decode(self._take(size))
        if not isinstance(value, list):
            raise ValueError("no frame")
        return value

    def finish(self) -> None:
        """Read to the very end, so that the last chunk's mark is seen and nothing follows it."""
        for block in self._blocks:
            self._buffer += self._unpacker.decompress(block)
        if self._buffer or self._unpacker.unused_data:
            raise ValueError("bytes after the end")
