"""Sealing: what stands in another place, or was changed by a bit, is never opened."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import assume, given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.casebook import schema, sealing
from officer_app.casebook.kit import Kit, read
from officer_app.casebook.people import Keys
from officer_app.casebook.sealing import Cells, Kdf, Key, Tampered, blind, blind_key, unwrap_with, wrap_to
from tests.casebook.places import Spot, new_case

SECRET = bytes(range(32))
places = st.tuples(st.text(max_size=8), st.sampled_from(["a", "b"]), st.text(max_size=8), st.sampled_from(["x", "y"]),
                   st.integers(0, 50))  # fmt: skip


@given(st.binary(max_size=700), places, places)
def test_a_value_opens_in_its_own_place_only(plain: bytes, here: Any, there: Any) -> None:
    key = Key(SECRET)
    blob = key.seal(plain, *here)
    assert key.open(blob, *here) == plain
    assume([str(part) for part in here] != [str(part) for part in there])
    with pytest.raises(Tampered):
        key.open(blob, *there)


@given(places, places, st.integers(0, 2), st.integers(0, 2))
def test_a_list_opens_what_stands_in_its_column_only(here: Any, there: Any, epoch: int, other: int) -> None:
    key, blob = Key(SECRET, epoch), Key(SECRET, epoch).seal_json({"name": "Hoa"}, *here)

    def opened(by: Key, place: Any) -> Any:
        store, table, row, column, version = place
        return Cells(store, table, column).open_json(by, blob, row, version)

    assert opened(key, here) == {"name": "Hoa"}
    if epoch != other:
        with pytest.raises(Tampered):
            opened(Key(SECRET, other), here)
    assume(here != there)
    with pytest.raises(Tampered):
        opened(key, there)


@given(st.lists(st.text(max_size=6), max_size=5), st.lists(st.text(max_size=6), max_size=5))
def test_no_two_places_look_alike_when_joined(one: list[str], other: list[str]) -> None:
    assert (sealing.bound(*one) == sealing.bound(*other)) == (one == other)


@given(st.binary(max_size=300), st.data())
def test_one_flipped_bit_is_refused(plain: bytes, data: st.DataObject) -> None:
    key = Key(SECRET)
    blob = bytearray(key.seal(plain, "store", "table", "row", "column", 1))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Tampered):
        key.open(bytes(blob), "store", "table", "row", "column", 1)


@given(st.binary(max_size=5))
def test_rubbish_is_refused(blob: bytes) -> None:
    with pytest.raises(Tampered):
        Key(SECRET).open(blob, "a")


def test_lengths_show_in_steps_only() -> None:
    key = Key(SECRET)
    sizes = {len(key.seal(b"x" * length, "a")) for length in range(100)}
    assert len(sizes) == 4


def test_a_key_wrapped_to_one_person_opens_for_nobody_else() -> None:
    keys, other = Keys.fresh(), Keys.fresh()
    wrapped = wrap_to(keys.public_decrypt, SECRET, b"for you")
    assert unwrap_with(keys.decrypt, wrapped, b"for you") == SECRET
    for private, info in ((other.decrypt, b"for you"), (keys.decrypt, b"for him")):
        with pytest.raises(Tampered):
            unwrap_with(private, wrapped, info)


def test_blind_indexes_of_two_fields_do_not_meet() -> None:
    assert blind(blind_key(SECRET, "email"), "x") != blind(blind_key(SECRET, "phone"), "x")


@pytest.mark.parametrize(
    "change",
    [{"memory": 1024}, {"memory": 4_000_000}, {"passes": 1}, {"passes": 99}, {"lanes": 0}, {"lanes": 64},
     {"salt": "00"}, {"salt": "zz" * 16}, {"memory": "65536"}, {"extra": 1}],
)  # fmt: skip
def test_weak_or_endless_passphrase_settings_are_refused(
    change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "LEAST_MEMORY", 65_536)
    monkeypatch.setattr(sealing, "LEAST_PASSES", 3)
    sound = json.loads(Kdf.fresh().write())
    assert Kdf.read(json.dumps(sound)).memory == 262_144
    with pytest.raises(Tampered):
        Kdf.read(json.dumps({**sound, **change}))


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=1, max_size=1), st.integers(0, 64))
def test_a_mistyped_kit_names_its_group(letter: str, at: int) -> None:
    kit = Kit("kit", SECRET)
    typed = list("".join(kit.groups))
    assume(typed[at] != letter)
    typed[at] = letter
    with pytest.raises(KnownError, match=f"Group {at // 5 + 1} "):
        read("".join(typed))
    assert read(" ".join(kit.groups).lower()) == SECRET


@pytest.mark.parametrize("broken", [False, True])
def test_ciphertexts_moved_in_the_database_are_refused(
    file_spot: Spot, trials: Callable[[int, int], int], dice: Random, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    """Rows, fields, cases and versions are swapped at random; the harness finds it where no place is bound."""
    book = file_spot.open()
    new_case(book)  # so that every key but those of cases is at hand
    if broken:
        monkeypatch.setattr(sealing, "bound", lambda *_parts: b"")
    cases_made = [new_case(book, b"%d" % number, b"second") for number in range(3)]
    with book.transaction("work") as tx:
        rows = tx.execute(sa.select(schema.evidence)).mappings().all()
        table, opened = schema.evidence, 0
        for _ in range(trials(200, 20_000)):
            one, other = dice.choice(rows), dice.choice(rows)
            column = dice.choice(["id", "reference", "version", "bit"])
            changed = dict(one)
            if column == "bit":
                blob = bytearray(one["sealed"])
                blob[dice.randrange(len(blob))] ^= 1 << dice.randrange(8)
                changed["sealed"] = bytes(blob)
            elif column == "version":
                changed["version"] = one["version"] + dice.choice([-1, 1])
            else:
                changed["sealed"] = other["sealed"]
            if changed == dict(one):
                continue
            try:
                tx.opened(table, changed)
                opened += 1
            except Tampered:
                pass
    assert (opened > 0) is broken
    assert len(cases_made) == 3
    book.close()
