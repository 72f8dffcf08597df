"""Hardens this process: no core dump and no debugger of the same user may read the keys in its memory."""

import ctypes
import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """Forbid core dumps, and on Linux also attaching to this process; what the system does not offer is left out.

    Call it first thing. Root, and a debugger started before, can still read the memory.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  not on Windows

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
