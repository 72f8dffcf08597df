"""The registers on a real casebook and a real shop: kept, found again, printed, and in the audit."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import Conflict, KnownError
from officer_app.casebook import backup
from officer_app.casebook.book import Casebook
from officer_app.demo.shop import GUEST, PEOPLE
from officer_app.disclosures import confirmed
from officer_app.letters.issue import Letters
from officer_app.uses.rules import Consent, Use
from officer_app.uses.service import Uses
from tests.notices.reading import everything, pages
from tests.uses.conftest import FAST, LOOSE, NOW, POLICY, actions

HOA = PEOPLE[0]


def says(shown: str, text: str) -> bool:
    """Tell whether every word stands on the paper: in a narrow column they stand below each other."""
    return set(text.split()) <= set(shown.split())


def newsletter(uses: Uses, who: str = HOA.email) -> Consent:
    person = uses.person(who)
    return Consent(
        "", person.key, person.name, person.email, "marketing", "The newsletter", ("email",),
        "Yes, send me the newsletter.", "2026-11", "written", NOW - timedelta(days=3),
    )  # fmt: skip


def test_the_packs_purposes_stand_in_the_register_until_described(uses: Uses, book: Casebook) -> None:
    fresh = uses.lines()
    assert {line.use.purpose for line in fresh} == {one.id for one in POLICY.purposes}
    assert all(line.lacks == ("basis",) for line in fresh)
    one = next(line.use for line in fresh if line.use.purpose == "special-contact")
    uses.keep(replace(one, basis="law", categories=("mobile",), proof="", processors=(FAST.name,)))
    lines = {line.use.purpose: line for line in uses.lines()}
    assert len(lines) == len(fresh)
    assert lines["special-contact"].lacks == ()
    assert lines["special-contact"].use.changed == NOW
    kept = lines["special-contact"].use
    uses.keep(replace(kept, processors=(LOOSE.name,)))
    assert next(line for line in uses.lines() if line.use.id == kept.id).lacks == ("contract",)
    with pytest.raises(Conflict):
        uses.keep(replace(kept, title="Mine"))
    newest = next(line.use for line in uses.lines() if line.use.id == kept.id)
    uses.end(newest)
    again = next(line for line in uses.lines() if line.use.purpose == "special-contact")
    assert again.use.id == ""
    assert actions(book)[:3] == ["use ended", "use changed", "use recorded"]


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_register_on_paper_says_what_is_missing(uses: Uses, book: Casebook, language: str) -> None:
    uses.keep(Use("", "other", "<b>Raffle</b>", "law", "", ("name",), ("=cmd()",), (LOOSE.name,), "1 year"))
    shown = everything(uses.register_pdf(language))
    assert "<b>Raffle</b>" in shown  # as text, markup and all
    assert "Art. 9" in shown
    assert "GDPR Art. 7" in shown
    assert says(shown, "a processor without a contract" if language == "en" else "chưa có hợp đồng")
    assert says(shown, "no lawful basis is recorded" if language == "en" else "chưa ghi nhận căn cứ pháp lý")
    assert actions(book)[0] == "export"


def test_a_consent_is_recorded_with_its_proof_found_by_key_and_e_mail_and_withdrawn(
    uses: Uses, book: Casebook, tmp_path: Path
) -> None:
    proof = tmp_path / "slip.pdf"
    proof.write_bytes(b"%PDF-1.4 signed slip")
    assert "with its proof" in uses.record(newsletter(uses), [proof]).news
    assert "without proof" in uses.record(replace(newsletter(uses), title="SMS alerts")).news
    person = uses.person(HOA.email)
    assert person.key
    assert [one.title for one in uses.person(person.key).ours] == [one.title for one in person.ours]
    found = next(one for one in person.ours if one.title == "The newsletter")
    assert found.recorded == NOW
    assert found.proved
    saved = uses.export_proof(found.proofs[0].id, tmp_path / "copy.pdf")
    assert saved.read_bytes() == proof.read_bytes()
    uses.withdraw(found.id, NOW, "by e-mail", found.version)
    after = next(one for one in uses.person(HOA.email).ours if one.id == found.id)
    assert after.withdrawn == NOW
    with pytest.raises(KnownError, match="already"):
        uses.withdraw(after.id, NOW, "again", after.version)
    assert not book.verify().broken
    backup.write(book, tmp_path / "casebook.backup")  # which proves itself by a trial restore, sealed papers included
    assert {"consent recorded", "consent withdrawn", "export", "view"} <= set(actions(book))
    assert uses.person(PEOPLE[1].email).ours == ()


def test_nothing_of_a_consent_stands_in_the_clear(uses: Uses, book: Casebook, tmp_path: Path) -> None:
    proof = tmp_path / "Kanarienvogelsdottir.txt"
    proof.write_bytes(b"Kanarienvogelsdottir agreed")
    uses.record(replace(newsletter(uses), wording="Kanarienvogelsdottir", title="Kanarienvogelsdottir"), [proof])
    uses.keep(Use("", "other", "Kanarienvogelsdottir", "law", "", ("name",)))
    for path in tmp_path.glob("casebook.sqlite*"):
        assert b"Kanarienvogelsdottir" not in path.read_bytes()
        assert HOA.email.encode() not in path.read_bytes()


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_extract_says_plainly_where_a_proof_is_missing(uses: Uses, language: str) -> None:
    uses.record(newsletter(uses))
    person = uses.person(HOA.email)
    shown = everything(uses.extract_pdf(person, language))
    assert says(shown, "missing: no paper is filed" if language == "en" else "thiếu: chưa lưu tài liệu chứng minh")
    assert says(shown, "Yes, send me the newsletter.")
    assert person.shop
    for one in person.shop:
        assert says(shown, one.title)
    assert "Art. 9" in shown
    guest = everything(uses.extract_pdf(uses.person(GUEST[1]), language))
    assert GUEST[1] in guest


def test_without_a_shop_our_own_records_are_there(uses: Uses, book: Casebook) -> None:
    uses.record(newsletter(uses))
    alone = Uses(book, lambda: POLICY, Letters(book, lambda: POLICY), lambda: None, tuple, confirmed.of_person)
    person = alone.person(HOA.email)
    assert [one.title for one in person.ours] == ["The newsletter"]
    assert "No shop is connected" in person.trouble or "shop" in person.trouble
    assert person.trouble in " ".join(everything(alone.extract_pdf(person, "en")).split())


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_note_on_access_names_each_category_on_one_page(uses: Uses, language: str) -> None:
    why = {"en": "To pack parcels.", "vi": "Để đóng gói."}
    uses.set_access("address", ("delivery",), why)
    made = uses.access_pdf(language)
    shown = everything(made)
    for one in POLICY.data_categories:
        assert says(shown, one.title_in(language))
    assert says(shown, why[language])
    assert len(pages(made)) == 1
    with pytest.raises(KnownError, match="nobody's to see"):
        uses.set_access("password", ("officer",), why)
    with pytest.raises(KnownError, match="in English and in Vietnamese"):
        uses.set_access("address", ("delivery",), {"en": "x", "vi": " "})
    assert next(one for one in uses.access() if one.category == "address").roles == ("delivery",)
