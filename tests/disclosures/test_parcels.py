"""The officer makes packages at the tab: the form, the letter shown once, the package saved."""

from pathlib import Path

from officer_app.notices import package
from tests.disclosures.test_packages import SPAN, made_files, shop_certificate, with_certificate
from tests.disclosures.test_view import Tab, tab  # noqa: F401  a fixture
from tests.notices import certificates, reading


def test_a_package_is_made_its_letter_shown_once_and_the_package_saved(tab: Tab, tmp_path: Path) -> None:  # noqa: F811
    reference = made_files(tab.desk)
    tab.view.refresh()
    tab.settle()
    tab.open(reference)
    tab.press("package")
    assert "No certificate of the shop is imported" in tab.form_text()
    assert "enter the recipient's in our directory first" in tab.form_text()
    tab.send(way="locked-pdf", sign=())
    assert "Print it now: it is not kept" in tab.shows()
    assert tab.view.preview.mail_button.isHidden()
    letter = tab.view.preview.data
    words = next(word for word in reading.everything(letter).split() if word.count("-") == 7 and len(word) == 31)
    tab.view.preview.printed.emit()
    tab.settle()
    assert "print" in [entry.action for entry in tab.desk.audit(reference)]
    tab.view.close_preview()
    tab.open(reference)
    assert words not in tab.shows()
    one = tab.desk.service.queue.open(reference).packages[0]
    tab.answers.save = tmp_path / "given.pdf"
    tab.view.file.asked.emit(f"package:{one.id}")
    tab.settle()
    assert "Saved as given.pdf" in tab.shows()
    assert len(package.enclosed((tmp_path / "given.pdf").read_bytes(), words)) == 6
    tab.press("sent")
    tab.sent(number=one.letter, channel="post", at=tab.desk.clock())
    assert f"{one.letter} recorded as sent" in tab.shows()


def test_for_a_certificate_it_says_what_is_missing_and_is_signed(tab: Tab, tmp_path: Path) -> None:  # noqa: F811
    theirs = certificates.make("Police", span=SPAN)
    reference = made_files(tab.desk)
    contact = with_certificate(tab.desk, theirs)
    tab.view.refresh()
    tab.settle()
    tab.open(reference)
    tab.press("package")
    tab.send(way=contact)
    assert "No certificate of the shop is imported" in tab.form.problem("")
    tab.form.cancel_button.click()
    shop_certificate(tab.desk)
    tab.press("package")
    assert "Sign it as Lotus Trading" in "\n".join(box.text() for box in tab.boxes().values())
    tab.send(way=contact)
    assert "Made for the certificate of" in tab.shows()
    one = tab.desk.service.queue.open(reference).packages[0]
    assert one.signed
    tab.answers.save = tmp_path / "given.p7m"
    tab.view.file.asked.emit(f"package:{one.id}")
    tab.settle()
    assert (tmp_path / "given.p7m").exists()
