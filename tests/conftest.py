"""What every test gets: a state folder of its own, no display, and nothing left behind."""

import gc
import os
import random
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.servers import mariadb, postgres_tls, postgres_url  # noqa: F401 -- fixtures for everyone

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test may meet the keyring of whoever runs it.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
_session = Path(tempfile.mkdtemp(prefix="officer-app-tests-"))  # made 0700, as a runtime folder has to be
for _name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
    os.environ[_name] = str(_session)

FULL = os.environ.get("OFFICER_APP_SLOW") == "1"
NO_SKIPS = os.environ.get("OFFICER_APP_NO_SKIPS") == "1"
SEED = int(os.environ.get("OFFICER_APP_SEED") or random.randrange(2**32))


def pytest_report_header() -> str:
    """Name the seed, so that a failed random trial can be run again."""
    return f"officer_app: {'full numbers' if FULL else 'samples'}, OFFICER_APP_SEED={SEED}"


def pytest_collection_finish() -> None:
    """Let Python look for garbage less often, and only among what the tests make: it took a sixth of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def pytest_unconfigure() -> None:
    """Leave no folder of ours behind."""
    shutil.rmtree(_session, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one where all have to run (`OFFICER_APP_NO_SKIPS=1`)."""
    report = yield
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped where every test has to run: {report.longrepr}"
    return report


@pytest.fixture
def trials() -> Callable[[int, int], int]:
    """Return `trials(sample, full)`: how often a repeated trial runs, the full number only when asked for."""
    return lambda sample, full: full if FULL else sample


@pytest.fixture
def dice() -> random.Random:
    """Return a source of chance that starts from the seed named in the header."""
    return random.Random(SEED)


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return this test's own state folder, where the application would keep casebook, heads and settings."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("OFFICER_APP_STATE", str(folder))
    for name in ("DATA_HOME", "CONFIG_HOME", "STATE_HOME"):
        monkeypatch.setenv(f"XDG_{name}", str(folder))
    return folder


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Finish Qt's pending deletions after each test and fail if it left a thread running."""
    before = set(threading.enumerate())
    yield
    _flush_qt()
    # A thread of Qt's own pool shows as a dummy for ever once it touched Python: only ours count.
    left = [thread for thread in threading.enumerate() if thread not in before and not _is_dummy(thread)]
    for thread in left:
        thread.join(timeout=5)
    alive = [thread.name for thread in left if thread.is_alive()]
    assert not alive, f"threads left running: {alive}"


def _is_dummy(thread: threading.Thread) -> bool:
    return type(thread).__name__ == "_DummyThread"


def _flush_qt() -> None:
    core = sys.modules.get("PySide6.QtCore")
    if core is None or core.QCoreApplication.instance() is None:
        return
    assert core.QThreadPool.globalInstance().waitForDone(5000), "work of the thread pool is still running"
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
