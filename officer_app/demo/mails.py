"""Writes the demo's six complaint mails, byte by byte as the programs that people use write them."""

import base64
import hashlib
import quopri
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.header import Header
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

_SAIGON = timezone(timedelta(hours=7))
_BERLIN = timezone(timedelta(hours=1))
DESK = "privacy@demo-shop.example"
"""Where the demo's customers write to; the domain can never exist (RFC 2606)."""


class Person(Protocol):
    """A customer of the demo shop, as far as a mail shows one."""

    @property
    def name(self) -> str:
        """Return the full name."""

    @property
    def email(self) -> str:
        """Return the e-mail address of the account."""


@dataclass(frozen=True)
class _Letter:
    """One mail before it is written: who, when, and its identity."""

    sender: Person
    sent: datetime
    desk: str

    @property
    def mark(self) -> str:
        """Return a token for message-id and boundary, equal for equal mails."""
        seed = f"{self.sender.email} {self.sent.isoformat()}"
        return hashlib.sha256(seed.encode()).hexdigest()[:24]

    def head(self, subject: str, *, host: str, ident: str, encode: bool = True) -> str:
        """Return the fields that the sender's program and two mail servers put on top."""
        domain = self.sender.email.rpartition("@")[2]
        arrived = self.sent + timedelta(seconds=4)
        name = _word(self.sender.name) if encode else self.sender.name
        title = _word(subject) if encode else subject
        return (
            f"Return-Path: <{self.sender.email}>\n"
            f"Delivered-To: {self.desk}\n"
            f"Received: from {host} ({host} [192.0.2.{int(self.mark[:2], 16)}])\n"
            f"\tby mx.demo-shop.example (Postfix) with ESMTPS id {self.mark[:10].upper()}\n"
            f"\tfor <{self.desk}>; {format_datetime(arrived)}\n"
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1;\n"
            f"\th=from:to:subject:date:message-id; bh={base64.b64encode(self.mark.encode()).decode()};\n"
            f"\tb={base64.b64encode(self.mark.encode() * 3).decode()[:72]}\n"
            f"From: {name} <{self.sender.email}>\n"
            f"To: {self.desk}\n"
            f"Subject: {title}\n"
            f"Date: {format_datetime(self.sent)}\n"
            f"Message-ID: <{ident.format(self.mark)}>\n"
            "MIME-Version: 1.0\n"
        )


def write(folder: Path, now: datetime, people: Sequence[Person], *, desk: str = DESK) -> tuple[Path, ...]:
    """Write six mails of six `people` into `folder` (made if missing) and return their paths in order.

    They are a leak to a third party (plain), an access request (HTML only), use for another purpose
    (quoted-printable Vietnamese), account misuse (base64 with a picture), an erasure request (a forwarded mail
    inside) and a comment (wrong character set); sent within the six days before `now` (aware).
    """
    if len(people) < len(_MAILS):
        raise ValueError("six people are needed, one for each mail")
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, (title, make) in enumerate(_MAILS, 1):
        sent = (now - timedelta(days=number - 1, hours=2, minutes=7 * number)).replace(microsecond=0)
        path = folder / f"{number}-{title}.eml"
        path.write_bytes(make(_Letter(people[number - 1], sent.astimezone(_SAIGON), desk)))
        paths.append(path)
    return tuple(paths)


def _plain(letter: _Letter) -> bytes:
    """Thunderbird, plain text, format=flowed."""
    head = letter.head("My number was given to somebody else", host="out1.mail.example", ident="{}@mail.example")
    return _wire(
        head + "User-Agent: Mozilla Thunderbird\nContent-Language: en-GB\n"
        "Content-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 8bit\n\n"
        "Hello,\n\n"
        "two days after my last order a man from an insurance company called me. He knew my \n"
        "name, the phone number that I only ever gave to you, and even what I had bought. \n"
        "When I asked where he had this from he said “from the shop”.\n\n"
        "I never agreed to this. Please tell me to whom you passed my data and why, and make \n"
        "it stop.\n\n"
        f"Regards\n{letter.sender.name}\n\n-- \nSent from my own computer, for once\n"
    )


def _html_only(letter: _Letter) -> bytes:
    """A web mailer that sends HTML alone, with a remote picture in it."""
    head = letter.head("What do you know about me?", host="smtp.web-mail.example", ident="Mailbird-{}@web-mail.example")
    html = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        "<style type='text/css'>p { font-family: Calibri; margin: 0 } .s { color: #888 }</style></head>"
        "<body><div><p>Dear privacy team,</p><p>&nbsp;</p>"
        "<p>please send me a <b>copy of all personal data</b> that you hold about me:</p>"
        "<ul><li>my account and my addresses,</li><li>my orders,</li>"
        "<li>whom you gave them to, and when.</li></ul>"
        "<p>My account uses this e&#8209;mail address.</p><p>&nbsp;</p>"
        f"<p>Kind regards<br>{_escaped(letter.sender.name)}</p>"
        "<table><tr><td class='s'>Sent with</td><td class='s'>"
        "<a href='https://web-mail.example/get'>WebMail</a></td></tr></table>"
        f"<img src='https://track.web-mail.example/o/{letter.mark}.gif' width='1' height='1'></div></body></html>"
    )
    return _wire(
        head + "X-Mailer: WebMail 7.2\nContent-Type: text/html; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\n" + _quoted(html)
    )


def _quoted_vietnamese(letter: _Letter) -> bytes:
    """Gmail: both alternatives in quoted-printable."""
    head = letter.head(
        "Khiếu nại về việc sử dụng thông tin cá nhân",
        host="mail-pl1-f177.big-mail.example",
        ident="CA+{}@mail.big-mail.example",
    )
    lines = (
        "Kính gửi quý công ty,",
        "Từ khi đăng ký tài khoản, tôi liên tục nhận được cuộc gọi quảng cáo khóa học tiếng Anh vào số điện thoại "
        "mà tôi chỉ dùng để nhận hàng. Tôi không đồng ý cho sử dụng thông tin của mình vào mục đích này.",
        "Đề nghị công ty kiểm tra, ngừng ngay việc này và trả lời cho tôi bằng văn bản.",
        f"Trân trọng,\n{letter.sender.name}",
    )
    boundary = f"000000000000{letter.mark[:16]}"
    html = "".join(f"<div>{_escaped(line).replace(chr(10), '<br>')}</div><div><br></div>" for line in lines)
    return _wire(
        head + f'Content-Type: multipart/alternative; boundary="{boundary}"\n\n'
        f"--{boundary}\n"
        'Content-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: quoted-printable\n\n'
        + _quoted("\n\n".join(lines))
        + f"\n\n--{boundary}\n"
        'Content-Type: text/html; charset="UTF-8"\nContent-Transfer-Encoding: quoted-printable\n\n'
        + _quoted(f'<div dir="ltr">{html}</div>')
        + f"\n\n--{boundary}--\n"
    )


def _base64_with_attachment(letter: _Letter) -> bytes:
    """Outlook: the text in base64, a picture attached."""
    head = letter.head(
        "URGENT: somebody ordered with my account",
        host="EUR05-DB8-obe.outbound.office.example",
        ident="DB8PR05MB{}@DB8PR05MB.eurprd05.office.example",
    )
    text = (
        "Good morning,\n\n"
        "this morning I found an order in my account that I did not place, to an address in a town I have never "
        "been to. My password had been changed. I attach a picture of the order page.\n\n"
        "Please lock the account, stop the parcel and tell me what the person could see.\n\n"
        f"{letter.sender.name}\n"
    )
    boundary = f"_004_{letter.mark.upper()}_"
    return _wire(
        head + "Importance: high\nX-Priority: 1\nThread-Topic: somebody ordered with my account\n"
        "Accept-Language: en-GB, vi-VN\nX-MS-Has-Attach: yes\n"
        f'Content-Type: multipart/mixed;\n\tboundary="{boundary}"\n\n'
        f"--{boundary}\n"
        'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: base64\n\n'
        + base64.encodebytes(text.encode()).decode()
        + f"\n--{boundary}\n"
        'Content-Type: image/png; name="order page.png"\nContent-Description: order page.png\n'
        'Content-Disposition: attachment; filename="order page.png"\nContent-Transfer-Encoding: base64\n\n'
        + base64.encodebytes(page_picture()).decode()
        + f"\n--{boundary}--\n"
    )


def _forwarded(letter: _Letter) -> bytes:
    """Apple Mail, forwarding the shop's own newsletter as an attachment."""
    head = letter.head("Fwd: Your weekly offers", host="st43p00im.me-mail.example", ident="{}@me-mail.example")
    boundary = f"Apple-Mail-_{letter.mark[:8].upper()}-{letter.mark[8:12].upper()}"
    before = (letter.sent - timedelta(days=2)).astimezone(_BERLIN)
    return _wire(
        head + f'X-Mailer: Apple Mail (2.3826)\nContent-Type: multipart/mixed;\n\tboundary="{boundary}"\n\n'
        f"--{boundary}\n"
        "Content-Transfer-Encoding: 7bit\nContent-Type: text/plain;\n\tcharset=us-ascii\n\n"
        "I closed my account with you last month and still get this. Delete everything you have about\n"
        "me, please, and confirm it in writing.\n\n"
        f"--{boundary}\n"
        "Content-Disposition: attachment;\n\tfilename*=utf-8''Your%20weekly%20offers.eml\n"
        'Content-Type: message/rfc822;\n\tname="Your weekly offers.eml"\nContent-Transfer-Encoding: 7bit\n\n'
        "From: Demo Shop <news@demo-shop.example>\n"
        f"To: {letter.sender.email}\n"
        "Subject: Your weekly offers\n"
        f"Date: {format_datetime(before)}\n"
        f"Message-ID: <news.{letter.mark[::-1]}@demo-shop.example>\n"
        "List-Unsubscribe: <mailto:unsubscribe@demo-shop.example>\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\n"
        "This week only: free delivery on everything for the kitchen.\n\n"
        "You receive this because you have an account with us.\n\n"
        f"--{boundary}--\n"
    )


def _wrong_charset(letter: _Letter) -> bytes:
    """An old web form: UTF-8 bytes, raw in the header too, labelled as Latin-1."""
    head = letter.head(
        "Góp ý về chính sách bảo mật", host="www.old-forms.example", ident="{}@www.old-forms.example", encode=False
    )
    return _wire(
        head + "X-Mailer: PHP/5.3.29\nContent-Type: text/plain; charset=iso-8859-1\n"
        "Content-Transfer-Encoding: 8bit\n\n"
        "Chào shop,\n\n"
        "Chính sách bảo mật của shop viết rất khó hiểu. Thời gian lưu trữ thông tin là bao lâu, và ai được xem\n"
        "thông tin của tôi? Mong shop viết ngắn gọn hơn.\n\n"
        f"{letter.sender.name}\n"
    )


_MAILS = (
    ("leak-to-third-party", _plain),
    ("access-request", _html_only),
    ("other-purpose", _quoted_vietnamese),
    ("account-misuse", _base64_with_attachment),
    ("erasure-forwarded", _forwarded),
    ("comment-wrong-charset", _wrong_charset),
)


def _word(text: str) -> str:
    """Return the text as it stands in a header: encoded words where it is not ASCII (RFC 2047)."""
    if text.isascii():
        return f'"{text}"' if any(ch in text for ch in '.,@<>"') else text
    return Header(text, "utf-8", maxlinelen=70, header_name="Subject").encode(linesep="\n")


def _quoted(text: str) -> str:
    return quopri.encodestring(text.encode()).decode("ascii")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def page_picture(width: int = 320, height: int = 200) -> bytes:
    """Return a small PNG that looks like a page: a dark bar on top and grey lines of text."""
    rows = bytearray()
    for y in range(height):
        bar, line = y < 28, y % 18 < 8 and 40 < y < 180
        ink = 60 if bar else 205
        length = width if bar else (width - 40 - (y // 18 * 37) % 120 if line else 0)
        row = bytes([ink]) * length + bytes([250]) * (width - length)
        rows += b"\0" + (row if bar else bytes([250]) * 20 + row[: width - 20])
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)
