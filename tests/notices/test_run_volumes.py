"""Volumes: taken up again, by several processes, with covers, as ZIPs, in bounded memory."""

import hashlib
import json
import os
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from officer_app.base.errors import Cancelled, KnownError
from officer_app.notices import run as running
from officer_app.notices.document import Document
from officer_app.notices.run import print_run, print_volumes
from officer_app.notices.text import Series
from officer_app.notices.volume import PrintFile, Stopped
from officer_app.notices.volume_pace import Pace
from tests.notices import looking, reading
from tests.notices.samples import HOA
from tests.notices.test_run import letters, name, series


@dataclass(frozen=True)
class Range:
    """Letters of a range, made where they are printed."""

    many: tuple[Series, ...]
    stop_at: int = 0
    die_at: int = 0

    def __call__(self, first: int, last: int) -> Iterable[Document]:
        for at in range(first - 1, last):
            if at + 1 == self.stop_at:
                raise KnownError("The shop's database did not answer.")
            if at + 1 == self.die_at:
                os._exit(9)
            yield self.many[at % len(self.many)].letter(f"N-1/{at + 1:07d}", (name(at % 100), f"{at} Hàng Bài"))


def digests(files: Iterable[PrintFile]) -> dict[str, str]:
    return {file.path.name: file.sha256 for file in files}


def processes() -> Executor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


def test_two_processes_print_the_very_same_files(tmp_path: Path) -> None:
    source = Range((series(), series("vi")))
    seen: list[tuple[int, int]] = []
    heard: list[int] = []
    with processes() as executor:
        many = print_volumes(
            source, 130, tmp_path / "a", name="run", executor=executor, per_volume=30, covers=True, duplex=True,
            progress=lambda done, total: seen.append((done, total)),
            finished=lambda file: heard.append(len(file.letters)),
        )  # fmt: skip
    one = print_run(source(1, 130), tmp_path / "b", name="run", per_volume=30, covers=True, duplex=True)
    assert digests(many.files) == digests(one.files)
    assert [file.letters for file in many.files] == [file.letters for file in one.files]
    assert sorted(heard) == [10, 30, 30, 30, 30]
    assert seen[-1] == (130, 130) and sorted(seen) == seen
    assert many.printed == 130


def test_a_fault_or_a_dead_process_leaves_nothing_and_with_resume_what_is_whole(tmp_path: Path) -> None:
    good = Range((series(),))
    dying = Range((series(),), die_at=75)
    for bad, sentence in ((Range((series(),), stop_at=75), "did not answer"), (dying, "was lost")):
        for resume in (False, True):
            out = tmp_path / f"{sentence}{resume}"
            with processes() as executor, pytest.raises(KnownError, match=sentence):
                print_volumes(bad, 120, out, name="run", executor=executor, per_volume=30, resume=resume, ahead=1)
            left = sorted(path.name for path in out.iterdir() if path.suffix == ".pdf")
            assert left == (["run-0001.pdf", "run-0002.pdf"] if resume else [])
            assert not list(out.glob(".*.part"))
            with ThreadPoolExecutor(2) as executor:
                done = print_volumes(good, 120, out, name="run", executor=executor, per_volume=30, resume=resume)
            assert done.printed == 120
    plain = print_run(good(1, 120), tmp_path / "plain", name="run", per_volume=30)
    assert digests(done.files) == digests(plain.files)


class AtOnce(Executor):
    """Runs each task when it is handed in, as a cluster's stand-in does."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as fault:
            future.set_exception(fault)
        return future


def test_any_executor_will_do_and_cancel_is_heard_between_volumes(tmp_path: Path) -> None:
    seen: list[int] = []
    with pytest.raises(Cancelled, match="1 finished volume is kept"):
        print_volumes(
            Range((series(),)), 200, tmp_path, name="run", executor=AtOnce(), per_volume=20, resume=True, ahead=1,
            progress=lambda done, _: seen.append(done), cancelled=lambda: bool(seen) and seen[-1] >= 20,
        )  # fmt: skip
    assert len(list(tmp_path.glob("*.pdf"))) == 1


def test_a_run_taken_up_keeps_whole_volumes_and_makes_the_others_anew(tmp_path: Path) -> None:
    documents = list(letters(100))
    first = print_run(documents, tmp_path, name="run", per_volume=20, resume=True, identity="a", covers=True)
    stamps = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    (tmp_path / "run-0002.pdf").write_bytes((tmp_path / "run-0002.pdf").read_bytes() + b"\n")
    (tmp_path / "run-0003.pdf").unlink()
    (tmp_path / "run-0004-cover.pdf").write_bytes(b"")
    (tmp_path / ".run-0005.pdf.part").write_bytes(b"half")
    heard: list[tuple[int, int]] = []
    again = print_run(
        documents, tmp_path, name="run", per_volume=20, resume=True, identity="a", covers=True,
        finished=lambda file: heard.append((file.volume, len(file.letters))),
    )  # fmt: skip
    assert digests(again.files) == digests(first.files)
    assert again.printed == 100
    assert heard == [(1, 0), (2, 20), (3, 20), (4, 20), (5, 0)]
    for kept in ("run-0001.pdf", "run-0005.pdf", "run-0001-cover.pdf"):
        assert (tmp_path / kept).stat().st_mtime_ns == stamps[kept]
    assert not list(tmp_path.glob(".*"))


def test_a_manifest_cut_off_in_a_line_is_mended(tmp_path: Path) -> None:
    documents = list(letters(60))
    first = print_run(documents, tmp_path, name="run", per_volume=20, resume=True)
    manifest = tmp_path / "run-volumes.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-30])
    assert digests(print_run(documents, tmp_path, name="run", per_volume=20, resume=True).files) == digests(first.files)
    lines = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()]
    assert [line["volume"] for line in lines[1:]] == [1, 2, 3]
    assert "Nguyễn" not in manifest.read_text("utf-8")
    manifest.write_bytes(b"\xff\x00")
    assert digests(print_run(documents, tmp_path, name="run", per_volume=20, resume=True).files) == digests(first.files)


def test_other_letters_or_settings_are_not_mixed_into_a_run(tmp_path: Path) -> None:
    documents = list(letters(60))
    print_run(documents, tmp_path, name="run", per_volume=20, resume=True, identity="a")
    with pytest.raises(KnownError, match="other letters or settings"):
        print_run(documents, tmp_path, name="run", per_volume=20, resume=True, identity="b")
    with pytest.raises(KnownError, match="other letters or settings"):
        print_run(documents, tmp_path, name="run", per_volume=20, resume=True, identity="a", duplex=True)
    with pytest.raises(KnownError, match="not those"):
        print_run(documents[1:], tmp_path, name="run", per_volume=20, resume=True, identity="a")
    assert len(list(tmp_path.glob("*.pdf"))) == 3


def test_a_stopped_run_is_taken_up_after_the_folder_was_gone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    seen: list[int] = []

    def progress(done: int, _total: int) -> None:
        seen.append(done)
        if done == 40:
            out.rename(tmp_path / "moved")

    documents = list(letters(100))
    with pytest.raises(KnownError, match=r"cannot be written.*take the run up again"):
        print_run(documents, out, name="run", per_volume=20, resume=True, progress=progress)
    (tmp_path / "moved").rename(tmp_path / "back")
    result = print_run(documents, tmp_path / "back", name="run", per_volume=20, resume=True)
    assert result.printed == 100


@pytest.mark.skipif(os.name != "posix", reason="limits of file size are a POSIX thing")
@pytest.mark.parametrize("separate", [False, True])
def test_a_disk_that_fills_up_keeps_what_is_whole(tmp_path: Path, separate: bool) -> None:
    script = textwrap.dedent(f"""
        import resource, signal, sys
        from pathlib import Path
        from officer_app.base.errors import KnownError
        from officer_app.notices.run import print_run
        from tests.notices.test_run import letters
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        def finished(file):
            if file.volume == 2:
                resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            print_run(letters(100), Path(sys.argv[1]), name="run", per_volume=20, separate={separate}, resume=True,
                      finished=finished)
        except KnownError as fault:
            print(fault)
    """)
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "cannot be written" in done.stdout and "take the run up again" in done.stdout
    kind = "zip" if separate else "pdf"
    assert sorted(path.name for path in tmp_path.glob(f"*.{kind}")) == [f"run-0001.{kind}", f"run-0002.{kind}"]
    assert not list(tmp_path.glob(".*"))
    result = print_run(letters(100), tmp_path, name="run", per_volume=20, separate=separate, resume=True)
    assert result.printed == 100 and len(result.files) == 5


def test_a_cover_says_what_is_in_the_volume_and_its_hash(tmp_path: Path) -> None:
    documents = [*letters(9), series().letter("N-2026-0042/0000010", ("محمد",))]
    for language in ("en", "vi"):
        like = [series(language).letter("N-2026-0042/0000000", HOA), *documents]
        file = print_run(like, tmp_path, name=language, covers=True, demo=True).files[0]
        assert file.cover == tmp_path / f"{language}-0001-cover.pdf"
        said = reading.everything(file.cover.read_bytes())
        digest = hashlib.sha256(file.path.read_bytes()).hexdigest()
        assert digest in said.replace(" ", "")
        for words in (f"{language}-0001.pdf", "N-2026-0042/0000000", "N-2026-0042/0000010", "10", "Demo"):
            assert words in said
        assert len(reading.pages(file.cover.read_bytes())) == 1
        assert looking.checked(file.cover) == ""


def test_zips_are_sound_and_the_same_each_time(tmp_path: Path) -> None:
    one = print_run(letters(45), tmp_path / "a", name="run", separate=True, per_volume=20)
    two = print_run(letters(45), tmp_path / "b", name="run", separate=True, per_volume=20)
    assert digests(one.files) == digests(two.files)
    assert [file.path.name for file in one.files] == ["run-0001.zip", "run-0002.zip", "run-0003.zip"]
    names = []
    for file in one.files:
        with zipfile.ZipFile(file.path) as packed:
            assert packed.testzip() is None
            names += packed.namelist()
    assert names == [f"N-2026-0042-{at:07d}.pdf" for at in range(1, 46)]
    assert one.printed == 45


def test_a_long_run_keeps_no_list_of_its_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "KEPT", 30)
    documents = [one if at % 10 else series().letter(one.number, ("محمد",)) for at, one in enumerate(letters(100))]
    heard: list[str] = []
    stopped: list[Stopped] = []
    result = print_run(
        documents, tmp_path, name="run", per_volume=20,
        finished=lambda file: heard.extend(one.number for one in file.letters), stopped=stopped.append,
    )  # fmt: skip
    assert [len(file.letters) for file in result.files] == [18, 0, 0, 0, 0]
    assert [file.count for file in result.files] == [18] * 5
    assert len(heard) == 90 and len(stopped) == 10 and len(result.stopped) < 5
    assert (result.printed, result.not_printed) == (90, 10)


@pytest.mark.timeout(1_800)
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from the kernel")
def test_memory_does_not_grow_with_the_run(tmp_path: Path, trials: Any) -> None:
    script = textwrap.dedent("""
        import re, sys
        from pathlib import Path
        from officer_app.notices.run import print_run
        from tests.bench.letters import letters
        def gone(file):
            file.path.unlink()
        print_run(letters(int(sys.argv[1])), Path(sys.argv[2]), name="run", finished=gone)
        # not what getrusage says: that begins with the size of who started the process
        print(int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
    """)
    peaks = []
    for count in (5_000, trials(20_000, 1_000_000)):
        command = [sys.executable, "-c", script, str(count), str(tmp_path)]
        peaks.append(int(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    assert peaks[1] <= 80
    assert peaks[1] - peaks[0] <= 8


def test_the_pace_is_told_in_words() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.hear(0, 1_000) == "0 of 1,000 letters"
    for _ in range(100):
        now[0] += 1
        said = pace.hear(int(now[0]) * 1_234, 1_000_000)
    assert said == "123,400 of 1,000,000 letters, 1,200 a second"
    assert pace.seconds_left == pytest.approx(876_600 / 1_234)
    now[0] += 1
    assert pace.hear(1_000_000, 1_000_000).endswith("a second")
    assert pace.seconds_left == 0
