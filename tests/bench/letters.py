"""Letters per second: this product beside what others would use, interleaved in one run, as ratios.

Run it with `python -m tests.bench.letters [--letters N] [--rounds N] [--peers] [--json]`. Peers that are not
installed (typst) are left out and named on stderr.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from officer_app.notices import text
from officer_app.notices.document import Bullets, Document, Heading, Table, Text
from officer_app.notices.run import print_run
from tests.notices.samples import DAY, HEAD, HOA, fields

CATEGORIES = ("Name", "E-mail address", "Mobile number", "Delivery address", "Orders", "Password", "Payments", "Notes")
Contender = Callable[[int, Path], int]
"""Writes so many letters into a folder and returns the bytes written."""


def letters(count: int) -> Iterator[Document]:
    """Yield letters in eight category sets and two languages."""
    many = []
    for at in range(8):
        rows = tuple((name, "customer account") for name in CATEGORIES[: at + 1])
        given = fields("breach-customer", only_required=True)
        given["what_information"] = Table(("What", "Where it was kept"), rows)
        many.append(
            text.series(
                "breach-customer", "vi" if at % 2 else "en", reference="B-2026-0003", date=DAY, fields=given,
                letterhead=HEAD,
            )
        )  # fmt: skip
    for number in range(count):
        yield many[number % 8].letter(f"N-2026-0042/{number + 1:07d}", (f"Ms Nguyễn Thị Hoa {number}", *HOA[1:]))


def officer_plain(count: int, out: Path) -> int:
    """Ours: print files of 1,000 letters."""
    result = print_run(letters(count), out, name="officer")
    assert result.printed == count
    return sum(file.path.stat().st_size for file in result.files)


def officer_single(count: int, out: Path) -> int:
    """Ours, one PDF for each customer."""
    from officer_app.notices.pdf import render

    size = 0
    for at, document in enumerate(letters(count)):
        content = render(document)
        (out / f"{at}.pdf").write_bytes(content)
        size += len(content)
    return size


def platypus(count: int, out: Path) -> int:
    """Plain reportlab: one document, every letter laid out anew."""
    from xml.sax.saxutils import escape

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer
    from reportlab.platypus import Table as Grid

    from officer_app.notices.pdf_fonts import REGULAR, STRONG, covered

    covered(REGULAR), covered(STRONG)
    body = ParagraphStyle("body", fontName=REGULAR, fontSize=10.5, leading=14.3)
    head = ParagraphStyle("head", fontName=STRONG, fontSize=10.5, leading=14.3, spaceBefore=8)
    story: list[Any] = []
    for document in letters(count):
        lines = (HEAD.name, *document.recipient, document.number, document.subject, document.salutation)
        story += [Paragraph(escape(line), body) for line in lines]
        for block in document.blocks:
            match block:
                case Heading(words):
                    story.append(Paragraph(escape(words), head))
                case Text(spans):
                    story.append(Paragraph(escape("".join(span.text for span in spans)), body))
                case Bullets(items):
                    story += [Paragraph(escape("".join(one.text for one in item)), body) for item in items]
                case Table(top, rows):
                    story.append(Grid([[Paragraph(escape(cell), body) for cell in row] for row in (top, *rows)]))
                case _:
                    pass
        story += [Paragraph(escape(document.closing), body), Spacer(1, 40)]
        story += [Paragraph(escape(one), body) for one in document.signatures] + [PageBreak()]
    target = BytesIO()
    SimpleDocTemplate(target).build(story)
    (out / "platypus.pdf").write_bytes(target.getvalue())
    return len(target.getvalue())


def typst(count: int, out: Path) -> int:
    """Typst, one document of at most 200 letters at a time, where it is at its best."""
    compiler: Any = import_module("typst")
    size = 0
    batch: list[str] = []

    def flush() -> int:
        source = out / "letters.typ"
        source.write_text('#set page(paper: "a4")\n#set text(size: 10.5pt)\n' + "#pagebreak()\n".join(batch), "utf-8")
        made: bytes = compiler.compile(str(source))
        (out / "letters.pdf").write_bytes(made)
        batch.clear()
        return len(made)

    for document in letters(count):
        batch.append(_typst_letter(document))
        if len(batch) == 200:
            size += flush()
    return size + (flush() if batch else 0)


def _typst_letter(document: Document) -> str:
    def quoted(words: str) -> str:
        return f"#{json.dumps(words, ensure_ascii=False)}"

    parts = [quoted(line) + " \\" for line in (HEAD.name, *document.recipient, document.number, document.subject)]
    parts.append("\n" + quoted(document.salutation) + "\n")
    for block in document.blocks:
        match block:
            case Heading(words):
                parts.append(f"\n#strong[{quoted(words)}]\n")
            case Text(spans):
                parts.append("\n" + quoted("".join(span.text for span in spans)) + "\n")
            case Table(top, rows):
                cells = ", ".join(f"[{quoted(cell)}]" for row in (top, *rows) for cell in row)
                parts.append(f"\n#table(columns: {len(top)}, {cells})\n")
            case _:
                pass
    return "\n".join([*parts, quoted(document.closing), *(quoted(one) for one in document.signatures)]) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Measure in rounds and print medians with ratios."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.letters", description=__doc__)
    parser.add_argument("--letters", type=int, default=2_000, help="letters of the fast one; a tenth for the slow")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", action="store_true", help="measure typst too")
    parser.add_argument("--json", action="store_true", help="print only JSON")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one:
        return _one(chosen.one, chosen.letters)
    few = chosen.letters // 10
    contenders = {"officer-plain": chosen.letters, "officer-single": few, "platypus": few}
    if chosen.peers and find_spec("typst"):
        contenders["typst"] = few
    elif chosen.peers:
        sys.stderr.write("typst is not installed and was left out: pip install typst\n")
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in contenders}
    for _ in range(chosen.rounds):
        for name, count in contenders.items():
            command = [sys.executable, "-m", "tests.bench.letters", "--one", name, "--letters", str(max(count, 10))]
            taken[name].append(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))
    rows = []
    middle = {name: statistics.median(one["letters_per_s"] for one in runs) for name, runs in taken.items()}
    for name, runs in taken.items():
        row: dict[str, Any] = {"name": name, **runs[0], "letters_per_s": round(middle[name], 1)}
        row["ratio_to_platypus"] = round(middle[name] / middle["platypus"], 2)
        row["ratio_to_typst"] = round(middle[name] / middle["typst"], 2) if "typst" in middle else None
        rows.append(row)
    if chosen.json:
        sys.stdout.write(json.dumps(rows) + "\n")
    else:
        for row in rows:
            sys.stdout.write("  ".join(f"{key} {value}" for key, value in row.items()) + "\n")
    return 0


def _one(name: str, count: int) -> int:
    """Measure one contender in a process of its own, after a warm-up that loads libraries and fonts."""
    contender: Contender = {
        "officer-plain": officer_plain,
        "officer-single": officer_single,
        "platypus": platypus,
        "typst": typst,
    }[name]
    with tempfile.TemporaryDirectory() as folder:
        contender(2, Path(folder))
        start = time.perf_counter()
        size = contender(count, Path(folder))
        seconds = time.perf_counter() - start
    row = {"letters": count, "letters_per_s": count / seconds, "bytes_per_letter": size // count, "peak_mb": _peak()}
    sys.stdout.write(json.dumps(row))
    return 0


def _peak() -> float:
    """Return the most memory this process had, in MB; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


if __name__ == "__main__":
    sys.exit(main())
