"""Foreign file names: what is shown is what is written, and it is written only where it may be."""

import os
import random
import stat
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.post.safe_names import MAX_BYTES, display, export, export_path, for_export, for_kind


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../x\x00\u202efdp.exe", "xfdp.exe"),
        ("C:\\Users\\a\\thư.pdf", "thư.pdf"),
        ("/etc/passwd", "passwd"),
        ("a/b\\", "file"),
        ("..", "file"),
        (" . . ", "file"),
        ("", "file"),
        ("a\u200b\ufeff.p\u00addf", "a.pdf"),
        ("line\nbreak\tx.txt", "line break x.txt"),
        ("name.txt. . .", "name.txt"),
        ("\ud800x.png", "x.png"),
    ],
)
def test_the_shown_name(sent: str, shown: str) -> None:
    assert display(sent) == shown


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("LPT1.tar.gz", "_LPT1.tar.gz"),
        ("COM¹", "_COM¹"),
        ("console.txt", "console.txt"),
        ('a<b>:"c|?*.txt', "a_b___c___.txt"),
        ("file.txt:stream", "file.txt_stream"),
    ],
)
def test_the_written_name(sent: str, written: str) -> None:
    assert for_export(sent) == written


def test_a_long_name_keeps_its_ending() -> None:
    for name in ("x" * 500 + ".pdf", "ế" * 300 + ".docx", "y" * 300):
        short = display(name)
        assert len(short.encode()) <= MAX_BYTES
        assert short.endswith((".pdf", ".docx", "…"))
        assert display(short) == short


def test_a_nameless_part_is_named_by_its_kind() -> None:
    assert for_kind("application/pdf", 3) == "attachment-3.pdf"
    assert for_kind("x/../../y", 1) == "attachment-1.bin"


def _hostile(dice: random.Random) -> str:
    pieces = (
        "..", "/", "\\", "\0", "\u202e", "\u2066", "\u200f", "CON", "nul", ".", " ", ":", "~", "C:", "$(x)", "%2e", "-",
        "\n", "x", "Ế", "文", "\ud83d", "😀", ".exe", ".pdf", "aux.", "\u0301", "a" * 130, "\x7f", "|", "*",
    )  # fmt: skip
    return "".join(dice.choice(pieces) for _ in range(dice.randrange(1, 14)))


def test_5000_names_stay_inside_the_folder(
    tmp_path: Path, dice: random.Random, trials: Callable[[int, int], int]
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    for number in range(trials(1_000, 5_000)):
        name = _hostile(dice)
        path = export_path(inside, name)
        assert path.parent == inside
        assert len(path.name.encode()) <= MAX_BYTES
        assert not any(unicodedata.category(ch)[0] == "C" for ch in path.name)
        assert Path(path.name).suffix == Path(for_export(display(name))).suffix
        if number % 5 == 0:
            assert export(inside, name, b"x").read_bytes() == b"x"
    assert [one for one in tmp_path.iterdir() if one != inside] == []


@given(st.text(max_size=300), st.integers(1, 900))
def test_any_name_is_one_short_component(name: str, number: int) -> None:
    path = export_path(Path("folder"), name, number)
    assert path.parent == Path("folder")
    assert path.name not in ("", ".", "..")
    assert len(path.name.encode()) <= MAX_BYTES
    assert display(display(name)) == display(name)
    assert for_export(for_export(name)) == for_export(name)


def test_an_existing_file_is_never_touched(tmp_path: Path) -> None:
    first = export(tmp_path, "letter.pdf", b"one")
    second = export(tmp_path, "letter.pdf", b"two")
    assert (first.name, second.name) == ("letter.pdf", "letter (2).pdf")
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes are POSIX here")
def test_a_link_is_not_followed_and_the_file_is_private(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").symlink_to(outside)
    written = export(folder, "a.txt", b"secret")
    assert written.name == "a (2).txt"
    assert not outside.exists()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="Choose another folder"):
        export(tmp_path / "none", "a.txt", b"x")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a way to limit a file's size")
def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(KnownError, match=r"a\.txt could not be written"):
            export(tmp_path, "a.txt", b"x" * 5_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert os.listdir(tmp_path) == []  # noqa: PTH208
