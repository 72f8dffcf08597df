"""The letters' benchmark prints what it promises, from a hundredth of its usual numbers."""

import json
import subprocess
import sys


def test_it_prints_a_list_of_rows_and_checks_what_came_out() -> None:
    command = [sys.executable, "-m", "tests.bench", "letters", "--json", "--rounds", "1", "--scale", "0.01"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = json.loads(done.stdout)
    assert [row["name"] for row in rows] == [
        "officer-plain", "officer-fast", "officer-fast-2", "officer-zip", "platypus", "platypus-single",
        "officer-end-to-end",
    ]  # fmt: skip
    for row in rows:
        assert list(row) == ["name", "letters", "letters_per_s", "bytes_per_letter", "peak_mb", "ratio_to_typst"]
        assert row["letters_per_s"] > 0 and row["bytes_per_letter"] > 500 and row["ratio_to_typst"] is None
