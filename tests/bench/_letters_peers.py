"""What others would print the same letters with: platypus, Typst, Qt, pikepdf."""

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import font_source_sans_pro

from officer_app.notices.document import Bullets, Document, Heading, Span, Table, Text
from tests.bench._letters_ours import SETS, letter, letters
from tests.notices.samples import HEAD

FONTS = Path(font_source_sans_pro.__file__).parent / "files"
_CHUNK = 200
"""Letters in one Typst document: it is at its best there, and needs gigabytes for thousands."""


def _plain(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)


# --- reportlab as its user guide has it -------------------------------------------------------


def platypus(count: int, out: Path) -> int:
    """One document, every letter laid out anew."""
    story = [flowable for document in letters(count) for flowable in _story(document)]
    return _build(story, out / "platypus.pdf")


def platypus_single(count: int, out: Path) -> int:
    """One document for each letter."""
    return sum(_build(_story(document), out / f"{at}.pdf") for at, document in enumerate(letters(count)))


def _build(story: list[Any], path: Path) -> int:
    from reportlab.platypus import SimpleDocTemplate

    target = BytesIO()
    SimpleDocTemplate(target, initialFontName="SourceSansPro-Regular", pageCompression=1).build(story)
    path.write_bytes(target.getvalue())
    return len(target.getvalue())


def _story(document: Document) -> list[Any]:
    from xml.sax.saxutils import escape

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import PageBreak, Paragraph, Spacer
    from reportlab.platypus import Table as Grid

    from officer_app.notices.pdf_fonts import REGULAR, STRONG, covered

    covered(REGULAR), covered(STRONG)
    body = ParagraphStyle("body", fontName=REGULAR, fontSize=10.5, leading=14.3)
    head = ParagraphStyle("head", fontName=STRONG, fontSize=10.5, leading=14.3, spaceBefore=8)
    story: list[Any] = [Paragraph(escape(line), body) for line in _top(document)]
    for block in document.blocks:
        match block:
            case Heading(words):
                story.append(Paragraph(escape(words), head))
            case Text(spans):
                story.append(Paragraph(escape(_plain(spans)), body))
            case Bullets(items):
                story += [Paragraph(escape(_plain(item)), body) for item in items]
            case Table(top, rows):
                cells = [[Paragraph(escape(cell), body) for cell in row] for row in (top, *rows)]
                # without a font of its own, a table brings in Helvetica, which is not embedded
                story.append(Grid(cells, style=[("FONTNAME", (0, 0), (-1, -1), REGULAR)]))
            case _:
                pass
    story += [Paragraph(escape(document.closing), body), Spacer(1, 40)]
    return story + [Paragraph(escape(one), body) for one in document.signatures] + [PageBreak()]


def _top(document: Document) -> tuple[str, ...]:
    return (HEAD.name, *document.recipient, document.number, document.subject, document.salutation)


# --- Typst: texts once as content, letters as data, tags off ----------------------------------


def typst(count: int, out: Path) -> int:
    """Typst, compiled in this process, a document for each 200 letters."""
    module: Any = import_module("typst")
    fonts = module.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler, source = module.Compiler(font_paths=fonts), _typst_source().encode()
    feed = letters(count)
    size = at = 0
    while batch := list(islice(feed, _CHUNK)):
        data = [
            {"to": one.recipient, "number": one.number, "dear": one.salutation, "set": (at + number) % SETS}
            for number, one in enumerate(batch)
        ]
        made: bytes = compiler.compile(
            source, format="pdf", pdf_tags=False, sys_inputs={"letters": json.dumps(data, ensure_ascii=False)}
        )
        (out / f"typst-{at}.pdf").write_bytes(made)
        size += len(made)
        at += len(batch)
    return size


def _typst_source() -> str:
    texts = ",\n".join(_typst_body(letter(at)) for at in range(SETS))
    infos = ",\n".join(_typst_info(letter(at)) for at in range(SETS))
    beside = " #linebreak() ".join(
        f"#{_typst_text(one)}" for one in (HEAD.company, ", ".join(HEAD.address), HEAD.email)
    )
    foot = _typst_text(f"{HEAD.company} · {HEAD.registration}")
    sender = _typst_text(" · ".join((HEAD.company, *HEAD.address)))
    return f"""
#set page(paper: "a4", margin: (left: 25mm, right: 20mm, top: 14mm, bottom: 23mm))
#set text(font: "Source Sans Pro", size: 10.5pt)
#let bodies = ({texts})
#let infos = ({infos})
// a foot with number and page of each letter would halve its speed: it gets the foot that all share
#set page(footer: text(size: 8pt, {foot}))
#for (at, d) in json(bytes(sys.inputs.letters)).enumerate() {{
  if at > 0 {{ pagebreak() }}
  grid(columns: (1fr, auto), text(size: 19pt, weight: "semibold", {_typst_text(HEAD.name)}),
    align(right, text(size: 8pt)[{beside}]))
  line(length: 100%, stroke: 0.5pt)
  place(top + left, dx: -20mm, dy: 91mm, line(length: 4mm, stroke: 0.5pt))
  place(top + left, dx: -20mm, dy: 134mm, line(length: 5mm, stroke: 0.5pt))
  v(20mm)
  grid(columns: (1fr, 60mm), [#text(size: 6.8pt, {sender}) #linebreak() #d.to.join(linebreak())],
    [#strong(d.number) #linebreak() #infos.at(d.set)])
  v(8mm)
  bodies.at(d.set).first
  d.dear
  bodies.at(d.set).rest
}}
"""


def _typst_info(document: Document) -> str:
    rows = (
        f"#text(size: 8pt, {_typst_text(label)}) #linebreak() #{_typst_text(value)}" for label, value in document.info
    )
    return f"[{' #linebreak() '.join(rows)}]"


def _typst_text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _typst_body(document: Document) -> str:
    parts = []
    for block in document.blocks:
        match block:
            case Heading(words):
                parts.append(f"\n#strong({_typst_text(words)})\n")
            case Text(spans):
                parts.append(f"\n#{_typst_text(_plain(spans))}\n")
            case Bullets(items):
                parts += [f"\n- #{_typst_text(_plain(item))}" for item in items]
            case Table(top, rows):
                cells = ", ".join(_typst_text(cell) for row in (top, *rows) for cell in row)
                parts.append(f"\n#table(columns: {len(top)}, stroke: none, {cells})\n")
            case _:
                pass
    ends = "\n\n#v(17mm)".join(f"#{_typst_text(one)}" for one in (document.closing, *document.signatures))
    subject = f'text(size: 13pt, weight: "semibold", {_typst_text(document.subject)})'
    return f"(first: {subject}, rest: [{''.join(parts)}\n\n{ends}])"


# --- Qt's own PDF writer ----------------------------------------------------------------------


def qt(count: int, out: Path) -> int:
    """QTextDocument drawn by QPdfWriter, one document of all letters."""
    from PySide6.QtCore import QMarginsF
    from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QPageSize, QPainter, QPdfWriter, QTextDocument

    app = QGuiApplication.instance() or QGuiApplication(["bench", "-platform", "offscreen"])
    for file in ("SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf"):
        QFontDatabase.addApplicationFont(str(FONTS / file))
    path = out / "qt.pdf"
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(25, 20, 20, 20))
    writer.setResolution(300)
    painter = QPainter(writer)
    font = QFont("Source Sans Pro")
    font.setPointSizeF(10.5)
    for at, document in enumerate(letters(count)):
        if at:
            writer.newPage()
        page = QTextDocument()
        page.documentLayout().setPaintDevice(writer)
        page.setDefaultFont(font)
        page.setPageSize(painter.viewport().size())
        page.setHtml(_html(document))
        page.drawContents(painter)
    painter.end()
    assert app is not None
    return path.stat().st_size


def _html(document: Document) -> str:
    from html import escape

    parts = [f"<p>{'<br>'.join(map(escape, _top(document)))}</p>"]
    for block in document.blocks:
        match block:
            case Heading(words):
                parts.append(f"<p><b>{escape(words)}</b></p>")
            case Text(spans):
                parts.append(f"<p>{escape(_plain(spans))}</p>")
            case Bullets(items):
                parts.append(f"<ul>{''.join(f'<li>{escape(_plain(item))}</li>' for item in items)}</ul>")
            case Table(top, rows):
                told = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in (top, *rows))
                parts.append(f"<table>{''.join(f'<tr>{row}</tr>' for row in told)}</table>")
            case _:
                pass
    ends = (document.closing, *document.signatures)
    return "".join([*parts, *(f"<p>{escape(one)}</p>" for one in ends)])


# --- pikepdf: a page of its own for each letter over a form that is there once ----------------


def pikepdf_stamp(count: int, out: Path) -> int:
    """Pages appended by pikepdf; texts and fonts come from a small file of ours and are there once."""
    pikepdf: Any = import_module("pikepdf")
    path = out / "stamp.pdf"
    base, places = _base()
    with pikepdf.open(BytesIO(base)) as pdf:
        first = pdf.pages[0]
        resources, box = first.obj.Resources, first.mediabox
        bodies = [page.Contents.read_bytes().split(b"\n", 1)[0] for page in pdf.pages]
        del pdf.pages[:]
        for at, document in enumerate(letters(count)):
            start, pages = places[at % SETS]
            for number in range(pages):
                content = b"%b\nBT /R 10.5 Tf %b ET" % (bodies[start - 1 + number], b" ".join(_stamp(document, number)))
                entries = {"/Type": pikepdf.Name.Page, "/MediaBox": box, "/Resources": resources}
                page = pikepdf.Dictionary({**entries, "/Contents": pdf.make_stream(content)})
                pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        pdf.save(path)
    return path.stat().st_size


def _stamp(document: Document, page: int) -> Iterator[bytes]:
    first = (*document.recipient, document.salutation, document.number)
    for at, line in enumerate((document.number,) if page else first):
        yield b"1 0 0 1 70.9 %d Tm <%b> Tj" % (650 - 13 * at, line.encode("utf-16-be").hex().encode())


def _base() -> tuple[bytes, list[tuple[int, int]]]:
    """Return a file with a letter of each text, and the first page and number of pages of each."""
    from officer_app.notices.pdf_volume import Settings
    from officer_app.notices.stream_mould import Moulds
    from officer_app.notices.stream_volume import StreamVolume

    target = BytesIO()
    volume = StreamVolume(Moulds(Settings(""), demo=False), target, "base", duplex=False, demo=False)
    places = [volume.add(letter(at)) for at in range(SETS)]
    volume.finish()
    return target.getvalue(), places


PEERS: dict[str, Callable[[int, Path], int]] = {"typst": typst, "qt": qt, "pikepdf-stamp": pikepdf_stamp}
