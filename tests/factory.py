"""Makes what most tests start from: an unlocked casebook with an officer and a manager, a demo shop, the policy."""

import importlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import officer_app
from officer_app.base.clock import Clock, utc_now
from officer_app.casebook import sealing, setup, staff
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory
from officer_app.casebook.people import MANAGER, OFFICER
from officer_app.casebook.sealing import Kdf
from officer_app.demo import shop as demo_shop
from officer_app.policy.book import Book

for _file in sorted(Path(officer_app.__file__).parent.glob("*/*.py")):
    # Every table has to be known before a casebook is opened; the house does the same.
    if "= accounted(" in _file.read_text(encoding="utf-8"):
        importlib.import_module(f"officer_app.{_file.parent.name}.{_file.stem}")

sealing.LEAST_MEMORY, sealing.LEAST_PASSES = 64, 1

OFFICER_NAME, OFFICER_PASS = "linh", "quiet lantern over the harbour"
MANAGER_NAME, MANAGER_PASS = "minh", "seven willows beside the mill"


def cheap_kdf() -> Kdf:
    """Return parameters far too weak for use, so that tests do not wait; only tests accept them."""
    return Kdf.fresh(memory=64, passes=1, lanes=1)


@dataclass(frozen=True)
class Made:
    """A casebook file and the two recovery kits' texts."""

    path: Path
    kits: tuple[str, str]


@cache
def _template() -> Made:
    folder = Path(tempfile.mkdtemp(prefix="officer-app-casebook-"))
    first = setup.First("Phạm Quang Minh", MANAGER_NAME, MANAGER_PASS)
    book, kits = setup.create(folder / "casebook.sqlite", Memory(folder), first, kdf=cheap_kdf)
    texts = (" ".join(kits[0].groups), " ".join(kits[1].groups))
    staff.confirm_kit(book, texts[0])
    staff.add(book, "Trần Linh", OFFICER_NAME, (OFFICER,), OFFICER_PASS, cheap_kdf())
    book.close()
    return Made(folder / "casebook.sqlite", texts)


def casebook_file(folder: Path) -> Made:
    """Put a fresh copy of a casebook with one officer and one manager into `folder`."""
    made = _template()
    target = folder / "casebook.sqlite"
    for suffix in ("", "-wal"):
        source = made.path.with_name(made.path.name + suffix)
        if source.exists():
            shutil.copy(source, target.with_name(target.name + suffix))
    return Made(target, made.kits)


def officer(folder: Path, clock: Clock = utc_now) -> Casebook:
    """Return a fresh casebook unlocked by the officer."""
    return signed_in(casebook_file(folder).path, OFFICER_NAME, OFFICER_PASS, folder, clock)


def manager(folder: Path, clock: Clock = utc_now) -> Casebook:
    """Return a fresh casebook unlocked by the manager."""
    return signed_in(casebook_file(folder).path, MANAGER_NAME, MANAGER_PASS, folder, clock)


def signed_in(path: Path, name: str, passphrase: str, folder: Path, clock: Clock = utc_now) -> Casebook:
    """Open a casebook and unlock it."""
    book = Casebook.open(path, Memory(folder / "state"), clock=clock)
    book.unlock(name, passphrase)
    return book


@cache
def _shop(now: datetime, customers: int) -> Path:
    path = Path(tempfile.mkdtemp(dir=os.environ.get("XDG_RUNTIME_DIR"))) / "shop.sqlite"
    demo_shop.build(path, now, customers)
    return path


def shop_file(path: Path, now: datetime, customers: int) -> Path:
    """Put a fresh copy of the demo shop to `path`, which is returned."""
    shutil.copy(_shop(now, customers), path)
    return path


@cache
def policy() -> Book:
    """Return the shop's own policy, read once."""
    return Book.load()


__all__ = [
    "MANAGER", "OFFICER", "Made", "casebook_file", "cheap_kdf", "manager", "officer", "policy", "shop_file",
    "signed_in",
]  # fmt: skip
