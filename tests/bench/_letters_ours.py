"""The letters that are measured, and this product's ways of printing them."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory

from officer_app.notices import text
from officer_app.notices.document import Document, Table
from officer_app.notices.run import print_run, print_volumes
from tests.notices.samples import DAY, HEAD, fields

CATEGORIES = ("Name", "E-mail address", "Mobile number", "Delivery address", "Orders", "Password", "Payments", "Notes")
SETS = 8
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
_GIVEN = ("Thị Hoa", "Văn Hưng", "Thu Hằng", "Đức Ưng", "Minh Nguyệt", "Quốc Dũng", "Ngọc Ánh")


@cache
def series() -> tuple[text.Series, ...]:
    """Return the texts: eight sets of data categories, in two languages."""
    many = []
    for at in range(SETS):
        rows = tuple((name, "customer account") for name in CATEGORIES[: at + 1])
        given = fields("breach-customer", only_required=True)
        given["what_information"] = Table(("What", "Where it was kept"), rows)
        many.append(
            text.series(
                "breach-customer", "vi" if at % 2 else "en", reference="B-2026-0003", date=DAY, fields=given,
                letterhead=HEAD,
            )
        )  # fmt: skip
    return tuple(many)


def name(at: int) -> str:
    """Return the name of customer `at`, from 0."""
    return f"{_FAMILIES[at % 11]} {_GIVEN[at % 7]} {at}"


def letter(at: int) -> Document:
    """Return letter `at`, from 0: name and street are the customer's own, district and town those of many."""
    lines = (
        name(at), f"Số {at % 499 + 1}, ngõ {at % 97 + 1} Nguyễn Khang", f"Phường Yên Hòa {at % 60}, Cầu Giấy",
        "100000 HÀ NỘI", "VIỆT NAM",
    )  # fmt: skip
    return series()[at % SETS].letter(f"N-2026-0042/{at + 1:07d}", lines)


def letters(count: int) -> Iterator[Document]:
    """Yield letters from their facts."""
    return map(letter, range(count))


def span(first: int, last: int) -> Iterable[Document]:
    """Yield the letters of a volume, counted from 1."""
    return map(letter, range(first - 1, last))


def plain(count: int, out: Path) -> int:
    """Print by reportlab's public API, 1,000 letters to a volume."""
    return _bytes(out, print_run(letters(count), out, name="plain", per_volume=1_000, fast=False).printed, count)


def fast(count: int, out: Path) -> int:
    """Print by the streaming writer, 5,000 letters to a volume."""
    return _bytes(out, print_run(letters(count), out, name="fast").printed, count)


def separate(count: int, out: Path) -> int:
    """Print one PDF for each letter, 5,000 to a ZIP."""
    return _bytes(out, print_run(letters(count), out, name="zip", separate=True).printed, count)


class Two:
    """Two processes that print volumes, both warm like all others when time is taken."""

    def __init__(self) -> None:
        context = get_context("spawn")
        ready = context.Barrier(3)
        self._pool = ProcessPoolExecutor(2, mp_context=context, initializer=_warm_up, initargs=(ready,))
        started = [self._pool.submit(_peak_of, 0) for _ in range(2)]
        ready.wait()
        self.peak_mb = max(each.result() for each in started)

    def __call__(self, count: int, out: Path) -> int:
        """Print so many letters."""
        per_volume = min(5_000, max(1, count // 4))
        made = print_volumes(span, count, out, name="two", executor=self._pool, per_volume=per_volume)
        self.peak_mb = max(self._pool.map(_peak_of, range(4)))
        return _bytes(out, made.printed, count)

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown()


def _warm_up(ready: Barrier) -> None:
    with TemporaryDirectory() as folder:
        fast(SETS, Path(folder))
    ready.wait()


def peak_mb(process: int | str = "self") -> float:
    """Return the most memory a process had, in MB; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii")
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "")
    return round(int(line.split()[1]) / 1024, 1) if line else 0.0


def _peak_of(_task: int) -> float:
    return peak_mb()


def _bytes(out: Path, printed: int, count: int) -> int:
    assert printed == count
    return sum(path.stat().st_size for path in out.iterdir())
