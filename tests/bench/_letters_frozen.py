"""The whole way of a run: from a list frozen and sealed in a casebook to files, with covers, lists and the register."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from officer_app.breaches.person import Person
from officer_app.notices.run_workers import Engine
from tests.bench import _letters_ours as ours
from tests.breaches import synthetic


def person(at: int) -> Person:
    """Return customer `at`, from 0, with the address that the other contenders print."""
    lines = ours.letter(at).recipient
    return Person(
        str(at + 1), lines[0], f"customer{at}@example.com", f"+8491{at:07d}", lines[1:-1], "100000", "VN",
        "vi" if at % 2 else "en", False, at % 3 == 0, at % 5 == 0,
    )  # fmt: skip


class EndToEnd:
    """Prints a frozen list by one process beside the one that opens and records; freezing is not timed."""

    def __init__(self, count: int, processes: int = 1) -> None:
        self._folder = TemporaryDirectory()
        self._desk, self._reference = synthetic.frozen(
            Path(self._folder.name), map(person, range(count))
        )
        self._processes = processes
        self.peak_mb = 0.0

    def __call__(self, count: int, out: Path) -> int:
        """Print the list, whatever `count` says, and return the size of all files."""
        over = threading.Event()
        watch = threading.Thread(target=self._watch, args=(over.wait,))
        watch.start()
        try:
            made = self._desk.service.print_letters(self._reference, out, engine=Engine(self._processes))
        finally:
            over.set()
            watch.join()
        assert made.letters == count
        return sum(path.stat().st_size for path in out.iterdir())

    def _watch(self, wait: Callable[[float], bool]) -> None:
        while not wait(0.05):
            for child in psutil.Process().children():
                self.peak_mb = max(self.peak_mb, ours.peak_mb(child.pid))

    def close(self) -> None:
        """Drop the casebook."""
        self._desk.close()
        shutil.rmtree(self._folder.name, ignore_errors=True)
