"""Kills print runs at chosen or random moments, and loses what was never synced, as a power cut does.

Run as a program it is one process that forks a run for each trial, so that hundreds take a minute:
`python -m tests.notices.crashes FOLDER LETTERS PER_VOLUME TRIALS SEED [BROKEN]` prints one JSON object.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from officer_app.notices import volume_files, volume_manifest, volume_press
from officer_app.notices.document import Document
from officer_app.notices.run import RunResult, print_run
from tests.notices.test_run import letters, series
from tests.pdf_text import pages_of

NAME = "run"


@contextmanager
def no_temporary(path: Path) -> Iterator[BinaryIO]:
    """A broken build: the file has its name from the first byte."""
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def renamed_too_early(path: Path) -> Iterator[BinaryIO]:
    """A broken build: the name comes before the bytes are safe."""
    aside = path.with_name(f".{path.name}.part")
    with aside.open("wb") as file:
        yield file
        file.flush()
        os.replace(aside, path)  # noqa: PTH105  the door that the harness watches
        os.fsync(file.fileno())


BROKEN = {"no-temporary": no_temporary, "renamed-too-early": renamed_too_early}


def job(out: Path, documents: list[Document], per_volume: int, numbers: list[str] | None = None) -> RunResult:
    """Print the letters, taking up what is there."""
    return print_run(
        documents, out, name=NAME, per_volume=per_volume, resume=True, identity="list 1",
        finished=lambda file: numbers.extend(one.number for one in file.letters) if numbers is not None else None,
    )  # fmt: skip


class Wire:
    """Between the run and the system: notes what was synced, and may kill at a step."""

    def __init__(self, journal: Path, kill_at: int) -> None:
        self.handle = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.kill_at, self.step = kill_at, 0
        self.fsync, self.replace, self.open = os.fsync, os.replace, os.open
        os.fsync, os.replace, os.open = self._fsync, self._replace, self._open  # type: ignore[assignment]

    def _tick(self) -> None:
        self.step += 1
        if self.step == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _fsync(self, handle: int) -> None:
        self._tick()
        self.fsync(handle)
        facts = os.fstat(handle)
        os.write(self.handle, b"%d %d\n" % (facts.st_ino, facts.st_size))
        self._tick()

    def _replace(self, one: Path, other: Path) -> None:
        self._tick()
        self.replace(one, other)
        self._tick()

    def _open(self, path: Path, flags: int, mode: int = 0o777, **more: int) -> int:
        self._tick()
        return self.open(path, flags, mode, **more)


def cut_power(out: Path, journal: Path) -> None:
    """Lose all bytes that were not synced."""
    safe: dict[int, int] = {}
    for line in journal.read_text().splitlines():
        inode, size = map(int, line.split())
        safe[inode] = size
    for path in out.iterdir():
        if path.is_file() and path.stat().st_size > safe.get(path.stat().st_ino, 0):
            os.truncate(path, safe.get(path.stat().st_ino, 0))


def torn(out: Path, expected: dict[str, str]) -> list[str]:
    """Return the print files that are not the very files they should be."""
    return [path.name for path in out.glob(f"{NAME}-*.pdf") if volume_files.digest(path) != expected[path.name]]


def one_trial(out: Path, documents: list[Document], per_volume: int, *, kill_at: int, after: float) -> bool:
    """Run in a child that dies at a step or after a while; say whether it died."""
    journal = out.with_suffix(".journal")
    child = os.fork()
    if child == 0:
        try:
            Wire(journal, kill_at)
            job(out, documents, per_volume)
        finally:
            os._exit(0)
    if after:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    died = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    if out.is_dir() and journal.exists():
        cut_power(out, journal)
    return died


def main(folder: Path, count: int, per_volume: int, trials: int, seed: int, broken: str = "") -> dict[str, object]:
    """Kill at every step of a run, or `trials` times at random; return what was found."""
    dice = random.Random(seed)
    documents = list(letters(count, series("en"), series("vi")))
    numbers = [one.number for one in documents]
    began = time.monotonic()
    whole = job(folder / "whole", documents, per_volume)
    took = time.monotonic() - began
    began = time.monotonic()
    job(folder / "warm", documents, per_volume)
    took = min(took, time.monotonic() - began)
    expected = {file.path.name: file.sha256 for file in whole.files}
    if broken:
        for module in (volume_files, volume_press, volume_manifest):
            module.whole = BROKEN[broken]  # type: ignore[attr-defined]
    found: dict[str, object] = {"trials": 0, "killed": 0, "torn": 0, "wrong": 0}
    bad, killed, torn_files, wrong = 0, 0, 0, 0
    at = 0
    while True:
        at += 1
        out = folder / f"trial{at}"
        after = dice.uniform(0, took * 1.1) if trials else 0.0
        died = one_trial(out, documents, per_volume, kill_at=0 if trials else at, after=after)
        killed += died
        out.mkdir(exist_ok=True)
        torn_files += len(torn(out, expected))
        # a second crash while the run is taken up again, then to the end
        one_trial(out, documents, per_volume, kill_at=dice.randrange(1, 40), after=0)
        torn_files += len(torn(out, expected))
        heard: list[str] = []
        result = job(out, documents, per_volume, heard)
        same = {file.path.name: file.sha256 for file in result.files} == expected and not torn(out, expected)
        wrong += not same or len(set(heard)) != len(heard) or result.printed != count
        if at <= 3 and not broken:
            sheets = " ".join(sheet for file in result.files for sheet in pages_of(file.path.read_bytes()))
            wrong += any(sheets.count(f"{number} ") < 1 for number in numbers)
        shutil.rmtree(out)
        out.with_suffix(".journal").unlink(missing_ok=True)
        bad = torn_files + wrong
        if (broken and bad) or (trials and at >= trials) or (not trials and not died):
            break
    found.update(trials=at, killed=killed, torn=torn_files, wrong=wrong)
    return found


if __name__ == "__main__":
    _, where, letters_, volume_, trials_, seed_, *more = sys.argv
    print(json.dumps(main(Path(where), int(letters_), int(volume_), int(trials_), int(seed_), *more)))  # noqa: T201
