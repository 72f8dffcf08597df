"""Sets the letters of a volume and puts its file on disk: the fast path, or the plain one to compare with."""

import gc
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from threading import get_ident
from typing import BinaryIO, Protocol

from officer_app.notices.document import Document
from officer_app.notices.faults import CannotPrint
from officer_app.notices.pdf import render
from officer_app.notices.pdf_volume import Settings, Volume
from officer_app.notices.stream_mould import Moulds
from officer_app.notices.stream_single import SingleFiles
from officer_app.notices.stream_volume import StreamVolume
from officer_app.notices.volume import Done, Job, Printed, PrintFile, Source, Stopped
from officer_app.notices.volume_cover import cover_sheet
from officer_app.notices.volume_files import Folder, Shelf

_FOLDER = Folder()


def _rest() -> None:
    pass


class _Writer(Protocol):
    @property
    def pages(self) -> int: ...

    def add(self, document: Document) -> tuple[int, int]: ...

    def finish(self) -> None: ...

    def close(self) -> None: ...


class _Nothing(Exception):
    """No letter of a volume could be printed: no file is left."""


class _Plain:
    """The plain path behind the same door.

    reportlab keeps every object of a file until it is saved: collecting garbage meanwhile would only walk them all,
    again and again.
    """

    def __init__(self, settings: Settings, target: BinaryIO, title: str, job: Job) -> None:
        self._collected = gc.isenabled()
        gc.disable()
        self._volume = Volume(settings, title, duplex=job.duplex, demo=job.demo)
        self._target = target
        self.add = self._volume.add

    @property
    def pages(self) -> int:
        return self._volume.pages

    def finish(self) -> None:
        self._target.write(self._volume.finish())

    def close(self) -> None:
        """Collect garbage again."""
        if self._collected:
            gc.enable()


class Press:
    """Prints volume after volume; texts that were set once stay set."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._settings = Settings(job.footer)
        self._moulds = Moulds(self._settings, demo=job.demo)

    def print(
        self, volume: int, documents: Iterable[Document], beat: Callable[[], None] = _rest, shelf: Shelf = _FOLDER
    ) -> Done:
        """Print one volume onto a shelf; `beat` is called before each letter and may raise to stop.

        OSError when the disk refuses; nothing of the volume is left then.
        """
        job = self._job
        path = job.path(volume)
        letters: list[Printed] = []
        stopped: list[Stopped] = []
        first = last = None
        pages = 0
        try:
            with shelf.put(path) as target, closing(self._writer(target, f"{job.name} {volume:04d}")) as writer:
                for document in documents:
                    beat()
                    first, last = first or document, document
                    try:
                        letters.append(Printed(document.number, *writer.add(document)))
                    except CannotPrint as fault:
                        stopped.append(Stopped(document.number, document.recipient, str(fault)))
                if not letters:
                    raise _Nothing
                writer.finish()
                pages = writer.pages
        except _Nothing:
            shelf.drop(path)
        numbers = (first.number, last.number) if first and last else ("", "")
        done = Done(volume, None, tuple(stopped), *numbers)
        if not letters or first is None:
            return done
        file = PrintFile(path, shelf.digest(path), pages, tuple(letters), len(letters), volume)
        if job.covers:
            file = replace(file, cover=job.cover(volume))
            sheet = cover_sheet(done, file, job.name, first, duplex=job.duplex)
            with shelf.put(job.cover(volume)) as target:
                target.write(render(sheet, demo=job.demo, footer=job.footer))
        return replace(done, file=file)

    def _writer(self, target: BinaryIO, title: str) -> _Writer:
        job = self._job
        if job.separate:
            return SingleFiles(self._moulds, target, footer=job.footer, demo=job.demo)
        if job.fast:
            return StreamVolume(self._moulds, target, title, duplex=job.duplex, demo=job.demo)
        return _Plain(self._settings, target, title, job)


def print_volume(job: Job, volume: int, letters: Source, first: int, last: int) -> Done:
    """Print one volume in a worker: a task that can be handed to any executor."""
    return press_of(job).print(volume, letters(first, last))


def press_of(job: Job) -> Press:
    """Return the press of this thread, which has set the texts of the run before."""
    return _press(job, get_ident())


@lru_cache(maxsize=4)
def _press(job: Job, _thread: int) -> Press:
    return Press(job)
