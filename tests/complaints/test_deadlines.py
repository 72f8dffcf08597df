"""Several packs: the earliest deadline counts, unless the officer lets a later one count and says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from officer_app.base.errors import Conflict, KnownError
from officer_app.base.page import Sort
from officer_app.casebook.cases import Filter
from officer_app.policy.book import Book
from tests.complaints import bench
from tests.complaints.bench import Bench


@pytest.fixture
def two_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Return the desk of a shop that also falls under the GDPR in Germany."""
    book = Book.load(("shop-policy", "eu-gdpr"), countries={"eu-gdpr": "DE"})
    monkeypatch.setattr(bench, "policy", lambda: book)
    made = bench.fresh(tmp_path)
    yield made
    made.close()
    if made.shop is not None:
        made.shop.close()


def _answer(desk: Bench, reference: str) -> str:
    return next(one.pack for one in desk.file(reference).deadlines if one.duty == "access-answer")


def test_the_earliest_counts_and_a_later_one_needs_a_reason(two_packs: Bench) -> None:
    reference = two_packs.form("access")
    assert _answer(two_packs, reference) == "shop-policy"
    assert two_packs.steps(reference)["deadline"] == ""
    assert [one.pack for one in two_packs.service.other_deadlines(reference)] == ["eu-gdpr"]
    with pytest.raises(KnownError, match="reason"):
        two_packs.service.deviate(reference, "eu-gdpr", " ", two_packs.version(reference))
    assert _answer(two_packs, reference) == "shop-policy"

    two_packs.service.deviate(reference, "eu-gdpr", "The person lives in Germany.", two_packs.version(reference))
    file = two_packs.file(reference)
    stored = next(one for one in file.deadlines if one.duty == "access-answer")
    assert stored.pack == "eu-gdpr"
    assert "in place of" in stored.how
    assert "Germany" not in stored.how  # the reason is sealed in the audit, not in a clear column
    assert file.timeline[0].details is not None
    assert file.timeline[0].details["reason"] == "The person lives in Germany."
    assert not two_packs.book.verify().broken


def test_a_case_saved_meanwhile_keeps_its_deadline(two_packs: Bench) -> None:
    reference = two_packs.form("access")
    seen = two_packs.version(reference)
    two_packs.service.assign(reference, None, seen)
    with pytest.raises(Conflict):
        two_packs.service.deviate(reference, "eu-gdpr", "Germany.", seen)
    assert _answer(two_packs, reference) == "shop-policy"


def test_with_one_pack_there_is_nothing_to_choose(desk: Bench) -> None:
    assert "deadline" not in desk.steps(desk.form("access"))


def test_the_list_tells_how_its_date_came_about(desk: Bench) -> None:
    reference = desk.form("access")
    row = next(one for one in desk.service.queue.page(Filter(), Sort("next_due")).rows if one.reference == reference)
    first = min(desk.file(reference).deadlines, key=lambda one: one.due)
    assert row.due == first.due
    assert row.due_how.startswith(first.how)
    assert first.pack in row.due_how
