"""Drafts: typed text sealed under the person's own key, so that it survives a lock, a crash and a lost connection."""

from typing import Any

from sqlalchemy import delete, insert, select

from officer_app.casebook import schema
from officer_app.casebook.book import Casebook
from officer_app.casebook.sealing import Tampered


def save(book: Casebook, place: str, values: dict[str, Any]) -> None:
    """Keep what the signed-in person typed at `place` (a form's name and case); an empty mapping drops it."""
    table = schema.drafts
    with book.transaction("view") as tx:
        tx.execute(delete(table).where(table.c.person == tx.actor.id, table.c.place == place))
        if values:
            blob = book.draft_key().seal_json(values, book.id, tx.actor.id, place)
            tx.execute(insert(table).values(person=tx.actor.id, place=place, saved=tx.now, sealed=blob))


def load(book: Casebook, place: str) -> dict[str, Any]:
    """Return what was typed at `place`, or an empty mapping; one that cannot be opened is no reason to stop work."""
    table = schema.drafts
    with book.reading() as tx:
        found = select(table.c.sealed).where(table.c.person == tx.actor.id, table.c.place == place)
        blob = tx.execute(found).scalar_one_or_none()
        if blob is None:
            return {}
        try:
            return dict(book.draft_key().open_json(bytes(blob), book.id, tx.actor.id, place))
        except Tampered:
            return {}


def load_all(book: Casebook) -> dict[str, dict[str, Any]]:
    """Return all drafts of the signed-in person by place."""
    table = schema.drafts
    with book.reading() as tx:
        places = tx.execute(select(table.c.place).where(table.c.person == tx.actor.id)).scalars().all()
    return {place: load(book, place) for place in places}


def drop(book: Casebook, place: str) -> None:
    """Forget a draft once its form was submitted."""
    save(book, place, {})
