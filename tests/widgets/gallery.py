"""A window with invented rooms, for looking at the widget kit and for testing the window; saves it as pictures.

Run `python -m tests.widgets.gallery OUT` to write light.png, dark.png and more into the folder OUT.
"""

import io
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from officer_app.base.steps import Step
from officer_app.widgets import theme
from officer_app.widgets.bars import Chip, FilterBar
from officer_app.widgets.casefile import CaseHeader, Fact, Pill, Section, timeline
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Choice, Field, Form
from officer_app.widgets.plain import Button, Label
from officer_app.widgets.room import DueItem, Found, Inside, MenuPage, Tone
from officer_app.widgets.table import Column, Page, PagedTable, Sort
from officer_app.widgets.work import Job, Work
from officer_app.window import Window

NASTY = "<img src=/x.png><b>A</b>"


@dataclass(frozen=True)
class Line:
    reference: str
    kind: str
    person: str
    state: str
    due: str
    tone: Tone = ""


LINES = (
    Line("C-2026-0041", "Leak to a third party", "N•••• T•• H••", "Resolving", "overdue 1 day", "red"),
    Line("C-2026-0052", "Use for other purposes", "Ph•• M••• Đ••", "Received", "today 17:00", "amber"),
    Line("C-2026-0047", "Access request", "A•••• B•••••", "Waiting for identity", "2 working days"),
    Line("C-2026-0046", "Account misuse", "L• T• K•••", "Resolving", "3 working days"),
    Line("C-2026-0044", "Erasure", "V• V•• T•••", "Handed to retention", "6 days"),
    Line("C-2026-0039", "Correction", "J••• O'H•••", "Resolving", "8 days"),
    Line("C-2026-0038", "Leak to a third party", "Đ••• Q••• A••", "Referred to authority", "no deadline"),
    Line("C-2026-0031", "Comment", "not a customer", "Received", "9 days"),
)


def fetch(rows: Sequence[Line]) -> Any:
    """Return a fetch that pages through `rows` by reference, sorted as asked."""

    def read(sort: Sort, after: Any, limit: int) -> Page[Line]:
        ordered = sorted(rows, key=lambda row: (getattr(row, sort.key), row.reference), reverse=sort.descending)
        start = after or 0
        end = start + limit
        return Page(tuple(ordered[start:end]), end if end < len(ordered) else None)

    return read


class FakeDesk(DeskFrame):
    """A desk without a casebook behind it."""

    def __init__(self, work: Work, key: str, title: str, rows: Sequence[Line], count: int | None) -> None:
        columns = (
            Column("reference", "Reference", 132, "strong"),
            Column("kind", "Kind", 0),
            Column("person", "Person", 140, "masked", sortable=False),
            Column("state", "State", 170),
            Column("due", "Due", 140, "due", tone=lambda row: row.tone),
        )
        table = PagedTable(work, columns, fetch(rows), key=lambda row: row.reference, sort=Sort("due"), title=title)
        chips = (
            Chip("mine", "Mine", on=True),
            Chip("unassigned", "Unassigned"),
            Chip("overdue", "Overdue"),
            Chip("week", "Due this week"),
            Chip("waiting", "Waiting for a party"),
        )
        super().__init__(work, key=key, title=title, filters=FilterBar(chips, new="New case"), table=table)
        self.set_count(count)
        table.set_empty("No cases here", "Drop a mail file onto this tab, or start a case by hand.", "New case")
        table.chosen.connect(self._chosen)
        self.opened: list[str] = []
        self.left = 0

    def _chosen(self, row: Line) -> None:
        self.show(row)

    def show(self, row: Line | None = None) -> None:
        if row is None:
            super().show()
            return
        self.opened.append(row.reference)
        self.file.show_case(*complaint(row))

    def open(self, reference: str) -> None:
        super().open(reference)
        for row in LINES:
            if row.reference == reference:
                self.show(row)

    def new(self) -> None:
        self.ask_form(reply_form("New case"), lambda _values: None, alone=True)

    def leave(self) -> None:
        super().leave()
        self.left += 1


def complaint(row: Line) -> tuple[CaseHeader, tuple[Section, ...], tuple[Step, ...]]:
    """Return an invented case file."""
    line = f"{row.reference}.  Nguyễn Thị Hoa, customer 10482.  Received Thu 5 Nov 2026 by e-mail, assigned to you."
    header = CaseHeader(
        row.kind, line, Pill(row.due, row.tone), ("Received", "Resolving with parties", "Referred", "Closed"), 1
    )
    sections = (
        Section(
            "Complaint",
            text="“Since October a courier company I never dealt with calls me on the number I gave only to your "
            "shop. I want to know who gave it away and why.”",
        ),
        Section(
            "Identity",
            (
                Fact("Stored facts", "3 of 3 agree: mobile, last order, delivery street", Pill("passed", "green")),
                Fact("Checked by", "Trần Linh, Mon 9 Nov 2026 10:12"),
            ),
        ),
        Section(
            "Parties",
            (
                Fact("Delivery dept.", "answered Thu 12 Nov"),
                Fact("GoFast Courier", "asked Tue 10 Nov, answer due Tue 17 Nov", Pill("4 days late", "red")),
            ),
        ),
        timeline(
            "Timeline",
            (
                ("20 Nov 16:40", "Reminder N-2026-0118 sent to GoFast Courier"),
                ("9 Nov 10:14", "Acknowledgement N-2026-0107 sent by e-mail"),
                ("5 Nov 21:03", "Received from hoa.nguyen@example.vn, 1 attachment"),
            ),
        ),
        Section(
            "Notices",
            (Fact("N-2026-0107", "Acknowledgement, sent 9 Nov", None, "notice:N-2026-0107", "Show"),),
        ),
        Section(
            "Due",
            (
                Fact("Rule", "answer within 15 days of receipt, shop policy (default)"),
                Fact("Computed", "Thu 5 Nov 2026 + 15 days = Fri 20 Nov 2026 24:00"),
            ),
        ),
    )
    steps = (
        Step("resolve", "Reply with reasons", primary=True),
        Step("ask", "Ask a party"),
        Step("extend", "Extend", enabled=False, why_not="extended once already, until Fri 20 Nov."),
        Step("refuse", "Refuse"),
        Step("refer", "Refer to authority"),
        Step("breach", "This is a breach"),
    )
    return header, sections, steps


def reply_form(title: str = "Reply with reasons", **more: Any) -> Form:
    """Return a form with a field of every kind."""
    return Form(
        title,
        (
            Field(
                "outcome",
                "Outcome",
                "choice",
                choices=(Choice("upheld", "Upheld"), Choice("no", "Not upheld")),
                required=True,
            ),
            Field("reasons", "Reasons", "lines", required=True, hint="The complainant reads this as it stands."),
            Field("when", "Decided at", "moment", datetime(2026, 11, 21, 3, 30, tzinfo=UTC)),
            Field(
                "order",
                "Order number",
                placeholder="100482",
                check=lambda value: "" if not value or value.isdigit() else "An order number has digits only.",
            ),
            Field(
                "enclose",
                "Enclose",
                "checklist",
                choices=(Choice("orders", "Orders"), Choice("log", "Log of sign-ins", "kept for 90 days")),
            ),
            Field("copy", "Send a copy to the customer desk", "check"),
        ),
        submit="Issue the reply",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        **more,
    )


def letter() -> bytes:
    """Return an invented letter as a PDF."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 760, "Lotus Shop")
    canvas.drawString(72, 640, "Your complaint C-2026-0041")
    for at in range(14):
        canvas.drawString(
            72, 600 - 18 * at, "We looked into how the courier came by the number you gave to our shop only."
        )
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def unlock() -> QWidget:
    """Return an invented unlock screen."""
    card = QWidget()
    card.setFixedWidth(theme.px(360))
    rows = QVBoxLayout(card)
    rows.setSpacing(theme.px(12))
    rows.addWidget(Label("Lotus Shop", role="display"))
    rows.addWidget(Label("Sign in to open the casebook.", role="muted"))
    who, secret = QLineEdit(), QLineEdit()
    who.setAccessibleName("Sign-in name")
    secret.setAccessibleName("Passphrase")
    who.setPlaceholderText("Sign-in name")
    secret.setPlaceholderText("Passphrase")
    secret.setEchoMode(QLineEdit.EchoMode.Password)
    rows.addWidget(who)
    rows.addWidget(secret)
    rows.addWidget(Button("Unlock", look="primary"))
    card.setFocusProxy(who)
    return card


def due_items() -> tuple[DueItem, ...]:
    """Return an invented due list."""
    now = datetime.now(UTC)
    first = (
        DueItem("C-2026-0041", "complaints", "answer, overdue 1 day", "red", now - timedelta(days=1), "15 days"),
        DueItem("B-2026-0003", "breaches", "police report, 5 h 12 min", "red", now + timedelta(hours=5)),
        DueItem("D-2026-0007", "disclosures", "urgent demand, 2 h 40 min", "amber", now + timedelta(hours=2)),
        DueItem("C-2026-0052", "complaints", "acknowledge, today 17:00", "amber", now + timedelta(hours=3)),
    )
    more = tuple(DueItem(f"C-2026-00{n}", "complaints", f"answer, {n - 50} days") for n in range(53, 62))
    return first + more


def found(text: str) -> tuple[Found, ...]:
    """Return invented answers."""
    if "nobody" in text:
        return ()
    return (
        Found("Person", "Nguyễn Thị Hoa", "customer 10482, 3 orders, 1 open case", "complaints", "C-2026-0041"),
        Found("Case", "C-2026-0052", "Use for other purposes, received", "complaints", "C-2026-0052"),
    )


def gallery_inside(work: Work, noted: list[str] | None = None, **more: Any) -> Inside:
    """Return rooms, due list and finding for a window."""
    rooms = (
        FakeDesk(work, "complaints", "Complaints", LINES, 23),
        FakeDesk(work, "disclosures", "Disclosures", (), 4),
        FakeDesk(work, "breaches", "Breaches", LINES[:1], 1),
        FakeDesk(work, "retention", "Retention", LINES[:3], 312),
    )
    note = noted if noted is not None else []
    settled: Mapping[str, Any] = {
        "shop_name": "Lotus Shop",
        "connection": "PostgreSQL, verified TLS, read-only",
        "person": "Trần Linh",
        "role": "officer",
        "rooms": rooms,
        "due_items": due_items,
        "find": found,
        "locked": lambda: note.append("locked"),
        "pages": (MenuPage("Settings", lambda: Label("Settings stand here")),),
        **more,
    }
    return Inside(**settled)


def save(out: Path) -> None:
    """Write the pictures."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    out.mkdir(parents=True, exist_ok=True)
    for mode in ("light", "dark"):
        theme.apply(app, mode)
        work = Work(app)
        window = Window(work)
        window.resize(1520, 860)
        window.set_entry(unlock)
        window.show()
        window.activateWindow()
        app.processEvents()
        window.grab().save(str(out / f"{mode}-unlock.png"))
        window.enter(gallery_inside(work, demo=mode == "dark"))
        work.drain()
        room = window.room
        assert isinstance(room, FakeDesk)
        room.open("C-2026-0041")
        room.table.setFocus()
        stop: list[bool] = []

        def run(job: Job, stop: list[bool] = stop) -> None:
            while not stop:
                job.progress(38_400, 120_000, "38,400 of 120,000 letters")
                Pause.wait(0.01)

        handle = work.run(run, title="Print run N-2026-0120", cancellable=True)
        handle.started -= 3
        for _ in range(30):
            app.processEvents()
            Pause.wait(0.01)
        window.grab().save(str(out / f"{mode}.png"))
        stop.append(True)
        work.drain()
        room.file.open_form(reply_form(restored={"reasons": "We found that"}))
        room.file.form.submit()  # type: ignore[union-attr]
        app.processEvents()
        window.grab().save(str(out / f"{mode}-form.png"))
        room.file.close_form()
        room.file.news.show_news(
            "Reply N-2026-0121 was issued. Send it now or save it as mail.", "green", action="Show"
        )
        room.news.show_news("The shop's database did not answer. Check the connection in Settings.", "red")
        window.panel.find_box.setText("hoa")  # type: ignore[union-attr]
        window.panel.find_box._search()  # type: ignore[union-attr]
        work.drain()
        app.processEvents()
        window.grab().save(str(out / f"{mode}-find.png"))
        window.panel.find_box.put_away()  # type: ignore[union-attr]
        room.show_pdf(letter(), "Reply N-2026-0121", "N-2026-0121.pdf")
        for _ in range(60):
            app.processEvents()
            Pause.wait(0.01)
        window.grab().save(str(out / f"{mode}-preview.png"))
        window.resize(1000, 600)
        room.close_preview()
        app.processEvents()
        app.processEvents()
        window.grab().save(str(out / f"{mode}-small.png"))
        window.resize(1520, 860)
        window.panel.show_tab(1)  # type: ignore[union-attr]
        work.drain()
        window.panel.due.more_button.setChecked(True)  # type: ignore[union-attr]
        app.processEvents()
        window.grab().save(str(out / f"{mode}-empty.png"))
        window.help()
        app.processEvents()
        window.grab().save(str(out / f"{mode}-help.png"))
        window.lock()
        app.processEvents()
        window.grab().save(str(out / f"{mode}-lock.png"))
        window.close()
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Pause(QObject):
    """Lets a little time pass."""

    @staticmethod
    def wait(seconds: float) -> None:
        import time

        time.sleep(seconds)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    save(Path(sys.argv[1]))
