"""The preview shows the bytes it was given, saves and prints exactly them, and opens nothing."""

import io
import os
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from officer_app.widgets.pdf import PdfPreview
from officer_app.widgets.work import Work
from tests.widgets.conftest import Answers


def pdf(*pages: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in pages:
        canvas.setFont("Helvetica", 40)
        canvas.drawString(72, 600, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.fixture
def preview(work: Work, qtbot: QtBot) -> PdfPreview:
    made = PdfPreview(work)
    qtbot.addWidget(made)
    made.resize(700, 800)
    made.show()
    return made


def test_it_shows_the_pages_and_their_words(preview: PdfPreview) -> None:
    preview.show_pdf(pdf("First page", "Second page"), "Reply N-2026-0001", "N-2026-0001.pdf")
    assert preview.page_count == 2
    assert "First page" in preview.text()
    assert "Second page" in preview.text()
    preview.show_pdf(pdf("Another letter"), "Reply N-2026-0002", "N-2026-0002.pdf")
    assert preview.page_count == 1
    assert "First" not in preview.text()


def test_it_draws_the_page(preview: PdfPreview, qtbot: QtBot) -> None:
    preview.show_pdf(pdf("Black words"), "Reply", "a.pdf")

    def dark() -> bool:
        image = preview.grab().toImage()
        xs = range(0, image.width(), 2)
        ys = range(60, image.height(), 2)
        return sum(image.pixelColor(x, y).lightness() < 60 for x in xs for y in ys) > 100

    qtbot.waitUntil(dark, timeout=10_000)


@pytest.mark.parametrize("data", [b"", b"no pdf", pdf("whole")[:200]], ids=["empty", "other", "cut"])
def test_what_is_no_pdf_gets_one_sentence(preview: PdfPreview, data: bytes) -> None:
    preview.show_pdf(data, "Broken", "a.pdf")
    assert preview.page_count == 0
    assert preview.news.text.startswith("This PDF cannot be shown")
    assert not preview.print_button.isEnabled()
    assert preview.save_button.isEnabled()


def test_it_saves_the_very_bytes(
    preview: PdfPreview, work: Work, answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    data = pdf("Saved")
    preview.show_pdf(data, "Reply", "N-2026-0001.pdf")
    answers.save = tmp_path / "reply.pdf"
    with qtbot.waitSignal(preview.saved, timeout=5000):
        preview.save_button.click()
    assert answers.save.read_bytes() == data
    assert preview.news.text == "Saved as reply.pdf."


def test_a_place_that_cannot_be_written_gets_one_sentence(
    preview: PdfPreview, work: Work, answers: Answers, tmp_path: Path
) -> None:
    preview.show_pdf(pdf("Saved"), "Reply", "a.pdf")
    answers.save = tmp_path / "no-such-folder" / "reply.pdf"
    preview.save_button.click()
    assert work.drain()
    assert preview.news.text.endswith("Choose another place.")


def test_declining_changes_nothing(preview: PdfPreview, work: Work, answers: Answers) -> None:
    preview.show_pdf(pdf("Saved"), "Reply", "a.pdf")
    preview.save_button.click()
    preview.print_button.click()
    assert not work.busy


def test_it_prints_every_page_in_the_background(
    preview: PdfPreview, work: Work, answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    out = tmp_path / "printed.pdf"

    def to_file() -> QPrinter:
        printer = QPrinter()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(os.fspath(out))
        printer.setFullPage(True)
        printer.setResolution(100)
        return printer

    answers.printer = to_file
    preview.show_pdf(pdf("One", "Two", "Three"), "Reply N-2026-0001", "a.pdf")
    with qtbot.waitSignal(preview.printed, timeout=20_000):
        preview.print_button.click()
    pages = PdfReader(out).pages
    assert len(pages) == 3
    # A4 on A4, the page's picture on it from edge to edge.
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]
    assert len(pages[0].images) == 1


def test_mail_and_back_are_asked_of_the_room(preview: PdfPreview, qtbot: QtBot, work: Work) -> None:
    preview.show_pdf(pdf("One"), "Reply", "a.pdf")
    with qtbot.waitSignal(preview.mail_asked, timeout=1000):
        preview.mail_button.click()
    with qtbot.waitSignal(preview.closed, timeout=1000):
        preview.back_button.click()
    without = PdfPreview(work, mail=False)
    qtbot.addWidget(without)
    without.show()
    assert not without.mail_button.isVisible()
