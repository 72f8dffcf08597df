"""Builds the demo: a shop, a casebook with two people, mails to take in, and cases in several states."""

import heapq
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from officer_app.base.clock import utc_now
from officer_app.base.errors import KnownError
from officer_app.casebook import audit, setup, staff
from officer_app.casebook.book import Casebook
from officer_app.casebook.memory import Memory, state_folder
from officer_app.casebook.people import OFFICER
from officer_app.casebook.sealing import Kdf
from officer_app.casebook.setup import First
from officer_app.demo import cases, mails, registers, stories
from officer_app.demo import shop as demo_shop
from officer_app.house import House
from officer_app.letters import shop_facts
from officer_app.letters.shop_facts import ShopFacts

_WORDS = """
amber anchor basil beacon bamboo canyon cedar cobalt coral cotton dune ember falcon fern ginger granite
harbour hazel island jasmine lantern lemon lotus maple meadow mango nutmeg ocean olive orchard pebble pepper
pine river saffron sesame silver tamarind thistle timber velvet walnut willow yarrow
"""


@dataclass(frozen=True)
class Made:
    """A finished demo: its folder, casebook, and the two sign-in names."""

    folder: Path
    casebook: Path
    officer: str
    manager: str


def _passphrase() -> str:
    return " ".join(secrets.choice(_WORDS.split()) for _ in range(6))


def _cheap() -> Kdf:
    """Return the weakest parameters a casebook accepts: a demo holds nothing that needs more."""
    return Kdf.fresh(memory=65_536, passes=3, lanes=4)


def build(folder: Path, now: datetime | None = None) -> Made:
    """Build the demo in `folder`, which must be empty or new; dates lie relative to `now`.

    It is built beside its place and moved there when it is whole. KnownError when the folder holds something.
    """
    folder = folder.expanduser().absolute()
    if folder.exists() and any(folder.iterdir()):
        raise KnownError(f"{folder} is not empty. Name a new folder for the demo.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".demo-", dir=folder.parent))
    except OSError:
        raise KnownError(f"Nothing can be written at {folder.parent}. Choose another folder.") from None
    try:
        made = _build(scratch, now or utc_now())
        if folder.exists():
            folder.rmdir()
        scratch.rename(folder)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return Made(folder, folder / "casebook.sqlite", made.officer, made.manager)


def _build(folder: Path, now: datetime) -> Made:
    demo_shop.build(folder / "shop.sqlite", now)
    officer, manager = _passphrase(), _passphrase()
    _keep(folder / "officer.passphrase", "linh", officer)
    _keep(folder / "manager.passphrase", "minh", manager)
    clock = Moving(now)
    memory = Memory(state_folder())
    first = First("Phạm Quang Minh", "minh", manager)
    path = folder / "casebook.sqlite"
    book, kits = setup.create(path, memory, first, demo=True, clock=clock, kdf=_cheap)
    try:
        staff.confirm_kit(book, " ".join(kits[0].groups))
        staff.add(book, "Trần Linh", "linh", (OFFICER,), officer, _cheap())
        with book.transaction("change settings") as tx:
            shop_facts.save(tx, _facts())
            audit.append(tx, "shop details changed", details={"name": "Lotus Shop"})
    finally:
        book.close()
    house = _open(path, memory, clock, "linh", officer)
    try:
        _play(house, clock)
        mails.write(folder / "mails", now, cases.MAILS)
    finally:
        house.close()
        house.book.close()
    return Made(folder, path, "linh", "minh")


def _open(path: Path, memory: Memory, clock: "Moving", name: str, passphrase: str) -> House:
    book = Casebook.open(path, memory, clock=clock)
    book.unlock(name, passphrase)
    house = House(book)
    house.connect_shop()
    if house.shop() is None:
        raise KnownError(house.shop_trouble)
    return house


def _play(house: House, clock: "Moving") -> None:
    """Let all stories happen step by step, each step at its moment, so that they lie interleaved in the past."""
    told = (*cases.STORIES, *stories.STORIES, *registers.STORIES)
    waiting = [(clock.at, at, story(house, clock.now)) for at, story in enumerate(told)]
    heapq.heapify(waiting)
    while waiting:
        moment, at, story = heapq.heappop(waiting)
        clock.to(moment)
        following = next(story, None)
        if following is not None:
            heapq.heappush(waiting, (following, at, story))


class Moving:
    """A clock that the demo moves forward, so that cases lie in the past in their right order."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.at = now - cases.OLDEST

    def __call__(self) -> datetime:
        """Return the moment it was set to."""
        return self.at

    def to(self, moment: datetime) -> None:
        """Move forward; it never goes back."""
        self.at = max(self.at, min(moment, self.now))


def _facts() -> ShopFacts:
    return ShopFacts(
        name="Lotus Shop",
        company="Lotus Trading Co., Ltd.",
        address=("12 Hàng Bài, Hoàn Kiếm", "Hà Nội"),
        email="privacy@lotus.example",
        phone="+84 24 0000 0000",
        contact="Trần Linh, privacy officer",
        hours="Monday to Friday 8:30 to 17:30",
        registration="Business registration 0100000000",
        website="lotus.example",
        signatory="Phạm Quang Minh, Managing Director",
        policy_version="2026-01",
        policy_text="The shop's published privacy policy, headings A to G.",
    )


def _keep(path: Path, name: str, passphrase: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{name}\n{passphrase}\n")
