"""An erasure that waits for a slow shop, as the window shows it: why it waits, that it goes on, and that Stop works."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from pytestqt.qtbot import QtBot

from officer_app.retention import pace
from officer_app.retention.view import RetentionView
from officer_app.widgets.status import StatusLine
from tests.retention.conftest import Desk
from tests.retention.test_view import state, view  # noqa: F401 -- fixtures
from tests.retention.test_view_late import fill, on, press, settle

WAITS = "The shop answers slowly; waiting until it is faster"
USUAL = 6
"""Answers of the shop after which it is known how quick it is."""


class Weather:
    """Makes the shop's small answers slow; once it is quick again, the next change of an account waits to be let go."""

    def __init__(self) -> None:
        self.probes = 0
        self.slow, self.held, self.go_on = True, threading.Event(), threading.Event()
        self._never = threading.Event()

    def blow(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "LIMIT" in statement and "customers" in statement and "WHERE" not in statement:
            self.probes += 1
            if self.slow and self.probes > USUAL:
                self._never.wait(0.3)
        elif statement.startswith("UPDATE customers") and not self.slow:
            self.held.set()
            self.go_on.wait(30)


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> Iterator[Weather]:
    """Return the weather over the shop; a run erases one account after the other, so that it asks the shop often."""
    made = Weather()
    monkeypatch.setattr(pace, "FIRST", 1)
    monkeypatch.setattr(pace, "SECONDS", 0.0)
    sa.event.listen(sa.Engine, "before_cursor_execute", made.blow)  # of the account that erases, too
    yield made
    made.slow = False
    made.go_on.set()
    sa.event.remove(sa.Engine, "before_cursor_execute", made.blow)


@pytest.fixture
def status(view: RetentionView, qtbot: QtBot) -> StatusLine:  # noqa: F811
    """Return the status line below the desks."""
    made = StatusLine(view.work)
    qtbot.addWidget(made)
    made.show()
    return made


def erase(view: RetentionView, desk: Desk, qtbot: QtBot, weather: Weather) -> tuple[str, int]:  # noqa: F811
    """Begin to erase a batch in the window; return it with the number of its accounts."""
    rows = [row for row in desk.service.queue.page(["inactive"], limit=200).rows if not row.why_not][:14]
    desk.allowed.share = 100
    reference = desk.service.batches.freeze(rows).references[0]
    version = desk.service.batches.file(reference).batch.version
    desk.service.batches.unannounced(reference, "All of them were told by the shop.", version)
    view.open(reference)
    qtbot.waitUntil(lambda: on(view) == reference)
    weather.probes = 0
    press(view, "run")
    fill(view, typed=str(len(rows)))
    return reference, len(rows)


def test_the_window_says_that_an_erasure_waits_for_a_slow_shop_and_no_longer(
    view: RetentionView, desk: Desk, status: StatusLine, weather: Weather, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    reference, many = erase(view, desk, qtbot, weather)
    qtbot.waitUntil(lambda: WAITS in status.text, timeout=30_000)
    assert status.text.startswith(f"Erasing {reference}: {WAITS}")
    before = desk.service.batches.file(reference).counts.of("erased")
    assert 0 < before < many, "it waits between two persons"
    weather.slow = False
    qtbot.waitUntil(weather.held.is_set, timeout=30_000)
    qtbot.waitUntil(lambda: status.text.startswith(f"Erasing {reference}: {before} of {many} accounts"))
    assert WAITS not in status.text
    weather.go_on.set()
    settle(view)
    assert status.text == ""
    assert desk.service.batches.file(reference).counts.by_state == {"erased": many}


def test_an_erasure_that_waits_for_a_slow_shop_stops_at_once_and_goes_on_later(
    view: RetentionView, desk: Desk, status: StatusLine, weather: Weather, qtbot: QtBot  # noqa: F811
) -> None:  # fmt: skip
    reference, many = erase(view, desk, qtbot, weather)
    qtbot.waitUntil(lambda: WAITS in status.text, timeout=30_000)
    before, probes = desk.service.batches.file(reference).counts.of("erased"), weather.probes
    status.cancel_button.click()
    assert status.text.endswith(", stopping") and not status.cancel_button.isEnabled()
    settle(view)
    assert "Stopped. Whoever was not erased yet is still in the batch" in view.file.news.text
    assert desk.service.batches.file(reference).counts.of("erased") == before < many
    assert weather.probes <= probes + 2, "nobody waits on for an answer of the shop"
    assert status.text == "" and on(view) == reference
    weather.slow = False
    weather.go_on.set()
    press(view, "resume")
    settle(view)
    assert desk.service.batches.file(reference).counts.by_state == {"erased": many}
