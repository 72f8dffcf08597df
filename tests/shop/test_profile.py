"""A profile is strict, names the line of its error, and fits its overlays to what the database has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base import resources
from officer_app.base.errors import KnownError
from officer_app.shop import lines, profile
from officer_app.shop.plan import template_problem
from officer_app.shop.profile import Facts

TEXT = resources.path("shops", "native.toml").read_text(encoding="utf-8")


def line_with(text: str, needle: str) -> int:
    return 1 + next(n for n, line in enumerate(text.splitlines()) if needle in line)


@pytest.mark.parametrize("name", profile.names())
def test_every_shipped_profile_loads(name: str) -> None:
    loaded = profile.load(name)
    assert loaded.id == name
    assert "email" in loaded.layout.customer.fields
    assert loaded.layout.erase
    assert loaded.layout.activity


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('fold = "e164"', 'fold = "e165"', "e165"),
        ('email_normal = "email_normal"', "email_normal = 7", "entity.customer.fields.email_normal"),
        ('of = "cancel_requested_at", null', 'of = "cancel_requested_at", nul', "nul"),
        ('entity = "subscription"\nof =', 'entity = "letters"\nof =', "no entity 'letters'"),
        ("truncate(2)", "truncat(2)", "truncat(2)"),
        ("{uuid}@erased.invalid", "{uid}@erased.invalid", "{uid}"),
        ('action = "keep"\nreason = "Invoices', 'action = "keep"\nreasons = "Invoices', "reasons"),
        ('meaning = "login"', 'meaning = "visit"', "visit"),
        ('[entity.order.payment]\nof = "payment_state"', "[entity.order.payment]", "of"),
        ("rows = { min = 1, max = 1 }", "rows = { min = 3, max = 1 }", "min"),
        ('source = { aggregate = { entity = "ticket"', 'source = { aggregate = { entity = "tickets"', "'tickets'"),
        ('source = { aggregate = { entity = "ticket"', 'source = { column = "a", aggregate = { entity = "ticket"',
         "exactly one"),
    ],
)  # fmt: skip
def test_an_error_names_its_line(old: str, new: str, said: str) -> None:
    wrong = TEXT.replace(old, new, 1)
    assert wrong != TEXT
    changed = 1 + next(n for n, (a, b) in enumerate(zip(TEXT.splitlines(), wrong.splitlines(), strict=False)) if a != b)
    with pytest.raises(KnownError) as caught:
        profile.parse(wrong, "mine.toml")
    text = str(caught.value)
    assert text.startswith("mine.toml, line ")
    named = int(text.split("line ")[1].split(":")[0])
    # A key that is missing, and a rule over a whole table, are told at the head of the table.
    assert 0 <= changed - named <= 8, (named, changed, text)
    assert said in text


def test_an_entity_of_an_unknown_kind_is_named() -> None:
    wrong = TEXT.replace("entity.login_event", "entity.logins")
    with pytest.raises(KnownError, match=f"line {line_with(wrong, 'entity.logins')}: .*needs `kind`"):
        profile.parse(wrong)


def test_broken_toml_names_its_line() -> None:
    with pytest.raises(KnownError, match="line 4"):
        profile.parse(TEXT.replace("[profile]", "[profile", 1))


@pytest.mark.parametrize("name", ["nothing", "../native", "/etc/passwd", "missing.toml"])
def test_a_profile_that_is_not_there_is_said_so(name: str) -> None:
    with pytest.raises(KnownError):
        profile.load(name)


OVERLAID = """
[profile]
id = "x"
title = "X"
engines = ["sqlite"]
prefix = "p_"

[setting.mode]
table = "{p}options"
key = "k"
value = "v"
row = "mode"

[entity.customer]
table = "{p}users"

[entity.customer.fields]
email = "email"
phone = "phone"

[entity.ticket]
table = "{p}tickets"
when = { table_exists = "{p}tickets" }
match = [{ by = "customer", of = "user_id" }]

[[guard]]
id = "t"
title = "A ticket."
entity = "ticket"

[[activity]]
source = { aggregate = { entity = "ticket", of = "at" } }
meaning = "support"

[[activity]]
source = "seen"
meaning = "login"
when = { column_exists = "{p}users.seen" }

[[overlay]]
when = { setting = "mode", is = "new" }

[overlay.entity.customer.fields]
phone = { json = { column = "data", path = ["phone"] } }

[[overlay]]
when = { table_missing = "{p}tickets" }

[overlay.language]
default = "vi"
"""


def test_overlays_follow_the_database() -> None:
    loaded = profile.parse(OVERLAID)
    full = Facts({"p_users": frozenset({"seen"}), "p_tickets": frozenset()}, {"mode": "new"})
    bare = Facts({"p_users": frozenset()}, {"mode": "old"})
    rich, poor = loaded.fitted(full), loaded.fitted(bare)
    assert rich.customer.table == "p_users"
    assert not isinstance(rich.customer.fields["phone"], str)
    assert rich.customer.fields["email"] == poor.customer.fields["phone"].replace("phone", "email")  # type: ignore[union-attr]
    assert ("ticket" in rich.entity, "ticket" in poor.entity) == (True, False)
    assert (len(rich.guard), len(poor.guard)) == (1, 0)
    assert (len(rich.activity), len(poor.activity)) == (2, 0)
    assert (rich.language.default, poor.language.default) == ("en", "vi")
    assert loaded.fitted(bare, "q_").customer.table == "q_users"


def test_an_overlay_is_checked_at_loading() -> None:
    wrong = OVERLAID.replace('path = ["phone"]', 'paths = ["phone"]')
    with pytest.raises(KnownError) as caught:
        profile.parse(wrong)
    assert f"line {line_with(wrong, 'paths')}:" in str(caught.value)


@pytest.mark.parametrize(
    ("template", "sound"),
    [
        ("[deleted]", True), ("null", True), ("erased-{uuid}@x.invalid", True), ("{id}-{n}", True), ("", True),
        ("mask_digits", True), ("ip_mask(24,64)", True), ("truncate(2)", True), ("json_set(a.b)", True),
        ("unusable_password(django)", True), ("random_token(32)", True), ("recompute(oscar_hash)", True),
        (0, True), (False, True), ("{email}", False), ("unusable_password(other)", False), ("shell(rm)", False),
        ("truncate(x)", False),
    ],
)  # fmt: skip
def test_value_templates(template: str | int, sound: bool) -> None:
    assert (template_problem(template) == "") is sound


@given(st.text(alphabet='[]{}=".\n #abc,', max_size=80))
def test_finding_lines_never_fails(text: str) -> None:
    found = lines.index(text)
    assert all(1 <= line <= len(text.splitlines()) for line in found.values())


@given(st.text(alphabet='[]{}="\n abcde.', max_size=120))
def test_any_file_is_a_profile_or_a_sentence(text: str) -> None:
    with pytest.raises(KnownError):
        profile.parse(TEXT.replace("[entity.customer]", text + "\n[entity.nobody]", 1))
