"""Files that the program writes are readable by their owner only, also under a careless umask."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from officer_app.base import ownfile
from officer_app.breaches import papers
from officer_app.casebook import backup
from officer_app.casebook.memory import Memory
from officer_app.entry.audit_log import AuditLog, Filter
from officer_app.letters.shop_facts import ShopFacts
from officer_app.post import safe_names
from tests import factory
from tests.casebook.places import sqlite_spot

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    """Let new files be readable by everybody unless the program says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def others_may(folder: Path) -> list[str]:
    return sorted(
        f"{oct(stat.S_IMODE(path.lstat().st_mode))} {path.relative_to(folder)}"
        for path in folder.rglob("*")
        if path.is_file() and stat.S_IMODE(path.lstat().st_mode) & 0o077
    )


def test_a_saved_file_is_the_owners_whole_and_follows_no_link(tmp_path: Path) -> None:
    victim, open_one = tmp_path / "victim", tmp_path / "open.pdf"
    victim.write_bytes(b"victim")
    open_one.write_bytes(b"old")
    (tmp_path / "link.pdf").symlink_to(victim)
    for name in ("open.pdf", "link.pdf", "new.pdf"):
        assert ownfile.put(tmp_path / name, b"new").read_bytes() == b"new"
        assert stat.S_IMODE((tmp_path / name).lstat().st_mode) == 0o600
    assert victim.read_bytes() == b"victim"
    with pytest.raises(OSError):
        ownfile.put(tmp_path / "none" / "new.pdf", b"new")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        ownfile.put(tmp_path / "folder", b"new")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "link.pdf", "new.pdf", "open.pdf", "victim"]


def test_casebook_backup_and_lists_are_the_owners(tmp_path: Path) -> None:
    from officer_app.casebook import setup

    memory = Memory(tmp_path / "state")
    first = setup.First("Ana", "ana", factory.MANAGER_PASS)
    book, _ = setup.create(tmp_path / "new" / "casebook.sqlite", memory, first, kdf=factory.cheap_kdf)
    try:
        backup.write(book, tmp_path / "backup.oab")
        assert others_may(tmp_path) == []
    finally:
        book.close()
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    backup.restore(tmp_path / "backup.oab", tmp_path / "back.sqlite", memory, "ana", factory.MANAGER_PASS).close()
    papers.put_csv(tmp_path / "addresses.csv", ("name",), [("An",)])
    papers.put_text(tmp_path / "manifest.json", "{}")
    safe_names.export(tmp_path, "evidence.pdf", b"x")
    assert others_may(tmp_path) == []


def test_an_audit_extract_is_the_owners_also_in_the_place_of_an_open_file(tmp_path: Path) -> None:
    from zoneinfo import ZoneInfo

    spot = sqlite_spot(tmp_path / "book")
    book, target = spot.manager(), tmp_path / "out" / "audit.csv"
    target.parent.mkdir()
    target.write_bytes(b"old")
    try:
        log = AuditLog(book, ShopFacts, lambda: ZoneInfo("UTC"))
        log.export_csv(Filter(), target, lambda _done, _total: None, lambda: False)
    finally:
        book.close()
    assert target.read_bytes() != b"old"
    assert others_may(target.parent) == []


def test_the_program_itself_starts_with_a_careful_umask() -> None:
    code = "import os; from officer_app.base.process import harden; harden(); print(oct(os.umask(0)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "0o77"
