"""The audit: every change by hand is found and named, and nothing else is."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from officer_app.base.errors import BugError, Cancelled, KnownError
from officer_app.casebook import audit, cases, issued, people, schema, verifying
from officer_app.casebook.book import Casebook, countersigned
from officer_app.casebook.issued import Made
from officer_app.casebook.people import Keys
from officer_app.casebook.transaction import Reading, key_column
from tests import factory
from tests.casebook.places import Spot, new_case, sqlite_spot

AUDIT = schema.audit
ROWS = (schema.cases, schema.case_deadlines, schema.case_people, schema.notices, schema.evidence, schema.numbers,
        schema.people, schema.roster, schema.store_keys, schema.store, schema.inner_keys)  # fmt: skip


def filled(spot: Spot, count: int = 4) -> Casebook:
    book = spot.open()
    made = Made("reply", "en", "Reply", "Ana", "1", "1")
    for number in range(count):
        reference = new_case(book, b"%d" % number)
        with book.transaction("work") as tx:
            notice = issued.reserve(tx, reference, made, 2026)
            issued.issue(tx, notice, b"%PDF")
            audit.append(tx, "notice issued", reference, notice=notice)
    return book


def _set(entry: int, **values: Any) -> Any:
    return AUDIT.update().where(AUDIT.c.seq == entry).values(values)


def _rehashed(connection: sa.Connection, first: int, sign: Callable[[bytes], bytes], store: str) -> None:
    """Chain the entries from `first` on anew and sign them, as somebody who stole the database would."""
    prev = connection.execute(sa.select(AUDIT.c.hash).where(AUDIT.c.seq == first - 1)).scalar_one()
    rows = connection.execute(sa.select(*schema.stored(AUDIT)).where(AUDIT.c.seq >= first).order_by(AUDIT.c.seq))
    for row in rows.all():
        body = {**json.loads(row.body), "prev": prev}
        if row.seq == first:
            body["rows"] = []
        raw = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        leaf = hashlib.sha256(b"\x00" + raw.encode()).hexdigest()
        signature = sign(audit.signed_part(store, row.seq, prev, leaf))
        connection.execute(_set(row.seq, prev=prev, hash=leaf, body=raw, signature=signature))
        prev = leaf
    connection.execute(schema.audit_head.update().values(hash=prev))


def mutate(kind: str, connection: sa.Connection, dice: Random, last: int, store: str) -> None:
    """Change the audit by hand in one way."""
    seq, other = dice.sample(range(2, last), 2)
    row = dict(connection.execute(sa.select(*schema.stored(AUDIT)).where(AUDIT.c.seq == seq)).mappings().one())
    match kind:
        case "edit":
            column = dice.choice(["at", "actor", "action", "reference", "operation", "body", "hash", "prev"])
            connection.execute(sa.text(f"update audit set {column} = {column} || 'x' where seq = {seq}"))
            if row[column] is None:
                connection.execute(_set(seq, reference="C-2026-0001"))
        case "details":
            blob = bytearray(row["details"])
            blob[dice.randrange(len(blob))] ^= 1
            connection.execute(_set(seq, details=bytes(blob)))
        case "signature":
            connection.execute(_set(seq, signature=bytes(64)))
        case "delete":
            connection.execute(AUDIT.delete().where(AUDIT.c.seq == seq))
        case "reorder":
            connection.execute(_set(seq, seq=10_000))
            connection.execute(_set(other, seq=seq))
            connection.execute(_set(10_000, seq=other))
        case "duplicate":
            connection.execute(AUDIT.insert().values({**_typed(row), "seq": last + 1, "prev": "f" * 64}))
        case "insert":
            added = {**_typed(row), "seq": last + 1, "prev": "e" * 64, "hash": "e" * 64}
            connection.execute(AUDIT.insert().values(added))
            connection.execute(schema.audit_head.update().values(seq=last + 1, hash="e" * 64))
        case "truncate":
            connection.execute(AUDIT.delete().where(AUDIT.c.seq > seq))
        case "truncate and mend the head":
            connection.execute(AUDIT.delete().where(AUDIT.c.seq > seq))
            connection.execute(schema.audit_head.update().values(seq=seq, hash=row["hash"]))
        case "rehash":
            _rehashed(connection, seq, Keys.fresh().signer(), store)


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "at": datetime.fromisoformat(row["at"])}


KINDS = ("edit", "details", "signature", "delete", "reorder", "duplicate", "insert", "truncate",
         "truncate and mend the head", "rehash")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_of_the_audit_is_found(
    file_spot: Spot, kind: str, trials: Callable[[int, int], int], dice: Random
) -> None:
    book = filled(file_spot)
    clean = book.verify()
    assert clean.broken == ""
    for _ in range(trials(8, 1000)):
        with book.engine.connect().execution_options(writing=True) as connection:
            transaction = connection.begin()
            mutate(kind, connection, dice, clean.entries, book.id)
            tx = Reading(connection, book.session.vault, book.actor, book.clock(), book.directory())
            verdict = verifying.verify(tx, book.root)
            transaction.rollback()
        assert verdict.broken, kind
    assert book.verify() == clean
    book.close()


def test_clean_casebooks_raise_no_alarm(spot: Spot, trials: Callable[[int, int], int]) -> None:
    book = filled(spot, trials(3, 100))
    verdict = book.verify()
    assert verdict.broken == ""
    with book.reading() as tx:
        assert (verdict.entries, verdict.head) == audit.head(tx)
    book.close()


@pytest.mark.parametrize("table", ROWS, ids=lambda table: table.name)
def test_a_row_changed_removed_or_added_by_hand_is_named(spot: Spot, table: sa.Table) -> None:
    book = filled(spot, 2)
    key = key_column(table)
    with spot.by_hand() as connection:
        keys = connection.execute(sa.select(key)).scalars().all()
    for name, change in _hand_changes(table, keys[-1]).items():
        with book.engine.connect().execution_options(writing=True) as connection:
            transaction = connection.begin()
            if book.engine.dialect.name == "postgresql":
                connection.exec_driver_sql("set session_replication_role = replica")  # a superuser needs no parents
            else:
                connection.exec_driver_sql("pragma defer_foreign_keys = on")
            connection.execute(change)
            tx = Reading(connection, book.session.vault, book.actor, book.clock(), book.directory())
            broken = verifying.verify(tx, book.root).broken
            transaction.rollback()
        assert table.name.replace("_", " ") in broken, (name, broken)
        assert str(keys[-1]) in broken or name == "added", (name, broken)
    assert book.verify().broken == ""
    book.close()


def test_tables_and_columns_that_this_program_does_not_know_are_checked_too(spot: Spot) -> None:
    book = filled(spot, 1)

    def by_hand(statement: str) -> str:
        with spot.by_hand() as connection:
            connection.exec_driver_sql(statement)
        return book.verify().broken

    assert by_hand("alter table cases add column later varchar(9)") == ""
    assert by_hand("create table later (id varchar(9) primary key)") == ""
    changed = by_hand("update cases set later = 'by hand'")
    assert changed.startswith("The cases row C-2026-0001 was changed outside this program")
    assert by_hand("update cases set later = null") == ""
    assert by_hand("insert into later (id) values ('one')") == "No audit entry accounts for the later row one."
    book.close()


def _hand_changes(table: sa.Table, row: str) -> dict[str, Any]:
    key = key_column(table)
    added = table.insert().from_select(
        list(table.columns),
        sa.select(*[sa.literal("by hand") if column is key else column for column in table.columns]).where(key == row),
    )
    changes = {"removed": table.delete().where(key == row), "added": added}
    for column in table.columns:
        if column is key or column.name == "reference":
            continue
        if isinstance(column.type, schema.Instant):
            value: Any = sa.cast(sa.literal("1999-01-01T00:00:00.000000Z"), sa.String)
        elif isinstance(column.type, sa.LargeBinary):
            value = b"\x01" * 40
        elif isinstance(column.type, sa.Integer):
            value = column + 1
        else:
            value = "by hand"
        changes[column.name] = table.update().where(key == row).values({column.name: value})
    return changes


def test_an_unreadable_date_is_named_and_not_thrown(file_spot: Spot) -> None:
    book = filled(file_spot, 1)
    with file_spot.by_hand() as connection:
        connection.exec_driver_sql("update cases set opened = 'yesterday'")
    assert "cases row C-2026-0001 was changed" in book.verify().broken
    with book.reading() as tx, pytest.raises(KnownError, match="A date in this casebook was changed"):
        cases.head(tx, "C-2026-0001")
    book.close()


@pytest.mark.parametrize(
    "statement",
    ["update audit set body = x'00' where seq = 3", "update audit set body = '[]' where seq = 3",
     "update audit set body = '" + "[" * 5000 + "' where seq = 3", "update audit set details = 7 where seq = 3",
     "update audit set at = 5 where seq = 3"],
)  # fmt: skip
def test_values_of_a_wrong_kind_are_named(file_spot: Spot, statement: str) -> None:
    book = filled(file_spot, 1)
    with file_spot.by_hand() as connection:
        connection.exec_driver_sql(statement)
    assert book.verify().broken.startswith("Audit entry 3 ")
    book.close()


def test_entries_of_another_casebook_do_not_fit(file_spot: Spot, tmp_path: Path) -> None:
    """Two stores of the same people: the signature names the store."""
    book = filled(file_spot)
    twin = sqlite_spot(tmp_path / "twin")
    other = filled(twin)
    rows = twin.rows(AUDIT)
    other.close()
    with file_spot.by_hand() as connection:
        connection.execute(_set(6, **{name: value for name, value in _typed(rows[5]).items() if name != "seq"}))
    assert book.verify().broken.startswith("Audit entry 6 ")
    book.close()


def test_opening_a_case_shows_what_was_done_to_it_by_hand(spot: Spot) -> None:
    """Also an older row put back whole, which every seal still opens."""
    book = filled(spot, 2)
    old = spot.rows(schema.cases)
    with book.transaction("work") as tx:
        cases.change(tx, "C-2026-0001", state="answered")
        audit.append(tx, "answered", "C-2026-0001")
    with book.reading() as tx:
        assert [verifying.case_fault(tx, f"C-2026-000{number}") for number in (1, 2)] == ["", ""]
    with spot.by_hand() as connection:
        for row in old:
            change = schema.cases.update().where(schema.cases.c.reference == row["reference"])
            connection.execute(change.values(state=row["state"], version=row["version"]))
        connection.execute(schema.notices.delete().where(schema.notices.c.reference == "C-2026-0002"))
    with book.reading() as tx:
        faults = [verifying.case_fault(tx, f"C-2026-000{number}") for number in (1, 2)]
    assert all("changed outside" in fault for fault in faults)
    book.close()


def test_a_file_rolled_back_is_noticed_where_more_was_seen(
    file_spot: Spot, trials: Callable[[int, int], int], dice: Random
) -> None:
    path, copies = Path(file_spot.address), []
    for _ in range(trials(4, 100)):
        book = file_spot.open()
        new_case(book)
        book.close()
        copies.append(path.read_bytes())
    newest = copies.pop()
    for copy in dice.sample(copies, len(copies)):
        path.write_bytes(copy)
        older = file_spot.open()
        assert older.older
        assert "older" in older.read_only
        assert older.verify().broken == ""
        with pytest.raises(KnownError, match="older"):
            new_case(older)
        older.close()
        stranger = file_spot.open(computer=f"stranger {len(copy)}")
        stranger.lock()
        stranger.close()
    path.write_bytes(newest)
    book = file_spot.open()
    assert book.read_only == ""
    book.close()


def test_a_rollback_under_an_open_window_is_noticed_at_the_next_write(spot: Spot) -> None:
    book = spot.open()
    new_case(book)
    with spot.by_hand() as connection:
        last = connection.execute(sa.select(sa.func.max(AUDIT.c.seq))).scalar_one()
        connection.execute(AUDIT.delete().where(AUDIT.c.seq == last))
        digest = connection.execute(sa.select(AUDIT.c.hash).where(AUDIT.c.seq == last - 1)).scalar_one()
        connection.execute(schema.audit_head.update().values(seq=last - 1, hash=digest))
    with pytest.raises(KnownError, match="older"):
        new_case(book)
    assert book.older
    book.close()


def test_a_missing_or_cut_file_is_named(file_spot: Spot) -> None:
    book = filled(file_spot, 2)
    with file_spot.by_hand() as connection:
        connection.exec_driver_sql("delete from chunks where file = 'N-2026-0002'")
    assert "notices row N-2026-0002 is missing or cut" in book.verify().broken
    book.close()


def test_a_row_without_an_entry_is_never_committed(spot: Spot) -> None:
    book = spot.open()
    with pytest.raises(BugError, match="without an audit entry"), book.transaction("work") as tx:
        cases.open_case(tx, "complaints", "other", "open", 2026)
    reference = new_case(book)
    assert reference == "C-2026-0001"
    with pytest.raises(BugError, match="without an audit entry"), book.transaction("work") as tx:
        tx.execute(schema.cases.update().values(state="by the way"))
    with pytest.raises(BugError, match="cannot write"), book.reading() as tx:
        tx.execute(schema.cases.update().values(state="by the way"))
    assert book.verify().broken == ""
    book.close()


def test_an_entry_cannot_claim_a_role_its_author_lacks(file_spot: Spot) -> None:
    """A dishonest officer with the database's password signs an entry of their own making."""
    book = file_spot.open()
    liar = people.Actor(book.actor.id, book.actor.name, ("manager", "officer"))
    with book.transaction("view") as tx:
        tx.actor = liar
        audit.append(tx, "approved")
    assert "claims a role" in book.verify().broken
    book.close()


def test_the_second_signature_is_checked(file_spot: Spot) -> None:
    book = file_spot.open()
    reference = new_case(book)
    word = book.countersign(factory.MANAGER_NAME, factory.MANAGER_PASS)
    with book.transaction("work", reference) as tx:
        audit.append(tx, "approved", reference, proof=countersigned(tx, "approved", reference, word))
    assert book.verify().broken == ""
    with book.transaction("work", reference) as tx:
        forged = countersigned(tx, "approved", reference, word)
        audit.append(tx, "released", reference, proof=forged)
    assert "second signature" in book.verify().broken
    book.close()


def test_after_a_key_is_destroyed_the_chain_and_the_register_stay(spot: Spot) -> None:
    book = filled(spot, 2)
    window = spot.open()
    with window.reading() as tx:
        assert audit.timeline(tx, "C-2026-0001")[0].details is not None
    with book.transaction("work") as tx:
        cases.destroy_key(tx, "C-2026-0001")
    with book.transaction("view", "C-2026-0001") as tx:
        audit.append(tx, "view", "C-2026-0001")
    for one in (book, window):
        with one.reading() as tx:
            assert cases.head(tx, "C-2026-0001").kind == "other"
            notice = issued.of_case(tx, "C-2026-0001")[0]
            assert (notice.number, notice.title, notice.kept) == ("N-2026-0001", "", False)
            with pytest.raises(KnownError, match="were erased"):
                issued.pdf(tx, "N-2026-0001")
            assert {entry.details is None for entry in audit.timeline(tx, "C-2026-0001")[1:]} == {True}
            assert issued.pdf(tx, "N-2026-0002") == b"%PDF"
        assert one.verify().broken == ""
        one.close()


def test_the_check_can_be_cancelled(file_spot: Spot) -> None:
    book = file_spot.open()
    with pytest.raises(Cancelled):
        book.verify(lambda: True)
    book.close()
