"""All letter texts are whole, the same in every language, and an officer's own text is checked like ours."""

from pathlib import Path

import pytest

from officer_app.base import resources
from officer_app.base.errors import BugError, KnownError
from officer_app.notices import templates
from officer_app.notices.templates import COMMON, GIVEN, kinds, languages, load, tongue

EXPECTED = {
    "complaint-acknowledgement", "complaint-reply", "complaint-refusal", "complaint-referral",
    "complaint-referral-notice", "request-acknowledgement", "guidance", "disclosure-refusal",
    "disclosure-clarification", "disclosure-acknowledgement", "breach-customer", "breach-police",
    "breach-register", "complaint-extension", "access-report", "correction-notice", "erasure-notice",
    "partial-refusal", "disclosure-cover", "consent-request", "breach-authority", "breach-supplement", "pre-deletion",
    "breach-police-supplement",
    "recovery-kit", "audit-export", "list", "wide-list", "request-reply",
    "complaint-month", "complaint-file",
}  # fmt: skip
REFUSAL = {"asked", "received_on", "decision", "reasons", "rule", "how_to_object", "authority_and_court"}


def own_text(folder: Path, text: str, kind: str = "guidance") -> Path:
    (folder / "en").mkdir(parents=True)
    (folder / "en" / f"{kind}.md").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_letter_exists_in_every_language_and_asks_for_the_same_facts(language: str) -> None:
    assert set(kinds(language)) == set(kinds("en")) >= EXPECTED
    for kind in kinds(language):
        template, english = load(kind, language), load(kind, "en")
        assert (template.required, template.optional, template.switches) == (
            english.required,
            english.optional,
            english.switches,
        )
        assert template.sheet == english.sheet
        assert (template.says, template.same) == (english.says, english.same)
        assert template.otherwise.keys() == english.otherwise.keys()
        assert [node.kind for node in template.nodes] == [node.kind for node in english.nodes]
        assert [sorted(node.places()) for node in template.nodes] == [sorted(node.places()) for node in english.nodes]


def test_every_place_is_declared_and_every_field_has_a_name_in_every_language() -> None:
    assert languages() == ("en", "vi")
    for language in languages():
        known = set(COMMON)
        for kind in kinds(language):
            template = load(kind, language)
            used = {name for node in template.nodes for name in node.places()}
            assert used <= template.fields | GIVEN
            assert set(template.required) <= used | COMMON | {part.place for part in template.subject}
            known |= template.fields
        assert set(tongue(language).labels) == known


def test_contents_that_the_law_demands_have_a_place() -> None:
    for kind in ("complaint-refusal", "disclosure-refusal", "partial-refusal"):
        assert set(load(kind, "en").required) >= REFUSAL
        assert "done_partly" in load(kind, "en").fields
    customer = set(load("breach-customer", "en").required)
    assert customer == {
        "incident_date", "what_happened", "what_information", "what_we_are_doing", "what_you_can_do", "more_information"
    }  # fmt: skip


def test_no_letter_boasts_or_blames() -> None:
    for path in resources.path("notices").rglob("*.md"):
        text = path.read_text("utf-8").lower()
        for phrase in ("seriously", "absolutely", "unfortunately you", "!", "your fault", "apologize for any"):
            assert phrase not in text, (path, phrase)


def test_vietnamese_texts_are_composed_and_have_their_marks() -> None:
    import unicodedata

    for path in resources.path("notices", "vi").rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert text == unicodedata.normalize("NFC", text)
    assert "Quý khách" in resources.path("notices", "vi", "breach-customer.md").read_text("utf-8")


def test_an_officers_own_text_replaces_ours(tmp_path: Path) -> None:
    ours = resources.path("notices", "en", "guidance.md").read_text("utf-8")
    folder = own_text(tmp_path, ours.replace("Tell us at once", "Please ring us at once"))
    mine = load("guidance", "en", folder)
    assert any("Please ring us" in part.text for node in mine.nodes for row in node.rows for part in row)
    assert mine.version != load("guidance", "en").version
    assert load("list", "en", folder) == load("list", "en")


@pytest.mark.parametrize(
    ("change", "says", "at"),
    [
        (("{occasion}", "{occasoin}"), "occasoin", "{occasoin}"),
        (('"occasion"', '"moon_phase"'), "occasion", "{occasion}"),
        (("## If something", "1. one\n\n## If something"), "ordered_list", "1. one"),
        (("## If something", "`code`\n\n## If something"), "code", "`code`"),
        (("## If something", "A line.\nSome `code`.\n\n## If something"), "code", "`code`"),
        (("## If something", "- a\n- > b\n\n## If something"), "blockquote", "- > b"),
        (("+++\nkind", "kind"), "front matter", None),
        (('version = "1"', 'version = '), "no TOML", "version ="),
        (('version = "1"', 'version = 1'), "version.*wrong form", "version ="),
        (('version = "1"\n', ''), "version.*missing", None),
        (('version = "1"', 'version = "1"\ncolour = "red"'), "colour", "colour ="),
        (('version = "1"', 'version = "1"\nsheet = "round"'), "round", "sheet ="),
        (('optional = ["', 'optional = "'), "no TOML", "optional"),
        (('version = "1"', 'version = "1"\nsays = "all"'), "says.*wrong form", "says ="),
        (('version = "1"', 'version = "1"\nsays = ["asked"]'), "may not name asked", "says ="),
        (('version = "1"', 'version = "1"\nsymbol = "{number}"'), "letters and digits", "symbol ="),
        (('kind = "guidance"', 'kind = "advice"'), "its kind is", "kind ="),
        (("{include advice}", "{include moon}"), "moon", "{include moon}"),
    ],
)  # fmt: skip
def test_a_fault_in_an_officers_text_is_one_sentence_with_file_and_line(
    tmp_path: Path, change: tuple[str, str], says: str, at: str | None
) -> None:
    ours = resources.path("notices", "en", "guidance.md").read_text("utf-8")
    assert change[0] in ours
    mine = ours.replace(*change, 1)
    folder = own_text(tmp_path, mine)
    with pytest.raises(KnownError, match=says) as fault:
        load("guidance", "en", folder)
    line = next((number for number, words in enumerate(mine.split("\n"), 1) if at and at in words), 1)
    assert f"{folder / 'en' / 'guidance.md'}, line {line}, has a fault" in str(fault.value)
    assert "Mend it, or remove the file." in str(fault.value)


@pytest.mark.parametrize("put", ["<img src='x'>", "![picture](file:///etc/passwd)"])
def test_html_and_pictures_in_an_officers_text_are_printed_as_they_stand(tmp_path: Path, put: str) -> None:
    ours = resources.path("notices", "en", "guidance.md").read_text("utf-8")
    folder = own_text(tmp_path, ours.replace("## If something", f"{put}\n\n## If something"))
    assert any(put in part.text for node in load("guidance", "en", folder).nodes for part in node.rows[0])


def test_an_officers_text_cannot_give_words_for_what_must_be_filled_in(tmp_path: Path) -> None:
    ours = resources.path("notices", "en", "complaint-refusal.md").read_text("utf-8")
    mine = ours.replace("[otherwise]", '[otherwise]\nreasons = "We have our reasons."')
    folder = own_text(tmp_path, mine, "complaint-refusal")
    line = next(number for number, words in enumerate(mine.split("\n"), 1) if words == "[otherwise]")
    with pytest.raises(KnownError, match=rf"complaint-refusal\.md, line {line}, .* may not name reasons"):
        load("complaint-refusal", "en", folder)


def test_a_fact_that_must_be_said_cannot_be_left_out(tmp_path: Path) -> None:
    ours = resources.path("notices", "en", "complaint-refusal.md").read_text("utf-8")
    folder = own_text(tmp_path, ours.replace('"rule", ', "").replace("{rule}", "None."), "complaint-refusal")
    with pytest.raises(KnownError, match="rule"):
        load("complaint-refusal", "en", folder)


def test_an_unreadable_text_and_an_unknown_language_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "list.md").write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(KnownError, match=r"list\.md, line 1, cannot be read: save it as UTF-8"):
        load("list", "en", tmp_path)
    (tmp_path / "en" / "list.md").write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(KnownError, match="line 2"):
        load("list", "en", tmp_path)
    with pytest.raises(KnownError, match="en, vi"):
        load("list", "fr")
    with pytest.raises(BugError):
        load("love-letter", "en")


def test_a_shipped_text_with_a_fault_is_a_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    shutil.copytree(resources.path("notices"), tmp_path / "notices")
    path = tmp_path / "notices" / "en" / "guidance.md"
    path.write_text(path.read_text("utf-8").replace("{occasion}", "{undeclared}"), "utf-8")
    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    templates._shipped.cache_clear()
    try:
        with pytest.raises(BugError, match="undeclared"):
            load("guidance", "en")
    finally:
        templates._shipped.cache_clear()
