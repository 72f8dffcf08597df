"""The preview shows the bytes it was given, saves and prints exactly them, and opens nothing."""

import io
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from officer_app.base.errors import Cancelled, KnownError
from officer_app.widgets.paper import Paper
from officer_app.widgets.pdf import PdfPreview
from officer_app.widgets.work import Job, Work
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


def file_printer(path: Path) -> QPrinter:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(os.fspath(path))
    printer.setResolution(72)
    return printer


def no_printer() -> QPrinter:
    """Return what the dialog gives where there is none: Qt then means a file, and has no name for it."""
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    return printer


@pytest.mark.skipif(sys.platform == "win32", reason="these places are POSIX")
@pytest.mark.parametrize(
    ("printer", "said"),
    [
        (no_printer, "No printer is set up on this computer"),
        (lambda: file_printer(Path("/nowhere/printed.pdf")), "/nowhere/printed.pdf cannot be written"),
        (lambda: file_printer(Path("/dev/full")), "/dev/full could not be written to its end"),
    ],
)
def test_a_printer_that_refuses_is_one_sentence_and_it_can_be_printed_again(
    preview: PdfPreview, work: Work, answers: Answers, tmp_path: Path, qtbot: QtBot,
    printer: Callable[[], QPrinter], said: str,
) -> None:  # fmt: skip
    printed: list[bool] = []
    preview.printed.connect(lambda: printed.append(True))
    answers.printer = printer
    preview.show_pdf(pdf("One", "Two"), "Reply N-2026-0001", "a.pdf")
    preview.print_button.click()
    assert work.drain()
    assert said in preview.news.text and preview.news.text.endswith(".") and not printed
    answers.printer = lambda: file_printer(tmp_path / "printed.pdf")
    preview.print_button.click()
    assert work.drain()
    assert printed == [True] and len(PdfReader(tmp_path / "printed.pdf").pages) == 2


def test_several_pieces_go_into_one_file_and_nothing_of_a_stopped_one_is_left(qapp: object, tmp_path: Path) -> None:
    path, job = tmp_path / "printed.pdf", Job()
    with Paper(file_printer(path), job) as paper:
        assert not paper.piecewise
        paper.put(pdf("One", "Two"))
        paper.put(pdf("Three"))
    assert len(PdfReader(path).pages) == 3
    with pytest.raises(Cancelled), Paper(file_printer(path), job) as paper:
        paper.put(pdf("One"))
        job._stop = True
        paper.put(pdf("Two"))
    assert not path.exists()
    with pytest.raises(KnownError, match="cannot be read"), Paper(file_printer(path), Job()) as paper:
        paper.put(b"no PDF")
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are a POSIX thing")
def test_a_disk_that_is_full_in_the_middle_of_a_file_is_noticed(qapp: object, tmp_path: Path) -> None:
    import resource

    path, before = tmp_path / "printed.pdf", resource.getrlimit(resource.RLIMIT_FSIZE)
    deaf = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, before[1]))
    try:
        with (
            pytest.raises(KnownError, match="to its end"),
            Paper(file_printer(path), Job()) as paper,
        ):
            paper.put(pdf("One", "Two", "Three"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, deaf)
    assert not path.exists()


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
