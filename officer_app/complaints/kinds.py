"""The kinds of complaint and request: what must be there before each is answered, and the letters it has."""

from collections.abc import Mapping
from dataclasses import dataclass

CUSTOMER, IDENTITY, FINDINGS, BREACH, CORRECTED, HANDED_OVER = (
    "customer", "identity", "findings", "breach", "corrected", "handed over",
)  # fmt: skip
NEEDS: Mapping[str, str] = {
    CUSTOMER: "Find the customer first, or say that the person is not one.",
    IDENTITY: "Check identity first.",
    FINDINGS: "Record a finding on each allegation first.",
    BREACH: "Data did reach a third party: log it as a breach first.",
    CORRECTED: "Confirm first that the shop shows the correction.",
    HANDED_OVER: "Hand the deletion to the retention desk first.",
}
"""What may have to be there before the answer, in the order in which it is done, and the sentence that asks for it."""

ADVICE = ("restore_account", "change_password", "shared_computer", "beware_phishing", "watch_payments")
"""The building blocks of guidance that an answer may carry (policy A3, F2)."""


@dataclass(frozen=True)
class Kind:
    """One kind: what it needs before the answer, its two letters, and the guidance that is proposed with the answer.

    `reasons` says whether its answer must carry reasons of its own; `done` whether it must say what was done.
    """

    id: str
    needs: tuple[str, ...]
    answer: str
    request: bool = False
    reasons: bool = True
    done: bool = False
    advice: tuple[str, ...] = ()

    @property
    def acknowledgement(self) -> str:
        """The letter that says it came in."""
        return "request-acknowledgement" if self.request else "complaint-acknowledgement"


def _complaint(key: str, *needs: str, advice: tuple[str, ...] = ()) -> Kind:
    return Kind(key, (CUSTOMER, *needs), "complaint-reply", advice=advice)


def _request(key: str, *needs: str, answer: str = "request-reply", reasons: bool = True, done: bool = True) -> Kind:
    return Kind(key, (CUSTOMER, *needs), answer, request=True, reasons=reasons, done=done)


_ALL = (
    _complaint("other-purpose", FINDINGS),
    _complaint("unwanted-advertising", FINDINGS),
    _complaint("request-not-answered", FINDINGS),
    _complaint("leak-to-third-party", IDENTITY, FINDINGS, BREACH, advice=("change_password", "beware_phishing")),
    _complaint("account-misuse", IDENTITY, FINDINGS, advice=("restore_account", "change_password", "shared_computer")),
    _request("access", IDENTITY, answer="access-report", reasons=False, done=False),
    _request("correction", IDENTITY, CORRECTED, answer="correction-notice", reasons=False, done=False),
    _request("erasure", IDENTITY, HANDED_OVER),
    _request("withdrawal"),
    _request("objection"),
    _request("restriction", IDENTITY),
    _request("protection", IDENTITY),
    Kind("other", (), "comment-answer"),
)
KINDS: Mapping[str, Kind] = {one.id: one for one in _ALL}
REQUESTS = tuple(one.id for one in _ALL if one.request)
NEEDS_IDENTITY = tuple(one.id for one in _ALL if IDENTITY in one.needs)
"""Kinds whose answer hands out or changes a customer's data, or says what became of them: never before the identity
was checked (policy F1, F2)."""


def of(key: str) -> Kind:
    """Return a kind; one that only a law's pack or a shop's own knows is dealt with like any other complaint."""
    return KINDS.get(key) or _complaint(key, FINDINGS)
