"""The demo's mails: written as real programs write them, and read back as their writers meant them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from officer_app.demo.mails import DESK, write
from officer_app.post.message import Message, parse

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Customer:
    name: str
    email: str


PEOPLE = (
    Customer("Anna Smith", "anna.smith@mail.example"),
    Customer("Núñez, José <b>", "jose@mail.example"),
    Customer("Nguyễn Thị Hòa", "hoa.nguyen@mail.example"),
    Customer("Li Wei", "li.wei@mail.example"),
    Customer("Bob O'Neil & Sons", "bob@mail.example"),
    Customer("Trần Văn Đức", "duc.tran@mail.example"),
)


def read(folder: Path) -> list[Message]:
    return [parse(path.read_bytes()) for path in write(folder, NOW, PEOPLE)]


def test_senders_are_the_people_given_and_dates_are_of_the_last_week(tmp_path: Path) -> None:
    messages = read(tmp_path / "mails")
    assert [(one.sender_name, one.sender_email) for one in messages] == [(one.name, one.email) for one in PEOPLE]
    for message in messages:
        assert message.complete
        assert message.to == (DESK,)
        assert message.date is not None
        assert timedelta(0) < NOW - message.date < timedelta(days=7)
        assert message.date == message.delivered - timedelta(seconds=4) if message.delivered else False
        assert message.message_id
    assert len({message.message_id for message in messages}) == 6


def test_each_is_what_its_name_says(tmp_path: Path) -> None:
    plain, html, vietnamese, picture, forwarded, charset = read(tmp_path)
    assert "to whom you passed my data" in plain.text
    assert "copy of all personal data" in html.text
    assert "track.web-mail" not in html.text
    assert html.text.count("Núñez, José <b>") == 1
    assert vietnamese.subject == "Khiếu nại về việc sử dụng thông tin cá nhân"
    assert vietnamese.text.startswith("Kính gửi quý công ty,")
    assert [(one.name, one.content[:4]) for one in picture.attachments] == [("order page.png", b"\x89PNG")]
    assert "my account" in picture.subject
    assert [one.name for one in forwarded.attachments] == ["Your weekly offers.eml"]
    assert "From: Demo Shop <news@demo-shop.example>" in forwarded.text
    assert charset.subject == "Góp ý về chính sách bảo mật"
    assert "Thời gian lưu trữ" in charset.text
    assert any("iso-8859-1" in one for one in charset.warnings)
    assert [one.warnings for one in (plain, html, vietnamese, picture, forwarded)] == [()] * 5


def test_the_bytes_are_as_on_the_wire(tmp_path: Path) -> None:
    plain, html, vietnamese, picture, forwarded, charset = (one.read_bytes() for one in write(tmp_path, NOW, PEOPLE))
    for raw in (plain, html, vietnamese, picture, forwarded, charset):
        assert raw.count(b"\n") == raw.count(b"\r\n")
        assert raw.startswith(b"Return-Path: <")
    assert b"text/plain" not in html
    assert b"quoted-printable" in vietnamese
    assert vietnamese.isascii()
    assert b"base64" in picture
    assert b"message/rfc822" in forwarded
    assert b"charset=iso-8859-1" in charset
    assert "Góp ý".encode() in charset


def test_writing_again_gives_the_same_mails(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write(tmp_path, NOW, PEOPLE)]
    assert [path.read_bytes() for path in write(tmp_path, NOW, PEOPLE)] == first


def test_six_people_are_needed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="six people"):
        write(tmp_path, NOW, PEOPLE[:5])
