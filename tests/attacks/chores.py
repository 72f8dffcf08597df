"""Work for a child process: it stumbles over a foreign text, and tells how well it is hardened."""

import ctypes
import os
import resource


def stumble(text: str) -> int:
    """Raise an error that quotes what it was given, as int() does."""
    return int(text)


def hardened() -> tuple[int, int, int]:
    """Return the limit of core dumps, whether this process may be dumped or traced, and its umask."""
    mask = os.umask(0o077)
    return resource.getrlimit(resource.RLIMIT_CORE)[1], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), mask
