"""Every pack, notice, language and circumstance: what must be said stands in the PDF, or the letter is refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from officer_app.base import resources
from officer_app.base.errors import KnownError
from officer_app.notices import decree, pdf, text
from officer_app.notices.document import Document, Form, Heading, Letterhead, Required, Value, plain_text
from officer_app.notices.filling import shown_date
from officer_app.notices.paging import MM
from officer_app.notices.templates import Template, load, tongue
from officer_app.policy.book import Book
from officer_app.policy.entries import NOTICE_KINDS, Mandatory
from officer_app.policy.shelf import find_pack, pack_names
from tests.notices import reading
from tests.notices.samples import DAY, HEAD, HOA, POLICE

LANGUAGES = ("en", "vi")
BOOKS = (
    *((name,) for name in pack_names()),
    ("shop-policy", "vn-2026"),
    ("shop-policy", "eu-gdpr"),
    ("us-ca", "uk-gdpr"),
    ("vn-2026", "us-ca", "eu-gdpr"),
    pack_names(),
)
FIVE = ("what_happened", "what_information", "what_we_are_doing", "what_you_can_do", "more_information")
SAID: dict[str, Callable[[str], tuple[str, ...]]] = {
    "notice_date": lambda language: (shown_date(DAY, language),),
    "business_contact": lambda _language: (HEAD.company, *HEAD.address, HEAD.email, HEAD.phone),
}
"""Contents that the sheet itself states, and by what."""


@dataclass(frozen=True)
class Case:
    """A notice as some packs demand it: its fields under the packs' names, with and without the circumstances."""

    kind: str
    language: str
    form: Form
    needs: tuple[Required, ...]
    packs: tuple[str, ...]

    def __str__(self) -> str:
        return f"{'+'.join(self.packs)} {self.kind} {self.language} ({len(self.needs)} fields)"

    @property
    def template(self) -> Template:
        return load(self.kind, self.language)

    def ours(self, field: str) -> str:
        """The name of a pack's field in the letter."""
        return self.template.same.get(field, field)

    def demanded(self) -> list[str]:
        """What the text and the packs together demand, under our names, without what the sheet itself says."""
        fields = [*self.template.required, *(self.ours(need.field) for need in self.needs)]
        return [field for field in dict.fromkeys(fields) if field not in self.template.says]

    def marks(self) -> dict[str, Value]:
        """A word of its own for each demanded field, now as a text, now as paragraphs; nothing else is filled in."""
        return {
            field: (f"Zq{at}xa", f"Zq{at}xb") if at % 2 else f"Zq{at}xc" for at, field in enumerate(self.demanded())
        }

    def compose(self, fields: dict[str, Value], head: Letterhead = HEAD) -> Document:
        return text.compose(
            self.kind, self.language, number="N-2026-0042", reference="B-2026-0003", date=DAY,
            recipient=POLICE if self.kind.startswith("breach") else HOA, fields=fields,
            letterhead=head, mandatory=self.needs, form=self.form,
        )  # fmt: skip


@cache
def book(packs: tuple[str, ...]) -> Book:
    return Book.load(packs, countries={"eu-gdpr": "DE"})


def circumstances(contents: tuple[Mandatory, ...]) -> Iterator[frozenset[str]]:
    """No circumstance, each one by itself, and all of them."""
    facts = sorted({each.when for each in contents if each.when})
    yield from dict.fromkeys([frozenset(), *(frozenset({fact}) for fact in facts), frozenset(facts)])


@cache
def cases() -> tuple[Case, ...]:
    """All different cases; two books that demand the same of a notice are one."""
    found: dict[tuple[object, ...], Case] = {}
    for packs in BOOKS:
        for kind in NOTICE_KINDS:
            for facts in circumstances(book(packs).contents(kind)):
                demands = book(packs).mandatory(kind, facts)
                if not demands:
                    continue
                for language in LANGUAGES:
                    needs = tuple(Required(need.field, need.heading_in(language)) for need in demands)
                    case = Case(kind, language, book(packs).document_form(kind).id, needs, packs)
                    found.setdefault((kind, language, case.form, needs), case)
    return tuple(found.values())


def squeezed(words: str) -> str:
    return "".join(words.split())


def headings_of(template: Template, field: str) -> set[str]:
    """The headings of the sections in which the text has a place for the field."""
    found, current = set(), ""
    for node in template.nodes:
        if node.kind == "heading":
            current = "".join(part.text for part in node.rows[0])
        elif field in node.places() and current:
            found.add(current)
    return found


def prove(case: Case) -> None:
    """Print a case and find every demanded content with its heading in the text of the PDF."""
    marks = case.marks()
    said = squeezed(reading.everything(pdf.render(case.compose(marks)))).casefold()
    placed = {name for node in case.template.nodes for name in node.places()} | {"signature", "enclosures"}
    placed |= {part.place for part in case.template.subject}
    for field, value in marks.items():
        for mark in (value,) if isinstance(value, str) else value:  # type: ignore[union-attr]
            assert str(mark).casefold() in said, f"{case}: {field} is not in the PDF"
        titles = headings_of(case.template, field)
        if field not in placed:
            titles = {need.heading for need in case.needs if case.ours(need.field) == field}
            assert titles, f"{case}: {field} has neither a place nor a heading"
        for title in titles:
            assert squeezed(title).casefold() in said, f"{case}: the heading “{title}” is not in the PDF"
    for field in (need.field for need in case.needs if case.ours(need.field) in case.template.says):
        for words in SAID[field](case.language):
            assert squeezed(words).casefold() in said, f"{case}: the sheet does not say {field}"


def test_every_notice_of_every_pack_has_a_text_in_both_languages() -> None:
    assert {case.kind for case in cases()} == set(NOTICE_KINDS)
    for packs in BOOKS:
        for kind in NOTICE_KINDS:
            named = {case.language for case in cases() if case.kind == kind}
            assert named == set(LANGUAGES), (packs, kind)
    conditional = {
        each.when for name in pack_names() for contents in find_pack(name).contents.values() for each in contents
    }
    assert len(conditional - {""}) >= 8, "the circumstances of the packs are walked too"


@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_what_must_be_said_stands_in_every_pdf(kind: str) -> None:
    chosen = [case for case in cases() if case.kind == kind]
    assert chosen
    for case in chosen:
        prove(case)


def test_leaving_out_any_demanded_content_stops_the_letter_with_its_name() -> None:
    stopped = 0
    for case in cases():
        marks = case.marks()
        for field in marks:
            for nothing in ({}, {field: "  \n"}, {field: ("", " ")}):
                fields = {name: value for name, value in marks.items() if name != field} | nothing
                if field == "contact" or field in case.template.otherwise:
                    continue  # these have words of their own, see below
                assert text.missing(case.kind, case.language, fields, case.needs) == (field,), str(case)
                with pytest.raises(KnownError) as fault:
                    case.compose(fields)
                assert text.label(field, "en") in str(fault.value), str(case)
                stopped += 1
    assert stopped > 4_000


def test_all_that_lacks_is_named_at_once() -> None:
    for case in cases():
        lacking = text.missing(case.kind, case.language, {}, case.needs)
        assert set(lacking) == set(case.demanded()) - {"contact"} - set(case.template.otherwise), str(case)


def test_the_contact_falls_back_on_the_letterhead_which_cannot_be_empty() -> None:
    chosen = [case for case in cases() if "contact" in case.demanded()]
    assert chosen
    for case in chosen:
        fields = {name: value for name, value in case.marks().items() if name != "contact"}
        said = plain_text(case.compose(fields))
        assert HEAD.contact in said, str(case)
        assert HEAD.email in said, str(case)
        with pytest.raises(KnownError, match="privacy officer"):
            case.compose(fields, replace(HEAD, contact=""))


def test_a_content_with_words_that_stand_for_it_is_never_empty() -> None:
    chosen = [
        (case, field) for case in cases() for field in case.demanded() if case.template.otherwise.keys() & {field}
    ]
    assert {field for _, field in chosen} == {"done_partly", "notice_title"}
    for case, field in chosen:
        fields = {name: value for name, value in case.marks().items() if name != field}
        said = plain_text(case.compose(fields))
        wanted = case.template.otherwise[field]
        if field == "notice_title":  # a pack that demands a title gives its wording
            wanted = next(need.heading for need in case.needs if need.field == field)
        assert wanted in said, str(case)


def test_california_gets_its_title() -> None:
    case = next(case for case in cases() if case.packs == ("us-ca",) and case.kind == "breach-customer")
    marks = {name: value for name, value in case.marks().items() if name != "notice_title"}
    assert case.compose(marks).subject == "Notice of Data Breach"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("packs", BOOKS)
def test_the_customers_letter_has_the_five_headings_in_order(packs: tuple[str, ...], language: str) -> None:
    needs = {need.field: need for need in book(packs).contents("breach-customer")}
    demands = tuple(Required(need.field, need.heading_in(language)) for need in needs.values())
    case = Case("breach-customer", language, "din-5008-b", demands, packs)
    document = case.compose(case.marks())
    wanted = [needs[field].heading_in(language).casefold() for field in FIVE]
    assert [block.text.casefold() for block in document.blocks if isinstance(block, Heading)] == wanted
    said = squeezed(reading.everything(pdf.render(document))).casefold()
    places = [said.rfind(squeezed(heading)) for heading in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_an_officers_text_that_leaves_a_place_out_loses_nothing(tmp_path: Path) -> None:
    """The place goes, the content stays: in a section of its own under the pack's heading."""
    folder = tmp_path
    (folder / "en").mkdir()
    shipped = resources.path("notices", "en", "breach-authority.md").read_text("utf-8")
    (folder / "en" / "breach-authority.md").write_text(
        shipped.replace("{consequences}\n", "").replace("{parties}", "{parties} {cause}").replace("{contact}", ""),
        "utf-8",
    )
    needs = tuple(Required(need.field, need.heading) for need in book(("vn-2026",)).mandatory("breach-authority"))
    case = Case("breach-authority", "en", "din-5008-b", needs, ("vn-2026",))
    marks = case.marks()
    document = text.compose(
        "breach-authority", "en", number="N", reference="B", date=DAY, recipient=POLICE, fields=marks, letterhead=HEAD,
        mandatory=needs, overrides=folder,
    )  # fmt: skip
    said = plain_text(document)
    for field, heading in (
        ("consequences", "Likely consequences"),
        ("parties", "Organisations and persons involved"),
        ("contact", "Contact"),
    ):
        (mark,) = (marks[field],) if isinstance(marks[field], str) else (marks[field][0],)  # type: ignore[index]
        assert said.index(heading) < said.index(str(mark))


def test_the_vietnamese_form_is_the_one_the_pack_describes() -> None:
    form = book(("vn-2026",)).document_form("breach-authority")
    words = tongue("vi").form
    assert form.head == (words["nation"], words["motto"])
    assert [side * MM for side in form.margins] == [decree.TOP, decree.RIGHT, decree.BOTTOM, decree.LEFT]
    assert form.body_size == decree.BODY.size
    assert form.page_number == "top-centre"
