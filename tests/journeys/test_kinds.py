"""Each kind of complaint through the real window: from the mail to the closed file, with the words of its letter."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from officer_app.tour.chapters import Visit
from officer_app.tour.officer import Officer
from tests.journeys.test_journeys import verified, words

EMILY, PHONE, ORDER = "emily.johnson@example.com", "+1 503 555 0142", "100002"
FINDING: dict[str, Any] = {"purpose": "none", "result": "not kept", "reasons": "A clerk used the list."}
FIRST: tuple[tuple[str, dict[str, Any]], ...] = (("link", {}), ("identify", {"phone": PHONE, "order": ORDER}))
WRONG = {"fact0": "phone", "stands0": "+1 503 555 0124", "should0": PHONE}
KINDS: dict[str, tuple[tuple[tuple[str, dict[str, Any]], ...], tuple[str, ...]]] = {
    "other-purpose": (
        (("link", {}), ("finding", FINDING), ("reply", {"reasons": "The clerk was told off.", "done": "It stopped."})),
        ("What we found", "None of the", "A clerk used the list.", "It stopped.", "you may go to court"),
    ),
    "account-misuse": (
        (*FIRST, ("finding", {**FINDING, "result": "cannot be established", "purpose": "no use"}),
         ("reply", {"reasons": "The log does not say who it was."})),
        ("Take your account back", "Log out on shared computers", "What happened cannot", "Change your password"),
    ),
    "access": (
        (*FIRST, ("reply", {"reasons": "We are glad to tell you."})),
        ("The data we hold about you", EMILY, f"Order {ORDER}", "We are glad to tell you.", "data-copy.json"),
    ),
    "correction": (
        (*FIRST, ("correction", WRONG), ("corrected", {"done_by": "Customer service"}),
         ("reply", {"reasons": "Thank you."})),
        ("What was corrected", "+1 503 555 0124", PHONE, "Thank you."),
    ),
    "erasure": (
        (*FIRST, ("erase", {"reason": "She leaves the shop."}), ("reply", {"reasons": "You may leave at any time."})),
        ("We are deleting your account", "You may leave at any time."),
    ),
    "withdrawal": (
        (("link", {}), ("reply", {"done": "The newsletter is off.", "reasons": "A consent can be taken back."})),
        ("The newsletter is off.", "A consent can be taken back."),
    ),
    "objection": (
        (("link", {}), ("reply", {"done": "No more suggestions.", "reasons": "You may object."})),
        ("No more suggestions.", "You may object."),
    ),
    "other": (
        (("reply", {"reasons": "In Vietnam, on our own server."}),),
        ("Our answer", "In Vietnam, on our own server."),
    ),
}  # fmt: skip


def mail(folder: Path, kind: str) -> Path:
    """Write the mail that starts a case of a kind."""
    made = EmailMessage()
    made["From"], made["To"] = f"Emily Johnson <{EMILY}>", "privacy@lotus.example"
    made["Subject"], made["Message-ID"] = f"About {kind}", f"<{kind}@example.com>"
    made["Date"] = "Mon, 16 Nov 2026 10:00:00 +0700"
    made.set_content(f"My words about {kind}.")
    path = folder / f"{kind}.eml"
    path.write_bytes(made.as_bytes())
    return path


def to_the_answer(officer: Officer, steps: tuple[tuple[str, dict[str, Any]], ...]) -> None:
    """Take the guided steps; the answer waits for each of them."""
    for key, values in steps:
        if key == "reply":
            assert officer.steps()["reply"] is True
        elif key != "link" or len(steps) > 2:
            assert officer.steps()["reply"] is False
        officer.step(key, **values)
        if not values:
            officer.screen.submit()


@pytest.mark.timeout(300)
def test_each_kind_from_the_mail_to_the_closed_file(visit: Visit) -> None:
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    references: dict[str, str] = {}
    for kind, (steps, said) in KINDS.items():
        officer.drop([mail(visit.out, kind)])
        reference = references[kind] = officer.screen.desk.table.current_key()
        officer.open(reference)
        if kind != "other":
            officer.fact("step:change")
            officer.screen.fill({"kind": kind, "reason": "The mail says so."})
            officer.screen.submit()
        to_the_answer(officer, steps)
        letter = words(officer.letter())
        for part in (*said, reference, f"My words about {kind}."):
            assert part in letter, (kind, part)
        officer.step("sent", channel="e-mail")
        assert f"{reference} is closed." in officer.news, kind
    house = officer.rooms.house
    assert house is not None
    with house.book.reading() as tx:
        asked = house.retention.erasure_of(tx, references["erasure"])
        assert asked is not None
        assert asked.state == "on the review list"
        assert house.retention.erasure_of(tx, references["access"]) is None
    assert not verified(visit).broken
