"""What the customers' letters say: to each only their own data, the advice that fits, and nothing of anybody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.breaches import letter, records, rules
from officer_app.breaches.asked import Asked
from officer_app.breaches.duty import ADVICE, INDIVIDUALS, LettersDraft
from officer_app.breaches.letter import Around
from officer_app.breaches.person import Person, concerned
from officer_app.breaches.rules import Incident
from officer_app.breaches.service import Breaches
from officer_app.breaches.texts import Texts
from officer_app.letters.issue import Letters
from officer_app.notices.document import Document, Table, plain_text
from officer_app.notices.faults import CannotPrint
from officer_app.notices.pdf_volume import Settings, Volume
from officer_app.policy.book import Book
from tests.breaches import making
from tests.breaches.making import Desk, sentence
from tests.notices.reading import live
from tests.pdf_text import pages_of, text_of

CATEGORIES = ("name", "email", "mobile", "password", "address", "orders", "payment")
WORDS = st.text(min_size=1, max_size=30)


def texts_of(desk: Desk, reference: str) -> Texts:
    case = desk.case(reference)
    draft = case.duty(INDIVIDUALS).letters
    assert draft is not None
    titles = {each.id: each for each in desk.policy.data_categories}
    around = Around(desk.policy.zone, lambda key, language: titles[key].title_in(language), "Phạm Quang Minh, Director")
    head = desk.service.letters.shop().letterhead()
    return Texts(case, draft, around, desk.service.letters, head, date(2026, 11, 23), "VN")


def data_in(document: Document) -> set[str]:
    table = next(block for block in document.blocks if isinstance(block, Table))
    return {cell for row in table.rows for cell in row if cell}


def test_each_letter_names_only_the_data_that_the_shop_holds_of_its_addressee(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference, categories=("name", "email", "mobile", "address", "password", "orders"))
    desk.service.affected.freeze(reference, Asked())
    desk.letters(reference)
    texts, case = texts_of(desk, reference), desk.case(reference)
    titles = {language: {each.title_in(language): each.id for each in desk.policy.data_categories}
              for language in ("en", "vi")}  # fmt: skip
    seen: set[frozenset[str]] = set()
    with desk.book.reading() as tx:
        for _at, person in records.people(tx, case.lists[0].id, 1, case.lists[0].writable):
            made = texts.letter("N-1", person)
            named = {titles[made.language][word] for word in data_in(made)}
            held = {"name": person.name, "email": person.email, "mobile": person.phone, "address": person.lines,
                    "password": person.has_password, "orders": person.ordered}  # fmt: skip
            assert named == {key for key, there in held.items() if there}, person
            assert ("Change your password" in plain_text(made) or "Đổi mật khẩu" in plain_text(made)) == bool(
                person.has_password
            )
            seen.add(frozenset(named))
    variants = desk.service.notices.variants(reference)
    assert len(seen) > 1 and {frozenset(each.categories) for each in variants} == seen
    assert sum(each.letters for each in variants) == case.lists[0].writable
    assert len(text_of(desk.service.notices.preview_letters(reference)).split("Lotus Shop")) > len(variants)


def test_who_approves_sees_every_distinct_letter_once(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference, categories=("name", "password", "orders"))
    desk.service.affected.freeze(reference, Asked())
    desk.letters(reference)
    variants = desk.service.notices.variants(reference)
    firsts = [each.first for each in variants]
    assert len(set(firsts)) == len(firsts) and all(firsts)
    said = text_of(desk.service.notices.preview_letters(reference))
    with desk.book.reading() as tx:
        for each in variants:
            ((_at, person),) = records.people(tx, desk.case(reference).lists[0].id, each.first, each.first)
            assert person.name.split()[0] in said


@given(
    st.builds(Person, st.just("1"), WORDS, st.text(max_size=9), st.text(max_size=9), st.just(("a",)), st.just("1"),
              st.just("VN"), st.sampled_from(("en", "vi", "fr")), st.booleans(), st.booleans(), st.booleans(),
              st.lists(st.sampled_from(CATEGORIES), unique=True).map(tuple)),
    st.lists(st.sampled_from((*CATEGORIES, "other")), unique=True).map(tuple),
)  # fmt: skip
def test_a_person_s_categories_are_among_the_incident_s_and_survive_being_kept(
    person: Person, categories: tuple[str, ...]
) -> None:
    assert Person.of(person.row()) == person
    language, own = concerned(person.kind, categories)
    assert language == person.language and set(own) <= set(categories)
    if person.only:
        assert set(own) <= set(person.only)
    if not person.has_password:
        assert "password" not in own
    if not person.ordered:
        assert not {"orders", "payment"} & set(own)


@given(st.lists(st.sampled_from(CATEGORIES), unique=True).map(tuple), st.lists(st.sampled_from(ADVICE), unique=True))
def test_advice_that_fits_some_goes_only_to_them_and_the_rest_to_all(own: tuple[str, ...], chosen: list[str]) -> None:
    case = making_case()
    draft = LettersDraft({}, "en", tuple(chosen))
    found = letter.advice(case, draft, own)
    assert set(found) <= set(chosen)
    assert ("change_password" in found) == ("change_password" in chosen and "password" in own)
    assert ("watch_payments" in found) == ("watch_payments" in chosen)  # nobody's payments are concerned: for everybody


def test_a_late_letter_says_why_and_one_about_special_data_how_severe_it_is(desk: Desk) -> None:
    reference = desk.log()
    desk.facts(reference)
    desk.service.affected.freeze(reference, Asked(country="VN"))
    desk.clock.turn(hours=80)
    draft = desk.service.notices.propose_letters(reference)
    texts = {key: replace(each, what_happened="x", what_we_are_doing="y") for key, each in draft.texts.items()}
    version = desk.case(reference).version
    desk.service.notices.draft_letters(reference, replace(draft, texts=texts), version, "The host answered late.")
    said = text_of(desk.service.notices.preview_letters(reference))
    assert "The host answered late." in said and "gửi chậm" in said
    book = Book.load(("shop-policy", "vn-2026"), country="VN")
    letters = Letters(desk.book, lambda: book)
    service = Breaches(desk.book, lambda: book, letters, lambda: desk.shop)
    case = desk.case(reference)
    service.record_facts(reference, replace(case.facts, special=True), case.version)
    assert "still lacks" in sentence(lambda: service.notices.preview_letters(reference))
    risky = {key: replace(each, risk="Strangers may use the card.") for key, each in texts.items()}
    service.notices.draft_letters(reference, replace(draft, texts=risky), desk.case(reference).version, "Late.")
    said = text_of(service.notices.preview_letters(reference))
    assert "Strangers may use the card." in said and "23 tháng 11 năm 2026" in said


def making_case() -> Incident:
    logged = rules.log("Hacked", making.NOW, "Linh", making.NOW)
    return replace(logged, facts=replace(logged.facts, categories=("name", "password", "orders")))


HOSTILE = (
    '<img src="/etc/passwd"/>', "<a href='javascript:x'>A</a>", "<para>", "&lt;b&gt;", "{number}", "%(name)s",
    "\u202eevil\u202c", "a\u0301\u0323\u0308", "Nguyễn Thị Ánh", "= 1+1", "\x00\x1b[2J",
    "𝒜𝓁𝒾𝒸ℯ", "李小龍", "مرحبا", "🙂", "\t\r\n",
    "A" * 400, "[x](file:///etc/passwd)", "**bold**", "Ω≈ç√", "Łódź", "Ünïcode", "&#x41;", "<!--", "]]>", "${jndi:x}",
)  # fmt: skip


def hostile(dice: Random) -> str:
    parts = [dice.choice(HOSTILE) for _ in range(dice.randint(1, 3))]
    parts += ["".join(chr(dice.choice((dice.randint(1, 0x2FF), dice.randint(0x1E00, 0x1EFF)))) for _ in range(8))]
    dice.shuffle(parts)
    return " ".join(parts)


@pytest.mark.timeout(1200)  # the full number takes minutes
def test_hostile_names_and_addresses_change_nothing_in_a_letter_but_its_window(
    desk: Desk, dice: Random, trials: Callable[[int, int], int]
) -> None:
    """Own canary in, own canary out; no other's; no link, image, file or placeholder comes of a name.

    Every letter goes through the writer of print files, which refuses what no font has instead of an empty box.
    """
    reference = desk.ready_to_print()
    texts = texts_of(desk, reference)
    blocks: dict[tuple[str, bool], object] = {}
    printed = refused = 0
    volume, inside = Volume(Settings(""), "hostile", duplex=False, demo=False), dict[int, str]()
    for at in range(trials(600, 30_000)):
        canary = f"CANARY{at:06d}"
        person = Person(str(at), f"{hostile(dice)} {canary}", "a@b.example", "1", (f"{hostile(dice)} {canary}",),
                        hostile(dice), dice.choice(("VN", "DE", "", "<b>")), dice.choice(("en", "vi", "<i>")),
                        has_password=dice.random() < 0.5)  # fmt: skip
        made = texts.letter(f"N-1/{at:07d}", person)
        known = blocks.setdefault((made.language, person.has_password), made.blocks)
        assert made.blocks is known, "what everybody shares holds nothing of anybody"
        own = " ".join((*made.recipient, made.salutation))
        assert canary in own and own.count("CANARY") == own.count(canary)
        assert "CANARY" not in plain_text(replace(made, salutation="")) and "\x00" not in own
        try:
            inside[volume.add(made)[0]] = canary
        except CannotPrint:
            refused += 1
            continue
        printed += 1
        if printed % 100 == 0:
            content = volume.finish()
            assert not live(content)
            for page, found in enumerate(pages_of(content)[:12], 1):
                named = "".join(found.split())
                mine = inside.get(page, "?")
                assert (mine in named or page not in inside) and named.count("CANARY") == named.count(mine)
            volume, inside = Volume(Settings(""), "hostile", duplex=False, demo=False), {}
    assert printed > 100 and refused > 0
