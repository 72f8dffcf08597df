"""Files that are taken and files that are refused with one sentence."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.base.worker import Pool
from officer_app.post import caps
from officer_app.post.inbox import Taken, read, read_bytes

MAIL = b"From: Ann <ann@mail.example>\r\nSubject: hello\r\nDate: Mon, 2 Feb 2026 10:00:00 +0000\r\n\r\nwords\r\n"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as made:
        yield made


def test_a_file_gives_its_bytes_and_its_message(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "khiếu nại.eml"
    path.write_bytes(MAIL)
    taken = read(path, pool)
    assert isinstance(taken, Taken)
    assert taken.raw == MAIL
    assert taken.message.text == "words"
    assert taken.message.complete


def test_without_a_pool_it_starts_its_own_child_and_ends_it(tmp_path: Path) -> None:
    assert read_bytes(MAIL).message.subject == "hello"


def _refusal(path: Path, pool: Pool) -> str:
    with pytest.raises(KnownError) as caught:
        read(path, pool)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not a mail"),
        (b"%PDF-1.7\n%abc\n", "not a mail"),
        (b"PK\x03\x04" + bytes(50), "not a mail"),
        (b"Just some text\nwithout any header\n", "not a mail"),
        (b"Name: value\nOther: value\n\ntext", "not a mail"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Outlook file (.msg)"),
    ],
)
def test_what_is_no_mail_is_refused(pool: Pool, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "odd.eml"
    path.write_bytes(content)
    sentence = _refusal(path, pool)
    assert words in sentence
    assert sentence.startswith("odd.eml")


def test_a_missing_file_and_a_folder_are_refused(pool: Pool, tmp_path: Path) -> None:
    assert "There is no file" in _refusal(tmp_path / "none.eml", pool)
    assert "Choose a mail file" in _refusal(tmp_path, pool)
    assert "could not be read" in _refusal(tmp_path / "a\0b.eml", pool)
    assert "could not be read" in _refusal(tmp_path / ("x" * 300), pool)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_does_not_hang(pool: Pool, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.eml")
    assert "not a file" in _refusal(tmp_path / "pipe.eml", pool)


def test_more_than_100_mb_is_refused_without_reading_it(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "huge.eml"
    with path.open("wb") as file:
        file.write(MAIL)
        file.truncate(caps.FILE_BYTES + 1)
    assert "100 MB" in _refusal(path, pool)


def test_a_mail_of_nearly_100_mb_is_taken_in_part(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "large.eml"
    with path.open("wb") as file:
        file.write(MAIL)
        file.truncate(caps.FILE_BYTES)
    taken = read(path, pool)
    assert len(taken.raw) == caps.FILE_BYTES
    assert taken.message.text.startswith("words")
    assert taken.message.warnings[0] == caps.TOO_BIG
    assert not taken.message.complete


def test_a_mail_that_begins_with_64_kb_of_foreign_fields_is_a_mail(pool: Pool) -> None:
    assert read_bytes(b"X-Spam: y\n" * 10_000 + MAIL, pool).message.subject == "hello"
