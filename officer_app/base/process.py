"""Hardens this process: no core dump, no debugger of the same user, and no file of ours that others may read."""

import ctypes
import os
import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """Keep new files to their owner, forbid core dumps, and on Linux also attaching to this process.

    Call it first thing; what the system does not offer is left out. Root, and a debugger started before, can still
    read the memory.
    """
    if sys.platform == "win32":
        return
    os.umask(0o077)
    import resource  # noqa: PLC0415  not on Windows

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
