"""Through the real window: a use is described, a customer's consents are reached from the card and put on paper."""

from officer_app.tour.chapters import Visit
from officer_app.uses.person_view import ConsentsPage
from officer_app.uses.view import UsesPage
from officer_app.widgets.table import PagedTable


def test_a_use_is_described_and_a_consent_recorded_from_the_card(visit: Visit) -> None:
    officer, screen = visit.officer, visit.officer.screen
    officer.sign_in(*visit.keys("officer"))
    officer.menu("Uses of data")
    page = screen.find(UsesPage, lambda _one: True, "the page of uses")
    table = screen.find(PagedTable, lambda one: page.isAncestorOf(one), "the register")
    screen.wait(table.rows, "the purposes of the policy")
    table.select(next(line.key for line in table.rows() if not line.use.id))
    table.chosen.emit(table.current())
    screen.press("Describe it")
    ground = page._service.grounds()[0].id
    screen.fill({"basis": ground, "proof": "Tick in the account.", "categories": ("name",), "kept": "1 year"})
    screen.click(screen.form.submit_button)
    screen.wait(lambda: "Saved" in page.file.news.text, "the use to be saved")
    screen.press("Register as PDF")
    screen.wait(lambda: page.preview.isVisible() and page.preview.page_count, "the register")
    assert "Register of the uses" in page.preview.text()

    lines = officer.find("hoa.le@example.vn")
    screen.wait(lambda: lines.count() == 2, "the customer")
    screen.click(lines.viewport(), lines.visualItemRect(lines.item(1)).center())
    screen.press("Consents")
    own = screen.find(ConsentsPage, lambda _one: True, "the consents")
    officer.answers.files = ()
    screen.press("Record a consent")
    screen.fill({"purpose": "marketing", "title": "The newsletter", "categories": ("email",), "wording": "Yes, please.",
                 "way": "presumed"})  # fmt: skip
    screen.click(screen.form.submit_button)
    screen.wait(lambda: "no consent by itself" in screen.form.problem(""), "the warning")
    screen.fill({"way": "written"})
    screen.click(screen.form.submit_button)
    screen.wait(lambda: "without proof" in own.file.news.text, "the consent to be recorded")
    screen.press("Extract in English")
    screen.wait(lambda: own.preview.isVisible() and own.preview.page_count, "the extract")
    assert "missing" in own.preview.text()
    house = officer.rooms.house
    assert house is not None
    assert not house.book.verify().broken
