"""Foreign files made harmless to look at: pages and pictures as plain pixels, anything else as plain text.

What came from outside is decoded in a child process of its own, which has no keys, can be killed, and answers with
nothing but pixels: no link, script, font or picture of the file ever reaches the window.
"""

import codecs
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from officer_app.base.errors import KnownError
from officer_app.base.worker import Pool, WorkerError

PAGES = 12
"""Pages that are drawn at once."""
_WIDE = 1_100
_SECONDS = 30.0
_PICTURE, _PDF = 1_024, 65_536
"""Megabytes of address space; the PDF library reserves 32 GB of it and uses little, so its memory is limited too."""
_USED = 1_500_000_000
"""Bytes of memory that drawing a PDF may use."""
_PIXELS = 25_000_000
_CHARACTERS = 200_000
_NONE = "This kind of file cannot be shown here. Export a copy, and open it where it can do no harm."
_TOO_MUCH = "Showing this file took too much time or memory, and was stopped. Export a copy if it is needed."
_BROKEN = "This file is damaged, or made to do harm, and was not shown. Export a copy if it is needed."


@dataclass(frozen=True)
class Pixels:
    """A picture as rows of red, green and blue, without gaps."""

    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True)
class Sight:
    """What a file shows: `pictures` from page `first` of `pages`, or a `text`; `cut` says that it goes on.

    `content` is the file itself, where further pages can be drawn from it.
    """

    pictures: tuple[Pixels, ...] = ()
    first: int = 0
    pages: int = 0
    text: str = ""
    cut: bool = False
    content: bytes = b""

    @property
    def more(self) -> bool:
        """Whether there are pages behind those drawn."""
        return self.first + len(self.pictures) < self.pages


def read(content: bytes, first: int = 0, cancelled: Callable[[], bool] = lambda: False) -> Sight:
    """Return what a file shows, a PDF from page `first` on; KnownError says why it cannot be shown.

    What it is, its bytes decide, not its name.
    """
    try:
        if b"%PDF-" in content[:1024]:
            return replace(_ask(pages, content, first, _PDF, cancelled), content=content)
        if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            return _ask(picture, content, 0, _PICTURE, cancelled)
    except WorkerError as error:
        raise KnownError(_BROKEN if error.reason == "crash" else _TOO_MUCH) from None
    text = _text(content)
    if text is None:
        raise KnownError(_NONE)
    return Sight(text=text[:_CHARACTERS], cut=len(text) > _CHARACTERS)


def _ask(
    draw: Callable[[bytes, int], Sight], content: bytes, first: int, megabytes: int, cancelled: Callable[[], bool]
) -> Sight:
    # a process for this one file: one that was taken over by it sees no other
    with Pool(1) as pool:
        return pool.run(draw, content, first, seconds=_SECONDS, megabytes=megabytes, cancelled=cancelled)


def pages(content: bytes, first: int) -> Sight:
    """Draw some pages of a PDF; runs in the child."""
    _limit()
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize  # noqa: PLC0415  in the child only
    from PySide6.QtGui import QColor, QImage, QPainter  # noqa: PLC0415
    from PySide6.QtPdf import QPdfDocument  # noqa: PLC0415

    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    if document.error() == QPdfDocument.Error.IncorrectPassword:
        raise KnownError("This PDF opens only with a password. Export a copy to open it.")
    count = document.pageCount()
    if not count:
        raise KnownError(_BROKEN)
    found = []
    for at in range(first, min(first + PAGES, count)):
        points = document.pagePointSize(at)
        height = round(_WIDE * min(max(points.height(), 1) / max(points.width(), 1), 4))
        drawn = document.render(at, QSize(_WIDE, height))
        paper = QImage(_WIDE, height, QImage.Format.Format_RGB888)
        paper.fill(QColor("white"))
        painter = QPainter(paper)
        painter.drawImage(0, 0, drawn)
        painter.end()
        line = _WIDE * 3
        raw = bytes(paper.constBits())
        step = paper.bytesPerLine()
        rows = raw if step == line else b"".join(raw[y * step : y * step + line] for y in range(height))
        found.append(Pixels(_WIDE, height, rows[: line * height]))
    document.close()
    return Sight(tuple(found), first, count)


def _limit() -> None:
    """Bound the memory of this process for good; it draws one file and ends."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows and macOS have no such limit
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_DATA, (_USED, _USED))


def picture(content: bytes, _first: int) -> Sight:
    """Decode a PNG or JPEG, made smaller where it is large; runs in the child."""
    import io  # noqa: PLC0415

    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415  in the child only

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > _PIXELS:
                raise KnownError("This picture is larger than 25 million pixels. Export a copy to see it.")
            image.draft("RGB", (2 * _WIDE, 2 * _WIDE))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise KnownError(_BROKEN) from None
    upright.thumbnail((2 * _WIDE, 4 * _WIDE))
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A"))
    return Sight((Pixels(plain.width, plain.height, plain.tobytes()),), 0, 1)


def _text(content: bytes) -> str | None:
    """Return the file as text as far as it can be shown, or None when it is none."""
    head = content[: _CHARACTERS * 4]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "replace")
    elif b"\0" in head:
        return None
    else:
        try:
            text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, final=len(head) == len(content))
        except UnicodeDecodeError:
            text = head.decode("cp1252", "replace")
    if _strange(text) > len(text) // 50 + 1:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _strange(text: str) -> int:
    return sum(ch == "\ufffd" or not (ch.isprintable() or ch in "\n\r\t\f\x1b") for ch in text)
