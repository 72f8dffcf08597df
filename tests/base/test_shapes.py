"""Two threads that are the first to need a type do not bring the program down."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIRST = """
import sys, threading
from officer_app.shop import profile
sys.setswitchinterval(1e-6)
start = threading.Barrier(4)
done = []
def first():
    start.wait()
    done.append(profile.load("native"))
threads = [threading.Thread(target=first) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert len(done) == 4
"""


@pytest.mark.parametrize("_time", range(3))
def test_four_threads_read_the_first_profile_at_once(_time: int) -> None:
    done = subprocess.run([sys.executable, "-c", FIRST], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
