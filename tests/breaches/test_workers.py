"""Who prints: processes beside this one, and a cluster; each gets the keys of its volumes only, all make the same."""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from officer_app.breaches import papers, records, run_records
from officer_app.breaches.again import Wanted
from officer_app.breaches.parts import Part, seal
from officer_app.breaches.person import Person
from officer_app.casebook import schema
from officer_app.casebook.lease import this_process
from officer_app.casebook.sealing import Tampered
from officer_app.notices.run_cluster import Certificates, check
from officer_app.notices.run_workers import Engine
from officer_app.notices.volume import Job
from tests.breaches import cluster
from tests.breaches.making import Desk, sentence
from tests.breaches.test_press import ROOT, expected, numbers, volumes


def hashes(out: Path) -> dict[str, str]:
    return {path.name: papers.digest(path) for path in out.iterdir() if path.suffix in (".pdf", ".csv", ".zip", ".txt")}


def part(desk: Desk, reference: str, first: int, last: int) -> tuple[Job, Part]:
    """Return a volume as a worker gets it."""
    case = desk.case(reference)
    job = desk.service.press.jobs.begin(case, desk.out, 5_000, this_process(), duplex=False, separate=False)
    with desk.book.reading() as tx:
        key, sealed = seal(job.run.number, run_records.packed(tx, job.list.id, ((first, last),)))
    wording = job.texts.wording(job.list.kinds)
    made = Part(job.run.number, first, last, job.token, wording, key, sealed)
    return job.printing(desk.out, demo=False), made


def people(desk: Desk, reference: str) -> list[Person]:
    with desk.book.reading() as tx:
        return [person for _at, person in records.people(tx, desk.case(reference).lists[0].id)]


def test_processes_print_the_very_same_files(desk: Desk, tmp_path: Path) -> None:
    reference = desk.ready_to_print()
    seen: list[tuple[int, int]] = []
    printed = desk.service.print_letters(
        reference, desk.out, per_volume=30, engine=Engine(2), progress=lambda *each: seen.append(each)
    )
    assert numbers(desk.out) == expected(desk, reference)
    assert seen == sorted(seen) and seen[-1][0] == seen[-1][1]
    again = desk.service.again.print_again(reference, Wanted.read("volume:1"), tmp_path / "again")
    said = volumes(desk.out)[0].read_bytes()
    copy = (tmp_path / "again" / f"{printed.number}-copy-01-0001.pdf").read_bytes()
    assert again.letters and len(copy) == len(said) + 2 * len(b"-copy-01") * 2, "but for the title, the same"


def test_a_worker_gets_nothing_in_the_clear_and_no_key_but_its_own(desk: Desk) -> None:
    reference = desk.ready_to_print()
    _job, one = part(desk, reference, 1, 40)
    other = replace(one, key=os.urandom(32))
    packed = pickle.dumps(one)
    for person in people(desk, reference):
        for word in (person.email, person.lines[0] if person.lines else ""):
            assert not word or len(word) < 8 or word.encode() not in packed
    with pytest.raises(Tampered):
        list(other.people())
    moved = replace(one, number="N-2026-0009")
    with pytest.raises(Tampered):
        list(moved.people())
    vault = desk.book.session.vault
    with desk.book.reading() as tx:
        row = tx.execute(select(schema.cases).where(schema.cases.c.reference == reference)).mappings().one()
    secret = vault._wrapping(row["key_epoch"]).open(bytes(row["case_key"]), "oa/dek/v1", vault.store, reference)
    assert len(secret) == 32 and secret not in packed and vault.root(vault.epoch) not in packed
    assert [at for at, _person in one.people()] == list(range(1, 41)), "no more than its own letters"


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a POSIX thing")
def test_workers_end_with_a_killed_run(tmp_path: Path) -> None:
    script = (
        "import time\n"
        "from officer_app.notices.run_workers import Engine, crew\n"
        "with crew(Engine(2), 10_000, 4) as hands:\n"
        "    tasks = [hands.executor.submit(time.sleep, 600) for _ in range(2)]\n"
        "    print('there', flush=True)\n"
        "    tasks[0].result()\n"
    )
    (tmp_path / "run.py").write_text(f"if __name__ == '__main__':\n    {script.replace(chr(10), chr(10) + '    ')}")
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "run.py")], cwd=ROOT, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"there"
    workers = _until(
        lambda: psutil.Process(process.pid).children(recursive=True),
        # each has a second thread once it watches
        lambda found: sum(one.num_threads() > 1 for one in found) >= 2,
    )
    process.kill()
    process.wait()
    process.stdout.close()
    _gone, alive = psutil.wait_procs(workers, timeout=20)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def _until(
    ask: Callable[[], list[psutil.Process]], enough: Callable[[list[psutil.Process]], bool]
) -> list[psutil.Process]:
    end = time.monotonic() + 30
    while not enough(found := ask()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://10.0.0.5:8786", "in the clear"),
        ("tcp://cluster.example:8786", "in the clear"),
        ("tls://cluster.example:8786", "PEM files"),
        ("http://127.0.0.1:8786", "tls://host:port"),
        ("tls://", "tls://host:port"),
        ("127.0.0.1:8786", "tls://host:port"),
        ("tls://a@b:1", "tls://host:port"),
        ("tls://host:99999", "tls://host:port"),
        ("tcp://127.0.0.1:8786", ""),
        ("tcp://[::1]:8786", ""),
    ],
)
def test_a_scheduler_is_asked_only_where_nobody_listens(address: str, words: str) -> None:
    if words:
        assert words in sentence(lambda: check(address, Certificates()))
    else:
        check(address, Certificates())


def test_without_the_extra_one_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = desk.ready_to_print()
    monkeypatch.setitem(sys.modules, "distributed", None)
    engine = Engine(scheduler="tcp://127.0.0.1:1")
    assert "officer-app[cluster]" in sentence(lambda: desk.service.print_letters(reference, desk.out, engine=engine))
    desk.service.print_letters(reference, desk.out, resume=True)


def test_a_cluster_of_two_workers_prints_the_same_over_mutual_tls(desk: Desk, tmp_path: Path) -> None:
    reference = desk.ready_to_print()
    files = cluster.certificates(tmp_path / "own")
    with cluster.running(tmp_path, files) as far:
        strangers = cluster.certificates(tmp_path / "strangers")
        said = sentence(
            lambda: desk.service.print_letters(
                reference, desk.out, per_volume=20, engine=Engine(scheduler=far.address, certificates=strangers)
            )
        )
        assert "does not trust the certificates" in said
        engine = Engine(scheduler=far.address, certificates=files)
        desk.service.print_letters(reference, desk.out, engine=engine)
        left = [path for path in far.folder.rglob("*") if path.is_file() and b"%PDF" in path.read_bytes()]
    assert not left
    assert numbers(desk.out) == expected(desk, reference)
    local = desk.service.again.print_again(reference, Wanted.read("volume:1"), tmp_path / "local")
    one = papers.digest(desk.out / f"{local.number}-0001-addresses.csv")
    assert one == papers.digest(tmp_path / "local" / f"{local.number}-copy-01-0001-addresses.csv")
    desk.verify()
