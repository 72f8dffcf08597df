"""Freezing half the customers of a shop of 2,000,000 into a sealed list: rows a second, and the peak of memory.

OFFICER_APP_BENCH_CUSTOMERS changes the size. Goal: what freezing adds to the process stays below 250 MB.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from officer_app.breaches import records
from officer_app.breaches.asked import Asked
from tests.bench import shop as shops

MOST_MB = 250


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _freeze(folder: Path) -> None:
    """Freeze in this process and print the figures; the shop is there already."""
    from tests import factory
    from tests.breaches import making

    os.environ["OFFICER_APP_STATE"] = str(folder / "state")
    clock = making.Clock(shops.NOW)
    desk = making.desk_on(folder, factory.officer(folder, clock), clock, 1)
    with closing(desk):
        reference = desk.log()
        desk.facts(reference, categories=("name", "email", "address", "password", "orders"))
        desk.service.affected.look(Asked(pasted="1"))
        before = _peak_mb()
        first: list[float] = []
        begun = time.perf_counter()

        def progress(_done: int, _total: int) -> None:
            if not first:
                first.append(time.perf_counter() - begun)

        # accounts are made over 1,000 days; half of these days is half of the customers
        since = (shops.NOW - timedelta(days=599)).date()
        until = (shops.NOW - timedelta(days=100)).date()
        desk.service.affected.freeze(reference, Asked(created_from=since, created_to=until), progress)
        took = time.perf_counter() - begun
        one = desk.case(reference).lists[0]
        with desk.book.reading() as tx:
            marks = [person.marks() for _at, person in records.people(tx, one.id, 1, 1000)]
        assert len(set(marks)) == len(marks)
        found = (one.persons, took, one.persons / took, first[0], before, _peak_mb())
        sys.stdout.write(" ".join(str(each) for each in found) + "\n")


def run() -> dict[str, object]:
    """Return the figures; `met` when the goal is reached."""
    count = int(os.environ.get("OFFICER_APP_BENCH_CUSTOMERS", "2000000"))
    with tempfile.TemporaryDirectory() as folder:
        shops.build(Path(folder) / "shop.sqlite", count)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.freeze", folder], capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    persons, took, rate, first, before, peak = map(float, done.stdout.split())
    return {
        "customers": count, "persons frozen": int(persons), "seconds": took, "persons a second": rate,
        "first progress s": first, "memory before MB": before, "peak MB": peak, "added MB": peak - before,
        "met": peak - before <= MOST_MB,
    }  # fmt: skip


if __name__ == "__main__":
    _freeze(Path(sys.argv[1]))
