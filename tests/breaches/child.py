"""Prints the letters of B-2026-0001 in a process of its own, to be killed or starved; run with folder and limit."""

import resource
import signal
import sys
from pathlib import Path

from officer_app.base.errors import KnownError
from officer_app.breaches.service import Breaches
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from tests import factory
from tests.breaches.making import Clock


def main(folder: Path, limit: int) -> int:
    """Print into `folder`/out; with a `limit` in bytes no file may grow beyond it, as on a full disk."""
    book = factory.signed_in(folder / "casebook.sqlite", factory.OFFICER_NAME, factory.OFFICER_PASS, folder, Clock())
    policy = Book.load()
    service = Breaches(book, lambda: policy, Letters(book, lambda: policy), lambda: None)
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        service.print_letters("B-2026-0001", folder / "out", per_volume=20, progress=lambda _done, _total: None)
    except KnownError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
