"""The files that prove a finding, sealed: letters that came back, pictures, what was looked up where."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, delete, select

from officer_app.base.errors import KnownError
from officer_app.casebook import files, schema
from officer_app.casebook.evidence import Evidence
from officer_app.casebook.schema import Instant, accounted, sealed
from officer_app.casebook.transaction import Reading, Writing, new_id
from officer_app.post.papers import Paper

papers: Table = accounted(
    "retention_papers",
    Column("id", String(32), primary_key=True),
    Column("mark", String(32), nullable=False),  # the finding
    Column("added", Instant, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("chunks", Integer, nullable=False),
    sealed(),
    Index("retention_papers_mark", "mark"),
)


def add(tx: Writing, mark: str, paper: Paper) -> str:
    """Seal a file as proof of a finding and return its SHA-256."""
    key, digest = new_id(), hashlib.sha256(paper.content).hexdigest()
    secret, count = files.put(tx, key, paper.content)
    place = len(of_marks(tx, [mark]))
    tx.insert(papers, id=key, mark=mark, added=tx.now, size=len(paper.content), chunks=count,
              sealed={"name": paper.name, "kind": paper.kind, "sha256": digest, "key": secret, "by": tx.actor.id,
                      "place": place})  # fmt: skip
    return digest


def of_marks(tx: Reading, marks: Sequence[str]) -> tuple[Evidence, ...]:
    """Return the files of these findings, in the order in which they were added."""
    rows = tx.all(papers, papers.c.mark.in_(marks)) if marks else []
    rows = sorted(rows, key=lambda row: (marks.index(row["mark"]), row["sealed"]["place"]))
    return tuple(_evidence(row) for row in rows)


def read(tx: Reading, key: str) -> bytes:
    """Return the bytes of a file; KnownError when it is gone."""
    row = tx.get(papers, key)
    if row is None:
        raise KnownError("This file is not in the casebook any more. Press F5.")
    return files.get(tx, key, row["sealed"]["key"], row["sealed"]["sha256"])


def drop(tx: Writing, marks: Sequence[str]) -> None:
    """Destroy the files of these findings, once their batch is closed; their digests stand in its certificate."""
    asked = select(papers.c.id).where(papers.c.mark.in_(marks))
    for key in tx.execute(asked).scalars().all() if marks else ():
        tx.connection.execute(delete(schema.chunks).where(schema.chunks.c.file == key))
        tx.delete(papers, key, None)


def _evidence(row: Any) -> Evidence:
    inside = row["sealed"]
    return Evidence(row["id"], "", inside["name"], inside["kind"], row["size"], inside["sha256"], row["added"],
                    inside["by"])  # fmt: skip
