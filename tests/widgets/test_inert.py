"""Foreign files made harmless: pixels and plain text come out, and what does harm is refused in a sentence."""

import io
import multiprocessing
from collections.abc import Callable

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from officer_app.base.errors import KnownError
from officer_app.widgets import inert
from officer_app.widgets.inert import Sight
from officer_app.widgets.sight import SightView
from officer_app.widgets.work import Work
from tests.widgets import harm
from tests.widgets.conftest import work  # noqa: F401 -- fixture


def picture(kind: str, size: tuple[int, int] = (300, 200), colour: str = "red", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def pdf(pages: int) -> bytes:
    made = [Image.new("RGB", (595, 842), "blue") for _ in range(pages)]
    out = io.BytesIO()
    made[0].save(out, "PDF", save_all=True, append_images=made[1:])
    return out.getvalue()


def test_a_picture_becomes_pixels() -> None:
    sight = inert.read(picture("PNG"))
    (one,) = sight.pictures
    assert (one.width, one.height, one.rgb[:3], len(one.rgb)) == (300, 200, b"\xff\0\0", 300 * 200 * 3)
    assert inert.read(picture("JPEG", (3000, 1500))).pictures[0].width <= 2200


def test_the_pages_of_a_pdf_are_drawn_some_at_a_time(work: Work, qtbot: QtBot) -> None:  # noqa: F811
    sight = inert.read(pdf(14))
    assert len(sight.pictures) == inert.PAGES and sight.pages == 14 and sight.more
    middle = sight.pictures[0].width * sight.pictures[0].height // 2 * 3
    assert sight.pictures[0].rgb[middle : middle + 3][2] > 200, "the page is blue"
    view = SightView(work)
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.setVisible(True)
    view.show_sight(sight, "list.pdf")
    assert view.pictures == inert.PAGES and view._more.isVisible()
    view._more.click()
    assert work.drain(60_000)
    assert view.pictures == 14 and not view._more.isVisible()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Nhật ký\r\n203.0.113.7".encode(), "Nhật ký\n203.0.113.7"),
        ("ghi chép".encode("utf-16"), "ghi chép"),
        ("Übersicht".encode("cp1252"), "Übersicht"),
        (b"<img src='/etc/passwd'><script>", "<img src='/etc/passwd'><script>"),
    ],
)
def test_anything_readable_is_plain_text(content: bytes, said: str) -> None:
    assert inert.read(content).text == said


def test_a_long_text_is_cut_and_says_so() -> None:
    sight = inert.read(b"line\n" * 100_000)
    assert sight.cut and len(sight.text) == 200_000


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4 rubbish",
        pdf(1)[:200],
        picture("PNG")[:60],
        picture("PNG", (6_000, 6_000)),
        b"\xff\xd8\xff\xe0 no picture",
        picture("TIFF"),
        b"MZ\x90\0\x03" + bytes(range(256)),
    ],
    ids=["pdf", "cut pdf", "cut png", "bomb", "jpeg", "tiff", "program"],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(KnownError, match=r"Export a copy.*\.$"):
        inert.read(content)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (harm.ends, "damaged, or made to do harm"),
        (harm.lingers, "too much time"),
        (harm.swells, "too much time or mem"),
    ],
)
def test_a_file_that_kills_or_holds_up_its_process_harms_no_other(
    act: Callable[[bytes, int], Sight], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(multiprocessing.active_children())
    monkeypatch.setattr(inert, "_SECONDS", 2.0)
    monkeypatch.setattr(inert, "pages", act)
    with pytest.raises(KnownError, match=rf"{said}.*Export a copy.*\.$"):
        inert.read(b"%PDF-1.7")
    assert set(multiprocessing.active_children()) <= before, "the process is gone"
    monkeypatch.undo()
    assert inert.read(picture("PNG")).pictures, "the next file is shown"


def test_pages_that_come_late_are_not_shown_with_another_file(work: Work, qtbot: QtBot) -> None:  # noqa: F811
    sight = inert.read(pdf(14))
    view = SightView(work)
    qtbot.addWidget(view)
    view.setVisible(True)
    view.show_sight(sight, "first.pdf")
    view._more.click()
    assert not view._more.isEnabled(), "a second click would draw the same pages twice"
    view.show_sight(inert.read(picture("PNG")), "second.png")
    assert work.drain(60_000)
    assert view.pictures == 1, "no page of the first file"
    view.show_sight(sight, "first.pdf")
    view._more.click()
    view._leave()
    assert work.drain(60_000) and view.pictures == 0
