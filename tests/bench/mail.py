"""How fast mails are read: against the standard library's parser, and what the killable child costs on top."""

import email
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

from officer_app.base.worker import Pool
from officer_app.demo.mails import write
from officer_app.post.inbox import read_bytes
from officer_app.post.message import parse
from tests.post.bombs import BOMBS, HEAD

LIMIT = 6.0
"""Seconds within which any mail, however hostile, has to be answered."""


@dataclass(frozen=True)
class Customer:
    name: str
    email: str


def _mails(folder: Path) -> list[bytes]:
    people = [Customer(f"Nguyễn Thị Hòa {number}", f"hoa{number}@mail.example") for number in range(6)]
    return [path.read_bytes() for path in write(folder, datetime(2026, 11, 23, tzinfo=UTC), people)]


def _by_the_library(raw: bytes) -> None:
    """Read what we read, as a program without our care would: headers, best text, attachments."""
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    assert isinstance(message, EmailMessage)
    for name in ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "References"):
        str(message[name])
    body = message.get_body(("plain", "html"))
    assert body is not None
    body.get_payload(decode=True)
    for part in message.walk():
        if part.get_content_disposition() == "attachment":
            part.get_filename()
            part.get_payload(decode=True)


def _times(rounds: int, *works: Callable[[], None]) -> list[float]:
    """Return the best time of each, taken in turns so that all see the same machine."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            began = time.perf_counter()
            work()
            best[number] = min(best[number], time.perf_counter() - began)
    return best


def _compare(mails: list[bytes], pool: Pool, rounds: int) -> list[float]:
    """Return the seconds for all `mails` by our reader, by it in the killable child, and by the library."""

    def ours() -> None:
        for raw in mails:
            parse(raw)

    def child() -> None:
        for raw in mails:
            read_bytes(raw, pool)

    def library() -> None:
        for raw in mails:
            _by_the_library(raw)

    child()
    return _times(rounds, ours, child, library)


def _at_the_limit() -> bytes:
    return (
        HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nmy complaint\n--b\n'
        b"Content-Disposition: attachment; filename=a.mp4\nContent-Transfer-Encoding: base64\n\n"
        + (b"A" * 76 + b"\n") * 330_000
        + b"--b--\n"
    )


def _slowest(pool: Pool) -> tuple[float, str]:
    times = []
    for title, make in BOMBS.items():
        raw = make()
        began = time.perf_counter()
        read_bytes(raw, pool)
        times.append((time.perf_counter() - began, title))
    return max(times)


def run(rounds: int = 5) -> dict[str, object]:
    """Read sixty ordinary mails, one of 25 MB, and every bomb."""
    with tempfile.TemporaryDirectory() as folder, Pool(1) as pool:
        mails = _mails(Path(folder)) * 10
        ours, child, library = _compare(mails, pool, rounds)
        big_ours, big_child, big_library = _compare([_at_the_limit()], pool, rounds)
        worst, name = _slowest(pool)
    return {
        "mails a minute": len(mails) / ours * 60,
        "mails a minute through the child": len(mails) / child * 60,
        "time through the child, as a share of the library's": child / library,
        "25 MB mail through the child, seconds": big_child,
        "25 MB mail, as a share of the library's time": big_ours / big_library,
        "slowest hostile mail": name,
        "slowest hostile mail, seconds": worst,
        "met": child < library and big_ours < big_library and worst <= LIMIT,
    }
