"""Runs one benchmark by name: `python -m tests.bench NAME [--json]`; some have more options, see `NAME --help`."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any


def main(arguments: list[str]) -> int:
    """Run the named benchmark, print its figures, and return 0, or 1 when it missed its goal."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith(("_", "test_")))
    if arguments and arguments[0] in names and hasattr(bench := _bench(arguments[0]), "main"):
        status: int = bench.main(arguments[1:])
        return status
    wanted = [each for each in arguments if not each.startswith("--")]
    if len(wanted) != 1 or wanted[0] not in names:
        sys.stderr.write(f"Name one benchmark: {', '.join(names)}.\n")
        return 2
    result: dict[str, object] = _bench(wanted[0]).run()
    if "--json" in arguments:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        for name, value in result.items():
            sys.stdout.write(f"{name}: {value:,.2f}\n" if isinstance(value, float) else f"{name}: {value}\n")
    return 0 if result.get("met", True) else 1


def _bench(name: str) -> Any:
    return importlib.import_module(f"tests.bench.{name}")


if __name__ == "__main__":  # processes that a benchmark starts import this module
    sys.exit(main(sys.argv[1:]))
