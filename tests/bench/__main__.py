"""Runs one benchmark by name: `python -m tests.bench NAME [--json]`."""

import importlib
import json
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run the named benchmark, print its figures, and return 0, or 1 when it missed its goal."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith(("_", "test_")))
    wanted = [each for each in arguments if not each.startswith("--")]
    if len(wanted) != 1 or wanted[0] not in names:
        sys.stderr.write(f"Name one benchmark: {', '.join(names)}.\n")
        return 2
    result: dict[str, object] = importlib.import_module(f"tests.bench.{wanted[0]}").run()
    if "--json" in arguments:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        for name, value in result.items():
            sys.stdout.write(f"{name}: {value:,.2f}\n" if isinstance(value, float) else f"{name}: {value}\n")
    return 0 if result.get("met", True) else 1


sys.exit(main(sys.argv[1:]))
