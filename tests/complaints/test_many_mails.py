"""Mails of every shape taken in at one go: each is a case, joined, or listed with why not; nothing is run or lost."""

import base64
import encodings.aliases
import hashlib
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from officer_app.casebook import evidence
from officer_app.complaints import mail_records
from officer_app.complaints.intake import TakenIn
from tests.complaints.bench import Bench

_DATE = "Mon, 16 Nov 2026 10:00:00 +0700"


@dataclass(frozen=True)
class Shape:
    """One mail: what it is called, its bytes, and what must become of it: opened, joined or refused."""

    title: str
    raw: bytes
    becomes: str = "opened"


def _mail(number: int, text: str = "Please look into it.", **fields: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    given = {"From": f"Person {number} <p{number}@mail.example>", "To": "privacy@lotus.example",
             "Subject": f"Matter {number}", "Date": _DATE, "Message-ID": f"<{number}@mail.example>"}  # fmt: skip
    for name, value in {**given, **{name.replace("_", "-"): value for name, value in fields.items()}}.items():
        if value:
            mail[name] = value
    mail.set_content(text)
    return mail


def _charsets() -> tuple[str, ...]:
    """Return every text encoding that Python knows."""
    found = []
    for name in sorted(set(encodings.aliases.aliases.values())):
        try:
            "a".encode(name)
        except (LookupError, UnicodeError, TypeError, ValueError):
            continue  # a codec of bytes, or one of another system
        found.append(name)
    return tuple(found)


def _in_charset(number: int, charset: str) -> bytes:
    text = "Gửi tới: Łukasz, привет, こんにちは, please look into it."
    head = (
        f"From: p{number}@mail.example\r\nSubject: in {charset}\r\nDate: {_DATE}\r\nMessage-ID: <{number}@mail.example>"
        f"\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(text.encode(charset, "replace"))


def _nested(number: int, depth: int) -> bytes:
    inner = _mail(number * 100, "The innermost words.")
    for level in range(depth):
        outer = _mail(number * 100 + level + 1, f"Level {level}")
        outer.add_attachment(inner)
        inner = outer
    return inner.as_bytes()


def _with(number: int, kind: str, content: bytes, name: str, text: str = "See attached.") -> bytes:
    mail = _mail(number, text)
    main, _, sub = kind.partition("/")
    mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def _page(number: int, url: str) -> bytes:
    mail = _mail(number, "Plain words.")
    mail.add_alternative(
        f'<html><img src="{url}/pixel.png"><img src="file:///etc/passwd"><link rel=stylesheet href="{url}/s.css">'
        f"<script>fetch('{url}/x')</script><body background='{url}/b.png'>Rich words.</body></html>",
        subtype="html",
    )
    return mail.as_bytes()


def shapes(url: str, dice: random.Random) -> list[Shape]:
    """Return two hundred mails; `url` is a place that must not be asked for anything."""
    number = iter(range(1, 10_000))
    found = [Shape(f"charset {one}", _in_charset(next(number), one)) for one in _charsets()]
    found += [Shape(f"nested {depth}", _nested(next(number) + 5000, depth)) for depth in (1, 2, 3, 10, 25)]
    calendar = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Meet\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    pgp = b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
    parts = (
        ("text/calendar", calendar, "invite.ics"),
        ("application/pkcs7-mime", dice.randbytes(900), "smime.p7m"),
        ("application/pgp-encrypted", b"Version: 1", "version.asc"),
        ("application/octet-stream", pgp, "body.asc"),
        ("application/pkcs7-signature", dice.randbytes(300), "smime.p7s"),
        ("application/ms-tnef", b"x", "winmail.dat"),
        ("application/x-msdownload", b"MZ\x90\x00", "invoice.exe"),
        ("image/svg+xml", b"<svg onload=alert(1)>", "a.svg"),
        ("text/html", f"<script src={url}/a.js></script>".encode(), "page.html"),
        ("application/pdf", b"%PDF-", "../../x.pdf"),
        ("application/x-sh", f"#!/bin/sh\ncurl {url}/run\n".encode(), "run.sh"),
        ("application/zip", b"PK\x03\x04", "a\u202egnp.zip"),
        ("application/vnd.ms-excel.sheet.macroEnabled.12", b"PK", "a.xlsm"),
    )
    found += [Shape(f"part {kind}", _with(next(number), kind, content, name)) for kind, content, name in parts]
    found += [Shape(f"remote {at}", _page(next(number), url)) for at in range(4)]
    head = f"From: broken@mail.example\r\nDate: {_DATE}\r\n".encode()
    multipart = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="
    found += [
        Shape("no from", _mail(next(number), From="").as_bytes()),
        Shape("no date", _mail(next(number), Date="").as_bytes()),
        Shape("no message-id", _mail(next(number), Message_ID="").as_bytes()),
        Shape("no subject", _mail(next(number), Subject="").as_bytes()),
        Shape("no text", _mail(next(number), "").as_bytes()),
        Shape("headers only", head + b"Subject: nothing follows"),
        Shape("from the year 2099", _mail(next(number), Date="Mon, 16 Nov 2099 10:00:00 +0700").as_bytes()),
        Shape("from the year 1901", _mail(next(number), Date="Mon, 16 Nov 1901 10:00:00 +0700").as_bytes()),
        Shape("an impossible date", _mail(next(number), Date="Mon, 99 Foo 2026 88:00:00 +9999").as_bytes()),
        Shape("boundary never closed", head + multipart + b'"b"\r\n\r\n--b\r\n\r\ncut off'),
        Shape("boundary missing", head + multipart + b'""\r\n\r\nwhat is this'),
        Shape("boundary that is not there", head + multipart + b'"q"\r\n\r\nno such line'),
        Shape("bad base64", head + b"Content-Transfer-Encoding: base64\r\n\r\n!!!! not base64 ===="),
        Shape("bad quoted-printable", head + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nA=ZZ=\r\n=="),
        Shape("unknown charset", head + b"Content-Type: text/plain; charset=klingon\r\n\r\nqapla'"),
        Shape("unknown encoding", head + b"Content-Transfer-Encoding: x-rot13\r\n\r\nuryyb"),
        Shape("a subject of broken words", head + b"Subject: =?utf-8?B?!!!!?= =?x?Q?=zz?=\r\n\r\nhello"),
        Shape("raw eight-bit headers", head + "Subject: Phạm Quang\r\n\r\nhello".encode()),
        Shape("NUL bytes", head + b"Subject: a\x00b\r\n\r\nhe\x00llo"),
        Shape("old Mac line ends", (head + b"Subject: mac\r\n\r\nhello\r\nagain").replace(b"\r\n", b"\r")),
        Shape("Unix line ends", (head + b"Subject: unix\r\n\r\nhello\r\nagain").replace(b"\r\n", b"\n")),
        Shape("an mbox line first", b"From somebody Mon Nov 16 2026\r\n" + head + b"Subject: mbox\r\n\r\nhello"),
        Shape("a byte-order mark first", b"\xef\xbb\xbf" + head + b"Subject: bom\r\n\r\nhello"),
        Shape("a thousand parts", head + multipart + b'"b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 1000 + b"--b--"),
        Shape("a header of two megabytes", head + b"X-Long: " + b"y" * 2_000_000 + b"\r\n\r\nhello"),
        Shape("ten thousand addresses", head + b"To: " + b"a@b.example, " * 10_000 + b"\r\n\r\nhello"),
        Shape("30 MB attached", _with(next(number), "video/mp4", dice.randbytes(22_500_000), "clip.mp4")),
        Shape("empty", b"", "refused"),
        Shape("white space only", b" \r\n\r\n", "refused"),
        Shape("a picture", b"\x89PNG\r\n\x1a\n" + dice.randbytes(500), "refused"),
        Shape("an Outlook file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + dice.randbytes(500), "refused"),
        Shape("plain words", b"Dear shop, I am not a mail.", "refused"),
    ]
    first = _mail(7000, "The first of two with one message-id.", Message_ID="<twice@mail.example>")
    second = _mail(7001, "The second, which says something else.", Message_ID="<twice@mail.example>")
    found += [
        Shape("one message-id, first", first.as_bytes()),
        Shape("one message-id, other words", second.as_bytes(), "joined"),
        Shape("the very same again", first.as_bytes(), "refused"),
        Shape("an answer", _mail(7002, In_Reply_To="<twice@mail.example>").as_bytes(), "joined"),
        Shape("names a case", _mail(7003, Subject="Re: [C-2026-0001]").as_bytes(), "joined"),
        Shape("names no case of ours", _mail(7004, Subject="Re: [C-2026-9999]").as_bytes()),
    ]
    while len(found) < 200:
        # Ordinary mails with some bytes lost on the way: whatever comes of them, it must not be silence.
        raw = bytearray(_with(next(number), "text/plain", b"notes", "notes.txt", "Words " * dice.randrange(1, 50)))
        for _ in range(dice.randrange(1, 20)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        found.append(Shape(f"damaged {len(found)}", bytes(raw), "any"))
    return found


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Return the address of a server that nobody should ask, and what it was asked."""
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                client, _address = server.accept()
            except TimeoutError:
                continue
            with client:
                asked.append(client.recv(200))

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
    over.set()
    thread.join()
    server.close()


_HOOKED = ("socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "webbrowser.open")
_seen: list[str] = []
_watching = threading.Event()


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watching.is_set() and event in _HOOKED and "spawn_main" not in repr(arguments):
        _seen.append(f"{event} {arguments!r}"[:200])


def test_the_watch_sees_a_program_that_is_started() -> None:
    sys.addaudithook(_hook)
    _watching.set()
    subprocess.run([sys.executable, "-c", ""], check=True)
    _watching.clear()
    assert any(one.startswith("subprocess.Popen") for one in _seen)
    _seen.clear()


def test_two_hundred_mails_of_all_shapes(
    desk: Bench, tmp_path: Path, listener: tuple[str, list[bytes]], dice: random.Random
) -> None:
    url, asked = listener
    made = shapes(url, dice)
    assert len(made) == 200
    folder = tmp_path / "mails"
    folder.mkdir()
    paths = []
    for at, one in enumerate(made):
        paths.append(folder / f"{at:03}.eml")
        paths[-1].write_bytes(one.raw)
    sys.addaudithook(_hook)
    _watching.set()
    results = desk.service.receive_mails(paths)
    _watching.clear()
    assert len(results) == 200
    wrong = [(one.title, _became(result), result.refused) for one, result in zip(made, results, strict=True)
             if one.becomes not in ("any", _became(result))]  # fmt: skip
    assert wrong == []
    assert all(bool(one.reference) != bool(one.refused) for one in results)
    # nothing is lost: each original lies sealed in its case, to the byte, and the files are still where they were
    kept: dict[str, set[str]] = {}
    for reference in {one.reference for one in results if one.reference}:
        with desk.book.reading() as tx:
            kept[reference] = {piece.sha256 for piece in evidence.of_case(tx, reference)}
            assert mail_records.of_case(tx, reference)
    for one, result in zip(made, results, strict=True):
        if result.reference:
            assert hashlib.sha256(one.raw).hexdigest() in kept[result.reference], one.title
    assert [path.read_bytes() == one.raw for path, one in zip(paths, made, strict=True)].count(False) == 0
    # nothing was run or fetched
    assert asked == []
    assert _seen == []
    # no number is missing or twice
    opened = sorted(one.reference for one in results if one.reference and not one.joined)
    assert opened == [f"C-2026-{at:04d}" for at in range(1, len(opened) + 1)]
    big = next(result for one, result in zip(made, results, strict=True) if one.title == "30 MB attached")
    assert not desk.file(big.reference).case.complete
    for reference in opened[:: len(opened) // 12]:
        desk.file(reference)
    assert not desk.book.verify().broken


def _became(result: TakenIn) -> str:
    return "refused" if result.refused else "joined" if result.joined else "opened"
