"""Starts the program: the window when nothing else is asked, else the command line."""

import gc
import multiprocessing
import sys

from officer_app.base.process import harden


def main() -> None:
    """Open the window at once when no command is given: the command line's parts take longer than the window's."""
    multiprocessing.freeze_support()
    harden()
    if len(sys.argv) == 1:
        gc.disable()  # nothing that the start reads is garbage; the window collects from then on
        from officer_app import rooms  # noqa: PLC0415  see above

        sys.exit(rooms.run(""))
    from officer_app.cli import main as command_line  # noqa: PLC0415  see above

    command_line.main()


if __name__ == "__main__":
    main()
