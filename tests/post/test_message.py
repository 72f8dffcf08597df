"""From bytes to a Message: shapes that real mail programs send, and shapes that nobody should."""

import base64
import encodings.aliases
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.post.message import Message, parse

FROM = b"From: =?utf-8?q?L=C3=AA_Hoa?= <hoa@mail.example>\nTo: desk@shop.example\n"


def mail(fields: str = "", body: bytes | str = "hello\n") -> Message:
    text = body.encode() if isinstance(body, str) else body
    return parse(FROM + fields.encode() + b"\n" + text)


def names(message: Message) -> list[str]:
    return [one.name for one in message.attachments]


def test_headers_are_decoded_and_dates_are_in_utc() -> None:
    message = mail(
        "Cc: Ann <ann@shop.example>, desk@shop.example\n"
        "Subject: =?UTF-8?B?S2hp4bq/dSBu4bqhaQ==?= =?iso-8859-1?q?_caf=E9?=\n"
        "Date: Mon, 16 Feb 2026 09:30:00 +0700\nMessage-ID: <one@mail.example>\n"
        "In-Reply-To: <zero@shop.example>\nReferences: <a@x.example>\n\t<zero@shop.example>\n"
    )
    assert message.sender_name == "Lê Hoa"
    assert message.sender_email == "hoa@mail.example"
    assert message.to == ("desk@shop.example", "ann@shop.example")
    assert message.subject == "Khiếu nại café"
    assert message.date == datetime(2026, 2, 16, 2, 30, tzinfo=UTC)
    assert message.message_id == "one@mail.example"
    assert message.in_reply_to == "zero@shop.example"
    assert message.references == ("a@x.example", "zero@shop.example")
    assert (message.text, message.warnings, message.complete) == ("hello", (), True)


@pytest.mark.parametrize("ending", [b"\r\n", b"\r", b"\n"])
def test_every_kind_of_line_end_is_read(ending: bytes) -> None:
    raw = FROM + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\none\n--b\n\ntwo\n--b--\n'
    message = parse(b"\xef\xbb\xbf\n" + raw.replace(b"\n", ending))
    assert message.sender_email == "hoa@mail.example"
    assert message.text == "one\n\ntwo"


def test_a_mail_out_of_an_mbox_file_is_read() -> None:
    assert parse(b"From hoa@mail.example Mon Feb 16 2026\n" + FROM + b"\nhi\n").sender_name == "Lê Hoa"


def test_a_missing_blank_line_before_the_body_loses_no_text() -> None:
    assert parse(FROM + b"Hello, this is the body\nand more\n").text == "Hello, this is the body\nand more"


def test_date_falls_back_to_none_and_says_so() -> None:
    for text in ("", "yesterday", "Mon, 99 Feb 2026 99:99:99 +9999", "Fri, 31 Dec 9999 23:00:00 -1400"):
        message = mail(f"Date: {text}\n")
        assert message.date is None
        assert "The mail has no readable date." in message.warnings


def test_a_future_date_is_held_against_the_time_of_delivery() -> None:
    message = mail(
        "Received: from a (a [192.0.2.1]) by mx; Mon, 16 Feb 2026 03:00:00 +0000\n"
        "Date: Tue, 16 Feb 2027 09:30:00 +0700\n"
    )
    assert message.delivered == datetime(2026, 2, 16, 3, 0, tzinfo=UTC)
    assert "The mail claims to be of 2027-02-16 but was delivered on 2026-02-16." in message.warnings


def test_no_sender_is_a_warning_not_a_failure() -> None:
    message = parse(b"Subject: hi\n\nhello\n")
    assert message.sender_email == ""
    assert "The mail names no sender." in message.warnings


def test_the_plain_alternative_is_shown_and_the_html_is_not() -> None:
    message = mail(
        'Content-Type: multipart/alternative; boundary="b"\n',
        "--b\nContent-Type: text/plain\n\nplain words\n--b\nContent-Type: text/html\n\n<p>rich words\n--b--\n",
    )
    assert message.text == "plain words"
    assert message.attachments == ()


def test_a_stub_beside_long_html_gives_way_to_it() -> None:
    rich = "<p>" + "my complaint is long " * 30
    message = mail(
        'Content-Type: multipart/alternative; boundary="b"\n',
        f"--b\n\nPlease view in HTML.\n--b\nContent-Type: text/html\n\n{rich}\n--b--\n",
    )
    assert message.text.startswith("my complaint is long")


def test_pictures_inside_html_become_attachments() -> None:
    message = mail(
        'Content-Type: multipart/alternative; boundary="a"\n',
        "--a\n\n" + "plain words " * 30 + "\n--a\n"
        'Content-Type: multipart/related; boundary="r"\n\n--r\nContent-Type: text/html\n\n<img src="cid:1">\n'
        "--r\nContent-Type: image/png\nContent-ID: <1>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
        "--r--\n--a--\n",
    )
    assert message.text.startswith("plain words")
    assert [(one.name, one.content) for one in message.attachments] == [("attachment-1.png", b"\x89PNG\r\n\x1a\n")]


def test_a_forwarded_mail_is_text_and_attachment() -> None:
    inner = (
        "From: Shop <news@shop.example>\nSubject: =?utf-8?q?Ch=C3=A0o?=\nDate: Mon, 2 Feb 2026 10:00:00 +0000\n"
        'Content-Type: multipart/mixed; boundary="i"\n\n--i\n\ninner words\n'
        "--i\nContent-Type: application/pdf; name=a.pdf\n\n%PDF\n--i--\n"
    )
    message = mail(
        'Content-Type: multipart/mixed; boundary="o"\n',
        f"--o\n\nouter words\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n",
    )
    assert names(message) == ["Chào.eml"]
    assert message.attachments[0].content == inner.encode()
    assert message.text.startswith("outer words\n\n---------- Forwarded message ----------\nFrom: Shop <news@shop")
    assert message.text.endswith("inner words")
    assert "2026-02-02 10:00 UTC" in message.text


def test_calendar_parts_are_kept_and_not_followed() -> None:
    message = mail(
        'Content-Type: multipart/alternative; boundary="b"\n',
        "--b\n\nsee you\n--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n",
    )
    assert message.text == "see you"
    assert names(message) == ["attachment-1.ics"]


@pytest.mark.parametrize(
    ("fields", "body", "kept", "words"),
    [
        ('Content-Type: application/pkcs7-mime; name="smime.p7m"\n', "MIIB", ["smime.p7m"], "S/MIME"),
        (
            'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"\n',
            "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n"
            'Content-Type: application/octet-stream; name="encrypted.asc"\n\n-----BEGIN PGP MESSAGE-----\n--b--\n',
            ["attachment-1.asc", "encrypted.asc"],
            "encrypted (PGP)",
        ),
        ("", "-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n", [], "encrypted (PGP)"),
        (
            'Content-Type: application/ms-tnef; name="winmail.dat"\n',
            "x\x9f",
            ["winmail.dat"],
            "winmail.dat",
        ),
    ],
)
def test_sealed_mails_are_kept_whole_and_named(fields: str, body: str, kept: list[str], words: str) -> None:
    message = mail(fields, body)
    assert names(message) == kept
    assert any(words in one for one in message.warnings)


def test_a_signature_is_an_attachment_and_the_text_stays_text() -> None:
    message = mail(
        'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary="b"\n',
        "--b\n\nsigned words\n--b\nContent-Type: application/pgp-signature; name=signature.asc\n\nxyz\n--b--\n",
    )
    assert message.text == "signed words"
    assert names(message) == ["signature.asc"]


def test_attachment_names_are_decoded_and_made_safe() -> None:
    message = mail(
        'Content-Type: multipart/mixed; boundary="b"\n',
        "--b\nContent-Disposition: attachment; filename*=utf-8''..%2f..%2fx%00%E2%80%AEfdp.exe\n\nMZ\n"
        "--b\nContent-Disposition: attachment; filename==?utf-8?q?th=C6=B0.pdf?=\n\nx\n"
        '--b\nContent-Type: image/jpeg; name="C:\\\\temp\\\\photo.jpg"\n\nx\n'
        '--b\nContent-Disposition: attachment; filename*0="long "; filename*1="name.txt"\n\nx\n--b--\n',
    )
    assert names(message) == ["xfdp.exe", "thư.pdf", "photo.jpg", "long name.txt"]
    assert "The attachment xfdp.exe may run as a program when it is opened." in message.warnings


def test_broken_base64_keeps_what_can_be_read_and_says_so() -> None:
    whole = base64.b64encode(b"hello world, this is text").decode().rstrip("=")
    message = mail("Content-Transfer-Encoding: base64\n", f"{whole}\n\n--\nMailing list footer\n")
    assert message.text.startswith("hello world, this is text")
    two = mail("Content-Transfer-Encoding: base64\n", "b25l\nIG9uZQ==\nIHR3bw==\n")
    assert two.text == "one one two"
    assert any("damaged" in one for one in two.warnings)
    odd = mail("Content-Transfer-Encoding: base64\n", "aGVsbG8gd29ybGQx*A\n")
    assert odd.text == "hello world1"


def test_a_multipart_without_boundary_is_shown_as_it_came() -> None:
    message = mail("Content-Type: multipart/mixed\n", "--b\nContent-Type: text/plain\n\nwords\n--b--\n")
    assert "words" in message.text
    assert any("broken" in one for one in message.warnings)


def test_an_open_multipart_ends_with_the_mail() -> None:
    message = mail('Content-Type: multipart/mixed; boundary="b"\n', "--b\n\nfirst\n--b\n\nsecond")
    assert message.text == "first\n\nsecond"


def test_an_unknown_transfer_encoding_is_kept_and_noted() -> None:
    message = mail("Content-Transfer-Encoding: x-rot13\n", "uryyb\n")
    assert message.text == "uryyb"
    assert any("transfer encoding" in one for one in message.warnings)


def test_long_body_lines_are_ordinary() -> None:
    line = "word " * 5_000
    message = mail("", line)
    assert message.complete
    assert message.text.strip() == line.strip()


@pytest.mark.parametrize(
    ("fields", "body", "sentence"),
    [
        ("Subject: " + "x" * 2_000 + "\n", "hello\n", "header line"),
        ("X-One: y\n" * 130_000, "hello\n", "larger than 1 MB"),
        ("Cc: " + ",\n ".join(f"p{n}@x.example" for n in range(150)) + "\n", "hello\n", "first 100"),
        ("", "long " * 200_000, "shown in part"),
    ],
)
def test_a_mail_over_a_limit_is_read_in_part_and_says_so(fields: str, body: str, sentence: str) -> None:
    message = mail(fields, body)
    assert not message.complete
    assert any(sentence in one for one in message.warnings)
    assert message.sender_email == "hoa@mail.example"
    assert message.text.startswith(body[:4])
    assert len(message.to) <= 100


def test_just_within_the_limits_is_complete() -> None:
    parts = "".join(f"--b\n\npart {number}\n" for number in range(199)) + "--b--\n"
    copies = ",\n ".join(f"p{number}@x.example" for number in range(99))
    message = mail(f'Cc: {copies}\nSubject: {"x" * 480}\nContent-Type: multipart/mixed; boundary="b"\n', parts)
    assert message.complete, message.warnings
    assert message.text.endswith("part 198")
    assert len(message.to) == 100


# --- character sets -----------------------------------------------------------------------------------------

NOT_FOR_MAIL = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
CODECS = sorted({*encodings.aliases.aliases.values(), *NOT_FOR_MAIL, "utf_8_sig", "cp1258", "koi8_u"})
SAMPLES = ("Xin chào, tôi muốn khiếu nại.", "Größe café", "Жалоба", "苦情です", "投诉", "불만", "abc hello")


@pytest.mark.parametrize("codec", CODECS)
def test_every_character_set_python_knows(codec: str) -> None:
    """Text sent in a character set comes out as it was; what is none never raises and never loses bytes."""
    for label in (codec, codec.replace("_", "-").upper(), f'"{codec}"'):
        message = mail(f"Content-Type: text/plain; charset={label}\n", b"abc \xe9\xff\x80 def\n")
        assert message.complete
        assert message.sender_email == "hoa@mail.example"
        message.text.encode("utf-8")
    if codec in NOT_FOR_MAIL:
        assert any("unknown" in one for one in mail(f"Content-Type: text/plain; charset={codec}\n").warnings)
        return
    for sample in SAMPLES:
        try:
            raw = sample.encode(codec)
        except (LookupError, UnicodeError):
            continue
        encoded = base64.encodebytes(raw)
        message = mail(f"Content-Type: text/plain; charset={codec}\nContent-Transfer-Encoding: base64\n", encoded)
        assert message.text == sample


@pytest.mark.parametrize("label", ["x-no-such", "", "zlib", "a" * 5_000, "../../etc", "\x00", "utf-8\x00", "charset"])
def test_an_unknown_character_set_is_read_as_latin_1_with_a_mark(label: str) -> None:
    message = mail(f"Content-Type: text/plain; charset={label}\n", b"caf\xe9\n")
    assert message.text == "café"
    assert any(one.endswith(("may look wrong.", "may be shown wrongly.")) for one in message.warnings)


def test_utf_8_under_a_western_label_is_seen_through() -> None:
    message = mail("Content-Type: text/plain; charset=iso-8859-1\n", "Tôi muốn hỏi\n")
    assert message.text == "Tôi muốn hỏi"
    assert "The text was labelled “iso-8859-1” but is UTF-8, and was read as UTF-8." in message.warnings


def test_nothing_that_a_screen_acts_on_is_left_in_the_text() -> None:
    message = mail("Content-Type: text/plain; charset=utf-8\n", "a\u202eb\u2066c\x00\x1b[31md\x85e\ufefff\n")
    assert message.text == "abc[31md\nef"
    assert any("direction" in one for one in message.warnings)


@given(st.binary(max_size=2_000))
def test_any_bytes_give_a_message(raw: bytes) -> None:
    whole = FROM + raw
    for given_bytes in (raw, whole, FROM + b'Content-Type: multipart/mixed; boundary=""\n' + raw):
        message = parse(given_bytes)
        for text in (message.text, message.subject, message.sender_name, message.sender_email, *message.warnings):
            text.encode("utf-8")
