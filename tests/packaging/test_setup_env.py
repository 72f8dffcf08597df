"""The set-up of `.venv`: what it installs, what it leaves alone, what it says."""

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

LOCK = """# made by a tool
alpha==1.0 ; python_full_version < '3.12' \\
    --hash=sha256:aa
    # via officer-app (pyproject.toml)
alpha==2.0 ; python_full_version >= '3.12' \\
    --hash=sha256:ab
    # via officer-app (pyproject.toml)
beta==1.0 \\
    --hash=sha256:bb
    # via
    #   alpha
    #   tool
gamma==1.0 \\
    --hash=sha256:cc
    # via tool
tool==1.0 \\
    --hash=sha256:dd
    # via officer-app (pyproject.toml:dev)
"""


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make the scripts importable by name, as they are for each other, and forget them afterwards."""
    folder = Path(__file__).resolve().parents[2] / "packaging"
    monkeypatch.syspath_prepend(folder)
    names = ("setup_env", "run")
    yield folder
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def setup(scripts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """Return the set-up module with its folders moved to an empty place."""
    module = importlib.import_module("setup_env")
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements.txt").write_text(LOCK)
    for name, place in {"ROOT": "", "VENV": ".venv", "LOCK": "requirements.txt", "STAMP": ".venv/stamp"}.items():
        monkeypatch.setattr(module, name, tmp_path / place)
    return module


@pytest.fixture
def pip(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect which lock text each installation was given; it fails when the text says so."""
    given: list[str] = []

    def run(command: Sequence[str], **_env: str) -> int:
        given.append(Path(command[-1]).read_text())
        return int("broken" in given[-1])

    monkeypatch.setattr(setup, "run", run)
    return given


def test_the_runtime_part_follows_who_asked_for_what(setup: ModuleType) -> None:
    kept = setup.locked_runtime(LOCK)
    entries = [line.split(" ")[0] for line in kept.splitlines() if "==" in line]
    assert entries == ["alpha==1.0", "alpha==2.0", "beta==1.0"]
    assert kept.count("--hash=sha256:") == 3
    assert "python_full_version < '3.12'" in kept


def test_a_second_start_installs_nothing(setup: ModuleType, pip: list[str]) -> None:
    setup._dependencies(setup.RUNTIME)
    setup._dependencies(setup.RUNTIME)
    assert len(pip) == 1
    assert "tool==" not in pip[0]


def test_the_developers_part_is_added_once_and_kept(setup: ModuleType, pip: list[str]) -> None:
    setup._dependencies(setup.RUNTIME)
    setup._dependencies(setup.DEVELOPMENT)
    setup._dependencies(setup.RUNTIME)
    assert ["tool==" in text for text in pip] == [False, True]
    setup.LOCK.write_text(LOCK.replace("beta==1.0", "beta==1.1"))
    setup._dependencies(setup.RUNTIME)
    assert ["tool==" in text for text in pip] == [False, True, True]


def test_a_failed_installation_is_tried_again(
    setup: ModuleType, pip: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    setup._dependencies(setup.DEVELOPMENT)
    setup.LOCK.write_text(f"{LOCK}# broken\n")
    for _ in range(2):
        with pytest.raises(SystemExit):
            setup._dependencies(setup.DEVELOPMENT)
    assert len(pip) == 3
    assert "start again" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="Qt brings its own libraries elsewhere")
def test_a_user_is_told_the_one_line_to_run(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(setup, "on_debian", lambda: True)
    monkeypatch.setattr(setup, "QT_LIBRARIES", {"libnot-there.so.9": "libnot-there9", "libc.so.6": "libc6"})
    monkeypatch.setattr(setup, "PYTHON", Path(sys.executable))
    with pytest.raises(SystemExit) as stopped:
        setup.system_packages()
    assert stopped.value.code == 1
    assert capsys.readouterr().err.splitlines()[1:] == ["  sudo apt-get install -y libnot-there9"]


def test_an_interrupted_demo_is_built_anew_and_a_finished_one_left_alone(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = importlib.import_module("run")
    monkeypatch.setattr(script, "DEMO", tmp_path / "demo")
    monkeypatch.setattr(script, "BUILDING", tmp_path / "demo.building")
    outcomes = [1, 0]
    built: list[list[str]] = []

    def build(command: Sequence[str]) -> int:
        folder = Path(command[-1])
        built.append(sorted(path.name for path in folder.glob("*")))
        folder.mkdir()
        (folder / "casebook.sqlite").touch()
        return outcomes.pop(0)

    monkeypatch.setattr(script, "run", build)
    with pytest.raises(SystemExit):
        script._demo()
    script._demo()
    script._demo()
    assert built == [[], []]
