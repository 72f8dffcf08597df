"""The review list on a real shop and a real casebook."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from officer_app.base.errors import KnownError
from officer_app.base.page import Sort
from officer_app.breaches.asked import Asked
from officer_app.breaches.service import Breaches
from officer_app.casebook import audit, cases, holds
from officer_app.demo.shop import PEOPLE
from officer_app.letters.issue import Letters
from officer_app.retention.rules import Candidate
from officer_app.retention.service import Retention
from tests.retention.conftest import Allowed, Desk, policy

BY_STORY = {one.story: one for one in PEOPLE}


def _all(desk: Desk) -> dict[str, Candidate]:
    return {one.key: one for one in desk.service.all_candidates()}


@pytest.mark.parametrize("reason", ["cancel", "false", "rule-breaking", "inactive"])
def test_each_reason_is_found(desk: Desk, reason: str) -> None:
    """The planted accounts are on the list with their leading reason; active ones and staff are not."""
    found = _all(desk)
    assert found[BY_STORY[reason].key].reason == reason
    assert BY_STORY["active"].key not in found
    assert BY_STORY["staff"].key not in found


def test_counts_pages_and_the_walk_agree(desk: Desk) -> None:
    """What the tab counts is what the pages hold and what the command line prints."""
    walked = list(desk.service.all_candidates())
    assert sum(desk.service.queue.counts().values()) == len(walked) > 20
    paged: list[str] = []
    after: object = None
    while True:
        page = desk.service.queue.page(after=after, limit=7)
        paged += [row.key for row in page.rows]
        after = page.next
        if after is None:
            break
    assert paged == [row.key for row in walked]
    only = desk.service.queue.page(["cancel"], limit=500).rows
    assert {row.reason for row in only} == {"cancel"}
    assert len(only) == desk.service.queue.counts()["cancel"]


def test_persons_are_masked_in_the_list(desk: Desk) -> None:
    """No name stands in the list, only first letters; sorting by name works all the same."""
    target = BY_STORY["cancel"]
    row = _all(desk)[target.key]
    assert target.last_name not in row.person
    assert "•" in row.person
    names = [row.key for row in desk.service.queue.page(sort=Sort("person"), limit=500).rows]
    assert sorted(names) == sorted(_all(desk))


def test_open_case_and_hold_block(desk: Desk) -> None:
    """An open case and a legal hold stand beside the shop's own guards; closing and releasing lift them."""
    target = BY_STORY["cancel"]
    with desk.book.transaction("work") as tx:
        reference = cases.open_case(tx, "complaints", "erasure", "received", 2026)
        cases.index_person(tx, reference, "complainant", customer=target.key)
        hold = holds.place(tx, reference, "dispute", email=target.email)
        audit.append(tx, "received", reference)
    assert _all(desk)[target.key].blocks[-2:] == (f"open case {reference}", f"legal hold of {reference}")
    with desk.book.transaction("work") as tx:
        cases.change(tx, reference, closed=tx.now)
        holds.release(tx, hold)
        audit.append(tx, "closed", reference)
    assert all(reference not in block for block in _all(desk)[target.key].blocks)


def test_opening_is_a_recorded_view(desk: Desk) -> None:
    """The card is shown only after the view is in the audit, which names the customer by blind index in clear."""
    target = BY_STORY["cancel"]
    file = desk.service.queue.open(_all(desk)[target.key])
    assert file.card.account.email == target.email
    with desk.book.reading() as tx:
        newest = audit.page(tx, limit=1)[0]
        mark = tx.blind("customer", target.key)
    assert (newest.action, newest.details) == ("view", {"customer": target.key})
    assert mark and mark != target.key
    assert not desk.book.verify().broken


def test_search_finds_candidates_only(desk: Desk) -> None:
    """A search by e-mail gives the candidate; a customer who is not due for review is not in the list."""
    assert [one.key for one in desk.service.queue.search(BY_STORY["false"].email)] == [BY_STORY["false"].key]
    assert desk.service.queue.search(BY_STORY["active"].email) == ()


def test_the_list_as_pdf(desk: Desk) -> None:
    """The printed list carries key, reason and blocks, masked names, and the print is in the audit."""
    content = desk.service.list_pdf(("cancel",))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    assert BY_STORY["cancel"].key in text
    assert BY_STORY["cancel"].last_name not in text
    with desk.book.reading() as tx:
        assert audit.page(tx, limit=1)[0].action == "print"


def test_without_a_shop_one_sentence(desk: Desk) -> None:
    """No connection is said in one sentence that names the place to mend it."""
    lonely = Retention(desk.book, policy, Letters(desk.book, policy), lambda: None, lambda _keys, _emails: {},
                       lambda _tx, _since: (), Allowed())  # fmt: skip
    with pytest.raises(KnownError, match="Settings, Shop"):
        lonely.queue.page()


def test_an_open_incident_blocks_who_is_in_its_list(desk: Desk) -> None:
    """Nobody is deleted while an open breach concerns them, found by customer number or by e-mail."""
    target = BY_STORY["inactive"]
    breaches = Breaches(desk.book, policy, Letters(desk.book, policy), lambda: desk.shop)
    reference = breaches.log("The server was hacked", desk.service.now() - timedelta(hours=1), "Linh").references[0]
    breaches.affected.freeze(reference, Asked(pasted=target.email))
    assert f"open case {reference}" in _all(desk)[target.key].blocks
    others = [one for one in desk.service.all_candidates() if one.key != target.key]
    assert not any(reference in block for one in others for block in one.blocks)
