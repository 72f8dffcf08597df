"""PDFs onto paper: painted page by page on the printer a person chose, or into its file, and refused in a sentence."""

from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from officer_app.base.errors import KnownError
from officer_app.widgets.work import Job

_REFUSED = (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)
_TAIL = 1024  # bytes at the end of a PDF in which its last mark stands


def _tr(text: str) -> str:
    return QCoreApplication.translate("paper", text)


class Paper:
    """Takes PDFs for one printer, in any one thread; a context manager that finishes what was begun.

    `piecewise` says that each PDF is a job of its own at a printer; a file takes all of them, and is only whole at the
    end. Every call may raise KnownError when the printer or the file refuses; nothing of such a file is left.
    """

    def __init__(self, printer: QPrinter, job: Job) -> None:
        self._printer, self._job = printer, job
        self._painter = QPainter()
        self._file = Path(printer.outputFileName()) if printer.outputFileName() else None
        self.piecewise = self._file is None

    def put(self, content: bytes) -> None:
        """Paint every page of a PDF; Cancelled between two pages."""
        buffer = QBuffer()
        buffer.setData(QByteArray(content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        document = QPdfDocument()
        document.load(buffer)
        try:
            if not document.pageCount():
                raise KnownError(_tr("This PDF cannot be read, so it was not printed. Make the letter again."))
            self._paint(document)
        finally:
            document.close()
        if self.piecewise:
            self.finish()

    def _paint(self, document: QPdfDocument) -> None:
        count = document.pageCount()
        for at in range(count):
            self._job.check()
            if not self._painter.isActive():
                if not self._painter.begin(self._printer):
                    raise KnownError(self._why_not())
            elif not self._printer.newPage():
                raise KnownError(self._stopped())
            layout, resolution = self._printer.pageLayout(), self._printer.resolution()
            paper = layout.fullRectPixels(resolution)
            margin = layout.paintRectPixels(resolution).topLeft()
            points = document.pagePointSize(at)
            scale = min(paper.width() / points.width(), paper.height() / points.height())
            size = QSize(round(points.width() * scale), round(points.height() * scale))
            self._painter.drawImage(QRectF(QPointF(-margin), QSizeF(size)), document.render(at, size))
            if self._printer.printerState() in _REFUSED:
                raise KnownError(self._stopped())
            self._job.progress(at + 1, count)

    def finish(self) -> None:
        """Hand over what was painted; does nothing when nothing was."""
        if not self._painter.isActive():
            return
        ended = self._painter.end()
        if not ended or self._printer.printerState() in _REFUSED or not self._whole():
            self._drop()
            raise KnownError(self._stopped())

    def _whole(self) -> bool:
        """Whether the file has its end; Qt does not tell when a disk is full."""
        if self._file is None:
            return True
        try:
            if not self._file.is_file():
                return False
            with self._file.open("rb") as file:
                file.seek(max(0, self._file.stat().st_size - _TAIL))
                return b"%%EOF" in file.read()
        except OSError:
            return False

    def _drop(self) -> None:
        if self._file is not None and self._file.is_file():
            self._file.unlink(missing_ok=True)

    def _why_not(self) -> str:
        if self._file is not None:
            return _tr("{0} cannot be written. Choose another folder or name, then print again.").format(self._file)
        if not QPrinterInfo.availablePrinterNames():
            return _tr("No printer is set up on this computer. Add one in its settings, or print into a file.")
        return _tr("The printer {0} does not take this. Check that it is on and connected, then print again.").format(
            self._printer.printerName()
        )

    def _stopped(self) -> str:
        if self._file is not None:
            return _tr("{0} could not be written to its end. Make room on the disk, then print again.").format(
                self._file
            )
        return _tr("The printer {0} stopped. Look at its paper and its queue, then print again.").format(
            self._printer.printerName()
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.finish()
        elif self._painter.isActive():
            self._printer.abort()
            self._painter.end()
            self._drop()
