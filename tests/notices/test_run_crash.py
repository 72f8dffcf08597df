"""Print runs that are killed: no number twice or missing, no torn file, and the rest comes when taken up."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.notices.crashes import BROKEN

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="fork and SIGKILL are POSIX things"),
    pytest.mark.timeout(1_800),
]


def crash(folder: Path, *more: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.notices.crashes", str(folder), *map(str, more)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_killed_at_any_moment_a_run_goes_on_whole(tmp_path: Path, trials: Callable[[int, int], int], dice: Any) -> None:
    found = crash(tmp_path, trials(150, 2_000), trials(15, 500), trials(5, 200), dice.randrange(1 << 30))
    assert found["killed"] >= found["trials"] / 3
    assert (found["torn"], found["wrong"]) == (0, 0)


def test_killed_at_every_step_a_run_goes_on_whole(tmp_path: Path) -> None:
    found = crash(tmp_path, 12, 5, 0, 1)
    assert found["trials"] > 15 and found["killed"] == found["trials"] - 1
    assert (found["torn"], found["wrong"]) == (0, 0)


@pytest.mark.parametrize("broken", BROKEN)
def test_the_same_trials_find_a_broken_build(tmp_path: Path, broken: str) -> None:
    found = crash(tmp_path, 12, 5, 0, 1, broken)
    assert found["torn"] > 0
