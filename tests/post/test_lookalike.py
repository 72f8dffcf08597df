"""Senders that are not who they seem are flagged, and ordinary ones are not."""

import pytest

from officer_app.base.person import normal_email
from officer_app.post.lookalike import _TWINS, imitates, sender_warnings
from officer_app.post.message import parse

KNOWN = ("anna.kolb@paypal.example", "hoa.nguyen@mail.example", "service@big-shop.example", "modem@rnail.example")


def _confusable_pairs() -> list[tuple[str, str]]:
    """Return addresses with each of their letters replaced by each of its twins, and some ASCII classics."""
    twins = [
        (known, known.replace(latin, twin, 1))
        for known in KNOWN
        for latin, others in _TWINS.items()
        for twin in others
        if latin in known
    ]
    swaps = (("m", "rn"), ("o", "0"), ("l", "1"), ("a", "á"), ("e", "ẹ"), ("i", "l"), ("a", "ａ"), ("d", "cl"))
    classics = [(known, known.replace(old, new, 1)) for known in KNOWN for old, new in swaps if old in known]
    # A full-width letter is the same address to every mail server, so it is no imitation.
    return [(known, false) for known, false in [*twins, *classics] if normal_email(known) != normal_email(false)]


PAIRS = _confusable_pairs()


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= 200


def test_every_look_alike_imitates() -> None:
    assert [(known, false) for known, false in PAIRS if not imitates(false, known)] == []


def test_every_look_alike_outside_ascii_is_flagged_by_itself() -> None:
    foreign = [false for _, false in PAIRS if not false.isascii()]
    assert len(foreign) > 100
    assert [false for false in foreign if not sender_warnings("", false)] == []


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Anna Smith", "anna.smith@mail.example"),
        ("Nguyễn Thị Hòa", "hoa@mail.example"),
        ("Đặng Ðức", "duc@mail.example"),
        ("Иван Петров", "ivan@mail.example"),
        ("Γιώργος", "g@mail.example"),
        ("山田 太郎 (Yamada)", "y@mail.example"),
        ("田中さんカメラ", "t@mail.example"),
        ("김철수", "k@mail.example"),
        ("José Núñez", "jose@mail.example"),
        ("anna.smith@mail.example", "Anna.Smith@mail.example"),
        ("", "a+tag@mail.example"),
    ],
)
def test_ordinary_senders_raise_no_warning(name: str, address: str) -> None:
    assert sender_warnings(name, address) == ()


@pytest.mark.parametrize(
    ("name", "address", "reply_to", "words"),
    [
        ("Аnna Smith", "a@mail.example", "", "mixes writing systems in one word"),
        ("Anna\u200b Smith", "a@mail.example", "", "U+200B"),
        ("", "аnna@mail.example", "", "U+0430"),
        ("", "anna@xn--80ak6aa92e.example", "", "looks like"),
        ("", "anna@bücher.example", "", "letters outside A to Z"),
        ("boss@shop.example", "evil@mail.example", "", "boss@shop.example, but the mail came from evil@mail.example"),
        ("", "a@mail.example", "b@other.example", "Answers would go to b@other.example"),
    ],
)
def test_what_is_flagged(name: str, address: str, reply_to: str, words: str) -> None:
    found = sender_warnings(name, address, reply_to)
    assert any(words in one for one in found), found


def test_different_people_do_not_imitate_each_other() -> None:
    assert not imitates("anna@mail.example", "anna@mail.example")
    assert not imitates("ANNA@mail.example", "anna@mail.example")
    assert not imitates("hannah@mail.example", "anna@mail.example")


def test_a_mail_carries_the_warning() -> None:
    raw = 'From: "Аnna" <аnna@mail.example>\nReply-To: x@other.example\n\nhi\n'.encode()
    warnings = parse(raw).warnings
    assert any("name mixes" in one for one in warnings)
    assert any("address" in one and "U+0430" in one for one in warnings)
    assert any("x@other.example" in one for one in warnings)
