"""The watched folder: every mail file becomes a case once, and the folder stays as it was."""

import os
import time
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.base.folders import state_folder
from officer_app.complaints.mailbox import Mailbox
from tests.complaints.bench import Bench


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "incoming"
    made.mkdir()
    return made


def _old(path: Path) -> Path:
    """Let a file be as old as one that was written a minute ago."""
    at = time.time() - 60
    os.utime(path, (at, at))
    return path


def _mails(desk: Bench, folder: Path) -> list[Path]:
    made = []
    for path in desk.mails():
        target = folder / path.name
        target.write_bytes(path.read_bytes())
        made.append(_old(target))
    return made


def test_each_mail_is_taken_once_and_no_file_is_touched(desk: Bench, folder: Path) -> None:
    paths = _mails(desk, folder)
    before = {path.name: path.read_bytes() for path in paths}
    box = desk.service.mailbox
    assert box.fetch() == ()  # nothing is watched yet
    box.watch(f" {folder} ")
    taken = box.fetch()
    assert [one.reference for one in taken] == [f"C-2026-000{at}" for at in range(1, 7)]
    assert box.fetch() == ()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert desk.service.queue.count() == 6


def test_after_a_restart_nothing_is_taken_again_even_without_the_memory(desk: Bench, folder: Path) -> None:
    _mails(desk, folder)
    desk.service.mailbox.watch(str(folder))
    desk.service.mailbox.fetch()
    again = Mailbox(desk.book, desk.service.intake)
    assert again.fetch() == ()
    for path in state_folder().glob("mail-*.json"):
        path.write_text("spoilt", "utf-8")
    assert Mailbox(desk.book, desk.service.intake).fetch() == ()  # read again, and known by what they say
    assert desk.service.queue.count() == 6


def test_what_is_no_mail_is_named_once(desk: Bench, folder: Path) -> None:
    _old_bad = folder / "bad.eml"
    _old_bad.write_bytes(b"\x00\x01\x02 nothing")
    _old(_old_bad)
    (folder / "notes.txt").write_text("no mail", "utf-8")
    (folder / "folder.eml").mkdir()
    desk.service.mailbox.watch(str(folder))
    taken = desk.service.mailbox.fetch()
    assert [(one.path.name, bool(one.refused)) for one in taken] == [("bad.eml", True)]
    assert desk.service.mailbox.fetch() == ()


def test_a_file_still_being_written_waits(desk: Bench, folder: Path) -> None:
    path = folder / "fresh.eml"
    path.write_bytes(desk.mails()[0].read_bytes())
    desk.service.mailbox.watch(str(folder))
    written = path.stat().st_mtime
    assert desk.service.mailbox.fetch(now=lambda: written + 0.5) == ()
    assert len(desk.service.mailbox.fetch(now=lambda: written + 5)) == 1


def test_a_link_is_not_followed(desk: Bench, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.eml"
    outside.write_bytes(desk.mails()[0].read_bytes())
    (folder / "link.eml").symlink_to(outside)
    desk.service.mailbox.watch(str(folder))
    assert desk.service.mailbox.fetch() == ()


def test_a_folder_that_went_away_is_said_and_one_that_is_none_is_refused(desk: Bench, folder: Path) -> None:
    box = desk.service.mailbox
    with pytest.raises(KnownError, match="There is no folder"):
        box.watch(str(folder / "missing"))
    with pytest.raises(KnownError, match="There is no folder"):
        box.watch("incoming")
    box.watch(str(folder))
    folder.rmdir()
    with pytest.raises(KnownError, match="cannot be read"):
        box.fetch()
    assert box.watch("") is None
    assert box.fetch() == ()


def test_a_look_that_is_cancelled_goes_on_where_it_stopped(desk: Bench, folder: Path) -> None:
    _mails(desk, folder)
    desk.service.mailbox.watch(str(folder))
    told: list[int] = []
    first = desk.service.mailbox.fetch(lambda at, _total: told.append(at), lambda: len(told) == 2)
    rest = desk.service.mailbox.fetch()
    assert (len(first), len(rest)) == (2, 4)
    assert desk.service.queue.count() == 6
