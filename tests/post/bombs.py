"""Mails made to hang, exhaust or break a reader: the bomb corpus (each at most a few MB unless size is the point)."""

import base64
from collections.abc import Callable, Iterator

SENDER = "bomb@mail.example"
HEAD = b"From: Bomb <bomb@mail.example>\nTo: desk@shop.example\nDate: Mon, 2 Feb 2026 10:00:00 +0700\nSubject: Tick\n"


def _mail(extra: bytes = b"", body: bytes = b"hello\n") -> bytes:
    return HEAD + extra + b"\n" + body


def _multipart(parts: bytes, kind: bytes = b"mixed") -> bytes:
    return _mail(b"Content-Type: multipart/" + kind + b'; boundary="b"\n', parts)


def nested_multiparts(depth: int) -> bytes:
    """Return multiparts inside each other, each with a boundary of its own, a text in the middle."""
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level) for level in range(depth)
    )
    closed = b"".join(b"\n--b%d--\n" % level for level in reversed(range(depth)))
    return HEAD + opened + b"Content-Type: text/plain\n\ninnermost\n" + closed


def nested_mails(depth: int) -> bytes:
    """Return mails forwarded inside each other."""
    return HEAD + b"Content-Type: message/rfc822\n\n" * depth + b"Content-Type: text/plain\n\ninnermost\n"


def nested_encoded_mails(depth: int) -> bytes:
    """Return mails inside each other, each in base64 (against RFC 2045, but seen)."""
    inner = _mail()
    for _ in range(depth):
        inner = _mail(b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n", base64.encodebytes(inner))
    return inner


def html(text: str) -> bytes:
    """Return a mail whose body is that HTML."""
    return _mail(b"Content-Type: text/html; charset=utf-8\n", text.encode())


def many_parts(count: int) -> bytes:
    """Return a multipart of that many small texts."""
    return _multipart(b"--b\nContent-Type: text/plain\n\nx\n" * count + b"--b--\n")


def alternatives(depth: int) -> bytes:
    """Return alternatives inside alternatives, HTML everywhere."""
    opened = b"".join(
        b'Content-Type: multipart/alternative; boundary="b%d"\n\n--b%d\nContent-Type: text/html\n\n'
        b"<table><tr><td>x\n--b%d\n" % (level, level, level)
        for level in range(depth)
    )
    return HEAD + opened + b"Content-Type: text/html\n\n<p>last</p>\n"


BOMBS: dict[str, Callable[[], bytes]] = {
    "1,000 nested multiparts": lambda: nested_multiparts(1_000),
    "1,000 nested mails": lambda: nested_mails(1_000),
    "30 nested mails in base64": lambda: nested_encoded_mails(30),
    "100,000 parts": lambda: many_parts(100_000),
    "100,000 empty parts": lambda: _multipart(b"--b\n" * 100_000),
    "nested alternatives": lambda: alternatives(200),
    "one boundary for all levels": lambda: HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n' * 20_000,
    "boundary of 1 MB": lambda: _mail(b'Content-Type: multipart/mixed; boundary="' + b"b" * 1_000_000 + b'"\n'),
    "boundary lines of spaces": lambda: _multipart((b"--b" + b" " * 5_000 + b"x\n") * 400),
    "100,000 addresses": lambda: HEAD + b"Cc: " + b"a@b.example, " * 100_000 + b"\n\nhello\n",
    "20 kB of quotes": lambda: b'From: "' + b'\\"' * 10_000 + b"\n" + HEAD + b"\nhello\n",
    "10,000 nested comments": lambda: HEAD + b"Reply-To: " + b"(" * 10_000 + b"\n\nhello\n",
    "10,000 angle brackets": lambda: HEAD + b"Cc: " + b"<" * 10_000 + b"\n\nhello\n",
    "5,000 parameters": lambda: _mail(
        b"Content-Type: text/plain" + b"".join(b";\n p%d=x" % number for number in range(5_000)) + b"\n"
    ),
    "5,000 name segments": lambda: _multipart(
        b"--b\nContent-Type: image/png\nContent-Disposition: attachment"
        + b"".join(b";\n filename*%d*=%%41" % number for number in range(5_000))
        + b"\n\nx\n--b--\n"
    ),
    "50,000 encoded words": lambda: HEAD + b"Comments: x\nSubject:" + b" =?utf-8?q?=41?=\n" * 50_000 + b"\nhello\n",
    "100,000 references": lambda: HEAD + b"References:" + b" <a@b>\n" * 100_000 + b"\nhello\n",
    "100,000 header lines": lambda: HEAD + b"X: y\n" * 100_000 + b"\nhello\n",
    "headers of 5 MB": lambda: HEAD + b"X-Long: y\n" + b" yyyyyyyyyyyyyyyyyyyyyyyy\n" * 200_000 + b"\nhello\n",
    "header line of 5 MB": lambda: HEAD + b"Cc: " + b"x" * 5_000_000 + b"\n\nhello\n",
    "broken base64 of 5 MB": lambda: _mail(
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n", b"A=" * 2_500_000
    ),
    "quoted-printable of 5 MB": lambda: _mail(
        b"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n", b"=" * 5_000_000
    ),
    "punycode of 200 kB": lambda: _mail(b"Content-Type: text/plain; charset=punycode\n", b"a-" + b"z" * 200_000),
    "utf-7 of 2 MB": lambda: _mail(b"Content-Type: text/plain; charset=utf-7\n", b"+AGE-" * 400_000),
    "zlib as character set": lambda: _mail(b"Content-Type: text/plain; charset=zlib\n", b"x\x9c" * 1_000),
    "word of 10 MB": lambda: _mail(b"Content-Type: text/plain\n", b"x" * 10_000_000),
    "flowed lines": lambda: _mail(b"Content-Type: text/plain; format=flowed\n", b"a \n" * 1_000_000),
    "20 nested tables": lambda: html("<table><tr><td>" * 20 + "deep"),
    "2,000 nested tables": lambda: html("<table><tr><td>" * 2_000 + "deep"),
    "60,000 nested tables": lambda: html("<table><tr><td>" * 60_000 + "deep"),
    "open angle brackets": lambda: html("<" * 900_000),
    "open comments": lambda: html("<!--" * 200_000),
    "open declarations": lambda: html("<![" * 300_000),
    "open tags": lambda: html("<a " * 300_000),
    "open attributes": lambda: html("<a b='" + "x" * 900_000),
    "endless attributes": lambda: html("<a" + " b=c" * 200_000),
    "closing tags": lambda: html("</" * 400_000),
    "entities": lambda: html("&#" * 400_000 + "&" * 100_000),
    "NUL bytes": lambda: _mail(b"", b"\0" * 1_000_000),
    "no line end": lambda: b"From: " + SENDER.encode() + b"x" * 2_000_000,
    "mail of 26 MB": lambda: _mail(b"", b"hello\n" + b"x" * 70 + (b"y" * 76 + b"\n") * 350_000),
}


def all_bombs() -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each bomb."""
    for name, make in BOMBS.items():
        yield name, make()
