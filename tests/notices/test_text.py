"""Facts stand in the text as text; what is missing is named; what is empty leaves no hole."""

from dataclasses import replace
from pathlib import Path

import pytest

from officer_app.base import resources
from officer_app.base.errors import BugError, KnownError
from officer_app.notices import text
from officer_app.notices.document import Bullets, Document, Heading, Required, Span, Table, Text, Value, plain_text
from officer_app.notices.filling import shown_date
from officer_app.notices.templates import kinds, load
from tests.notices import samples
from tests.notices.samples import DAY, HEAD, HOA, MOMENT, fields


def compose(kind: str, given: dict[str, Value], language: str = "en", **more: object) -> Document:
    arguments: dict[str, object] = {"number": "N-2026-0001", "reference": "C-2026-0001", "date": DAY, "recipient": HOA}
    return text.compose(kind, language, fields=given, letterhead=HEAD, **(arguments | more))  # type: ignore[arg-type]


def headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading)]


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_letter_is_composed_from_required_facts_alone_and_from_all(kind: str, language: str) -> None:
    bare = compose(kind, fields(kind, only_required=True), language)
    full = compose(kind, fields(kind), language)
    assert len(full.blocks) >= len(bare.blocks) > 0
    assert "{" not in plain_text(full) + full.subject
    assert not any(isinstance(block, Text) and not block.spans for block in full.blocks)
    said = plain_text(full)
    for name in load(kind, language).required:
        value = fields(kind)[name]
        if isinstance(value, str):
            assert value in said


@pytest.mark.parametrize("kind", kinds())
def test_every_missing_fact_is_named(kind: str) -> None:
    required = load(kind, "en").required
    assert text.missing(kind, "en", {}) == tuple(name for name in required if name not in text._FALL_BACK)
    if not required:
        return
    with pytest.raises(KnownError) as fault:
        compose(kind, {})
    for name in required:
        assert text.label(name, "en") in str(fault.value)


def test_what_is_only_blank_counts_as_missing() -> None:
    given = fields("complaint-refusal") | {"reasons": (" ", ""), "rule": "  \n"}
    assert text.missing("complaint-refusal", "en", given) == ("reasons", "rule")
    empty_table = fields("breach-customer") | {"what_information": Table(("What",), ())}
    assert text.missing("breach-customer", "en", empty_table) == ("what_information",)


def test_a_policy_pack_adds_what_the_text_has_no_place_for() -> None:
    need = Required("delay", "Whether the police asked us to wait")
    given = fields("breach-customer")
    assert text.missing("breach-customer", "en", given, ["rule_none", need]) == ("rule_none", "delay")
    with pytest.raises(KnownError, match="delay"):
        compose("breach-customer", given, mandatory=[need])
    document = compose("breach-customer", given | {"delay": "They did not."}, mandatory=[need, "what_happened"])
    assert document.blocks[-2:] == (Heading(need.heading), Text((Span("They did not."),)))
    assert headings(document).count("What happened") == 1


def test_a_content_that_the_text_itself_says_is_not_asked_for() -> None:
    given = fields("complaint-acknowledgement", only_required=True)
    assert text.missing("complaint-acknowledgement", "en", given, ["next_steps", "contact"]) == ()
    document = compose("complaint-acknowledgement", given, mandatory=[Required("next_steps", "What happens next")])
    assert "What happens next" not in headings(document)


def test_a_fact_may_have_another_name_in_a_pack() -> None:
    given = fields("disclosure-clarification", only_required=True)
    assert text.missing("disclosure-clarification", "en", {}, ["missing"])[-1] == "what_is_missing"
    document = compose("disclosure-clarification", given, mandatory=["missing"])
    renamed = {name if name != "what_is_missing" else "missing": value for name, value in given.items()}
    assert compose("disclosure-clarification", renamed, mandatory=["missing"]) == document


def test_an_empty_fact_may_have_words_that_stand_for_it() -> None:
    given = fields("complaint-refusal", only_required=True) | {"done_partly": " "}
    document = compose("complaint-refusal", given, mandatory=["done_partly"])
    assert "There was nothing that could be done in part." in plain_text(document)
    titled = compose("breach-customer", fields("breach-customer") | {"notice_title": "Notice of Data Breach"})
    assert titled.subject == "Notice of Data Breach"
    assert compose("breach-customer", fields("breach-customer", only_required=True)).subject.startswith("Notice of a")


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("kind", kinds())
def test_what_the_shipped_packs_demand_is_a_fact_of_the_text_or_has_a_heading(kind: str, language: str) -> None:
    import tomllib

    shared = tomllib.loads(resources.path("policies", "common", "headings.toml").read_text("utf-8"))["headings"]
    for path in resources.path("policies").glob("*.toml"):
        pack = tomllib.loads(path.read_text("utf-8"))
        template = load(kind, language)
        for field in pack.get("notices", {}).get(kind, {}):
            name = template.same.get(field, field)
            known = name in template.fields or name in template.says
            assert known or field in shared or field in pack.get("headings", {}) or field == "like", (path, field)
        if path.stem == "shop-policy" and kind in pack["notices"]:
            demanded = {template.same.get(name, name) for name in pack["notices"][kind] if name != "like"}
            assert demanded <= template.fields | set(template.says), "the shop's own policy needs no extra section"


def test_an_unknown_fact_is_a_bug() -> None:
    with pytest.raises(BugError, match="moon"):
        compose("list", fields("list") | {"moon": "full"})


def test_the_shops_details_come_first() -> None:
    with pytest.raises(KnownError, match="postal address, the e-mail address"):
        text.compose(
            "list", "en", number="", reference="", date=DAY, recipient=(), fields=fields("list"),
            letterhead=replace(HEAD, email=" ", address=()),
        )  # fmt: skip


def test_empty_sections_and_sentences_disappear_with_their_heading() -> None:
    bare = compose("complaint-reply", fields("complaint-reply", only_required=True))
    assert headings(bare) == ["What you told us", "What we found", "The reasons", "Contact"]
    part = compose("complaint-reply", fields("complaint-reply", only_required=True) | {"authority_and_court": "Go."})
    assert headings(part)[-2:] == ["If you do not agree", "Contact"]
    quiet = compose("complaint-acknowledgement", fields("complaint-acknowledgement", only_required=True))
    assert "It reached us" not in plain_text(quiet)
    assert "please send us" not in plain_text(quiet)


def test_switches_choose_the_advice() -> None:
    base = fields("complaint-reply", only_required=True)
    one = compose("complaint-reply", base | {"shared_computer": True, "change_password": False})
    lists = [block for block in one.blocks if isinstance(block, Bullets)]
    assert [item[0].text for item in lists[0].items] == ["Log out on shared computers."]
    assert "What you can do" in headings(one)
    both = compose("complaint-reply", base | {"shared_computer": True, "advice": ("First.", "Second.")})
    lists = [block for block in both.blocks if isinstance(block, Bullets)]
    assert [item[0].text for item in lists[0].items] == ["Log out on shared computers.", "First.", "Second."]


def test_data_is_never_read_as_a_place_or_as_markup() -> None:
    nasty = "{decision} **bold** <b>x</b> [a](http://b) # no\n\n## Not a heading\n\n- no point"
    document = compose("complaint-refusal", fields("complaint-refusal") | {"asked": nasty, "received_on": "{rule} *x*"})
    said = plain_text(document)
    assert "{decision} **bold** <b>x</b> [a](http://b) # no" in said
    assert "{rule} *x*" in document.subject
    assert "Not a heading" not in headings(document)
    strong = [span.text for block in document.blocks if isinstance(block, Text) for span in block.spans if span.strong]
    assert not any("bold" in one for one in strong)


def test_a_name_full_of_braces_stays_a_name() -> None:
    document = compose("complaint-reply", fields("complaint-reply"), recipient=("{addressee} {reasons}", "x"))
    assert document.salutation == "Dear {addressee} {reasons},"


def test_dates_are_written_in_the_language_of_the_letter() -> None:
    assert shown_date(DAY, "en") == "21 November 2026"
    assert shown_date(DAY.replace(month=2, day=3), "vi") == "ngày 03 tháng 02 năm 2026"
    assert shown_date(MOMENT, "en") == "18 November 2026, 09:40 (UTC+07:00)"
    assert shown_date(MOMENT, "vi") == "09:40 ngày 18 tháng 11 năm 2026 (UTC+07:00)"


def test_endless_text_is_refused_before_it_is_set() -> None:
    with pytest.raises(KnownError, match="Shorten the reasons"):
        compose("complaint-reply", fields("complaint-reply") | {"reasons": ("x" * 15_000, "y" * 6_000)})


def test_a_table_in_a_list_stays_a_table_between_the_points() -> None:
    table = Table(("System", "Until"), (("Invoices", "2036"),))
    document = compose("erasure-notice", fields("erasure-notice") | {"kept": table})
    at = document.blocks.index(Heading("What is kept, why and until when"))
    assert document.blocks[at + 1] == table
    listed = compose("erasure-notice", fields("erasure-notice") | {"kept": ("Invoices", "Orders")})
    assert Bullets(((Span("Invoices"),), (Span("Orders"),))) in listed.blocks


def test_a_signature_that_a_pack_demands_is_not_replaced_by_the_officers_name() -> None:
    given = fields("breach-police")
    del given["signature"]
    assert compose("breach-police", given).signatures == (HEAD.contact,)
    assert text.missing("breach-police", "en", given, ["signature", "enclosures"]) == ("signature", "enclosures")
    with pytest.raises(KnownError, match="the signature"):
        compose("breach-police", given, mandatory=["signature"])


def test_a_decision_by_one_person_is_said_on_paper() -> None:
    assert (
        compose("breach-customer", fields("breach-customer") | {"one_person": True}).remark == "Decided by one person."
    )
    assert compose("breach-customer", fields("breach-customer")).remark == ""


def test_a_series_shares_its_text_and_only_its_text() -> None:
    many = text.series(
        "breach-customer", "vi", reference="B-1", date=DAY, fields=fields("breach-customer"), letterhead=HEAD
    )
    first, second = many.letter("N/1", HOA), many.letter("N/2", ("Ông Lê Văn An", "Huế"), addressee="Ông An")
    assert first.blocks is second.blocks
    assert (second.number, second.recipient, second.salutation) == (
        "N/2",
        ("Ông Lê Văn An", "Huế"),
        "Kính gửi: Ông An,",
    )
    assert many.letter("N/3", ()).salutation == "Kính gửi Quý khách,"


def test_an_own_text_that_names_the_person_is_filled_for_each_letter(tmp_path: Path) -> None:
    ours = resources.path("notices", "en", "breach-customer.md").read_text("utf-8")
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "breach-customer.md").write_text(
        ours.replace("## What happened", "This concerns {addressee}, {number}.\n\n## What happened"), "utf-8"
    )
    given = fields("breach-customer")
    many = text.series(
        "breach-customer", "en", reference="B-1", date=DAY, fields=given, letterhead=HEAD, overrides=tmp_path
    )
    assert "This concerns Ms Nguyễn Thị Hoa, N/1." in plain_text(many.letter("N/1", HOA))
    assert "This concerns Mr An, N/2." in plain_text(many.letter("N/2", ("Mr An",)))


def test_plain_text_serves_as_the_body_of_a_mail() -> None:
    said = plain_text(samples.letter("breach-customer"))
    assert said.startswith("Notice of a breach of your personal data\n\nDear Ms Nguyễn Thị Hoa,\n\n")
    assert "Name, e-mail address | customer account" in said
    assert said.rstrip().endswith("Phạm Quang Minh, Managing Director")
