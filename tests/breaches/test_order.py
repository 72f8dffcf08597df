"""Postal order in bounded memory, each person once, and nothing plain on a disk."""

from hypothesis import given
from hypothesis import strategies as st

from officer_app.breaches.once import Once
from officer_app.breaches.order import PostalOrder
from officer_app.breaches.person import Person, place

words = st.text(max_size=12)
people = st.builds(
    Person, key=words, name=words, email=words, phone=st.just(""), lines=st.lists(words, max_size=3).map(tuple),
    postcode=words, country=st.sampled_from(["VN", "DE", ""]), language=st.just("en"), guest=st.booleans(),
)  # fmt: skip


def person(key: str, email: str = "", name: str = "Name") -> Person:
    return Person(key, name, email, "", ("1 Street", "10000 Town"), "10000", "VN", "vi")


@given(st.lists(people, max_size=60))
def test_parts_aside_give_the_same_order_as_all_at_once(some: list[Person]) -> None:
    orders = []
    for most in (7, 1000):
        with PostalOrder(most) as ordered:
            for one in some:
                ordered.add(one, one.lines[0] if one.lines else "")
            orders.append(list(ordered))
    assert orders[0] == orders[1]
    keys = [place(one, one.lines[0] if one.lines else "") for one in orders[0]]
    assert keys == sorted(keys)
    assert sorted(map(repr, orders[0])) == sorted(map(repr, some))


def test_who_cannot_be_written_comes_last() -> None:
    nowhere = Person("1", "Anna", "a@x.example", "", (), "", "AA", "en")
    with PostalOrder() as ordered:
        ordered.add(nowhere, "")
        ordered.add(person("2"), "1 Street")
        assert [one.key for one in ordered] == ["2", "1"]


def test_what_is_put_aside_is_sealed() -> None:
    with PostalOrder(in_memory=5) as ordered:
        for number in range(20):
            ordered.add(person(str(number), f"canary{number}@example.com", "Canary Bird"), "Canary Street")
        ordered._aside.seek(0)
        aside = ordered._aside.read()
        assert len(aside) > 1000 and b"anary" not in aside
        assert len(list(ordered)) == 20


def test_the_same_key_or_the_same_mail_is_the_same_person() -> None:
    once = Once()
    assert once.add(person("1", "Hoa@Example.vn"))
    assert not once.add(person("", " hoa@example.VN "))
    assert not once.add(person("1", "other@example.vn"))
    assert not once.add(person("2", "other@example.vn")), "the second mail of a known customer was not remembered"
    assert once.add(person("3", ""))
    assert once.add(person("", "")), "a person without key and mail cannot be matched with anybody"
