"""Sealed files inside the casebook: the bytes of evidence and of issued notices."""

import base64
import hashlib
import os
from collections.abc import Iterator

from sqlalchemy import insert, select

from officer_app.casebook import schema
from officer_app.casebook.sealing import Tampered, open_stream, seal_stream
from officer_app.casebook.transaction import Reading, Writing

_ROW = 1024 * 1024


def put(tx: Writing, file: str, content: bytes) -> tuple[str, int]:
    """Seal `content` under a key of its own; return that key (base64, for the caller to seal) and the row count."""
    key = os.urandom(32)
    count, buffer = 0, b""
    for piece in seal_stream(key, iter((content,)), file.encode()):
        buffer += piece
        while len(buffer) >= _ROW:
            tx.execute(insert(schema.chunks).values(file=file, number=count, content=buffer[:_ROW]))
            buffer, count = buffer[_ROW:], count + 1
    if buffer:
        tx.execute(insert(schema.chunks).values(file=file, number=count, content=buffer))
        count += 1
    return base64.b64encode(key).decode(), count


def get(tx: Reading, file: str, key: str, sha256: str) -> bytes:
    """Return the plain bytes; Tampered when they are not the very bytes that were put."""
    reader = _Reader(tx, file)
    content = b"".join(open_stream(base64.b64decode(key), reader.read, file.encode()))
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Tampered("The sealed file is not the one that was filed. Restore it from a backup.")
    return content


class _Reader:
    """Reads the rows of one file as one stream."""

    def __init__(self, tx: Reading, file: str) -> None:
        table = schema.chunks
        found = select(table.c.content).where(table.c.file == file).order_by(table.c.number)
        self._rows: Iterator[bytes] = (bytes(row) for row in tx.execute(found).scalars())
        self._buffer = b""

    def read(self, size: int) -> bytes:
        while len(self._buffer) < size:
            row = next(self._rows, None)
            if row is None:
                break
            self._buffer += row
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken
