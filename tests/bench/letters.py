"""Letters per second: this product beside what others would use, interleaved in one run, as ratios.

`python -m tests.bench letters [--peers] [--json] [--rounds N] [--scale F]`. All are timed from ready letter facts to
files on disk, in a process of their own for each round, after a warm-up that loads libraries and fonts. Each has a
number of letters near its best. `--peers` adds Typst, Qt and pikepdf. `officer-end-to-end` starts from a list that is
frozen and sealed in a casebook, and ends with volumes, covers, address lists and manifest, all on record. Every output
is checked: by qpdf or what it is made of, for its fonts, and for the names.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from tests.bench import _letters_ours as ours
from tests.bench import _letters_peers as peers

letters = ours.letters
COUNTS = {
    "officer-plain": 2_000, "officer-fast": 20_000, "officer-fast-2": 40_000, "officer-zip": 5_000, "typst": 400,
    "qt": 200, "pikepdf-stamp": 1_000, "platypus": 200, "platypus-single": 100, "officer-end-to-end": 20_000,
}  # fmt: skip
GOALS = (
    ("officer-plain", "typst", 8.0), ("officer-fast", "typst", 40.0), ("officer-fast-2", "officer-fast", 1.6),
    ("officer-zip", "platypus-single", 40.0),
)  # fmt: skip
_MOST_MB = 80.0
_SAMPLE = 24


def main(arguments: list[str] | None = None) -> int:
    """Measure in rounds, print medians with ratios, and return 1 when a goal that was measured is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench letters", description=__doc__)
    parser.add_argument("--peers", action="store_true", help="measure Typst, Qt and pikepdf, too")
    parser.add_argument("--json", action="store_true", help="print only JSON")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="times the usual numbers of letters")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one:
        return _one(chosen.one, max(4, round(COUNTS[chosen.one] * chosen.scale)))
    rows = _measure(_contenders(peers_too=chosen.peers), chosen.rounds, chosen.scale)
    if chosen.json:
        sys.stdout.write(json.dumps(rows) + "\n")
    else:
        for row in rows:
            sys.stdout.write("  ".join(f"{key} {value}" for key, value in row.items()) + "\n")
    return 0 if _told(rows, sys.stderr.write) else 1


def _contenders(*, peers_too: bool) -> list[str]:
    return [name for name in COUNTS if peers_too or name not in peers.PEERS]


def _measure(names: list[str], rounds: int, scale: float) -> list[dict[str, Any]]:
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            command = [sys.executable, "-m", "tests.bench", "letters", "--one", name, "--scale", str(scale)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"{name} failed:\n{done.stderr}")
            taken[name].append(json.loads(done.stdout))
    middle = {name: statistics.median(one["letters_per_s"] for one in runs) for name, runs in taken.items()}
    return [
        {
            "name": name,
            "letters": runs[0]["letters"],
            "letters_per_s": round(middle[name], 1),
            "bytes_per_letter": runs[0]["bytes_per_letter"],
            "peak_mb": max(one["peak_mb"] for one in runs),
            "ratio_to_typst": round(middle[name] / middle["typst"], 2) if "typst" in middle else None,
        }
        for name, runs in taken.items()
    ]


def _told(rows: list[dict[str, Any]], write: Callable[[str], object]) -> bool:
    """Say which goals are met; return whether all that were measured are."""
    speed = {row["name"]: row["letters_per_s"] for row in rows}
    good = True
    for name, other, goal in GOALS:
        if name in speed and other in speed:
            ratio = speed[name] / speed[other]
            good &= ratio >= goal
            write(f"{name}: {ratio:.1f} times {other}, goal {goal:g}: {'met' if ratio >= goal else 'missed'}\n")
    for row in rows:
        if row["name"].startswith("officer") and row["peak_mb"] > _MOST_MB:
            good = False
            write(f"{row['name']}: {row['peak_mb']} MB, goal {_MOST_MB:g}: missed\n")
    return good


def _one(name: str, count: int) -> int:
    """Measure one contender in this process."""
    two: Any = ours.Two() if name == "officer-fast-2" else None
    whole = name == "officer-end-to-end"
    if whole:
        # only here, because the casebook's libraries would count as memory of all the others
        from tests.bench._letters_frozen import EndToEnd

        two = EndToEnd(count)
    mine = {"officer-plain": ours.plain, "officer-fast": ours.fast, "officer-zip": ours.separate}
    known = {"platypus": peers.platypus, "platypus-single": peers.platypus_single}
    contender = two or {**mine, **known, **peers.PEERS}[name]
    with tempfile.TemporaryDirectory() as folder:
        warm, out = Path(folder) / "warm", Path(folder) / "out"
        warm.mkdir()
        out.mkdir()
        if whole:
            small = EndToEnd(_SAMPLE)  # the processes of the large one start cold, as they do in use
            small(_SAMPLE, warm)
            small.close()
        else:
            contender(_SAMPLE, warm)
        start = time.perf_counter()
        size = contender(count, out)
        seconds = time.perf_counter() - start
        peak = two.peak_mb if two else ours.peak_mb()
        if two:
            two.close()
        _check(warm, _SAMPLE)
        _check_one_file(out)
    row = {"letters": count, "letters_per_s": count / seconds, "bytes_per_letter": size // count, "peak_mb": peak}
    sys.stdout.write(json.dumps(row))
    return 0


# --- what came out ----------------------------------------------------------------------------


def _check(folder: Path, count: int) -> None:
    """See that all names are on paper and all fonts in the files."""
    said = "".join(_text(content) for content in _pdfs(folder))
    missing = [ours.name(at) for at in range(count) if "".join(ours.name(at).split()) not in said]
    if missing:
        raise SystemExit(f"names that do not come out: {missing}")


def _check_one_file(folder: Path) -> None:
    """See that a file is sound; pikepdf is qpdf within Python."""
    import pikepdf  # after the memory of who is measured was read

    with pikepdf.open(BytesIO(next(_pdfs(folder)))) as document:
        if faults := document.check_pdf_syntax():
            raise SystemExit(f"not sound: {faults}")


def _pdfs(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.iterdir()):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as packed:
                yield from map(packed.read, packed.namelist())
        elif path.suffix == ".pdf":
            yield path.read_bytes()


def _text(content: bytes) -> str:
    """Return the text without spaces; SystemExit when a font is not in the file."""
    reader = PdfReader(BytesIO(content))
    for number in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 1):
        font: Any = reader.get_object(number)
        if not hasattr(font, "get") or font.get("/Type") != "/Font":
            continue
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        held = inner.get("/FontDescriptor", {})
        if font["/Subtype"] != "/Type3" and not any(key in held for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            raise SystemExit(f"{font['/BaseFont']} is not embedded")
    return "".join("".join(page.extract_text().split()) for page in reader.pages)
