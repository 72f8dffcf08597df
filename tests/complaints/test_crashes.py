"""Killing the desk while it receives, saves and issues leaves each case old or new, and every number once."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def _killed(folder: Path, trials: int, seed: int, *broken: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.complaints.crashes", str(folder), str(trials), str(seed), *broken]
    environment = {**os.environ, "OFFICER_APP_STATE": str(folder / "state")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=280)
    assert done.returncode == 0, done.stderr[-2000:]
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _check(found: dict[str, Any], trials: int) -> None:
    assert found["wrong"] == []
    assert found["trials"] == trials
    assert found["killed"] >= trials // 2  # the kills do fall into the work
    assert found["states"] > 12


def test_a_killed_desk_leaves_each_case_old_or_new(tmp_path: Path, dice: random.Random) -> None:
    _check(_killed(tmp_path, 4, dice.randrange(2**31)), 4)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_hundred_kills(tmp_path: Path, dice: random.Random) -> None:
    for part in range(4):
        folder = tmp_path / str(part)
        folder.mkdir()
        _check(_killed(folder, 25, dice.randrange(2**31)), 25)


def test_the_harness_sees_a_broken_build(tmp_path: Path, dice: random.Random) -> None:
    found = _killed(tmp_path, 15, dice.randrange(2**31), "commit-early")
    assert found["wrong"], f"not seen in {found['trials']} trials"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_harness_sees_a_number_that_is_used_up_by_itself(tmp_path: Path, dice: random.Random) -> None:
    found = _killed(tmp_path, 25, dice.randrange(2**31), "number-outside")
    assert found["wrong"], f"not seen in {found['trials']} trials"
