"""Runs of thousands: killed at any moment no letter is lost, doubled or torn; and no letter shows another's data."""

import csv
import json
import random
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from officer_app.breaches import papers
from officer_app.breaches.person import Person
from officer_app.notices.run_workers import Engine
from tests.breaches import synthetic
from tests.breaches.test_press import ROOT, volumes
from tests.pdf_text import pages_of

LETTERS, PER_VOLUME = 2_000, 200
# a letter's own lines are not packed, so that its number can be read without taking the file apart
NUMBER = re.compile(rb"(?:\x00[N0-9-]){11}\x00/((?:\x00\d){7})\) Tj")


def numbers_in(path: Path) -> list[int]:
    """Return the number of every letter in a print file, in order."""
    found = [int(each.replace(b"\x00", b"")) for each in NUMBER.findall(path.read_bytes())]
    return list(dict.fromkeys(found))


def faults(out: Path) -> list[str]:
    """Return what is wrong with the files of a finished run."""
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    found: list[str] = []
    listed: list[int] = []
    for volume in manifest["volumes"]:
        path = out / volume["file"]
        if papers.digest(path) != volume["sha256"]:
            found.append(f"{path.name} is not the file on record")
        with pikepdf.open(path) as document:
            if len(document.pages) != volume["pages"]:
                found.append(f"{path.name} has {len(document.pages)} pages")
        inside = numbers_in(path)
        with (out / f"{path.stem}-addresses.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [int(row[0][-7:]) for row in csv.reader(file) if row[0] != "letter"]
        if inside != rows:
            found.append(f"{path.name} has other letters than its list")
        listed += inside
    if listed != list(range(1, LETTERS + 1)):
        found.append(f"{len(listed)} letters, {len(set(listed))} of them different")
    return found


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """Give a folder with a casebook whose 2,000 letters wait to be printed."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    desk, _reference = synthetic.frozen(folder, map(synthetic.person, range(LETTERS)))
    desk.close()
    return folder


def printing(folder: Path, broken: str = "") -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.breaches.child", str(folder), "0", "2", str(PER_VOLUME), broken]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def killed_and_taken_up(folder: Path, dice: random.Random, broken: str = "") -> tuple[bool, list[str]]:
    """Kill a run at a random moment, take it up, and return whether it died and what is wrong."""
    process = printing(folder)
    end, wanted = time.monotonic() + 120, dice.randrange(LETTERS // PER_VOLUME)
    while process.poll() is None and len(volumes(folder / "out")) < wanted:
        assert time.monotonic() < end
        time.sleep(0.002)
    stop = time.monotonic() + dice.random() * 0.3
    while process.poll() is None and time.monotonic() < stop:
        time.sleep(0.002)
    process.kill()
    died = process.wait() != 0
    assert process.stdout is not None
    process.stdout.close()
    if died:
        again = printing(folder, broken)
        said, _ = again.communicate(timeout=120)
        # killed after its last step, before it could say so: nothing is left to do, and the letters are judged below
        assert again.returncode == 0 or said.decode().strip() == "All letters are printed.", said.decode()
    assert not [path.name for path in (folder / "out").iterdir() if path.name.endswith(".part")]
    return died, faults(folder / "out")


@pytest.mark.timeout(3_600)
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX thing")
def test_killed_at_random_a_run_by_processes_is_finished_whole(
    prepared: Path, dice: random.Random, trials: Callable[[int, int], int]
) -> None:
    dead = 0
    many = trials(2, 200)
    for at in range(many):
        folder = prepared.with_name(f"trial{at}")
        shutil.copytree(prepared, folder)
        died, wrong = killed_and_taken_up(folder, dice)
        dead += died
        assert wrong == []
        shutil.rmtree(folder)
    assert dead >= many / 2


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX thing")
def test_the_same_trial_finds_a_broken_build(prepared: Path, dice: random.Random) -> None:
    for at in range(10):
        folder = prepared.with_name(f"broken{at}")
        shutil.copytree(prepared, folder)
        died, wrong = killed_and_taken_up(folder, dice, "shifted")
        if died and wrong:
            return
    raise AssertionError("a build that loses a letter of every volume it takes up was not found out")


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are a POSIX thing")
def test_a_disk_that_fills_up_under_two_processes_is_one_sentence_and_the_run_goes_on(prepared: Path) -> None:
    # room for the casebook, and not for a print file of all letters
    command = [sys.executable, "-m", "tests.breaches.child", str(prepared), "1600000", "2", str(LETTERS), ""]
    full = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert full.returncode == 1 and "Choose another folder, or mend it" in full.stdout, full.stderr
    again = printing(prepared)
    said, _ = again.communicate(timeout=120)
    assert again.returncode == 0, said
    assert faults(prepared / "out") == []


# --- one letter, one person ------------------------------------------------------------------------------------------

_NASTY = (
    "<b>{0}</b>", "{0} & Söhne", "=HYPERLINK({0})", "{0}\u202e", "{0} (Bob) \\", "{0}%s{{}}", "{0}\u0301", "Ω {0} Я",
    "{0} \u10d0\u10d1", "{0} 'or 1=1", "%PDF {0}", "{0}) Tj ET", "{0} 𠮷", "O’{0}-Łukasz",
)  # fmt: skip


def marked(at: int, dice: random.Random) -> Person:
    """Return a person of whose data every piece carries a mark that nobody else's has."""
    dress = dice.choice(_NASTY)
    lines = tuple(dress.format(f"street{at:04d}x{piece}") for piece in range(dice.randrange(1, 4)))
    return replace(synthetic.person(at), name=dress.format(f"name{at:04d}x"), lines=lines,
                   country=dice.choice(("VN", "DE", "GE")))  # fmt: skip


def texts(out: Path) -> Iterator[tuple[int, str]]:
    """Yield number and text of each page of each print file, in whichever form they are."""
    for path in sorted(out.glob("N-*.zip")):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                for said in pages_of(packed.read(name)):
                    yield int(name[-11:-4]), said
    for path in volumes(out):
        for said in pages_of(path):
            yield int(re.findall(r"N-\d{4}-\d{4}/(\d{7})", said)[0]), said


@pytest.mark.parametrize("separate", [False, True])
def test_no_letter_shows_anything_of_another_person(
    tmp_path: Path, dice: random.Random, trials: Callable[[int, int], int], separate: bool
) -> None:
    count = trials(120, 5_000)
    people = [marked(at, dice) for at in range(count)]
    desk, reference = synthetic.frozen(tmp_path, people)
    desk.service.print_letters(reference, desk.out, per_volume=50, separate=separate, engine=Engine(0))
    seen = set()
    for number, said in texts(desk.out):
        found = set(re.findall(r"(?:name|street)(\d{4})x", said))
        assert found == {f"{number - 1:04d}"}, said
        seen.add(number)
    with (desk.out / "N-2026-0001-not-written.csv").open(encoding="utf-8-sig", newline="") as file:
        left = {int(row[0][-7:]) for row in csv.reader(file) if row[0].startswith("N-")}
    assert seen | left == set(range(1, count + 1)) and not seen & left
    for path in desk.out.glob("*-addresses.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in list(csv.reader(file))[1:]:
                assert set(re.findall(r"(?:name|street)(\d{4})x", " ".join(row))) == {f"{int(row[0][-7:]) - 1:04d}"}
    desk.close()
