"""The queue with 100,000 sealed complaints against the same queries on a plain table, searching, and scrolling."""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from officer_app.base.page import Sort
from officer_app.base.person import normal_email
from officer_app.casebook import schema
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import Filter
from officer_app.casebook.transaction import new_id
from officer_app.complaints import mail_records, records
from officer_app.complaints.view import ComplaintsView
from officer_app.widgets import theme
from officer_app.widgets.drafts import Drafts
from officer_app.widgets.work import Work
from tests.complaints import bench
from tests.complaints.bench import Bench

KINDS = ("other", "access", "correction", "erasure", "account-misuse")
STATES = ("received", "resolving", "referred", "closed")
START = datetime(2026, 1, 1, tzinfo=UTC)
RATIO, EXTRA = 5.0, 0.002
"""A query on the sealed table costs at most this many times the plain one's, or this many seconds more."""
_TEXT = "The parcel was opened and my neighbour knew what I had ordered; please say who told him. " * 8

plain_data = sa.MetaData()
plain = sa.Table(
    "plain", plain_data, sa.Column("reference", sa.String(32), primary_key=True),
    *(sa.Column(name, sa.String) for name in ("desk", "kind", "state", "opened", "closed", "assignee", "waiting_for",
                                              "next_due", "name", "email", "subject", "body")),
    sa.Index("plain_due", "desk", "closed", "next_due", "reference"), sa.Index("plain_email", "email"),
)  # fmt: skip


def _names(at: int) -> tuple[str, str, str]:
    """Return name, e-mail and subject of the case at this place; every 500th is a Zebedee."""
    first = "Zebedee" if at % 500 == 250 else ("Hoa", "Emily", "Minh", "Jonas", "Linh")[at % 5]
    return f"{first} Nguyen {at}", f"person{at}@mail.example", f"About order {at}"


def fill(book: Casebook, engine: sa.Engine, count: int) -> None:
    """Put `count` complaints into the casebook, sealed as they always are, and the same into a plain table.

    They carry no audit entries: only reading is measured.
    """
    plain_data.create_all(engine)
    officer = book.actor.id
    for start in range(0, count, 5000):
        heads, rows, bare, deadlines, people, said = [], [], [], [], [], []
        with book.reading() as tx:
            for at in range(start, min(start + 5000, count)):
                reference, (name, email, subject) = f"C-2026-{at + 1:04d}", _names(at)
                opened = START + timedelta(minutes=5 * at)
                state = STATES[at % 4]
                closed = opened + timedelta(days=9) if state == "closed" else None
                due = schema.NO_DUE if closed else opened + timedelta(days=15)
                key = tx.vault.make_case_key(reference)
                sealed = tx.vault.case_key(tx.connection, reference)
                head = {"reference": reference, "desk": "complaints", "kind": KINDS[at % 5], "state": state,
                        "opened": opened, "closed": closed, "assignee": officer if at % 3 else None,
                        "waiting_for": None, "next_due": due}  # fmt: skip
                heads.append({**head, "case_key": key.wrapped, "key_epoch": key.epoch, "version": 1})
                place = (tx.vault.store, "complaints", reference)
                who = {"name": name, "email": email, "phone": "", "address": ""}
                shown = {"name": name, "email": email, "subject": subject}
                body: dict[str, object] = {"requester": who, "text": _TEXT,
                        "language": "en", "customer": "", "checks": [], "decision": None, "warnings": [],
                        "complete": True, "message": "", "closing": ""}  # fmt: skip
                rows.append({"reference": reference, "received": opened, "channel": "phone", "version": 1,
                             "shown": sealed.seal_json(shown, *place, "shown", 1),
                             "body": sealed.seal_json(body, *place, "body", 1)})  # fmt: skip
                texts = {name: schema.instant_text(value) if isinstance(value, datetime) else value
                         for name, value in head.items()}  # fmt: skip
                bare.append({**texts, "name": name, "email": email, "subject": subject, "body": _TEXT})
                people.append({"id": new_id(), "reference": reference, "role": "complainant", "version": 1,
                               "email": tx.blind("email", normal_email(email)),
                               "plain": tx.blind("email", normal_email(email))})  # fmt: skip
                inside: dict[str, object] = {"sender": who, "subject": subject,
                          "text": "", "reply_to": "", "sent": None, "delivered": None, "files": [], "warnings": [],
                          "complete": True, "how": ""}  # fmt: skip
                message = new_id()
                said.append({"id": message, "reference": reference, "received": opened, "channel": "e-mail",
                             "seen": opened, "stranger": 0, "version": 1, "sealed": sealed.seal_json(
                                 inside, tx.vault.store, "complaint_messages", message, "sealed", 1)})  # fmt: skip
                deadlines.append({"id": new_id(), "reference": reference, "duty": "complaint-resolve", "rule": "r",
                                  "pack": "shop-policy", "pack_version": "1", "source": "G3", "rule_text": "15 days",
                                  "asked": "", "verified": 1, "how": "15 days", "start": opened,
                                  "due": opened + timedelta(days=15), "met": closed, "version": 1})  # fmt: skip
                tx.vault._cases.pop(reference, None)  # a window that was just unlocked holds no case keys
        with book.engine.begin() as connection:
            connection.execute(sa.insert(schema.cases), heads)
            connection.execute(sa.insert(records.complaints), rows)
            connection.execute(sa.insert(schema.case_people), people)
            connection.execute(sa.insert(schema.case_deadlines), deadlines)
            connection.execute(sa.insert(mail_records.messages), said)
        with engine.begin() as connection:
            connection.execute(sa.insert(plain), bare)
    for one in (book.engine, engine):
        with one.begin() as connection:
            connection.exec_driver_sql("ANALYZE")


def _compare(desk: Bench, engine: sa.Engine, count: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Return the seconds of each query, sealed and plain, the best of rounds taken in turns."""
    queue = desk.service.queue

    def page(where: Sequence[sa.ColumnElement[bool]], after: tuple[str, str] | None = None) -> list[Any]:
        columns = [plain.c[name] for name in plain.c.keys() if name != "body"]  # noqa: SIM118  a column collection
        found = sa.select(*columns).where(plain.c.desk == "complaints", *where)
        if after is not None:
            due, reference = after
            found = found.where(plain.c.next_due >= due, sa.or_(plain.c.next_due != due, plain.c.reference > reference))
        with engine.connect() as connection:
            return list(connection.execute(found.order_by(plain.c.next_due, plain.c.reference).limit(101)).all())

    by_due, is_open = Sort("next_due"), plain.c.closed.is_(None)
    first = queue.page(Filter(), by_due)
    last = page([is_open])[99]
    wanted = Filter(kinds=("access",), states=("resolving",))
    email = _names(count // 3)[1]
    asked = queue.searching(email)  # its one audit entry is written before the clock runs
    # Each of ours returns the rows as the list shows them: persons opened and masked, the next step, unread messages.
    # The plain ones end with the rows as the database gives them, all columns but the text, and make nothing of them.
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "first page": (lambda: queue.page(Filter(), by_due), lambda: page([is_open])),
        "filter": (
            lambda: queue.page(wanted, by_due),
            lambda: page([is_open, plain.c.kind.in_(("access",)), plain.c.state.in_(("resolving",))]),
        ),
        "next page": (
            lambda: queue.page(Filter(), by_due, first.next),
            lambda: page([is_open], (last.next_due, last.reference)),
        ),
        "exact e-mail": (lambda: asked.page(), lambda: page([plain.c.email == email])),
    }
    result = {}
    for title, (ours, theirs) in pairs.items():
        times: tuple[list[float], list[float]] = ([], [])
        assert ours() and theirs()
        for _ in range(rounds):
            for works, kept in ((ours, times[0]), (theirs, times[1])):
                began = time.perf_counter()
                works()
                kept.append(time.perf_counter() - began)
        result[title] = (min(times[0]), min(times[1]))
    return result


def _search(desk: Bench) -> dict[str, float]:
    """Search a rare name to the end; return the seconds until the first rows, until all, and until a stop is obeyed."""
    asked = desk.service.queue.searching("zebedee")
    began, after, first, found = time.perf_counter(), None, 0.0, 0
    while True:
        page = asked.page(after)
        found += len(page.rows)
        first = first or (time.perf_counter() - began if found else 0.0)
        after = page.next
        if after is None:
            break
    whole = time.perf_counter() - began
    assert found == asked.total // 500
    again = desk.service.queue.searching("nobody is called this")
    mark = again.page().next
    began = time.perf_counter()
    again.stop()
    assert again.page(mark).next is None
    return {"first": first, "all": whole, "stop": time.perf_counter() - began}


def _scroll(desk: Bench, pages: int) -> list[float]:
    """Scroll through the list in the window and return the gaps between turns of the event loop, in seconds."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    work = Work()
    view = ComplaintsView(desk.service, work, bench.policy, desk.book.actor, Drafts(work, {}, lambda *_: None))
    view.resize(1520, 760)
    view.show()
    view.refresh()
    work.drain()
    gaps, last = list[float](), time.perf_counter()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now

    timer = QTimer()
    timer.setInterval(1)
    timer.timeout.connect(beat)
    timer.start()
    bar = view.table.view.verticalScrollBar()
    last = time.perf_counter()
    while len(view.table.rows()) < 100 * pages:
        bar.setValue(bar.value() + 400)
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
    timer.stop()
    work.drain()
    work.close()
    view.hide()
    view.deleteLater()
    work.deleteLater()
    return gaps


def run(count: int = 100_000, rounds: int = 15, pages: int = 60) -> dict[str, object]:
    """Measure everything on one casebook."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OFFICER_APP_STATE"] = folder
        desk = bench.fresh(Path(folder))
        engine = sa.create_engine(f"sqlite:///{folder}/plain.sqlite")
        fill(desk.book, engine, count)
        figures: dict[str, object] = {"cases": count}
        met = True
        for title, (ours, theirs) in _compare(desk, engine, count, rounds).items():
            figures[f"{title}, ms"], figures[f"{title}, plain ms"] = ours * 1000, theirs * 1000
            figures[f"{title}, ratio"] = ours / theirs
            met = met and (ours <= RATIO * theirs or ours <= theirs + EXTRA)
        search = _search(desk)
        figures["search in names and texts, first rows after, s"] = search["first"]
        figures["search in names and texts, all, s"] = search["all"]
        figures["search stopped after, s"] = search["stop"]
        gaps = sorted(_scroll(desk, pages))
        worst, at = gaps[-1], gaps[min(int(len(gaps) * 0.999), len(gaps) - 1)]
        figures["event-loop gaps while scrolling"] = len(gaps)
        figures["99.9 % of gaps below, ms"], figures["longest gap, ms"] = at * 1000, worst * 1000
        figures["met"] = bool(met and search["first"] < 1 and search["stop"] < 1 and at < 0.1 and worst < 0.3)
        engine.dispose()
        desk.close()
        if desk.shop is not None:
            desk.shop.close()
    return figures
