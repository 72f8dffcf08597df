"""Prints the letters of B-2026-0001 in a process of its own, to be killed or starved, or as a broken build would.

Arguments: folder, limit of a file's size in bytes, processes, letters in a volume, and what is broken.
"""

import resource
import signal
import sys
from pathlib import Path

from officer_app.base.errors import KnownError
from officer_app.breaches.runjob import RunJob
from officer_app.breaches.service import Breaches
from officer_app.letters.issue import Letters
from officer_app.notices.run_workers import Engine
from officer_app.policy.book import Book
from tests import factory
from tests.breaches.making import Clock

_right = RunJob.range


def _shifted(self: RunJob, volume: int) -> tuple[int, int]:
    """Leave the first letter of each volume out."""
    first, last = _right(self, volume)
    return first + 1, last


def main(folder: Path, limit: int, processes: int = 0, per_volume: int = 20, broken: str = "") -> int:
    """Print into `folder`/out; with a `limit` in bytes no file may grow beyond it, as on a full disk."""
    book = factory.signed_in(folder / "casebook.sqlite", factory.OFFICER_NAME, factory.OFFICER_PASS, folder, Clock())
    policy = Book.load()
    service = Breaches(book, lambda: policy, Letters(book, lambda: policy), lambda: None)
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if broken == "shifted":
        RunJob.range = _shifted  # type: ignore[method-assign]  # a broken build
    try:
        service.print_letters("B-2026-0001", folder / "out", per_volume=per_volume, engine=Engine(processes))
    except KnownError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    where, most, hands, volume, kind = sys.argv[1:]
    sys.exit(main(Path(where), int(most), int(hands), int(volume), kind))
