"""The worker pool: results, limits, crashes, reuse and a clean end."""

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from officer_app.base.errors import BugError, Cancelled, KnownError
from officer_app.base.worker import Pool, WorkerError
from tests.base import chores

ROOT = Path(__file__).parents[2]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: object, seconds: float = 20.0) -> bool:
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool() as made:
        yield made
    assert not multiprocessing.active_children()


def test_a_dataclass_comes_back_as_it_was_built(pool: Pool) -> None:
    when = datetime(2026, 2, 16, 9, 30, tzinfo=UTC)
    assert pool.run(chores.wrap, "Hòa", b"\x00\xff", when) == chores.Parcel(
        "Hòa", b"\x00\xff", when, ("fragile", "ngày")
    )


def test_the_work_runs_in_another_process_that_is_used_again(pool: Pool) -> None:
    first = pool.run(chores.pid)
    assert first != os.getpid()
    assert pool.run(chores.pid) == first


def test_endless_work_is_killed_in_time_and_the_pool_goes_on(pool: Pool) -> None:
    before = pool.run(chores.pid)
    began = time.monotonic()
    with pytest.raises(WorkerError) as caught:
        pool.run(chores.spin, seconds=0.3)
    assert caught.value.reason == "time"
    assert "0.3 seconds" in str(caught.value)
    assert time.monotonic() - began < 5
    assert not alive(before)
    assert pool.run(chores.pid) != before


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS is enforced on Linux only")
def test_hoarding_memory_is_stopped(pool: Pool) -> None:
    with pytest.raises(WorkerError) as caught:
        pool.run(chores.hoard, 2_000, megabytes=256)
    assert caught.value.reason == "memory"
    assert pool.run(chores.hoard, 50, megabytes=256) == 50


def test_a_known_error_keeps_its_sentence(pool: Pool) -> None:
    with pytest.raises(KnownError, match=r"^Save it as \.eml first\.$") as caught:
        pool.run(chores.refuse, "Save it as .eml first.")
    assert not isinstance(caught.value, WorkerError)


def test_any_other_error_is_a_bug_and_names_the_function(pool: Pool) -> None:
    with pytest.raises(BugError, match=r"chores\.blunder raised IndexError"):
        pool.run(chores.blunder)
    with pytest.raises(BugError, match="RecursionError"):
        pool.run(chores.recurse, 0)


def test_a_child_that_dies_is_reported_and_replaced(pool: Pool) -> None:
    with pytest.raises(WorkerError) as caught:
        pool.run(chores.die)
    assert caught.value.reason == "crash"
    assert "7" in str(caught.value)
    assert pool.run(chores.nap, 0.0) == 0.0


def test_cancel_kills_the_work_at_once(pool: Pool) -> None:
    asked = time.monotonic() + 0.2
    with pytest.raises(Cancelled):
        pool.run(chores.spin, seconds=60, cancelled=lambda: time.monotonic() > asked)
    assert time.monotonic() - asked < 5


def test_a_wrong_answer_type_never_reaches_the_caller(pool: Pool) -> None:
    with pytest.raises(BugError, match="ValidationError"):
        pool.run(chores.nap, "soon")  # type: ignore[arg-type]


def test_four_threads_share_two_children() -> None:
    with Pool(2) as small:
        seen: list[int] = []

        def job() -> None:
            for _ in range(5):
                seen.append(small.run(chores.pid))

        threads = [threading.Thread(target=job) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(seen) == 20
        assert 1 <= len(set(seen)) <= 2
    assert wait_until(lambda: not any(alive(pid) for pid in set(seen)))


def test_close_ends_work_under_way_in_another_thread() -> None:
    pool = Pool(1)
    started = pool.run(chores.pid)
    caught: list[BaseException] = []

    def job() -> None:
        try:
            pool.run(chores.spin, seconds=60)
        except WorkerError as error:
            caught.append(error)

    thread = threading.Thread(target=job)
    thread.start()
    assert wait_until(lambda: bool(pool._busy))
    pool.close()
    thread.join(20)
    assert not thread.is_alive()
    assert len(caught) == 1
    assert not alive(started)
    with pytest.raises(BugError, match="closed"):
        pool.run(chores.pid)


@pytest.mark.skipif(sys.platform == "win32", reason="the CPU limit is a POSIX one")
def test_a_killed_parent_leaves_no_working_child(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        "from officer_app.base.worker import Pool\n"
        "from tests.base import chores\n"
        f"Pool().run(chores.parent_and_pid, {str(note)!r}, seconds=0.5)\n"
    )
    program = tmp_path / "parent.py"
    program.write_text(
        f"import os, sys, threading\nsys.path.insert(0, {str(ROOT)!r})\n"
        "def end():\n"
        f"    while not (os.path.exists({str(note)!r}) and os.path.getsize({str(note)!r})):\n"
        "        pass\n"
        "    os._exit(9)\n"
        "if __name__ == '__main__':\n"
        "    threading.Thread(target=end).start()\n" + "".join(f"    {line}\n" for line in script.splitlines())
    )
    done = subprocess.run([sys.executable, program], capture_output=True, timeout=60)
    assert done.returncode == 9, done.stderr
    orphan = int(note.read_text())
    assert wait_until(lambda: not alive(orphan))


def test_it_works_from_python_dash_c_and_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "from officer_app.base.worker import Pool\n"
        "from tests.base import chores\n"
        "pool = Pool()\n"
        "print(pool.run(chores.nap, 0.0), pool.run(chores.pid))\n"
    )
    # No close(): an interpreter that ends takes its children with it.
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    value, pid = done.stdout.split()
    assert value == "0.0"
    assert wait_until(lambda: not alive(int(pid)))


def test_no_pickle_is_ever_read_by_the_parent() -> None:
    code = (
        "import sys\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append(event) if event == 'pickle.find_class' else None)\n"
        "from officer_app.base.worker import Pool\n"
        "from tests.base import chores\n"
        "with Pool() as pool:\n"
        "    pool.run(chores.wrap, 'a', b'b', None)\n"
        "print(seen)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60, text=True)
    assert done.stdout.strip() == "[]", done.stderr
