"""Kills the desk while it receives, saves and issues, and compares what is left with every state it may be in.

Run as a program it is one process that forks a desk for each trial, so that a hundred take a minute or two:
`python -m tests.complaints.crashes FOLDER TRIALS SEED [BROKEN]` prints one JSON object.
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
from dataclasses import replace
from pathlib import Path
from typing import Any

from officer_app.casebook import cases, evidence, issued, numbers, schema
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Reading, Writing
from officer_app.complaints import mail_records, records
from officer_app.complaints.merging import Second
from officer_app.post.inbox import Taken
from officer_app.post.message import parse
from tests import factory
from tests.complaints import bench
from tests.complaints.bench import HOA, Bench, Clock

MAIL = (
    f"From: Hoa <{HOA.email}>\r\nSubject: %s\r\nMessage-ID: <%s@mail.example>\r\n"
    "Date: Mon, 16 Nov 2026 10:00:00 +0700\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nWords.\r\n--b\r\n'
    "Content-Disposition: attachment; filename=note.txt\r\n\r\nA note.\r\n--b--\r\n"
)


def here(made: Bench) -> None:
    """Read mail in this process: only the casebook is to be killed, and a child takes longer than a trial."""

    def take(path: Path) -> Taken:
        raw = path.read_bytes()
        return Taken(raw, parse(raw))

    made.service.intake.read = take  # type: ignore[method-assign]


def desk(path: Path) -> Bench:
    """Return the desk on a casebook, the officer signed in, no shop connected."""
    clock = Clock()
    book = factory.signed_in(path, factory.OFFICER_NAME, factory.OFFICER_PASS, path.parent, clock)
    made = bench.furnish(book, clock, None, path.parent)
    here(made)
    return made


def work(made: Bench) -> None:
    """Do a morning's work: receive, save, issue, send, join, merge, split."""
    service, folder = made.service, made.folder

    def mail(number: int, subject: str) -> str:
        path = folder / f"{number}.eml"
        path.write_text(MAIL % (subject, number), "ascii")
        return service.receive_mail(path).references[0]

    def version(reference: str) -> int:
        with made.book.reading() as tx:
            return cases.head(tx, reference).version

    first = made.form("other-purpose", email="a@example.com")
    second = mail(1, "Twice")
    made.send(service.acknowledge(first).notices[0])
    service.change(second, "access", "en", "They ask for data.", version(second))
    service.link(second, HOA.key, version(second))
    mail(2, f"Re: [{second}]")
    third = made.form("other-purpose", email="a@example.com")
    service.merging.merge(third, first, "One matter.", version(third))
    made.send(made.decide(first, finding="kept", done="Nothing was found.")[0])
    service.merging.split(second, Second("erasure", "Delete it", "Delete it all."), "Two matters.", version(second))
    service.assign(second, None, version(second))


def picture(tx: Reading) -> str:
    """Return everything that the work changes, without the random names of rows."""
    found: dict[str, object] = {}
    series = tx.execute(schema.numbers.select().order_by(schema.numbers.c.id))
    found["numbers"] = [[row.id, row.last] for row in series]
    for reference in tx.execute(schema.cases.select().order_by(schema.cases.c.reference)).scalars():
        case = records.get(tx, reference)
        found[reference] = [
            repr(replace(case, version=0)),
            [[one.duty, str(one.due), str(one.met)] for one in cases.deadlines(tx, reference)],
            sorted([one.name, one.sha256] for one in evidence.of_case(tx, reference)),
            sorted([one.how, one.subject, one.text, str(one.seen)] for one in mail_records.of_case(tx, reference)),
            [[one.other, one.relation] for one in mail_records.links_of(tx, reference)],
            [[one.number, one.kind, one.state] for one in issued.of_case(tx, reference)],
        ]
    return json.dumps(found, sort_keys=True)


class Pictures:
    """Takes a picture after every commit of a desk."""

    def __init__(self, book: Casebook) -> None:
        self.book, self.seen = book, [self._take(book)]
        self._transaction = book.transaction
        book.transaction = self._watched  # type: ignore[method-assign]

    @contextmanager
    def _watched(self, *arguments: Any, **more: Any) -> Iterator[Writing]:
        with self._transaction(*arguments, **more) as tx:
            yield tx
        self.seen.append(self._take(self.book))

    @staticmethod
    def _take(book: Casebook) -> str:
        with book.reading() as tx:
            return picture(tx)


def commit_early() -> None:
    """A broken build: every row is committed as it is written, not with the rest of its step."""
    insert = Writing.insert

    def broken(self: Writing, *arguments: Any, **values: Any) -> None:
        insert(self, *arguments, **values)
        self.connection.exec_driver_sql("COMMIT")
        self.connection.exec_driver_sql("BEGIN IMMEDIATE")

    Writing.insert = broken  # type: ignore[method-assign]


def number_outside() -> None:
    """A broken build: the number is used up by itself before the case is written."""
    take = numbers.take

    def broken(tx: Writing, series: str, year: int) -> str:
        number = take(tx, series, year)
        tx.connection.exec_driver_sql("COMMIT")
        time.sleep(0.02)
        tx.connection.exec_driver_sql("BEGIN IMMEDIATE")
        return number

    numbers.take = broken


BROKEN = {"commit-early": commit_early, "number-outside": number_outside}


def one_trial(path: Path, after: float) -> bool:
    """Work in a child that is killed after a while; say whether it was killed before its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work(desk(path))
            code = 0
        finally:
            os._exit(code)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("the work failed by itself")
    return os.WIFSIGNALED(status)


def judge(path: Path, allowed: set[str]) -> list[str]:
    """Return what is wrong with a casebook after a crash."""
    wrong = list[str]()
    try:
        left = desk(path)
    except Exception as error:
        return [f"cannot be opened: {error}"]
    try:
        with left.book.reading() as tx:
            if picture(tx) not in allowed:
                wrong.append("half a step")
        if left.book.verify().broken:
            wrong.append("the audit does not agree")
        left.clock.on(hours=1)
        left.letters.void_abandoned()
        with left.book.reading() as tx:
            for series, prefix in ((schema.cases.c.reference, "C-"), (schema.notices.c.number, "N-")):
                used = sorted(one for one in tx.execute(series.table.select().with_only_columns(series)).scalars())
                last = tx.get(schema.numbers, f"{prefix}2026")
                if used != [f"{prefix}2026-{at:04d}" for at in range(1, (last["last"] if last else 0) + 1)]:
                    wrong.append("a number is missing or used twice")
            if issued.reserved(tx):
                wrong.append("a number stays reserved")
        left.form()  # and work goes on
    except Exception as error:
        wrong.append(f"{type(error).__name__}: {error}")
    finally:
        left.close()
    return wrong


def main(folder: Path, trials: int, seed: int, broken: str = "") -> dict[str, object]:
    """Kill `trials` times at random moments of the work; return what was found."""
    dice = random.Random(seed)
    template = bench._casebook_file()
    for name in ("pictures", "time"):
        (folder / name).mkdir(parents=True)
        shutil.copy(template, folder / name / "casebook.sqlite")
    whole = desk(folder / "pictures" / "casebook.sqlite")
    pictures = Pictures(whole.book)
    work(whole)
    whole.close()
    timed = desk(folder / "time" / "casebook.sqlite")
    began = time.monotonic()
    work(timed)
    took = time.monotonic() - began
    timed.close()
    if broken:
        BROKEN[broken]()
    killed, wrong = 0, list[str]()
    for at in range(trials):
        place = folder / f"trial{at}"
        place.mkdir()
        shutil.copy(template, place / "casebook.sqlite")
        killed += one_trial(place / "casebook.sqlite", dice.uniform(0.02, took * 1.15))
        wrong += judge(place / "casebook.sqlite", set(pictures.seen))
        shutil.rmtree(place)
        if broken and wrong:
            break
    return {"trials": at + 1, "killed": killed, "wrong": wrong, "states": len(set(pictures.seen)), "seconds": took}


if __name__ == "__main__":
    _, where, trials_, seed_, *more = sys.argv
    print(json.dumps(main(Path(where), int(trials_), int(seed_), *more)))  # noqa: T201
