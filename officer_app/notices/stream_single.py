"""One file for each letter, many to a ZIP: all but a letter's own lines is a prefix that files of a layout share."""

import hashlib
import zipfile
from array import array
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from officer_app.base.errors import BugError
from officer_app.notices import stream_face
from officer_app.notices.document import Document
from officer_app.notices.pdf_draw import DEMO, draw
from officer_app.notices.pdf_fonts import REGULAR, STRONG
from officer_app.notices.pdf_volume import Setting
from officer_app.notices.stream import PdfStream, info_body, stream_body, trailer, xref_lines
from officer_app.notices.stream_face import Face
from officer_app.notices.stream_mould import Moulds
from officer_app.notices.stream_page import Refused
from officer_app.notices.stream_volume import catalog_entries, facts, put_forms

_TOGETHER = 5_000
"""Letters that share their fonts' subset; they are held in memory until the fonts can be cut."""
_MIDNIGHT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class _Waiting:
    """A letter that is set but waits for its fonts; `file` is its name in the ZIP."""

    file: str
    document: Document
    setting: Setting
    own: tuple[bytes, ...]


@dataclass(frozen=True)
class _Prefix:
    """The first part of the files of one layout, with the table of its objects and who is still to come."""

    data: bytes
    table: bytes
    forms: tuple[int, ...]
    root: int
    next: int


class SingleFiles:
    """A ZIP being filled with one PDF for each letter, named by its number."""

    def __init__(self, moulds: Moulds, target: BinaryIO, *, footer: str, demo: bool) -> None:
        self._moulds, self._footer, self._demo = moulds, footer, demo
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_STORED)
        self._names: set[str] = set()
        self._waiting: list[_Waiting] = []
        self.pages = 0

    def add(self, document: Document) -> tuple[int, int]:
        """Add a letter and return its first page, which is 1, and its number of pages."""
        file = f"{document.number.replace('/', '-')}.pdf"
        if file in self._names:
            raise BugError(f"two letters have the number {document.number}")
        try:
            cast = self._moulds.cast(document)
            self._moulds.fixed(cast.setting)
        except Refused:
            content = draw(document, demo=self._demo, footer=self._footer)
            self._put(file, content)
            pages = len(self._moulds.settings.of(document).layout.pages)
        else:
            self._waiting.append(_Waiting(file, document, cast.setting, cast.own))
            pages = len(cast.own)
        self._names.add(file)
        self.pages += pages
        if len(self._waiting) >= _TOGETHER:
            self._write_waiting()
        return 1, pages

    def finish(self) -> None:
        """Write the letters still waiting and the ZIP's directory."""
        self._write_waiting()
        self._zip.close()

    def close(self) -> None:
        """Let go of the ZIP, finished or thrown away."""
        self._waiting = []
        self._moulds.forget_lines()
        with suppress(OSError):
            self._zip.close()

    def _write_waiting(self) -> None:
        if not self._waiting:
            return
        faces = self._faces()
        prefixes: dict[str, _Prefix] = {}
        for letter in self._waiting:
            prefix = prefixes.get(letter.setting.name)
            if prefix is None:
                if len(prefixes) >= 64:  # as many as the texts of a run have, not as many as there are letters
                    prefixes.clear()
                prefix = prefixes[letter.setting.name] = self._prefix(letter, faces)
            self._put(letter.file, _single(prefix, letter))
        self._waiting = []

    def _faces(self) -> tuple[Face, ...]:
        """Cut the fonts down to what the waiting letters show in each."""
        regular, strong = set(" ·0123456789"), set("0123456789")
        shown = {REGULAR: regular, STRONG: strong}
        settings: dict[str, Setting] = {}
        for letter in self._waiting:
            document = letter.document
            regular.update(document.salutation, document.number, document.words.page, *document.recipient)
            strong.update(document.number)
            settings[letter.setting.name] = letter.setting
        for setting in settings.values():
            for page in setting.layout.pages:
                for line in page.lines:
                    for name, text in line.runs:
                        shown[name].update(text)
        if self._demo:
            strong.update(DEMO)
        return tuple(stream_face.cut(name, shown[name] & stream_face.characters(name)) for name in stream_face.NAMES)

    def _prefix(self, letter: _Waiting, faces: tuple[Face, ...]) -> _Prefix:
        parts: list[bytes] = []
        file = PdfStream(parts.append)
        fonts = b"".join(
            b"/%b %d 0 R" % (name, face.put(file)) for name, face in zip(stream_face.NAMES.values(), faces, strict=True)
        )
        layout = letter.setting.layout
        forms = put_forms(file, self._moulds.fixed(letter.setting), layout)
        shown = b"".join(b"/X%d %d 0 R" % (form, form) for form in forms)
        root, offsets = file.finish_but_contents(
            b"<</Font<<%b>>/XObject<<%b>>>>" % (fonts, shown),
            catalog_entries(letter.document.language),
            (layout.width, layout.height),
            len(forms),
        )
        return _Prefix(b"".join(parts), xref_lines(offsets), forms, root, len(offsets) + 1)

    def _put(self, file: str, content: bytes) -> None:
        entry = zipfile.ZipInfo(file, _MIDNIGHT)
        entry.external_attr = 0o600 << 16
        self._zip.writestr(entry, content)


def _single(prefix: _Prefix, letter: _Waiting) -> bytes:
    """Return a letter's own file."""
    at = len(prefix.data)
    parts = [prefix.data]
    offsets = array("Q")
    told = info_body(facts(letter.document.subject + f" ({letter.document.number})", letter.document))
    bodies = [stream_body(b"/X%d Do\n%b" % (form, own)) for form, own in zip(prefix.forms, letter.own, strict=True)]
    for number, body in enumerate([*bodies, told], prefix.next):
        offsets.append(at)
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        at += len(parts[-1])
    count = prefix.next + len(offsets)
    mark = hashlib.sha256(told).hexdigest()[:32].encode()
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (count, prefix.table, xref_lines(offsets)))
    parts.append(trailer(count, prefix.root, count - 1, mark, at))
    return b"".join(parts)
