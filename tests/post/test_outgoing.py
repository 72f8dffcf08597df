"""Unsent mails: they read back as they were written, and no text can add a header to them."""

import email
from datetime import UTC, datetime
from email import policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.post.message import parse
from officer_app.post.outgoing import compose

DATE = datetime(2026, 2, 16, 9, 30, tzinfo=UTC)
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 20


def made(
    *,
    sender: str = "Demo Shop <desk@shop.example>",
    to: str = "Lê Hoa <hoa@mail.example>",
    subject: str = "Your request C-2026-0001",
    text: str = "Xin chào,\n\nthư kèm theo.\n",
    name: str = "N-2026-0001.pdf",
) -> bytes:
    return compose(sender=sender, to=to, subject=subject, text=text, attachment=PDF, attachment_name=name, date=DATE)


def test_it_reads_back_as_it_was_written() -> None:
    message = parse(made())
    assert (message.sender_name, message.sender_email) == ("Demo Shop", "desk@shop.example")
    assert message.to == ("hoa@mail.example",)
    assert message.subject == "Your request C-2026-0001"
    assert message.text == "Xin chào,\n\nthư kèm theo."
    assert message.date == DATE
    assert [(one.name, one.content_type, one.content) for one in message.attachments] == [
        ("N-2026-0001.pdf", "application/pdf", PDF)
    ]
    assert message.complete
    assert message.warnings == ()


def test_it_is_an_unsent_draft_in_wire_form_and_the_same_each_time() -> None:
    raw = made()
    assert raw == made()
    assert b"\r\nX-Unsent: 1\r\n" in raw
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=100), st.text(max_size=500))
def test_no_text_adds_a_header(subject: str, name: str, file: str, text: str) -> None:
    raw = made(subject=subject, to=f"{name} <hoa@mail.example>", name=file, text=text)
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert sorted(mail.keys()) == sorted(["From", "To", "Subject", "Date", "X-Unsent", "MIME-Version", "Content-Type"])
    assert [one.addr_spec for one in mail["To"].addresses] == ["hoa@mail.example"]
    assert len(list(mail.iter_attachments())) == 1


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\r\n ", "\x0b", "\x0c", "\u2028", "\x85", "\x00\n"])
def test_line_breaks_smuggle_nothing_in(breaks: str) -> None:
    evil = f"Hello{breaks}Bcc: evil@mail.example"
    raw = made(subject=evil, to=f"{evil} <hoa@mail.example>", sender=f"{evil} <desk@shop.example>", name=evil)
    mail = email.message_from_bytes(raw)
    assert mail["Bcc"] is None
    message = parse(raw)
    assert message.to == ("hoa@mail.example",)
    assert message.sender_email == "desk@shop.example"


@pytest.mark.parametrize("to", ["", "hoa", "hoa@", "@mail.example", "a b@mail.example", "Hoa <>", "a@b@c d"])
def test_a_bad_address_is_a_sentence(to: str) -> None:
    with pytest.raises(KnownError, match=r"The recipient's e-mail address is .*\.$"):
        made(to=to)


def test_a_domain_outside_ascii_goes_as_an_a_label() -> None:
    assert parse(made(to="info@bücher.example")).to == ("info@xn--bcher-kva.example",)


def test_a_local_part_outside_ascii_is_kept() -> None:
    assert parse(made(to="Hòa <hòa@mail.example>")).to == ("hòa@mail.example",)
