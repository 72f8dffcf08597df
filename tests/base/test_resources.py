"""The finder of shipped files: in a checkout, in a wheel, and with a clear failure."""

import subprocess
import sys
from pathlib import Path

import pytest

from officer_app.base import resources

ROOT = Path(__file__).parents[2]


def test_a_shipped_file_is_found() -> None:
    assert resources.path("policies").is_dir()
    assert resources.root() == ROOT / "resources"


def test_a_file_that_was_not_shipped_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no-such"):
        resources.path("policies", "no-such.toml")


def test_a_wheel_carries_them_inside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "officer_app"
    (package / "base").mkdir(parents=True)
    (package / "_resources" / "icons").mkdir(parents=True)
    (tmp_path / "resources").mkdir()
    for name in ("__init__.py", "base/__init__.py", "base/resources.py"):
        (package / name).write_bytes((ROOT / "officer_app" / name).read_bytes())
    code = "from officer_app.base import resources; print(resources.path('icons'))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert Path(done.stdout.strip()) == package / "_resources" / "icons"
