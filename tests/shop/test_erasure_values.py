"""The value templates of an erase plan, carried out by a real database and row by row."""

from collections.abc import Callable
from contextlib import closing

import pytest
import sqlalchemy as sa

from officer_app.base.erasure import Person
from officer_app.shop import erasure, erasure_check
from officer_app.shop.connection import Shop
from officer_app.shop.erasure_values import longest, masked_ip, rewritten, varies

Small = Callable[[str, str], Shop]
TABLES = """CREATE TABLE people (id INTEGER PRIMARY KEY, mail VARCHAR(60), phone VARCHAR(20), post VARCHAR(10),
 code TEXT, ip TEXT, more TEXT, secret VARCHAR(128), word VARCHAR(8), kept TEXT, empty TEXT);
INSERT INTO people VALUES (7, 'an@x.example', '0912-345', '530000', 'abc', '10.1.2.3',
 '{"a": {"b": "An"}, "c": 1}', 'x', 'w', 'old', '');
INSERT INTO people VALUES (8, 'bo@x.example', NULL, NULL, NULL, NULL, NULL, '', '', NULL, NULL);"""
PROFILE = """[profile]
id = "small"
title = "Small"
engines = ["sqlite"]
writes = "sql"
[entity.customer]
table = "people"
[entity.customer.fields]
email = "mail"
[[erase]]
scope = "account"
entity = "customer"
action = "update"
rows = { min = 1, max = 1 }
[erase.set]
mail = "gone-{uuid}@x.invalid"
phone = "mask_digits"
post = "truncate(2)"
code = "{id}-{n}"
ip = "ip_mask(24,64)"
more = "json_drop(a.b)"
secret = "unusable_password(django)"
word = "random_token(8)"
kept = "null"
"""


def row(shop: Shop, key: int) -> dict[str, object]:
    """Return a row by hand."""
    engine = sa.create_engine(sa.URL.create("sqlite", database=shop.address.path))
    with engine.connect() as connection:
        found = dict(connection.execute(sa.text("SELECT * FROM people WHERE id = :id"), {"id": key}).mappings().one())
    engine.dispose()
    return found


def test_every_template_is_carried_out(small: Small) -> None:
    shop = small(TABLES, PROFILE)
    with closing(erasure.connect(shop, "", "")) as eraser:
        done = eraser.erase([Person("a", "7", "an@x.example")], "account", "0123456789abcdef" * 2)
    assert (done.done, done.counts) == (("a",), {"people": {"changed": 1}})
    now = row(shop, 7)
    assert now["mail"] == "gone-01234567-89ab-cdef-0000-000000000007@x.invalid"
    assert (now["phone"], now["post"], now["code"], now["ip"]) == ("0000-000", "53", "7-7", "10.1.2.0")
    assert (now["more"], now["kept"]) == ('{"a": {}, "c": 1}', None)
    assert str(now["secret"]).startswith("!") and len(str(now["secret"])) == 41
    assert len(str(now["word"])) == 8
    assert row(shop, 8)["mail"] == "bo@x.example"


def test_what_is_empty_stays_empty(small: Small) -> None:
    shop = small(TABLES, PROFILE.replace("[erase.set]", "only_if_not_empty = true\n[erase.set]\nempty = \"[erased]\""))
    with closing(erasure.connect(shop, "", "")) as eraser:
        eraser.erase([Person("a", "7", "an@x.example")], "account", "0" * 32)
        eraser.erase([Person("b", "8", "bo@x.example")], "account", "1" * 32)
    assert row(shop, 7)["empty"] == ""
    assert (row(shop, 8)["phone"], row(shop, 8)["ip"]) == (None, None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("mail VARCHAR(60)", "mail VARCHAR(20)"), "people.mail holds 20 characters"),
        (("kept TEXT", "kept TEXT NOT NULL DEFAULT ''"), "people.kept must not be empty"),
        (("post VARCHAR(10)", "post VARCHAR(10) UNIQUE"), "people.post is unique"),
        (("secret VARCHAR(128)", "secret VARCHAR(40)"), "people.secret holds 40 characters"),
    ],
)
def test_a_plan_that_does_not_fit_is_told_by_its_column(small: Small, change: tuple[str, str], told: str) -> None:
    script = TABLES.replace(*change)
    if "NOT NULL" in change[1]:
        script = script.replace("'', '', NULL, NULL)", "'', '', '', NULL)")
    shop = small(script, PROFILE)
    assert [problem for problem in erasure_check.problems(shop.expressions) if problem.startswith(told)]


@pytest.mark.parametrize(
    ("value", "masked"),
    [("10.1.2.3", "10.1.2.0"), ("2001:db8::1:2", "2001:db8::"), ("no address", ""), (None, None)],
)
def test_masked_addresses(value: str | None, masked: str | None) -> None:
    assert masked_ip(value, 24, 64) == masked


@pytest.mark.parametrize(
    ("text", "path", "drop", "expected"),
    [
        ('{"a": [1, {"b": "x"}]}', ["a", "1", "b"], True, '{"a": [1, {}]}'),
        ('{"a": "x"}', ["a"], False, '{"a": ""}'),
        ('{"a": "x"}', ["b", "c"], True, '{"a": "x"}'),
        ("no json", ["a"], True, "{}"),
    ],
)
def test_rewritten_json(text: str, path: list[str], drop: bool, expected: str) -> None:
    assert rewritten(text, path, drop=drop) == expected


def test_what_varies_and_how_long_it_is() -> None:
    assert varies("x-{uuid}") and varies("{id}") and varies("random_token(9)") and not varies("[erased]")
    assert longest("erased-{uuid}@erased.invalid") == 58
    assert (longest("unusable_password(django)"), longest("random_token(9)"), longest("truncate(4)")) == (41, 9, -1)
