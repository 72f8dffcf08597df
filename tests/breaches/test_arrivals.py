"""What comes back from another computer: the same as is made here, or nothing of it is kept."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from officer_app.breaches import incidents
from officer_app.breaches.arrivals import Arrivals
from officer_app.breaches.parts import Part, print_part, send_part
from officer_app.casebook.sealing import Key
from officer_app.notices.run_cluster import Certificates
from officer_app.notices.run_workers import Engine, Here
from officer_app.notices.volume import Job
from tests.breaches.making import Desk, sentence
from tests.breaches.test_press import expected, numbers
from tests.breaches.test_workers import hashes, part

Change = Callable[[dict[str, Any], dict[str, bytes], Callable[[str, bytes], bytes]], object]


def _without_a_file(_said: dict[str, Any], files: dict[str, bytes], _seal: object) -> None:
    files.popitem()


def _with_another_file(_said: dict[str, Any], files: dict[str, bytes], _seal: object) -> None:
    files["../../evil.pdf"] = next(iter(files.values()))


def _swapped(_said: dict[str, Any], files: dict[str, bytes], _seal: object) -> None:
    (one, first), (two, second) = list(files.items())[:2]
    files |= {one: second, two: first}


def _other_bytes(_said: dict[str, Any], files: dict[str, bytes], seal: Callable[[str, bytes], bytes]) -> None:
    name = next(name for name in files if name.endswith("0001.pdf"))
    files[name] = seal(name, b"%PDF-1.7 of somebody else %%EOF")


def _no_pdf(said: dict[str, Any], files: dict[str, bytes], seal: Callable[[str, bytes], bytes]) -> None:
    name = next(name for name in files if name.endswith("0001.pdf"))
    files[name], said["sha256"] = seal(name, b"MZ"), hashlib.sha256(b"MZ").hexdigest()


def _says(**more: object) -> Change:
    return lambda said, _files, _seal: said.update(more)


CONFUSED: dict[str, Change] = {
    "files than those of": _without_a_file,
    "other files": _with_another_file,
    "key of this volume": _swapped,
    "another hash": _other_bytes,
    "not that kind of file": _no_pdf,
    "no volume that was asked": _says(volume=2),
    "another number of letters": _says(pages=((1, 39, 1),)),
    "another number": _says(pages=((1, 10**12, 1),)),
    "other letters": _says(pages=((2, 40, 1),)),
    "letters than those asked": _says(pages=((1, 20, 1), (20, 20, 1))),
    "pages are not those": _says(pages=((1, 40, 0),)),
    "not those of letters": _says(pages=((1, -1, 1), (1, 41, 1))),
    "counts do not fit": _says(letters=39),
    "counts do not": _says(all_pages=10**9),
    "hash is none": _says(sha256="../../etc"),
    "lists are not all": _says(papers=()),
    "letters of something else": _says(stopped=(("N-2026-0009/0000001", "why"),)),
    "cannot be read": _says(pages="all of them"),
    "be read": _says(volume=None),
}


@pytest.fixture
def parcel(desk: Desk) -> tuple[Job, Part]:
    """Give a volume of 40 letters as a far computer gets it; the printed ones lie in the desk's folder."""
    reference = desk.ready_to_print()
    job, one = part(desk, reference, 1, 40)
    desk.out.mkdir()
    return job, one


def test_a_far_computer_keeps_nothing_and_what_it_sends_is_the_same(
    desk: Desk, parcel: tuple[Job, Part], tmp_path: Path
) -> None:
    job, one = parcel
    here = print_part(job, 1, one)
    far = replace(job, out=tmp_path / "far")
    sent = send_part(far, 1, one)
    assert not far.out.exists(), "nothing on the worker's disk"
    assert b"%PDF" not in b"".join(blob for _name, blob in sent[1])
    assert msgspec.msgpack.decode(sent[0])["letters"] == 40
    far.out.mkdir()
    arrivals = Arrivals(far, one.number, remote=True)
    arrivals.hand_out(1, ((1, 40),), one.key)
    made = arrivals.take(sent)
    assert hashes(far.out) == hashes(job.out) and made.done.file is not None and here.done.file is not None
    assert replace(made.done.file, path=here.done.file.path, cover=here.done.file.cover) == here.done.file
    assert (made.papers, made.pages) == (here.papers, here.pages)


def test_a_confused_computer_enters_nothing(desk: Desk, parcel: tuple[Job, Part]) -> None:
    job, one = parcel
    facts, sealed = send_part(job, 1, one)
    arrivals = Arrivals(job, one.number, remote=True)
    arrivals.hand_out(1, ((1, 40),), one.key)

    def seal_as(name: str, content: bytes) -> bytes:
        return Key(one.key).seal(content, "volume", job.name, "file", name)

    def refused(arrived: object) -> str:
        said = sentence(lambda: arrivals.take(arrived))
        assert not list(desk.out.iterdir()), "something of it was kept"
        return said

    for words, change in CONFUSED.items():
        said, files = msgspec.msgpack.decode(facts), dict(sealed)
        change(said, files, seal_as)
        assert words in refused((msgspec.msgpack.encode(said), tuple(files.items()))), words
    for nonsense in (None, 7, "text", (), (b"", ()), (facts,), (facts, {"a": 1}), (facts[:50], sealed)):
        assert "cannot be read" in refused(nonsense), nonsense
    arrivals.take((facts, sealed))
    assert "no volume that was asked for" in sentence(lambda: arrivals.take((facts, sealed))), "twice"


class _Losing(Here):
    """A cluster of which one computer loses a file of every second volume."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(fn, *args, **kwargs)
        if args[1] % 2 == 0:
            facts, files = future.result()
            future = Future()
            future.set_result((facts, files[1:]))
        return future


def test_a_run_with_a_confused_computer_keeps_its_whole_volumes_and_goes_on_without_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = desk.ready_to_print()

    @contextmanager
    def losing(_scheduler: str, _certificates: Certificates) -> Iterator[tuple[Executor, int]]:
        yield _Losing(), 1

    monkeypatch.setattr("officer_app.notices.run_workers.cluster", losing)
    engine = Engine(scheduler="tcp://127.0.0.1:8786")
    said = sentence(lambda: desk.service.print_letters(reference, desk.out, per_volume=40, engine=engine))
    assert "Nothing of it was kept" in said
    assert not list(desk.out.glob("N-2026-0001-0002*"))
    with desk.book.reading() as tx:
        assert 2 not in {row["volume"] for row in incidents.run_volumes(tx, "N-2026-0001")}
    desk.service.print_letters(reference, desk.out)
    assert numbers(desk.out) == expected(desk, reference)
    desk.verify()
