"""The normal form of e-mail, phone and name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.person import (
    comparable_name,
    email_without_tag,
    masked,
    normal_email,
    normal_name,
    normal_phone,
)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (" Anna.Smith@Mail.Example ", "anna.smith@mail.example"),
        ("ａnna@mail.example", "anna@mail.example"),
        ("info@BÜCHER.example", "info@xn--bcher-kva.example"),
        ("straße@mail.example", "strasse@mail.example"),
        ("a@b@mail.example", "a@b@mail.example"),
        ("", ""),
        ("anna", ""),
        ("anna@", ""),
        ("@mail.example", ""),
        ("an na@mail.example", ""),
        ("anna@mail\n.example", ""),
    ],
)
def test_email(typed: str, normal: str) -> None:
    assert normal_email(typed) == normal


def test_email_without_its_tag() -> None:
    assert email_without_tag("Anna+shop@mail.example") == "anna@mail.example"
    assert email_without_tag("anna@mail.example") == "anna@mail.example"
    assert email_without_tag("no address") == ""


@pytest.mark.parametrize(
    ("typed", "region", "normal"),
    [
        ("0912 345 678", "VN", "+84912345678"),
        ("(+84) 912-345-678", "VN", "+84912345678"),
        ("0084912345678", "VN", "+84912345678"),
        ("030 901820", "DE", "+4930901820"),
        ("+49 30 901820", "VN", "+4930901820"),
        ("０９１２３４５６７８", "VN", "+84912345678"),
        ("12", "VN", ""),
        ("call me", "VN", ""),
        ("", "VN", ""),
        ("0912345678", "", ""),
    ],
)
def test_phone(typed: str, region: str, normal: str) -> None:
    assert normal_phone(typed, region) == normal


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  Hoa \t Lê\n", "Hoa Lê"),
        ("Hoa Le\u0302", "Hoa Lê"),
        ("Ho\u200ba\u202e Lê\x00", "Hoa Lê"),
        ("", ""),
    ],
)
def test_name(typed: str, normal: str) -> None:
    assert normal_name(typed) == normal


def test_names_typed_from_memory_compare_equal() -> None:
    assert comparable_name("ĐẶNG Thị Hòa") == comparable_name("dang thi  hoa") == "dang thi hoa"
    assert comparable_name("Anna") != comparable_name("Hanna")


def test_a_masked_name_shows_first_letters_only() -> None:
    assert masked("Hoa Lê") == "H•• L•"
    assert masked("Wolfeschlegelstein") == "W••••••"
    assert masked("") == ""


@given(st.text(max_size=60))
def test_normal_forms_are_stable(text: str) -> None:
    assert normal_name(normal_name(text)) == normal_name(text)
    assert normal_email(normal_email(text)) == normal_email(text)
    assert normal_phone(normal_phone(text)) == normal_phone(text)


@given(st.text(max_size=30), st.text(min_size=1, max_size=20))
def test_any_address_normalises_to_a_fixed_point(local: str, domain: str) -> None:
    normal = normal_email(f"{local}@{domain}")
    assert normal_email(normal) == normal
    assert normal_email(normal.upper()) in (normal, normal_email(normal.upper()))
