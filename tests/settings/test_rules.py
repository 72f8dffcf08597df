"""The policy page's use cases: choices kept, bad files survived, stored due dates moved with a reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.base.errors import KnownError
from officer_app.casebook import audit, cases
from officer_app.policy.calendar import HolidayChange
from officer_app.settings import rules_in_force
from officer_app.settings.rules_in_force import OwnTerm, PolicyChoice
from tests.settings.conftest import NOW, House

START = datetime(2026, 11, 20, 3, tzinfo=UTC)  # a Friday
MONDAY = HolidayChange("VN", date(2026, 11, 23), "Company day", source="notice of 1 November")


def a_case(house: House, duty: str = "complaint-acknowledge", *, extended: bool = False) -> str:
    with house.book.transaction("work") as tx:
        reference = cases.open_case(tx, "complaints", "other", "open", 2026)
        cases.set_deadline(tx, reference, house.policy().deadline(duty, START, extended=extended))
        audit.append(tx, "received", reference)
    return reference


def due(house: House, reference: str) -> datetime:
    with house.book.reading() as tx:
        return cases.deadlines(tx, reference)[0].due


def with_holiday(house: House) -> None:
    rules = house.settings.rules
    rules.save(replace(rules.choice(), holidays=(MONDAY,)))


def test_packs_are_switched_on_and_off(house: House) -> None:
    rules = house.settings.rules
    assert [pack.id for pack in house.policy().packs] == ["shop-policy"]
    choice = replace(rules.choice(), packs=("shop-policy", "vn-2026", "eu-gdpr"), countries={"eu-gdpr": "DE"})
    rules.save(choice)
    assert rules.choice() == choice
    assert [pack.id for pack in house.policy().packs] == ["shop-policy", "vn-2026", "eu-gdpr"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"packs": ()}, "at least one"),
        ({"packs": ("eu-gdpr",)}, "needs a country"),
        ({"packs": ("no-such-pack",)}, "no policy pack"),
        ({"zone": "Mars/Phobos"}, "time zone"),
        ({"terms": (OwnTerm("shop-policy", "complaint-acknowledge", "soon", "me"),)}, "own terms, line"),
        ({"terms": (OwnTerm("shop-policy", "breach-police", "2 days", "me"),)}, "hours"),
    ],
)
def test_a_choice_that_will_not_do_changes_nothing(house: House, change: dict[str, object], says: str) -> None:
    rules = house.settings.rules
    with pytest.raises(KnownError, match=says):
        rules.save(replace(rules.choice(), **change))  # type: ignore[arg-type]
    assert rules.choice() == PolicyChoice()


def test_an_own_term_is_in_force_and_says_who_decided(house: House) -> None:
    rules = house.settings.rules
    term = OwnTerm("shop-policy", "complaint-acknowledge", "1 working day", "management, 2026-11-01")
    before = house.policy().deadline("complaint-acknowledge", START)
    rules.save(replace(rules.choice(), terms=(term,)))
    after = house.policy().deadline("complaint-acknowledge", START)
    assert after.due < before.due
    assert "management, 2026-11-01" in after.source


def test_a_changed_holiday_moves_nothing_by_itself_and_shows_what_it_would(house: House) -> None:
    reference = a_case(house)
    stored = due(house, reference)
    with_holiday(house)
    assert due(house, reference) == stored
    (move,) = house.settings.rules.moves()
    assert move.now is not None
    assert move.stored.reference == reference
    assert move.now.due == stored + timedelta(days=1)
    assert not move.earlier


def test_moves_are_applied_together_with_a_reason(house: House) -> None:
    first, second = a_case(house), a_case(house)
    stored = due(house, first)
    with_holiday(house)
    found = house.settings.rules.moves()
    with pytest.raises(KnownError, match="why"):
        house.settings.rules.apply(found, "  ")
    change = house.settings.rules.apply(found, "Company day was announced")
    assert set(change.references) == {first, second}
    assert due(house, first) == due(house, second) == stored + timedelta(days=1)
    assert house.settings.rules.moves() == ()
    with house.book.reading() as tx:
        entry = audit.timeline(tx, first)[0]
    assert entry.details is not None
    assert entry.details["reason"] == "Company day was announced"
    assert not house.book.verify().broken


def test_one_bad_move_moves_none(house: House) -> None:
    a_case(house)
    with_holiday(house)
    (move,) = house.settings.rules.moves()
    stored = due(house, move.stored.reference)
    lost = replace(move, stored=replace(move.stored, reference="C-2026-9999"), now=None)
    with pytest.raises(KnownError, match="C-2026-9999"):
        house.settings.rules.apply((move, lost), "because")
    assert due(house, move.stored.reference) == stored


def test_an_extended_deadline_stays_extended(house: House) -> None:
    reference = a_case(house, "complaint-resolve", extended=True)
    assert house.settings.rules.moves() == ()
    rules = house.settings.rules
    term = OwnTerm("shop-policy", "complaint-resolve", "10 days", "management")
    rules.save(replace(rules.choice(), terms=(term,)))
    (move,) = rules.moves()
    assert move.now is not None
    assert move.now.extended
    assert move.now.due.date() == date(2026, 12, 15), "10 days and the 15 of the extension"
    assert move.earlier
    assert move.stored.reference == reference


def test_met_and_closed_deadlines_do_not_move(house: House) -> None:
    reference = a_case(house)
    with house.book.transaction("work", reference) as tx:
        cases.meet(tx, reference, "complaint-acknowledge")
        audit.append(tx, "acknowledged", reference)
    with_holiday(house)
    assert house.settings.rules.moves() == ()


def test_a_broken_pack_of_the_users_own_is_told_and_the_app_still_starts(house: House, state: Path) -> None:
    folder = state / "policies"
    folder.mkdir()
    (folder / "shop-policy.toml").write_text("format = 1\nnonsense = [", encoding="utf-8")
    house.changed()
    assert house.policy().deadline("complaint-acknowledge", START).due > NOW - timedelta(days=9)
    (refused,) = house.settings.rules.refused
    assert refused.file == "shop-policy.toml"
    assert "line 2" in str(refused)
    assert len(house.settings.rules.available()) >= 4


@given(
    st.builds(
        PolicyChoice,
        packs=st.tuples(st.text(min_size=1)),
        country=st.text(),
        zone=st.text(),
        holidays=st.tuples(
            st.builds(HolidayChange, country=st.text(), day=st.dates(), name=st.text(), working=st.booleans())
        ),
        countries=st.none() | st.dictionaries(st.text(), st.text(), min_size=1),
        terms=st.tuples(st.builds(OwnTerm, st.text(), st.text(), st.text(), st.text())),
    )
)
def test_a_choice_reads_back_as_written(choice: PolicyChoice) -> None:
    assert rules_in_force.read(rules_in_force.write(choice)) == choice
