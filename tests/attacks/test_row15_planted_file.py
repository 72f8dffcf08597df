"""A casebook file somebody planted things in: virtual tables, generated columns, expression indexes, foreign names."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook import schema
from tests.casebook.places import sqlite_spot

KNOWN = sorted(str(one.name) for table in schema.metadata.tables.values() for one in table.indexes)[0]
PLANTED = {
    "view in the place of a table": "ALTER TABLE drafts RENAME TO sqlite2; CREATE VIEW drafts AS SELECT * FROM sqlite2",
    "trigger": "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM audit; END",
    "virtual table": "DROP TABLE drafts; CREATE VIRTUAL TABLE drafts USING fts5(id)",
    "generated column": "ALTER TABLE cases ADD COLUMN x TEXT GENERATED ALWAYS AS (hex(case_key)) VIRTUAL",
    "expression index": "CREATE INDEX i ON cases (hex(case_key))",
    "partial index": "CREATE UNIQUE INDEX i ON cases (state) WHERE abs(version) > 0",
    "table of SQLite's own name": (
        "CREATE TABLE x_planted (a); PRAGMA writable_schema=ON; "
        "UPDATE sqlite_master SET name='sqlite_planted', tbl_name='sqlite_planted', "
        "sql='CREATE TABLE sqlite_planted (a)' WHERE name='x_planted'"
    ),
    "expression under a known name": "DROP INDEX {index}; CREATE INDEX {index} ON cases (hex(case_key))",
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_file_is_refused(what: str, tmp_path: Path) -> None:
    spot = sqlite_spot(tmp_path)
    spot.open().close()
    with closing(sqlite3.connect(spot.address)) as connection:
        try:
            connection.executescript(PLANTED[what].replace("{index}", KNOWN))
        except sqlite3.OperationalError as error:
            pytest.fail(f"could not be planted: {error}")
    with pytest.raises(KnownError, match=r"does not belong|damaged"):
        spot.open().close()
