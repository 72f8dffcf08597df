"""The shop's signature: imported, shown without its secret, removed; nothing secret is left in the clear."""

from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook import audit
from officer_app.letters import signature
from officer_app.widgets.forms import Form
from tests.notices import certificates
from tests.notices.certificates import PASSPHRASE, Span
from tests.settings.conftest import NOW, House
from tests.settings.test_pages import Page, page  # noqa: F401  a fixture
from tests.widgets.conftest import Answers


@pytest.fixture
def file(tmp_path: Path) -> Path:
    target = tmp_path / "shop.p12"
    target.write_bytes(certificates.p12(certificates.make("Lotus Shop")))
    return target


def test_it_is_imported_shown_and_removed(house: House, file: Path) -> None:
    signing = house.settings.signing
    assert signing.held() is None
    with pytest.raises(KnownError, match="does not open this file"):
        signing.take(file, "wrong")
    assert signing.held() is None
    signing.take(file, PASSPHRASE)
    who = signing.held()
    assert who is not None
    assert who.holder == "Lotus Shop"
    assert signing.state(who) == ""
    with house.book.reading() as tx:
        kept = signature.load(tx)
        assert kept is not None
        assert (kept.content, kept.passphrase) == (file.read_bytes(), PASSPHRASE)
        actions = [entry.action for entry in audit.page(tx, limit=10)]
        assert "signature imported" in actions
    signing.remove()
    assert signing.held() is None
    with pytest.raises(KnownError, match="No signature"):
        signing.remove()


def test_its_secret_stands_nowhere_in_the_clear(house: House, file: Path, tmp_path: Path) -> None:
    house.settings.signing.take(file, PASSPHRASE)
    with house.book.reading() as tx:
        said = " ".join(str(entry) for entry in audit.page(tx, limit=100))
    assert PASSPHRASE not in said
    inside = file.read_bytes()[40:80]
    for path in tmp_path.rglob("casebook.sqlite*"):
        assert PASSPHRASE.encode() not in path.read_bytes()
        assert inside not in path.read_bytes()


def test_a_file_that_is_not_there_is_said(house: House, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match=r"gone\.p12 cannot be read"):
        house.settings.signing.take(tmp_path / "gone.p12", "")


def test_one_that_ends_soon_is_marked(house: House, tmp_path: Path) -> None:
    soon = certificates.make(span=Span(NOW - timedelta(days=300), NOW + timedelta(days=9)))
    (tmp_path / "soon.p12").write_bytes(certificates.p12(soon))
    house.settings.signing.take(tmp_path / "soon.p12", PASSPHRASE)
    who = house.settings.signing.held()
    assert who is not None
    assert house.settings.signing.state(who) == "soon"


def test_through_the_page(page: Page, file: Path, answers: Answers) -> None:  # noqa: F811
    page.turns_to(4)
    panel = page.page.signature
    assert "No signature yet" in page.says()
    answers.files = [file]
    panel.file.actions_bar.buttons["import"].click()
    form = panel.file.form
    assert isinstance(form, Form)
    page.submits(form, passphrase="wrong")
    assert "does not open this file" in form.problem("")
    page.submits(form, passphrase=PASSPHRASE)
    assert "Lotus Shop" in page.says()
    assert PASSPHRASE not in page.says()
    answers.yes = True
    panel.file.actions_bar.buttons["remove"].click()
    page.waits()
    assert "No signature yet" in page.says()
