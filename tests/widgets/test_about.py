"""About shows every licence that is shipped."""

from pytestqt.qtbot import QtBot

from officer_app.base import resources
from officer_app.widgets.about import AboutPage


def test_every_part_shows_its_licence(qtbot: QtBot) -> None:
    """Each shipped licence is listed, and choosing it shows its own text."""
    page = AboutPage()
    qtbot.addWidget(page)
    shipped = {path.stem: path for path in resources.path("licences").glob("*.txt")}
    assert {page.parts.item(row).text() for row in range(page.parts.count())} == set(shipped)
    for row in range(page.parts.count()):
        page.parts.setCurrentRow(row)
        start = shipped[page.parts.item(row).text()].read_text(encoding="utf-8", errors="replace")[:80]
        assert page.licence.toPlainText().startswith(start.replace("\x0c", "\n").split("\n")[0][:40])
