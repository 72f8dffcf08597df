"""Finding people and gathering what is held about one; every look is in the audit and names nobody."""

from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import Cancelled, KnownError
from officer_app.breaches.asked import Asked
from officer_app.breaches.service import Breaches
from officer_app.casebook.book import Casebook
from officer_app.customers.service import Customers
from officer_app.demo.shop import GUEST, PEOPLE
from officer_app.shop.connection import Shop
from tests.customers.conftest import a_case, entries

HOA = PEOPLE[0]


@pytest.mark.parametrize(
    "text", [HOA.email, f" {HOA.email.upper()} ", HOA.phone, HOA.order, "Lê Thị Hoa", "le thi hoa"]
)
def test_a_person_is_found_by_what_the_officer_knows(customers: Customers, text: str) -> None:
    assert HOA.key in [hit.open for hit in customers.find_people(text)]


def test_found_people_are_masked_but_for_what_was_typed(customers: Customers) -> None:
    by_name = next(hit for hit in customers.find_people("lê") if hit.open == HOA.key)
    assert by_name.name == "T•• H•• Lê"
    assert by_name.email == "ho••••@example.vn"
    by_mail = customers.find_people(HOA.email)[0]
    assert by_mail.email == HOA.email
    assert by_mail.name == "T•• H•• L•"
    assert "12345" not in by_mail.phone


def test_a_guest_is_found_by_e_mail_and_order(customers: Customers) -> None:
    name, email, order = GUEST
    for text in (email, order):
        (hit,) = customers.find_people(text)
        assert hit.guest
        found = customers.card(hit.open)
        assert found.card.guest
        assert found.card.account.email == email
        assert [one.number for one in found.card.orders] == [order]
    assert name


def test_pages_of_a_name_follow_without_gap(customers: Customers) -> None:
    whole = [hit.open for hit in customers.find("nguyen", limit=500).people.rows]
    found: list[str] = []
    after = None
    while True:
        page = customers.find("nguyen", after, 7).people
        found += [hit.open for hit in page.rows]
        after = page.next
        if after is None:
            break
    assert found == whole
    assert len(whole) > 14
    assert len(set(whole)) == len(whole)


def test_one_search_is_one_entry_and_names_nobody(customers: Customers, book: Casebook) -> None:
    before = len(entries(book))
    page = customers.find("nguyen", limit=5).people
    customers.find("nguyen", page.next, 5)
    customers.find(HOA.email)
    added = entries(book)[: len(entries(book)) - before]
    assert [entry.action for entry in added] == ["search", "search"]
    assert "nguyen" not in str(added)
    assert HOA.email not in str(added)


def test_cases_are_found_by_reference_mail_phone_and_order(customers: Customers, book: Casebook) -> None:
    reference = a_case(book, customer=HOA.key, email=HOA.email, phone=HOA.phone)
    other = a_case(book, email="someone.else@example.com")
    for text in (reference, reference.lower(), HOA.email, HOA.phone, HOA.order):
        assert [case.reference for case in customers.find_cases(text)] == [reference], text
    assert [case.reference for case in customers.find_cases("someone.else@example.com")] == [other]
    assert customers.find_cases("C-2026-9999") == ()
    assert customers.find_cases("nguyen") == ()
    assert customers.find_cases("   ") == ()


def test_the_card_gathers_shop_and_casebook(customers: Customers, book: Casebook) -> None:
    by_key, by_mail = a_case(book, customer=HOA.key), a_case(book, email=HOA.email)
    found = customers.card(HOA.key)
    assert {case.reference for case in found.cases} == {by_key, by_mail}
    assert found.card.account.email == HOA.email
    assert [order.number for order in found.card.orders] == [HOA.order]
    assert found.card.activity.meaning == "login"
    assert customers.card(HOA.email).card.account.key == HOA.key


def test_the_card_names_the_incident_that_concerns_the_person(
    customers: Customers, incidents: Breaches, book: Casebook
) -> None:
    noticed = book.clock() - timedelta(hours=1)
    reference = incidents.log("The server was hacked", noticed, "Linh").references[0]
    incidents.affected.freeze(reference, Asked(pasted="2"))
    assert reference in [one.reference for one in customers.card("2").cases]
    assert reference not in [one.reference for one in customers.card("1").cases]


def test_a_view_is_in_the_audit_and_names_nobody(customers: Customers, book: Casebook) -> None:
    customers.card(HOA.key)
    newest = entries(book)[0]
    assert newest.action == "view"
    assert newest.details is not None
    assert newest.details["where"] == "customer card"
    assert newest.details["customer"]
    assert HOA.key not in newest.details.values()


def test_a_card_that_cannot_be_recorded_is_not_shown(customers: Customers, book: Casebook) -> None:
    book.read_only = "This casebook is older than one this computer has seen."
    with pytest.raises(KnownError, match="older"):
        customers.card(HOA.key)


def test_an_unknown_key_is_said(customers: Customers, book: Casebook) -> None:
    with pytest.raises(KnownError, match="no account"):
        customers.card("999999999")
    assert entries(book)[0].action != "view"


def test_without_a_shop_cases_are_found_nonetheless(book: Casebook) -> None:
    reference = a_case(book, email=HOA.email)
    alone = Customers(book, lambda: None, lambda _keys, _emails: {})
    answers = alone.find(HOA.email)
    assert [case.reference for case in answers.cases] == [reference]
    assert "No shop is connected" in answers.trouble
    with pytest.raises(KnownError, match="No shop is connected"):
        alone.card(HOA.key)


def test_a_search_is_cancelled(customers: Customers) -> None:
    with pytest.raises(Cancelled):
        customers.find("nguyen", cancelled=lambda: True)


def test_a_shop_that_vanished_is_one_sentence(customers: Customers, shop: Shop, book: Casebook) -> None:
    a_case(book, email=HOA.email)
    shop.engine.dispose()
    Path(shop.address.path).write_bytes(b"no database any more" * 100)
    answers = customers.find(HOA.email)
    assert answers.cases
    assert answers.trouble.endswith(".")


def test_names_full_of_markup_and_control_characters_stay_text(customers: Customers) -> None:
    bob = next(person for person in PEOPLE if person.first_name.startswith("<b>"))
    assert customers.card(bob.key).card.account.first_name == "<b>Bob</b>"
    null = next(person for person in PEOPLE if person.story == "nulls")
    found = customers.card(null.key)
    assert found.card.orders == ()
    assert found.card.activity.precision == "lower_bound", "no login is recorded"
