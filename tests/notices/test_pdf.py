"""Every letter as it comes off the press: its text, its fonts, its window, and what must never be in it."""

import ast
import json
import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import officer_app.notices
from officer_app.base.errors import KnownError
from officer_app.notices import glyphs, pdf, pdf_fonts, text
from officer_app.notices.document import Document, Heading, Table, Text, Value
from officer_app.notices.paging import MM
from officer_app.notices.sheet import lay_out, variable
from officer_app.notices.templates import kinds
from tests.notices import reading, samples
from tests.notices.samples import DAY, HEAD, HOA, fields

PAYLOADS = [
    "<img src='/etc/passwd'/>",
    "<img src=\"http://127.0.0.1:9/x.png\" width='10' height='10'/>",
    "<a href='javascript:alert(1)'>x</a><a href=\"file:///etc/passwd\">y</a>",
    "<para><font color=\"[[getattr(pow,Word('__globals__'))['os'].system('touch x') for Word in [1]]\">e</font></para>",
    "<para style='x' backColor='open(1)'><b><i><u><super>deep</para>",
    "<onDraw name='f' label='l'/><seq id='a'/><index item='x'/>",
    "<font face='Helvetica'>h</font><unichar code='65'/>&#65;&amp;&lt;",
    "<![CDATA[x]]><!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    ") Tj ET /Annots [<< /S /URI /URI (http://x) >>] endobj stream endstream \\( \\) \\777",
    "%s %d {0} {asked} {{}} \x00\x08\x1b[31m \r\n\t",
    "\u202egnp.exe\u202c \u200b\ufeff\u2066x\u2069",
    "=cmd|' /C calc'!A0",
    "Z̷̢a̴̛l̷g̴o̵",
]


def composed(kind: str, given: dict[str, Value], recipient: tuple[str, ...] = HOA, language: str = "en") -> Document:
    return text.compose(
        kind, language, number="N-2026-0042", reference="C-2026-0003", date=DAY, recipient=recipient,
        fields=given, letterhead=HEAD,
    )  # fmt: skip


def flat(words: str) -> str:
    return " ".join(words.split())


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("language", ["en", "vi"])
def test_everything_that_was_composed_can_be_read_on_paper(kind: str, language: str) -> None:
    document = samples.letter(kind, language)
    made = pdf.render(document, footer="Audit 1234-9f8e7d6c")
    sheets = reading.pages(made)
    said = " ".join(sheets)
    expected = [document.subject, *document.signatures, document.salutation, document.closing, "N-2026-0042"]
    for block in document.blocks:
        match block:
            case Heading(words):
                expected.append(words)
            case Text(spans):
                expected.append("".join(span.text for span in spans))
            case Table(head, rows):
                expected += [*head, *(cell for row in rows for cell in row)]
            case _:
                pass
    joined = said.replace(" ", "")
    for words in expected:
        # a sentence may run over the end of a page, where the foot stands between its halves
        for part in words.split(". "):
            assert "".join(part.split()) in joined, words
    for at, sheet in enumerate(sheets, 1):
        assert document.words.page.format(page=at, pages=len(sheets)) in sheet
        assert HEAD.company in sheet
        assert "Audit 1234-9f8e7d6c" in sheet
    if document.sheet == "letter":
        assert all(entry in sheets[0] for entry in document.recipient)
    assert reading.live(made) == []
    named = reading.fonts(made)
    assert all(named.values())
    assert {name.split("+")[1] for name in named} <= {"SourceSansPro-Regular", "SourceSansPro-Semibold"}


@pytest.mark.parametrize("language", ["en", "vi"])
def test_what_is_rarely_said_to_a_customer_stands_inside_the_five_sections(language: str) -> None:
    document = composed("breach-customer", fields("breach-customer", rare=True), language=language)
    assert sum(isinstance(block, Heading) for block in document.blocks) == 5
    said = reading.everything(pdf.render(document))
    for words in ("Medium: deceptive messages", "asked us on 18 November", "Equifax", "Twelve months are free"):
        assert words in said


def test_the_breach_letter_is_one_page_with_the_usual_text() -> None:
    given = fields("breach-customer", only_required=True)
    for language in ("en", "vi"):
        assert len(reading.pages(pdf.render(composed("breach-customer", given, language=language)))) == 1


def test_the_address_stands_in_the_window_and_nothing_else_does() -> None:
    long = ("Công ty Trách nhiệm Hữu hạn Một Thành viên Thương mại và Dịch vụ Vận tải Hoàng Long", *HOA[1:])
    for recipient in (HOA, ("A",), long):
        document = composed("complaint-reply", fields("complaint-reply"), recipient)
        layout = lay_out(document, "")
        own = variable(document, layout)[0]
        # the zone of the address: 62.7 to 90 mm from the top, 20 to 105 mm from the left
        inside = [line for line in own if 62.7 * MM <= line.y <= 90 * MM and line.x < 105 * MM]
        assert flat(" ".join(part for line in inside for _, part in line.runs)) == flat(" ".join(recipient))
        assert len(inside) <= 6
        assert all(line.x >= 20 * MM for line in inside)
        assert all(line.x + sum(pdf_fonts.width(run, line.size) for run in line.runs) <= 105 * MM for line in inside)
        fixed = [line for line in layout.pages[0].lines if 62.7 * MM < line.y < 95 * MM and line.x < 105 * MM]
        assert fixed == []
        marks = sorted(round(rule.y / MM, 1) for rule in layout.pages[0].rules if rule.x1 < 20 * MM)
        assert marks == [105, 148.5, 210]


def test_nothing_leaves_the_sheet() -> None:
    wide = "W" * 400
    table = Table(("a", "b"), ((wide, "x y " * 400), ("c", "d")))
    document = composed("list", fields("list") | {"entries": table, "intro": wide, "title": wide})
    layout = lay_out(document, "")
    for page in layout.pages:
        for line in page.lines:
            assert line.x + sum(pdf_fonts.width(run, line.size) for run in line.runs) <= layout.width - 19 * MM
            assert line.y <= layout.height


def test_an_address_that_the_window_cannot_hold_is_refused() -> None:
    with pytest.raises(KnownError, match=r"window.*Shorten it"):
        pdf.render(composed("complaint-reply", fields("complaint-reply"), tuple(f"line {at}" for at in range(7))))
    with pytest.raises(KnownError, match="window"):
        pdf.render(composed("complaint-reply", fields("complaint-reply"), ("x" * 500,)))


def test_a_long_table_repeats_its_head_and_loses_no_row() -> None:
    rows = tuple((str(at), f"what {at}", "reason " * (at % 40)) for at in range(1, 400))
    made = pdf.render(composed("list", fields("list") | {"entries": Table(("No.", "What", "Why"), rows)}))
    sheets = reading.pages(made)
    assert len(sheets) > 8
    said = "".join(sheets).replace(" ", "")
    assert all(f"{at}what{at}" in said for at in range(1, 400))
    assert sum("No. What Why" in sheet for sheet in sheets) >= len(sheets) - 1


def test_a_heading_and_a_signature_never_stand_alone() -> None:
    for count in range(30, 75):
        given = fields("complaint-reply") | {"findings": tuple("A line of text." for _ in range(count))}
        document = composed("complaint-reply", given)
        layout = lay_out(document, "")
        titles = {block.text for block in document.blocks if isinstance(block, Heading)}
        for page in layout.pages:
            words = [flat("".join(part for _, part in line.runs)) for line in page.lines]
            body = [
                word for word, line in zip(words, page.lines, strict=True) if 30 * MM < line.y < layout.height - 20 * MM
            ]
            if body:
                assert body[-1] not in titles
        last = "".join(part for line in layout.pages[-1].lines for _, part in line.runs)
        if "Yours sincerely," in last:
            assert "Contact" in last or "quote the reference" in last


def test_every_page_of_a_demo_says_so() -> None:
    made = pdf.render(samples.letter("audit-export"), demo=True)
    assert all("Demo" in sheet for sheet in reading.pages(made))
    assert "Demo" not in reading.everything(pdf.render(samples.letter("audit-export")))


def test_the_same_facts_give_the_same_bytes() -> None:
    assert pdf.render(samples.letter()) == pdf.render(samples.letter())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_is_printed_as_it_stands_and_does_nothing(payload: str) -> None:
    given = fields("complaint-reply") | {"asked": payload, "findings": (payload, "x"), "received_on": payload}
    table = Table((payload, "b"), ((payload, payload), ("c", payload)))
    for document in (
        composed("complaint-reply", given, (payload, "Hà Nội")),
        composed("list", fields("list") | {"entries": table, "title": payload}),
    ):
        made = pdf.render(document)
        assert reading.live(made) == []
        assert all(reading.fonts(made).values())
        printed = "".join(ch for ch in payload if ch.isascii() and ch.isalnum())
        said = "".join(ch for ch in reading.everything(made) if ch.isascii() and ch.isalnum())
        assert printed.replace("31m", "") in said.replace("31m", "")


def test_endless_text_is_answered_quickly() -> None:
    start = time.process_time()
    for endless in ("x" * 200_000, "y " * 100_000, "<b>" * 70_000, "\u0301" * 200_000):
        try:
            document = composed("list", fields("list") | {"entries": Table((), ((endless, endless),))})
            pdf.render(document)
            pdf.render(composed("complaint-reply", fields("complaint-reply"), (endless,)))
        except KnownError:
            pass
    assert time.process_time() - start < 8  # two letters of each of four kinds: a second each


def test_ten_thousand_rows_are_set_in_reasonable_time() -> None:
    rows = tuple((str(at), "Nguyễn Thị Hoa", "case shown", f"C-2026-{at:04d}") for at in range(10_000))
    start = time.process_time()
    pdf.render(composed("list", fields("list") | {"entries": Table(("No.", "Who", "What", "Case"), rows)}))
    assert time.process_time() - start < 15


def test_random_text_from_all_of_unicode_is_printed_whole_or_refused(
    dice: random.Random, trials: Callable[[int, int], int]
) -> None:
    printed = refused = 0
    pools = [(0x20, 0x24F), (0x1E00, 0x1EFF), (0x370, 0x52F), (0x20, 0xFFFF), (0x20, 0x1FFFF)]
    for _ in range(trials(60, 3_000)):
        low, high = dice.choice(pools)
        name = "".join(chr(dice.randint(low, high)) for _ in range(dice.randint(1, 12)))
        name = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace") or "x"
        try:
            made = pdf.render(composed("complaint-reply", fields("complaint-reply"), (f"Q{name}Q", "Hà Nội")))
        except KnownError:
            refused += 1
            continue
        printed += 1
        wanted = "".join(clean_name(f"Q{name}Q").split())
        assert wanted in "".join(reading.everything(made).split())
        assert reading.live(made) == []
    assert printed
    assert refused


def clean_name(name: str) -> str:
    from officer_app.notices.clean import line

    return line(name)


def test_a_glyph_that_no_font_has_stops_the_letter_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "installed", lambda: ())
    pdf_fonts._font_for.cache_clear()
    try:
        with pytest.raises(KnownError, match=r"cuneiform sign a.*install a font"):
            pdf.render(composed("complaint-reply", fields("complaint-reply"), ("Mr \U00012000", "Hà Nội")))
    finally:
        pdf_fonts._font_for.cache_clear()


def test_a_glyph_that_an_installed_font_has_is_printed_from_it() -> None:
    sign = next((ch for ch in "☃♞⚖✉漢" if any(glyphs.covers(*font, ord(ch)) for font in glyphs.installed())), "")
    if not sign:
        pytest.skip("no installed TrueType font has one of the signs")
    made = pdf.render(composed("complaint-reply", fields("complaint-reply"), (f"Snow {sign} Shop", "Hà Nội")))
    assert f"Snow {sign} Shop" in reading.everything(made)
    assert len(reading.fonts(made)) > 2
    assert all(reading.fonts(made).values())


@pytest.mark.parametrize("name", ["محمد", "שלום", "नमस्ते", "ភាសា", "\U0001d323", "😀"])
def test_what_cannot_be_set_rightly_is_refused_not_garbled(name: str) -> None:
    with pytest.raises(KnownError, match="Write it in other letters"):
        pdf.render(composed("complaint-reply", fields("complaint-reply"), (name, "Hà Nội")))


def test_a_broken_or_foreign_font_file_is_passed_over(tmp_path: Path) -> None:
    for at, content in enumerate(
        (b"", b"\x00\x01\x00\x00", b"ttcf" + b"\xff" * 40, b"\x00\x01\x00\x00\xff\xff" + b"\x00" * 90)
    ):
        path = tmp_path / f"bad{at}.ttf"
        path.write_bytes(content)
        assert not glyphs.covers(path, 0, 0x41)
    assert not glyphs.covers(tmp_path / "none.ttf", 0, 0x41)


def test_our_fonts_have_every_letter_of_vietnamese() -> None:
    import unicodedata

    tones = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
    letters = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones) + "đ"
    for font in (pdf_fonts.REGULAR, pdf_fonts.STRONG):
        assert pdf_fonts.covered(font) >= set(letters + letters.upper())


def test_reportlab_is_loaded_by_the_first_letter_and_touches_nothing_else(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import json, sys
        import officer_app.notices.kit, officer_app.notices.run, officer_app.notices.text
        from tests.notices import samples
        from officer_app.notices import pdf
        early = [name for name in sys.modules if name.split(".")[0] in ("reportlab", "fontTools")]
        pdf.render(samples.letter("breach-police", "vi"))
        seen = []
        def watch(event, args):
            if event in ("open", "socket.connect", "subprocess.Popen", "os.system", "exec", "pickle.find_class"):
                seen.append((event, str(args[0])[:200]))
        sys.addaudithook(watch)
        nasty = "<img src='/etc/passwd'/><a href='http://127.0.0.1:9/'>x</a>"
        pdf.render(samples.letter("complaint-reply", asked=nasty, findings=(nasty,)))
        bad = [name for name in sys.modules if "fontfinder" in name.lower() or name in ("pickle", "reportlab.platypus")]
        from reportlab import rl_config
        print(json.dumps({"early": early, "seen": seen, "bad": bad,
            "rl": [rl_config.toColorCanUse, rl_config.trustedHosts, rl_config.trustedSchemes, rl_config.useA85]}))
    """)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=Path.cwd(), check=True)
    found = json.loads(done.stdout)
    assert found["early"] == []
    assert [entry for entry in found["seen"] if entry[0] != "open"] == []
    assert not any("passwd" in entry[1] for entry in found["seen"])
    assert [name for name in found["bad"] if name != "pickle"] == []
    assert found["rl"] == [None, None, [], 0]


def test_no_module_can_hand_markup_or_pictures_to_reportlab() -> None:
    for path in Path(officer_app.notices.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            banned = ("reportlab.platypus", "reportlab.lib.fontfinder", "reportlab.lib.pdfencrypt", "pickle")
            assert not any(name.startswith(banned) for name in names), path
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                assert called not in ("Paragraph", "XPreformatted", "drawImage", "linkURL", "linkRect"), path
