"""The shipped packs say where everything stands; a bad pack is refused with file, line and cure."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base import resources
from officer_app.base.errors import KnownError
from officer_app.policy.entries import NOTICE_KINDS
from officer_app.policy.errors import PackError
from officer_app.policy.lines import find_lines
from officer_app.policy.pack import LISTS, Pack
from officer_app.policy.reader import SIZE_CAP
from officer_app.policy.shelf import find_pack, pack_names, parse_pack, read_pack

HEAD = """format = 1
id = "test"
version = "1"
title = { en = "Test" }
source = "A law"
"""
RULE = """
[[rules]]
id = "answer"
title = { en = "Answer" }
starts = "it came"
term = "10 days"
source = "Art. 1"
"""


def test_five_packs_are_shipped_the_shops_first() -> None:
    assert pack_names() == ("shop-policy", "eu-gdpr", "uk-gdpr", "us-ca", "vn-2026")


@pytest.mark.parametrize("name", pack_names())
def test_a_shipped_pack_loads_and_names_every_source(name: str) -> None:
    pack = find_pack(name)
    assert pack.id == name
    assert all(rule.source and rule.starts for rule in pack.rules)
    assert all(entry.source for key in LISTS for entry in pack.lists[key])
    assert all(each.source and each.heading_in("vi") for contents in pack.contents.values() for each in contents)
    assert all(keep.source for keep in pack.keeps)


@pytest.mark.parametrize("name", pack_names())
def test_titles_and_headings_are_there_in_vietnamese(name: str) -> None:
    pack = find_pack(name)
    titles = [rule.title for rule in pack.rules] + [entry.title for key in LISTS for entry in pack.lists[key]]
    assert all(title.get("vi") for title in titles)
    assert all((each.headings or {}).get("vi") for contents in pack.contents.values() for each in contents)


def test_the_shops_policy_has_contents_for_every_notice_and_the_others_add_to_them() -> None:
    assert set(find_pack("shop-policy").contents) == set(NOTICE_KINDS)


FIVE = ["what_happened", "what_information", "what_we_are_doing", "what_you_can_do", "more_information"]


@pytest.mark.parametrize("name", pack_names())
def test_the_customers_letter_has_the_five_headings_in_order_in_every_pack(name: str) -> None:
    contents = find_pack(name).contents["breach-customer"]
    assert [each.field for each in contents][:5] == FIVE
    assert not any(each.when for each in contents[:5])


REFUSAL = [
    "asked", "received_on", "decision", "reasons", "rule", "done_partly", "how_to_object", "authority_and_court",
    "contact",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["complaint-refusal", "partial-refusal", "disclosure-refusal"])
def test_a_refusal_says_at_least_what_every_regime_asks(kind: str) -> None:
    assert [each.field for each in find_pack("shop-policy").contents[kind]] == REFUSAL


def _unverified(pack: Pack) -> set[str]:
    entries = [entry for key in LISTS for entry in pack.lists[key]]
    marks = [(rule.id, rule.verified) for rule in pack.rules] + [(each.id, each.verified) for each in entries]
    return {name for name, verified in [*marks, *((keep.id, keep.verified) for keep in pack.keeps)] if not verified}


def test_what_rests_on_medium_or_low_confidence_is_marked() -> None:
    assert _unverified(find_pack("vn-2026")) == {
        "court-evidence", "consumer-department", "procuracy", "court", "police", "ecommerce-orders",
        "authority-requests",
    }  # fmt: skip
    assert _unverified(find_pack("eu-gdpr")) == {"bdsg-24"}
    assert _unverified(find_pack("uk-gdpr")) == {"fraud-reporting", "uk-recognised-interests"}
    assert _unverified(find_pack("us-ca")) == {"police", "fbi-ic3"}
    assert _unverified(find_pack("shop-policy")) == set()


def test_the_shops_policy_knows_its_own_clauses() -> None:
    lists = find_pack("shop-policy").lists
    assert {"procuracy", "court", "police"} <= {each.id for each in lists["bodies"] if "judicial" in each.use}
    assert {"name", "email", "mobile", "address"} <= {each.id for each in lists["data_categories"]}
    assert {each.id for each in lists["deletion_reasons"]} == {"cancel", "false", "rule-breaking", "inactive"}


def _line(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if part in line)


BAD = [
    (HEAD + RULE + 'colour = "red"\n', 'colour = "red"', 'The key "colour" is not known'),
    (HEAD + "kolour = 1\n" + RULE, "kolour", 'The key "kolour" is not known'),
    (HEAD + RULE + '[place]\ncontry = "VN"\n', "contry", 'The key "contry" is not known'),
    (HEAD + RULE.replace("10 days", "10 fortnights"), "10 fortnights", "is not a unit of time"),
    (HEAD + RULE.replace("10 days", "ten days"), "ten days", "is not a length of time"),
    (HEAD + RULE + 'extension = "1 month"\n', "extension", "The extension counts months, the term days"),
    (HEAD + RULE + 'outer = "next-full-hour"\n', "outer", "needs a term in hours"),
    (HEAD + RULE.replace("10 days", "72 hours") + "roll = true\n", "roll", "Hours end with their last hour"),
    (HEAD + RULE.replace('source = "Art. 1"\n', ""), "[[rules]]", "has no source"),
    (HEAD + RULE.replace('"Art. 1"', '" "'), 'source = " "', "has no source"),
    (HEAD.replace('source = "A law"\n', ""), "format", 'The key "source" is missing'),
    (HEAD.replace("format = 1", "format = 2"), "format", "does not fit"),
    (HEAD + RULE.replace('"10 days"', "10"), "term = 10", '"term" does not fit'),
    (HEAD + RULE + RULE.replace('"answer"', '"other"') + "verified = 1\n", "verified", '"verified" does not fit'),
    (HEAD + RULE + "valid_from = 2026-02-01\nvalid_to = 2026-01-01\n", "valid_to", "ends before it begins"),
    (HEAD + RULE + "valid_from = 2026-02-30\n", "valid_from", "TOML is broken"),
    (HEAD + RULE + 'like = "nobody"\n', "like", 'There is no rule "nobody"'),
    (HEAD + '[[rules]]\nid = "a"\nlike = "b"\n[[rules]]\nid = "b"\nlike = "a"\n', 'like = "a"', "a → b → a"),
    (HEAD + '[[rules]]\nid = "a"\nlike = "a"\n', 'like = "a"', "circle"),
    (HEAD + '[notices.complaint-reply]\nlike = "pre-deletion"\n[notices.pre-deletion]\nlike = "complaint-reply"\n',
     'like = "complaint-reply"', "circle"),
    (HEAD + '[notices.complaint-repply]\nasked = "x"\n', "repply", "is no notice"),
    (HEAD + '[notices.complaint-reply]\nasked = ""\n', "asked", "has no source"),
    (HEAD + '[notices.complaint-reply]\nmood = "Art. 2"\n', "mood", "has no heading"),
    (HEAD + '[[purposes]]\nid = "p"\ntitle = { vi = "x" }\nsource = "s"\n', "title = { vi", "no English words"),
    (HEAD + '[[purposes]]\nid = "p"\ntitle = { en = "x" }\n', "[[purposes]]", 'The key "source" is missing'),
    (HEAD + '[retention]\nsource = "s"\ninactive_rule = "gone"\n', "inactive_rule", 'There is no rule "gone"'),
    (HEAD + '[[documents]]\nid = "letter"\nsource = "s"\n', "letter", "does not fit"),
    (HEAD + RULE + "[place]\nworkweek = []\n", "workweek", "Nobody works"),
    (HEAD + RULE + '[place]\nzone = "Mars/Olympus"\n', "Mars", "is no time zone"),
    (HEAD + RULE + '[place]\ncountry = "Vietnam"\n', '"Vietnam"', "is no country"),
    (HEAD + RULE + '[place]\ncountry = "XX"\n', '"XX"', "No holidays are known"),
    (HEAD + RULE + '[place]\ncountry = "DE-XX"\n', '"DE-XX"', "No holidays are known"),
    (HEAD + RULE + '[place]\ncountry = "VN"\ncountries = ["DE"]\n', 'country = "VN"', "not among the countries"),
    (HEAD + RULE.replace('"answer"', '"../answer"'), "../answer", "is no name"),
    (HEAD + RULE + 'duties = ["access answer"]\n', "duties", "is no name"),
    (HEAD + '[[bodies]]\nid = "b"\ntitle = { en = "x" }\nsource = "s"\nuse = ["judical"]\n', "judical", "is no use"),
    (HEAD + '[[purposes]]\nid = "b"\ntitle = { en = "x" }\nsource = "s"\nuse = ["judicial"]\n', "use =", "is no use"),
    (HEAD + '[[complaint_kinds]]\nid = "b"\ntitle = { en = "x" }\nsource = "s"\nduty = "gone"\n', "gone", "No rule"),
    (HEAD + 2 * '[[keep]]\nid = "k"\ntitle = { en = "x" }\nsource = "s"\nyears = 1\n', None, "stands twice"),
    (HEAD + 2 * '[[documents]]\nid = "din-5008-b"\nsource = "s"\n', None, "two forms for every notice"),
    (HEAD + '[[documents]]\nid = "din-5008-b"\nsource = "s"\nmargins = [-1.0, 0.0, 0.0, 0.0]\n', "margins", "paper"),
    (HEAD + '[identity]\nsource = "s"\nmatching_facts = -1\n', "matching_facts", "no number of facts"),
    (HEAD + '[languages]\nsource = "s"\nletters = []\n', "letters", "There is no language"),
    (HEAD + '[languages]\nsource = "s"\nletters = ["English"]\n', "letters", "is no language"),
    (HEAD + "[place\n", "[place", "TOML is broken"),
    (HEAD + 'id = "again"\n', '"again"', "TOML is broken"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "part", "said"), BAD)
def test_a_bad_pack_is_refused_on_its_line_with_a_cure(text: str, part: str | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "test.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as refused:
        read_pack(path)
    error = refused.value
    assert said in error.problem
    assert error.line == (_line(text, part) if part else error.line > HEAD.count("\n") + 3 and error.line)
    assert error.cure
    assert str(error).startswith(f"test.toml, line {error.line}: ")


def test_a_good_pack_of_the_same_shape_is_read() -> None:
    assert parse_pack(HEAD + RULE, "test.toml").rule_ids == ("answer",)


def test_an_unknown_key_in_the_second_rule_names_the_line_of_the_second(tmp_path: Path) -> None:
    text = HEAD + RULE + RULE.replace('"answer"', '"second"') + "color = 1\n"
    with pytest.raises(PackError) as refused:
        parse_pack(text, "test.toml")
    assert refused.value.line == _line(text, "color")


def test_overlapping_dates_are_refused_on_the_later_rule() -> None:
    first = RULE + "valid_to = 2026-01-01\n"
    second = RULE + "valid_from = 2026-01-01\n"
    text = HEAD + first + second
    with pytest.raises(PackError, match="on 2026-01-01") as refused:
        parse_pack(text, "test.toml")
    assert refused.value.line == (HEAD + first).count("\n") + 2
    touching = HEAD + first + RULE + "valid_from = 2026-01-02\n"
    assert len(parse_pack(touching, "test.toml").rules) == 2


def test_the_same_rule_twice_without_dates_is_refused() -> None:
    with pytest.raises(PackError, match="at all times"):
        parse_pack(HEAD + RULE + RULE, "test.toml")


def test_ten_megabytes_are_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "big.toml"
    path.write_bytes(b"# filler\n" * (10_000_000 // 9))
    with pytest.raises(PackError, match=r"big\.toml, line 1: The file is larger than 1 MB"):
        read_pack(path)
    path.write_bytes(b"#" * SIZE_CAP)
    with pytest.raises(PackError, match="missing"):  # at the cap it is read, and found empty
        read_pack(path)


def test_what_is_not_utf8_is_refused_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(HEAD.encode() + b'note = "K\xf6ln"\n')
    with pytest.raises(PackError, match=r"latin\.toml, line 6: The text is not UTF-8"):
        read_pack(path)


def test_a_byte_order_mark_and_windows_line_ends_are_no_reason_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "test.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + RULE).replace("\n", "\r\n").encode())
    assert read_pack(path).rule_ids == ("answer",)


@pytest.mark.parametrize("what", ["missing.toml", "."])
def test_what_is_no_file_is_refused(what: str, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="not a readable file"):
        read_pack(tmp_path / what)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(PackError):
        parse_pack("x = " + "[" * 50_000 + "]" * 50_000, "deep.toml")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_never_worse(text: str) -> None:
    with pytest.raises(KnownError) as refused:
        parse_pack(HEAD.replace('"A law"', '""') + text, "any.toml")
    error = refused.value
    assert isinstance(error, PackError)
    assert error.line >= 1


@given(st.integers(0, 10_000), st.sampled_from(["[", "]", '"', "=", "\n", "#", "{", "x", "é", "\\"]))
def test_one_broken_character_anywhere_never_does_worse_than_a_refusal(at: int, put: str) -> None:
    good = resources.path("policies", "uk-gdpr.toml").read_text(encoding="utf-8")
    at %= len(good)
    try:
        parse_pack(good[:at] + put + good[at + 1 :], "uk-gdpr.toml")
    except PackError as error:
        assert 1 <= error.line <= good.count("\n") + 2


def test_lines_are_found_through_strings_and_brackets() -> None:
    text = '''a = """
[not.a.table]
b = 1
"""
c = [
  "]", # ] =
  { d = 2 },
]
[[e]]
f = 1
[[e]]
[e.g]
"h.i" = 2
k.l = 3
[[e.m]]
n = 1
'''
    lines = find_lines(text)
    assert lines[("c",)] == 5
    assert lines[("e", 0, "f")] == 10
    assert lines[("e", 1)] == 11
    assert lines[("e", 1, "g", "h.i")] == 13
    assert lines[("e", 1, "g", "k", "l")] == 14
    assert lines[("e", 1, "m", 0, "n")] == 16
    assert ("b",) not in lines
    assert ("d",) not in lines
