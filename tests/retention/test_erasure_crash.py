"""Erasure runs killed at every database call and at random: nobody half-erased, nobody without intent and result."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FULL

pytestmark = pytest.mark.timeout(3600 if FULL else 300)
ROOT = Path(__file__).parents[2]


def crash(folder: Path, count: int, trials: int, seed: int, *more: str) -> dict[str, Any]:
    """Run the harness in a process of its own, which may fork."""
    words = [sys.executable, "-m", "tests.retention.crashes", folder / "place", count, trials, seed, *more]
    done = subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_killed_at_random(tmp_path: Path, dice: random.Random, trials: Callable[[int, int], int]) -> None:
    found = crash(tmp_path, 36 if FULL else 24, trials(6, 300), dice.randrange(2**31))
    assert found["faults"] == []
    assert found["killed"] > found["trials"] / 4


def test_killed_before_and_after_every_call(tmp_path: Path, dice: random.Random) -> None:
    # The sample takes every 60th point from a random one on; the full numbers take them all.
    found = crash(tmp_path, 14, 0, dice.randrange(2**31), "--every", "1" if FULL else "60")
    assert found["faults"] == []
    assert found["killed"] >= 3


@pytest.mark.server
def test_killed_at_random_with_a_server(
    tmp_path: Path, dice: random.Random, trials: Callable[[int, int], int], postgres_url: str
) -> None:
    found = crash(tmp_path, 24, trials(3, 300), dice.randrange(2**31), "--server", postgres_url)
    assert found["faults"] == []


@pytest.mark.server
def test_killed_at_every_call_with_a_server(tmp_path: Path, dice: random.Random, postgres_url: str) -> None:
    every = "1" if FULL else "150"
    found = crash(tmp_path, 14, 0, dice.randrange(2**31), "--every", every, "--server", postgres_url)
    assert found["faults"] == []


@pytest.mark.parametrize("broken", ["step-by-step", "intent-afterwards"])
def test_the_harness_finds_a_broken_build(tmp_path: Path, broken: str) -> None:
    found = crash(tmp_path, 14, 0, 7, "--every", "9", "--broken", broken)
    assert found["faults"], "killed everywhere, and nothing was noticed"
