"""Print runs: any number of letters into volumes, in constant memory, each volume whole or not there."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from glob import escape
from itertools import chain, count, islice
from pathlib import Path

from officer_app.base.errors import Cancelled, KnownError
from officer_app.notices.document import Document
from officer_app.notices.run_workers import Crew, spread
from officer_app.notices.volume import Done, Job, PrintFile, Source, Stopped
from officer_app.notices.volume_files import Memory
from officer_app.notices.volume_manifest import Manifest

PER_VOLUME = 5_000
KEPT = 10_000
"""Letters that a result lists one by one; those of a longer run are heard through `finished` and `stopped` only."""
_STEP = 20

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class RunResult:
    """What a print run made. In a run of more than `KEPT` letters the later files come without their letters."""

    files: tuple[PrintFile, ...]
    stopped: tuple[Stopped, ...]
    printed: int
    not_printed: int


def _ignore(_done: int, _total: int) -> None:
    pass


def _ignore_file(_file: PrintFile) -> None:
    pass


def _ignore_stopped(_letter: Stopped) -> None:
    pass


def print_run(
    documents: Iterable[Document],
    out: Path,
    *,
    name: str,
    total: int = 0,
    per_volume: int = PER_VOLUME,
    duplex: bool = False,
    demo: bool = False,
    footer: str = "",
    progress: Progress = _ignore,
    cancelled: Callable[[], bool] = lambda: False,
    finished: Callable[[PrintFile], None] = _ignore_file,
    stopped: Callable[[Stopped], None] = _ignore_stopped,
    separate: bool = False,
    covers: bool = False,
    fast: bool = True,
    resume: bool = False,
    identity: str = "",
) -> RunResult:
    """Print letters into `out`/`name`-0001.pdf, -0002.pdf and so on, `per_volume` letters each.

    With `duplex` every letter starts on an odd page; `separate` makes ZIPs with one PDF for each letter; `covers`
    adds `name`-0001-cover.pdf with counts and hash. A letter that cannot be printed (no font has its characters, its
    address does not fit the window) is told to `stopped`; the others are printed. `finished` hears of each file once
    it is safely on disk, at least once if the run is taken up again.

    Without `resume`, nothing is left after Cancelled, or KnownError when the disk refuses. With it, finished volumes
    are listed in `name`-volumes.jsonl and stay, and the same run goes on after those that are still whole; `identity`
    tells the letters from others (their list and text). Letters of one `text.Series` share their layout and are
    printed many times faster than letters that do not.
    """
    # reportlab and fontTools are loaded only where letters are printed
    from officer_app.notices.volume_press import Press  # noqa: PLC0415

    job = Job(out, name, duplex, demo, footer, separate, fast, covers)
    run = _Run(job, Manifest(job, per_volume, identity) if resume else None, progress, finished, stopped)

    def beat() -> None:
        if run.begun % _STEP == 0:
            if run.begun:
                progress(run.begun, max(total, run.begun))
            if cancelled():
                raise Cancelled(run.stop_words)
        run.begun += 1

    with run.kept_whole():
        press = Press(job)
        feed = iter(documents)
        for volume in count(1):
            batch = islice(feed, per_volume)
            head = next(batch, None)
            if head is None:
                break
            known = run.known(volume)
            if known is None:
                run.take(press.print(volume, chain((head,), batch), beat))
            else:
                tail = deque(batch, maxlen=1)
                run.skip(known, head, tail[0] if tail else head)
        return run.result(max(total, run.begun))


def print_in_memory(
    documents: Iterable[Document],
    *,
    name: str,
    total: int,
    demo: bool = False,
    footer: str = "",
    progress: Progress = _ignore,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[bytes, Done]:
    """Return letters as one print file that never touches a disk, b"" when none could be printed, and what was made."""
    from officer_app.notices.volume_press import Press  # noqa: PLC0415  as above

    job, shelf, begun = Job(Path(), name, demo=demo, footer=footer), Memory(), count()

    def beat() -> None:
        at = next(begun)
        if at % _STEP == 0:
            progress(at, total)
            if cancelled():
                raise Cancelled

    done = Press(job).print(1, documents, beat, shelf)
    return shelf.files.get(job.path(1).name, b""), done


def print_volumes(
    letters: Source,
    total: int,
    out: Path,
    *,
    name: str,
    executor: Executor,
    ahead: int = 0,
    per_volume: int = PER_VOLUME,
    duplex: bool = False,
    demo: bool = False,
    footer: str = "",
    progress: Progress = _ignore,
    cancelled: Callable[[], bool] = lambda: False,
    finished: Callable[[PrintFile], None] = _ignore_file,
    stopped: Callable[[Stopped], None] = _ignore_stopped,
    separate: bool = False,
    covers: bool = False,
    resume: bool = False,
    identity: str = "",
) -> RunResult:
    """Print `total` letters like `print_run`, the volumes as tasks of an executor.

    Each worker asks `letters` for the range of its volume. `ahead` is how many volumes are handed out at a time
    (0: two for each processor here); `finished` hears of them in the order in which they are done.
    """
    # the workers load the same, but a missing library is better told before any of them starts
    from officer_app.notices.volume_press import print_volume  # noqa: PLC0415

    job = Job(out, name, duplex, demo, footer, separate, True, covers)
    run = _Run(job, Manifest(job, per_volume, identity) if resume else None, progress, finished, stopped)
    crew = Crew(executor, ahead or 2 * (os.cpu_count() or 1))

    def tasks() -> Iterator[tuple[Job, int, Source, int, int]]:
        for volume, at in enumerate(range(0, total, per_volume), 1):
            known = run.known(volume)
            if known is not None:
                run.take(known, listed=True)
            else:
                yield job, volume, letters, at + 1, min(at + per_volume, total)

    with run.kept_whole():
        try:
            for done in spread(crew, print_volume, tasks(), cancelled):
                run.take(done)
                progress(run.through, total)
        except Cancelled:
            raise Cancelled(run.stop_words) from None
        return run.result(total)


class _Run:
    """What is known of a run while it goes."""

    def __init__(
        self,
        job: Job,
        manifest: Manifest | None,
        progress: Progress,
        finished: Callable[[PrintFile], None],
        stopped: Callable[[Stopped], None],
    ) -> None:
        self._job, self._manifest = job, manifest
        self._progress, self._finished, self._stopped = progress, finished, stopped
        self._files: dict[int, PrintFile] = {}
        self._lost: list[Stopped] = []
        self._printed = self._not_printed = 0
        self.begun = self.through = 0

    @property
    def stop_words(self) -> str:
        """What is said when the user stops the run."""
        if self._manifest is None:
            return "Cancelled. No print file was kept."
        kept = "1 finished volume is" if len(self._files) == 1 else f"{len(self._files):,} finished volumes are"
        return f"Stopped. {kept} kept in {self._job.out}; the run can be taken up."

    @contextmanager
    def kept_whole(self) -> Iterator[None]:
        """Make the folder, and see to what is left when the run does not come to its end."""
        try:
            self._job.out.mkdir(parents=True, exist_ok=True)
            self._clear_halves()
            if self._manifest is not None:
                self._manifest.open()
            yield
        except BaseException as fault:
            with suppress(OSError):
                self._clear_halves()
            if self._manifest is None:
                self._clear_files()
            if isinstance(fault, OSError):
                raise KnownError(self._refused(fault)) from None
            raise

    def known(self, volume: int) -> Done | None:
        """Return a volume that an interrupted run left whole."""
        return self._manifest.whole(volume) if self._manifest else None

    def skip(self, known: Done, first: Document, last: Document) -> None:
        """Keep a volume as it is; KnownError when it has other letters than those that come now."""
        if (known.first, known.last) != (first.number, last.number):
            raise KnownError(f"The letters are not those of the run that was interrupted in {self._job.out}.")
        self.take(known, listed=True)
        self.begun += known.taken

    def take(self, done: Done, *, listed: bool = False) -> None:
        """Take in a finished volume and tell who wants to know."""
        self.through += done.taken
        room = max(0, KEPT - self._printed - self._not_printed)
        for one in done.stopped:
            self._stopped(one)
        self._lost += done.stopped[:room]
        self._not_printed += len(done.stopped)
        if done.file is not None:
            self._finished(done.file)
            self._printed += done.file.count
            self._files[done.volume] = done.file if done.taken <= room else replace(done.file, letters=())
        if self._manifest is not None and not listed:
            self._manifest.add(done)

    def result(self, total: int) -> RunResult:
        """Return what was made."""
        if not self.through:
            raise KnownError("There is no letter to print.")
        self._progress(self.through, total)
        files = tuple(self._files[volume] for volume in sorted(self._files))
        return RunResult(files, tuple(self._lost), self._printed, self._not_printed)

    def _clear_halves(self) -> None:
        """Remove what was half-written when a run of this name stopped."""
        for left in self._job.out.glob(f".{escape(self._job.name)}-*.part"):
            left.unlink()

    def _clear_files(self) -> None:
        for file in self._files.values():
            for path in (file.path, file.cover):
                with suppress(OSError):
                    if path is not None:
                        path.unlink(missing_ok=True)

    def _refused(self, fault: OSError) -> str:
        why = fault.strerror or "the disk refused"
        rest = "start again" if self._manifest is None else "take the run up again"
        return f"The print files cannot be written to {self._job.out}: {why}. Mend it and {rest}."
