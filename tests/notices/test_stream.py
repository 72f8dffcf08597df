"""The streaming writer: the same pages as the plain path, letter by letter, and nothing that it cannot show."""

import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from officer_app.notices import pdf_fonts, stream_face, text
from officer_app.notices.clean import clean, line
from officer_app.notices.document import Code, Document, Heading, Span, Table, Text
from officer_app.notices.faults import CannotPrint
from officer_app.notices.pdf_volume import Settings, Volume
from officer_app.notices.run import print_run
from officer_app.notices.sheet import lay_out, variable
from officer_app.notices.stream import A4, PdfStream
from officer_app.notices.stream_graft import graft
from officer_app.notices.stream_mould import Moulds
from officer_app.notices.stream_page import text as page_text
from officer_app.notices.stream_volume import StreamVolume
from tests.notices import looking, reading
from tests.notices.samples import DAY, HEAD, HOA, POLICE, fields, letter
from tests.notices.test_run import letters, name, series
from tests.pdf_text import pages_of, text_of

LONG = ("Công ty Trách nhiệm Hữu hạn Một Thành viên Thương mại và Dịch vụ Vận tải Hoàng Long", *HOA[1:])
NAMES = (
    HOA,
    LONG,
    ("Đặng Thị Ước Ngữ", "Ð đ Đ ð", "Ħ ħ Ŧ ŧ Œ œ ſ"),
    ("Ελένη Παπαδοπούλου", "Οδός Ερμού 12", "ΑΘΗΝΑ"),
    ("Алексей Щербаков", "ул. Ленина, 5", "МОСКВА"),
    ("a\u0323\u0302\u0315 Zalgo", "x  two  spaces ", "( \\ ) <> % /"),
    ("Snow ☃ Shop", "Hà Nội"),
    (),
    ("“Quoted” – dashed — 12 ₫ … №",),
)


def mixed() -> Iterator[Document]:
    """Yield letters of one and of several pages in both languages, in other sheets, with other fonts."""
    many = (series("en", *map(str, range(12))), series("vi"), series("en", "Name"), series("vi", *map(str, range(40))))
    for at, recipient in enumerate(NAMES * 2):
        yield many[at % 4].letter(f"N-2026-0042/{at + 1:07d}", recipient)
    yield letter("complaint-reply", "vi")
    yield letter("audit-export")
    decree = text.compose(
        "breach-police", "vi", number="N-2026-0100", reference="B-2026-0003", date=DAY, recipient=POLICE,
        letterhead=HEAD, fields=fields("breach-police"), form="vn-decree-30",
    )  # fmt: skip
    assert decree.administrative is not None
    assert any(line.spread for page in lay_out(decree, "").pages for line in page.lines)
    yield decree
    yield replace(decree, number="N-2026-0101", recipient=("Ông ☃",))
    yield letter("wide-list") if "wide" in letter("wide-list").sheet else letter("list")
    yield replace(letter("list"), number="N-2026-0099")
    yield replace(letter("guidance"), number="")
    yield replace(letter("guidance", "vi"), number="  N  \t 7", salutation="")
    for one in letters(6, *many):
        yield replace(one, number=one.number.replace("0042", "0043"))


def both(tmp_path: Path, documents: list[Document], *, duplex: bool = False, demo: bool = False) -> tuple[Path, Path]:
    """Print letters by the fast and by the plain path."""
    made = []
    for fast in (True, False):
        result = print_run(
            documents,
            tmp_path,
            name="fast" if fast else "plain",
            fast=fast,
            footer="Audit 12-ab",
            duplex=duplex,
            demo=demo,
        )
        made.append(result)
        assert [one.number for one in result.stopped] == []
    assert made[0].files[0].letters == made[1].files[0].letters
    assert made[0].files[0].pages == made[1].files[0].pages
    return made[0].files[0].path, made[1].files[0].path


@pytest.mark.parametrize(("duplex", "demo"), [(False, False), (True, True)])
def test_both_paths_give_the_same_text_and_the_same_picture(tmp_path: Path, duplex: bool, demo: bool) -> None:
    fast, plain = both(tmp_path, list(mixed()), duplex=duplex, demo=demo)
    one, other = pages_of(fast.read_bytes()), pages_of(plain.read_bytes())
    assert one == other
    assert any("page 2 of 2" in sheet for sheet in one)
    boxes = [[float(edge) for edge in page.mediabox] for page in PdfReader(fast).pages]
    for box, plain_box in zip(boxes, (page.mediabox for page in PdfReader(plain).pages), strict=True):
        assert box == pytest.approx([float(edge) for edge in plain_box], abs=0.001)
    assert all(reading.fonts(fast.read_bytes()).values())
    assert reading.live(fast.read_bytes()) == []
    assert looking.checked(fast) == ""
    if not looking.TOOLS:
        pytest.skip("poppler's tools are not installed")
    if not demo:  # the rotated word of a demo shifts the columns of a text layout by chance
        assert looking.text(fast) == looking.text(plain)
    for at, (page, plain_page) in enumerate(zip(looking.pictures(fast), looking.pictures(plain), strict=True), 1):
        assert looking.difference(page, plain_page) <= 24, f"page {at} looks different"


def test_the_comparison_of_pictures_sees_a_line_moved_by_two_points(tmp_path: Path) -> None:
    if not looking.TOOLS:
        pytest.skip("poppler's tools are not installed")
    documents = list(letters(1))
    first, second = both(tmp_path, documents)[0], tmp_path / "moved.pdf"
    moulds = Moulds(Settings("Audit 12-ab"), demo=False)
    with second.open("wb") as target:
        volume = StreamVolume(moulds, target, "x", duplex=False, demo=False)
        setting = moulds.settings.of(documents[0])
        page = setting.layout.pages[0]
        moved = replace(page, lines=(replace(page.lines[0], y=page.lines[0].y + 2), *page.lines[1:]))
        object.__setattr__(setting, "layout", replace(setting.layout, pages=(moved, *setting.layout.pages[1:])))
        volume.add(documents[0])
        volume.finish()
    assert looking.difference(looking.pictures(first)[0], looking.pictures(second)[0]) > 24


# --- one letter --------------------------------------------------------------------------------------------------


def cast_slowly(document: Document) -> tuple[bytes, ...]:
    """What the plain path's own measures say of a letter, with no mould."""
    layout = lay_out(document, "")
    return tuple(page_text(lines, layout.height) for lines in variable(document, layout))


@given(
    recipient=st.lists(
        st.text("abcdeWĐạưễừ 0123,.-/()\\<>%\u0301\u00ad\u00a0Ωж\t", min_size=1, max_size=60), min_size=0, max_size=6
    ),
    number=st.one_of(st.integers(1, 9_999_999).map("N-2026-0042/{:07d}".format), st.sampled_from(["N/1", "", "Ž 9"])),
)
@settings(max_examples=200, deadline=None)
def test_a_mould_gives_what_the_measures_give(recipient: list[str], number: str) -> None:
    document = FRESH.letter(number, tuple(recipient))
    try:
        wanted = cast_slowly(document)
    except CannotPrint:
        with pytest.raises(CannotPrint):
            MOULDS.cast(document)
        return
    assert MOULDS.cast(document).own == wanted
    assert MOULDS.cast(document).own == wanted


MOULDS = Moulds(Settings(""), demo=False)
FRESH = series()


def test_ordinary_letters_take_the_mould(monkeypatch: pytest.MonkeyPatch) -> None:
    moulds = Moulds(Settings(""), demo=False)
    documents = list(letters(40, series("en"), series("vi", "Name")))
    for document in documents[:2]:
        moulds.cast(document)
    seen: list[Document] = []
    monkeypatch.setattr("officer_app.notices.stream_mould.variable", lambda document, _layout: seen.append(document))
    for document in documents[2:]:
        moulds.cast(document)
    assert seen == []


def test_digits_are_equally_wide_in_both_fonts() -> None:
    for font in stream_face.NAMES:
        assert len({pdf_fonts.width((font, digit), 10) for digit in "0123456789"}) == 1


def test_letters_that_share_all_but_their_ending_keep_their_own(tmp_path: Path) -> None:
    first = series().letter("N/1", HOA)
    second = replace(first, number="N/2", closing="Với lời chào", signatures=("Somebody Else",))
    for fast in (True, False):
        result = print_run([first, second], tmp_path, name=f"run{fast}", fast=fast)
        sheets = pages_of(result.files[0].path.read_bytes())
        assert "Somebody Else" in sheets[-1] and "Somebody Else" not in sheets[0]


# --- characters --------------------------------------------------------------------------------------------------


def test_every_character_of_the_subset_comes_out_as_itself(tmp_path: Path) -> None:
    shown = sorted(stream_face.characters(pdf_fonts.REGULAR))
    assert set("ĂÂĐÊÔƠƯăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ") <= set(shown)
    kept = [ch for ch in shown if clean(f"a{ch}a") == f"a{ch}a" and not ch.isspace() and ord(ch) >= 0x20]
    lines = ["".join(f"q{ch}" for ch in kept[at : at + 10]) for at in range(0, len(kept), 10)]
    documents = [series().letter(f"N/{at}", tuple(lines[at : at + 6])) for at in range(0, len(lines), 6)]
    path = print_run(documents, tmp_path, name="run").files[0].path
    said = "".join(text_of(path.read_bytes()).split())
    for part in lines:
        assert part in said
    if looking.TOOLS:
        said = "".join(" ".join(looking.text(path)).split())
        assert [part for part in lines if part not in said] == []


def test_widths_are_those_that_the_lines_were_broken_by() -> None:
    for face in stream_face.whole_faces():
        for code, advance in face.advances.items():
            assert advance == pytest.approx(pdf_fonts.width((face.name, chr(code)), 1000), abs=0.5)
        assert all(glyph > 0 for glyph in face.glyphs.values())


def test_a_letter_with_a_foreign_character_stands_in_its_place_and_breaks_nothing(tmp_path: Path) -> None:
    documents = [
        one if at % 5 else replace(one, recipient=(f"Snow ☃ {name(at)}", "Hà Nội"))
        for at, one in enumerate(letters(23))
    ]
    file = print_run(documents, tmp_path, name="run", duplex=True).files[0]
    sheets = pages_of(file.path.read_bytes())
    for at, printed in enumerate(file.letters):
        assert name(at) in sheets[printed.first_page - 1]
        assert ("Snow" in sheets[printed.first_page - 1]) == (at % 5 == 0)
    assert looking.checked(file.path) == ""


def test_many_foreign_letters_are_drawn_in_lots_and_keep_their_order(tmp_path: Path) -> None:
    documents = [replace(one, recipient=(f"☃ {name(at)}",)) for at, one in enumerate(letters(560))]
    file = print_run(documents, tmp_path, name="run").files[0]
    sheets = pages_of(file.path.read_bytes())
    assert [name(at) in sheets[one.first_page - 1] for at, one in enumerate(file.letters)] == [True] * 560
    assert looking.checked(file.path) == ""


def test_a_text_with_a_code_or_a_foreign_character_goes_the_plain_way(tmp_path: Path) -> None:
    base = series().letter("N/1", HOA)
    documents = [
        replace(base, blocks=(Code(("ABCD",), qr="ABCD"),)),
        replace(base, number="N/2", blocks=(Text((Span("A ☃ in the text"),)),)),
        replace(base, number="N/3"),
    ]
    fast, plain = both(tmp_path, documents)
    assert pages_of(fast.read_bytes()) == pages_of(plain.read_bytes())


def test_nothing_of_a_refused_letter_is_in_the_file(tmp_path: Path) -> None:
    documents = list(letters(12))
    stopped = [replace(documents[3], recipient=("محمد CANARY", "Hà Nội")), *documents[4:]]
    whole = print_run([*documents[:3], *stopped], tmp_path, name="run").files[0]
    without = print_run([*documents[:3], *documents[4:]], tmp_path / "b", name="run").files[0]
    assert whole.path.read_bytes() == without.path.read_bytes()


# --- hostile ------------------------------------------------------------------------------------------------------

PIECES = (
    "<img src=x>", "\\", "(", ")", "<", ">", ">> endobj", "endstream", "%s", "%d %", "\x00", "\r\n", "\u202e", "\ufeff",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "Nguyễn", "Đ", "ß", "Ω", "Ж", "\u0323",
    "/URI (http://x)", "☃", "漢", "محمد", "😀", "\u00ad", "\u200b", "W" * 90, "a b", "{addressee}", "'", '"', "=1+1",
)  # fmt: skip


def hostile(dice: random.Random) -> tuple[str, ...]:
    """Return an address nobody has."""
    spans = ((0x20, 0x24F), (0x1E00, 0x1EFF), (0x300, 0x52F), (0x20, 0x2FFF), (0x20, 0x1FFFF))
    entries = []
    for _ in range(dice.randint(1, 5)):
        low, high = dice.choice(spans)
        parts = [dice.choice(PIECES), "".join(chr(dice.randint(low, high)) for _ in range(dice.randint(0, 9)))]
        dice.shuffle(parts)
        entries.append("".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return tuple(entries)


def squeezed(words: str) -> str:
    return "".join(words.split())


@pytest.mark.timeout(3_600)
def test_hostile_names_come_out_whole_or_are_listed(
    tmp_path: Path, dice: random.Random, trials: Callable[[int, int], int]
) -> None:
    """No link, no picture, no exception, no character lost, and no letter with what is another's."""
    left = trials(600, 30_000)
    one, volume = series(), 0
    while left > 0:
        volume += 1
        documents = [
            one.letter(f"N-{volume}/{at:04d}", (f"Q{at:04d}Q", *hostile(dice))) for at in range(min(left, 600))
        ]
        left -= len(documents)
        result = print_run(documents, tmp_path, name=f"run{volume}")
        file = result.files[0]
        stopped = {each.number: each.reason for each in result.stopped}
        assert all("font" in why or "window" in why for why in stopped.values())
        content = file.path.read_bytes()
        assert reading.live(content) == []
        sheets = reading.pages(content)
        printed = {each.number: each for each in file.letters}
        for at, document in enumerate(documents):
            assert (document.number in printed) != (document.number in stopped)
            if document.number in stopped:
                continue
            at_page = printed[document.number].first_page - 1
            sheet = squeezed(" ".join(sheets[at_page : at_page + printed[document.number].pages]))
            for entry in document.recipient:
                assert squeezed(clean(line(entry))) in sheet, ascii(entry)
            assert sheet.count(f"Q{at:04d}Q") == 2
            assert not any(f"Q{other:04d}Q" in sheet for other in (at - 1, at + 1, (at + 300) % 600) if other != at)
        if volume % 10 == 1:
            assert looking.checked(file.path) == ""
        file.path.unlink()
    assert volume


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.booleans()), min_size=1, max_size=25), st.booleans())
@settings(max_examples=15, deadline=None)
def test_letter_k_contains_only_what_is_ks(tmp_path_factory: pytest.TempPathFactory, plan: list, duplex: bool) -> None:  # type: ignore[type-arg]
    """Any order of texts, lengths of address and fonts: each letter has its own number, name and street only."""
    folder = tmp_path_factory.mktemp("run")
    documents = [
        MANY[kind].letter(f"N-7/{at:05d}", (f"K{at:05d}K{' ☃' * foreign}", f"S{at:05d}S", *["same"] * more))
        for at, (kind, more, foreign) in enumerate(plan)
        if more < 5
    ]
    if not documents:
        return
    for separate in (False, True):
        file = print_run(documents, folder, name=f"run{separate}", duplex=duplex, separate=separate).files[0]
        if separate:
            with zipfile.ZipFile(file.path) as packed:
                found = [pages_of(packed.read(entry)) for entry in packed.namelist()]
        else:
            sheets = pages_of(file.path.read_bytes())
            found = [sheets[one.first_page - 1 : one.first_page - 1 + one.pages] for one in file.letters]
        by_number = {document.number: document for document in documents}
        marks = {document.number: document.recipient[0][:7] for document in documents}
        for own in found:
            said = " ".join(own)
            number = next(number for number in by_number if number in own[0])
            for sheet in own:
                assert [other for other in by_number if other in sheet] == [number]
            assert [other for other, mark in marks.items() if mark in said] == [number]
            assert said.count("S" + number[-5:] + "S") == 1


MANY = (series(), series("vi", "Name"), series("en", *map(str, range(14))), series("vi", *map(str, range(30))))


# --- the file -----------------------------------------------------------------------------------------------------


def test_a_growing_file_with_many_pages_is_sound(tmp_path: Path) -> None:
    for count in (1, 199, 200, 201, 40_001):
        path = tmp_path / f"{count}.pdf"
        with path.open("wb") as target:
            file = PdfStream(target.write)
            for _ in range(count):
                file.add_page(b"")
            file.finish(b"<<>>", b"", {"Title": "Ünïcode (title) \\"})
        assert looking.checked(path) == ""
        reader = PdfReader(path)
        assert reader.metadata is not None and reader.metadata.title == "Ünïcode (title) \\"
        assert len(reader.pages) == count
        assert float(reader.pages[count - 1].mediabox[3]) == pytest.approx(A4[1], abs=0.01)


def test_a_graft_into_too_few_places_is_a_fault() -> None:
    plain = Volume(Settings(""), "x", duplex=False, demo=False)
    plain.add(series().letter("N/1", HOA))
    parts: list[bytes] = []
    file = PdfStream(parts.append)
    from officer_app.base.errors import BugError

    with pytest.raises(BugError, match="0 places"):
        graft(file, plain.finish(), [])


def test_a_page_of_the_plain_path_holds_nothing_of_another_letter() -> None:
    """In the administrative form number and addressee are set with the page: a page cut out must not bring others."""
    decrees = [one for one in mixed() if one.administrative is not None]
    volume = Volume(Settings(""), "x", duplex=True, demo=False)
    places = [volume.add(one) for one in decrees]
    pages = PdfReader(BytesIO(volume.finish())).pages
    named = [
        {form.idnum for page in pages[first - 1 : first - 1 + count] for form in _forms(page)}
        for first, count in places
    ]
    assert len(decrees) == 2
    assert all(len(forms) == count for forms, (_, count) in zip(named, places, strict=True))
    assert not named[0] & named[1]


def _forms(page: Any) -> list[Any]:
    return [form.get_object().indirect_reference for form in page["/Resources"]["/XObject"].values()]


# --- separate files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("demo", [False, True])
def test_separate_files_are_the_letters_alone(tmp_path: Path, demo: bool) -> None:
    documents = [one for one in mixed() if one.number.startswith("N-2026-0042/")]
    result = print_run(documents, tmp_path, name="run", separate=True, demo=demo, footer="Audit 1")
    with zipfile.ZipFile(result.files[0].path) as packed:
        assert packed.testzip() is None
        assert sorted(packed.namelist()) == sorted(f"{one.number.replace('/', '-')}.pdf" for one in documents)
        for document in documents:
            content = packed.read(f"{document.number.replace('/', '-')}.pdf")
            plain = Volume(Settings("Audit 1"), "x", duplex=False, demo=demo)
            plain.add(document)
            path, other = tmp_path / "one.pdf", tmp_path / "plain.pdf"
            path.write_bytes(content)
            other.write_bytes(plain.finish())
            assert reading.pages(content) == reading.pages(other.read_bytes())
            assert all(reading.fonts(content).values())
            assert reading.live(content) == []
            assert looking.checked(path) == ""
            title = PdfReader(BytesIO(content)).metadata
            assert title is not None and title.title == f"{document.subject} ({document.number})"
            if looking.TOOLS:
                for page, plain_page in zip(looking.pictures(path), looking.pictures(other), strict=True):
                    assert looking.difference(page, plain_page) <= 24


def test_separate_files_are_small_and_never_share_a_name(tmp_path: Path) -> None:
    file = print_run(letters(60, series("en"), series("vi")), tmp_path, name="run", separate=True).files[0]
    assert file.path.stat().st_size / 60 < 22_000
    from officer_app.base.errors import BugError

    with pytest.raises(BugError, match="two letters"):
        print_run([series().letter("N/1", HOA)] * 2, tmp_path / "b", name="run", separate=True)
    assert not list((tmp_path / "b").iterdir())


def test_headings_of_the_letterhead_are_in_every_file(tmp_path: Path) -> None:
    file = print_run([replace(one, blocks=(Heading("Z"), Table(("a",), (("b",),)))) for one in letters(2)], tmp_path,
                     name="run", separate=True).files[0]  # fmt: skip
    with zipfile.ZipFile(file.path) as packed:
        for entry in packed.namelist():
            assert HEAD.company in " ".join(pages_of(packed.read(entry)))
