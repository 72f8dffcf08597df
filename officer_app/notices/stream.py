"""A PDF file that only grows: objects are written once, in any order, and memory holds a few numbers for each."""

import hashlib
import zlib
from array import array
from collections.abc import Callable, Mapping, Sequence

A4 = (210 * 72 / 25.4, 297 * 72 / 25.4)
HEAD = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
_KIDS = 200
"""Pages in one node of the page tree, so that viewers find page 9,000 without reading 8,999 others."""


class PdfStream:
    """Writes the objects of a PDF through `write`, which is called with each next piece of the file."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._offsets = array("Q", [0])  # by object number; 0 is never an object
        self._at = 0
        self._nodes = array("L")
        self._kids = array("L")
        self._root = self.reserve()
        self.resources = self.reserve()
        self._put(HEAD)

    @property
    def pages(self) -> int:
        """How many pages there are so far."""
        return len(self._kids)

    def reserve(self) -> int:
        """Return the number of an object that is written later."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def put(self, body: bytes, number: int = 0) -> int:
        """Write an object and return its number."""
        number = number or self.reserve()
        self._offsets[number] = self._at
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        return number

    def put_packed(self, data: bytes, entries: bytes = b"") -> int:
        """Write a compressed stream object and return its number."""
        return self.put(stream_body(zlib.compress(data, 9), entries + b"/Filter/FlateDecode"))

    def add_page(self, content: bytes, size: tuple[float, float] = A4) -> None:
        """Write a page that uses the common resources."""
        page, parent = self.hold_page()
        text = self.reserve()
        box = b"" if size == A4 else box_entry(size)
        head = b"%d 0 obj\n<</Type/Page/Parent %d 0 R%b/Contents %d 0 R>>\nendobj\n" % (page, parent, box, text)
        self._offsets[page] = self._at
        self._offsets[text] = self._at + len(head)
        self._put(b"%b%d 0 obj\n%b\nendobj\n" % (head, text, stream_body(content)))

    def hold_page(self) -> tuple[int, int]:
        """Keep the place of a page; return the numbers of the page and of its parent for who writes it."""
        if len(self._kids) % _KIDS == 0:
            self._nodes.append(self.reserve())
        number = self.reserve()
        self._kids.append(number)
        return number, self._nodes[-1]

    def finish(self, resources: bytes, catalog: bytes, facts: Mapping[str, str]) -> None:
        """Write resources, page tree, catalogue and table of objects."""
        self.put(resources, self.resources)
        self._put_page_tree()
        told = info_body(facts)
        info = self.put(told)
        root = self.put(b"<</Type/Catalog/Pages %d 0 R%b>>" % (self._root, catalog))
        start, count = self._at, len(self._offsets)
        if any(at == 0 for at in self._offsets[1:]):
            raise AssertionError("a reserved object was never written")
        mark = hashlib.sha256(told + self._offsets.tobytes()).hexdigest()[:32].encode()
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for first in range(1, count, 4096):
            self._put(xref_lines(self._offsets[first : first + 4096]))
        self._put(trailer(count, root, info, mark, start))

    def finish_but_contents(
        self, resources: bytes, catalog: bytes, size: tuple[float, float], pages: int
    ) -> tuple[int, Sequence[int]]:
        """Write all of a file whose pages' contents are the objects that come next.

        Return the number of the catalogue and where the objects so far stand, from object 1.
        """
        self.put(resources, self.resources)
        first = len(self._offsets) + pages + 1
        kids = [
            self.put(b"<</Type/Page/Parent %d 0 R%b/Contents %d 0 R>>" % (self._root, box_entry(size), first + at))
            for at in range(pages)
        ]
        self.put(_node(kids, pages, b"/Resources %d 0 R" % self.resources), self._root)
        return self.put(b"<</Type/Catalog/Pages %d 0 R%b>>" % (self._root, catalog)), self._offsets[1:]

    def _put_page_tree(self) -> None:
        """Write the nodes from the leaves up: a node's parent has its number before it has its kids."""
        level: Sequence[int] = self._nodes
        counts = [min(_KIDS, len(self._kids) - at) for at in range(0, len(self._kids), _KIDS)]
        kids: Sequence[int] = self._kids
        while True:
            groups = range(0, len(level), _KIDS)
            parents = [self._root] if len(groups) <= 1 else [self.reserve() for _ in groups]
            for at, node in enumerate(level):
                own = kids[at * _KIDS : (at + 1) * _KIDS]
                self.put(_node(own, counts[at], b"/Parent %d 0 R" % parents[at // _KIDS]), node)
            counts = [sum(counts[at : at + _KIDS]) for at in groups]
            kids, level = level, parents
            if len(parents) == 1:
                break
        common = b"/Resources %d 0 R%b" % (self.resources, box_entry(A4))
        self.put(_node(kids, sum(counts), common), self._root)

    def _put(self, data: bytes) -> None:
        self._write(data)
        self._at += len(data)


def stream_body(data: bytes, entries: bytes = b"") -> bytes:
    """Return the body of a stream object.

    A letter's own lines are not packed: a few hundred bytes gain little, and would take a third of the time.
    """
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(data), data)


def box_entry(size: tuple[float, float]) -> bytes:
    """Return the size of a page as its dictionary says it."""
    return b"/MediaBox[0 0 %.4f %.4f]" % size


def text_string(text: str) -> bytes:
    """Return a text for a dictionary, in a form that needs no escapes."""
    return b"<feff%b>" % text.encode("utf-16-be").hex().encode()


def info_body(facts: Mapping[str, str]) -> bytes:
    """Return the facts about the document that viewers show."""
    return b"<<%b>>" % b"".join(b"/%b%b" % (name.encode(), text_string(text)) for name, text in facts.items() if text)


def xref_lines(offsets: Sequence[int]) -> bytes:
    """Return the lines of the table of objects."""
    return b"".join([b"%010d 00000 n \n" % at for at in offsets])


def trailer(count: int, root: int, info: int, mark: bytes, start: int) -> bytes:
    """Return the end of the file; `mark` (32 hex digits) tells this file from others."""
    told = b"<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>" % (count, root, info, mark, mark)
    return b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (told, start)


def _node(kids: Sequence[int], count: int, entries: bytes) -> bytes:
    listed = b" ".join([b"%d 0 R" % kid for kid in kids])
    return b"<</Type/Pages/Count %d/Kids[%b]%b>>" % (count, listed, entries)
