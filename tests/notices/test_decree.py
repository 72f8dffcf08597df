"""The form of Decree 30/2020: head in two columns, number and place, addressee, pages, recipients, signatory."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from officer_app.base.errors import BugError
from officer_app.notices import pdf, text
from officer_app.notices.administrative import seat
from officer_app.notices.document import Document, Span, Text, plain_text
from officer_app.notices.paging import MM, Layout, Line
from officer_app.notices.pdf_fonts import SLANTED, STRONG, STRONG_SLANTED, width
from officer_app.notices.run import print_run
from officer_app.notices.sheet import lay_out, variable
from tests.notices import reading, samples
from tests.notices.samples import HEAD, POLICE, fields

KINDS = ("breach-authority", "breach-supplement", "breach-police", "breach-police-supplement")


def letter(kind: str = "breach-authority", language: str = "vi", day: date = date(2026, 1, 5)) -> Document:
    return text.compose(
        kind, language, number="N-2026-0007", reference="B-2026-0003", date=day, recipient=POLICE, letterhead=HEAD,
        fields=fields(kind) | {"enclosures": ("Log of sign-ins", "Confirmation record")}, form="vn-decree-30",
    )  # fmt: skip


def line(layout: Layout, words: str, page: int = 0) -> Line:
    found = [one for one in layout.pages[page].lines if "".join(part for _, part in one.runs) == words]
    assert len(found) == 1, words
    return found[0]


def middle(one: Line) -> float:
    return one.x + sum(width(run, one.size) for run in one.runs) / 2


def test_the_nation_stands_right_and_the_organisation_left_on_the_same_line() -> None:
    layout = lay_out(letter(), "")
    nation, motto = line(layout, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), line(layout, "Độc lập - Tự do - Hạnh phúc")
    ours = line(layout, "LOTUS TRADING CO., LTD.")
    assert (nation.size, motto.size, ours.size) == (12, 13, 12)
    assert {run[0] for one in (nation, motto, ours) for run in one.runs} == {STRONG}
    assert nation.y == ours.y < motto.y
    assert middle(ours) < layout.width / 2 < middle(nation) == pytest.approx(middle(motto))
    under = min((rule for rule in layout.pages[0].rules if rule.y > motto.y), key=lambda rule: rule.y)
    assert under.x2 - under.x1 == pytest.approx(sum(width(run, 13) for run in motto.runs))


def test_number_and_date_stand_below_the_head_the_date_slanted_with_leading_zeros() -> None:
    layout = lay_out(letter(), "")
    number, day = line(layout, "Số: N-2026-0007/TB"), line(layout, "Hà Nội, ngày 05 tháng 01 năm 2026")
    assert number.y == day.y
    assert {run[0] for run in day.runs} == {SLANTED}
    assert middle(number) < layout.width / 2 < middle(day)


def test_the_title_comes_before_the_addressee_and_this_before_the_text() -> None:
    said = reading.everything(pdf.render(letter()))
    order = ["năm 2026", "THÔNG BÁO", "Vi phạm quy định", "Kính gửi:", POLICE[0], POLICE[2], "1. Thông tin về tổ chức"]
    places = [said.index(words) for words in order]
    assert places == sorted(places)
    assert "Trân trọng" not in said
    assert said.count("Kính gửi") == 1


def test_the_page_number_stands_centred_at_the_top_from_the_second_page_on() -> None:
    layout = lay_out(letter(), "")
    assert len(layout.pages) > 1
    for at, page in enumerate(layout.pages, 1):
        top = [one for one in page.lines if one.y < 15 * MM]
        if at == 1:
            assert top == []
            continue
        (number,) = top
        assert "".join(part for _, part in number.runs) == str(at)
        assert number.size in (13, 14)
        assert middle(number) == pytest.approx(layout.width / 2)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_recipients_stand_left_and_the_signatory_right_on_the_last_page(kind: str, language: str) -> None:
    words = {"vi": ("Nơi nhận:", "- Như trên;", "- Lưu: VT, B-2026-0003."), "en": ("Recipients:", "- as above;")}
    layout = lay_out(letter(kind, language), "")
    last = len(layout.pages) - 1
    title, above = (line(layout, each, last) for each in words[language][:2])
    assert {run[0] for run in title.runs} == {STRONG_SLANTED}
    assert (title.size, above.size) == (12, 11)
    name, office = line(layout, "Phạm Quang Minh", last), line(layout, "MANAGING DIRECTOR", last)
    assert title.x < layout.width / 2 < min(middle(name), middle(office))
    assert office.y < name.y
    assert name.y - office.y > 20 * MM, "room to sign and to seal"


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        (("Phạm Quang Minh", "Đại diện Ban quản lý"), ["ĐẠI DIỆN BAN QUẢN LÝ", "Phạm Quang Minh"]),
        (("A, Giám đốc", "B, Phó giám đốc"), ["GIÁM ĐỐC", "A", "PHÓ GIÁM ĐỐC", "B"]),
        (("Phạm Quang Minh",), ["Phạm Quang Minh"]),
    ],
)
def test_who_signs_stands_below_their_office(signatures: tuple[str, ...], expected: list[str]) -> None:
    layout = lay_out(replace(letter(), signatures=signatures), "")
    said = ["".join(part for _, part in one.runs) for one in layout.pages[-1].lines]
    assert [words for words in said if words in expected] == expected


def test_the_text_is_justified_but_for_last_lines_and_stays_inside_the_margins() -> None:
    layout = lay_out(letter(), "")
    right = layout.width - 15 * MM
    flush = 0
    for page in layout.pages:
        for one in page.lines:
            gaps = sum(part.count(" ") for _, part in one.runs)
            end = one.x + sum(width(run, one.size) for run in one.runs) + gaps * one.spread
            assert end <= right + 0.01
            assert one.x >= 30 * MM - 0.01
            if one.spread:
                assert end == pytest.approx(right)
                flush += 1
    assert flush > 2


def test_an_enclosure_is_part_of_the_text() -> None:
    said = reading.everything(pdf.render(letter()))
    assert said.index("Tài liệu kèm theo") < said.index("Confirmation record") < said.index("Nơi nhận:")


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_stands_in_the_usual_form_stands_in_this_one(kind: str) -> None:
    document = samples.letter(kind, "vi", form="vn-decree-30")
    said = "".join(reading.everything(pdf.render(document)).split()).casefold()
    text_of_it = plain_text(replace(document, closing=""))
    head = " ".join((HEAD.company, *HEAD.address, HEAD.email, HEAD.phone, HEAD.registration, HEAD.contact))
    for words in (text_of_it + head).replace("|", " ").split():
        assert words.strip(".,:-").casefold() in said, words


def test_a_page_for_the_file_keeps_its_form_and_an_unknown_form_is_a_bug() -> None:
    register = samples.letter("breach-register", "vi", form="vn-decree-30")
    assert register.administrative is None
    with pytest.raises(BugError, match="round"):
        samples.letter("breach-police", form="round")  # type: ignore[arg-type]


def test_letters_of_this_form_keep_their_own_number_and_addressee_in_a_print_run(tmp_path: Path) -> None:
    many = text.series(
        "breach-authority", "vi", reference="B-2026-0003", date=date(2026, 1, 5), letterhead=HEAD,
        fields=fields("breach-authority"), form="vn-decree-30",
    )  # fmt: skip
    letters = [many.letter(f"N-2026-{at:04d}", (f"Sở số {at}", "HÀ NỘI")) for at in (1, 2, 3)]
    made = print_run(letters, tmp_path, name="letters")
    said = reading.everything(made.files[0].path.read_bytes())
    for at in (1, 2, 3):
        assert said.count(f"Sở số {at}") == 1
        assert said.count(f"Số: N-2026-{at:04d}/TB") == 1
    assert all(lines == [] for one in letters for lines in variable(one, lay_out(one, "")))


def test_a_demo_says_so_in_this_form_too() -> None:
    assert all("Demo" in sheet for sheet in reading.pages(pdf.render(letter(), demo=True)))


@pytest.mark.parametrize(
    ("address", "town"),
    [
        (("12 Hàng Bài, Hoàn Kiếm", "Hà Nội"), "Hà Nội"),
        (("12 Hàng Bài", "100000 HÀ NỘI", "VIỆT NAM"), "HÀ NỘI"),
        (("12 Hàng Bài, Hoàn Kiếm, Hà Nội, Việt Nam",), "Hà Nội"),
        (("Hauptstraße 1", "10115 Berlin"), "Berlin"),
        (("", "VIETNAM"), ""),
    ],
)
def test_the_place_is_the_town_of_the_letterhead(address: tuple[str, ...], town: str) -> None:
    assert seat(address) == town
    document = text.compose(
        "breach-authority", "vi", number="N", reference="B", date=date(2026, 12, 15), recipient=POLICE,
        fields=fields("breach-authority"), form="vn-decree-30",
        letterhead=replace(HEAD, address=(*address, "Việt Nam")),
    )  # fmt: skip
    assert document.administrative is not None
    expected = f"{town}, ngày 15 tháng 12 năm 2026" if town else "Ngày 15 tháng 12 năm 2026"
    assert document.administrative.place_and_date == expected


def test_who_signs_never_stands_alone_and_each_typed_line_is_indented() -> None:
    ends = set()
    for count in range(1, 60):
        lines = "\n".join(f"Biện pháp {at}" for at in range(count))
        document = replace(letter(), blocks=(Text((Span(lines),)),), enclosures=())
        layout = lay_out(document, "")
        last = layout.pages[-1].lines
        said = ["".join(part for _, part in one.runs) for one in last]
        assert f"Biện pháp {count - 1}" in said and "Nơi nhận:" in said
        ends.add(len(layout.pages))
        indents = {one.x for one, words in zip(last, said, strict=True) if words.startswith("Biện pháp")}
        assert len(indents) == 1 and indents.pop() > 39 * MM
    assert ends >= {1, 2}, "the end of the text comes near the end of a page"
