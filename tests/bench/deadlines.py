"""How many deadlines the book computes in a second on one core: the goal is 100,000."""

from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from statistics import median
from time import perf_counter

from officer_app.policy.book import Book

GOAL = 100_000
DUTIES = ("complaint-acknowledge", "complaint-resolve", "request-acknowledge", "access-answer", "breach-police")


def run(count: int = 100_000, rounds: int = 3) -> dict[str, object]:
    """Compute `count` deadlines over four years and five duties, with the holidays already read once."""
    single = Book.load()
    several = Book.load(("shop-policy", "vn-2026", "eu-gdpr"), country="VN", countries={"eu-gdpr": "DE"})
    first = datetime(2024, 1, 1, tzinfo=UTC)
    starts = [first + timedelta(minutes=21 * number) for number in range(count)]
    jobs = list(zip(islice(cycle(DUTIES), count), starts, strict=True))
    for book in (single, several):
        for year in range(2024, 2029):
            book.deadline("access-answer", datetime(year, 7, 1, tzinfo=UTC))
    speeds: dict[str, list[float]] = {"one": [], "all": []}
    for _ in range(rounds):  # interleaved, so that both see the same machine
        for name, book in (("one", single), ("all", several)):
            began = perf_counter()
            for duty, start in jobs:
                book.deadline(duty, start)
            speeds[name].append(count / (perf_counter() - began))
    return {
        "deadlines": count,
        "per second, shop-policy": median(speeds["one"]),
        "per second, three packs": median(speeds["all"]),
        "goal per second": GOAL,
        "met": median(speeds["one"]) >= GOAL,
    }
