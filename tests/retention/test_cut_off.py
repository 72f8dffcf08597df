"""An erasure that is cut off between the shop and the casebook is brought to its end by the service, whole."""

from collections.abc import Callable
from typing import Any

import pytest

from officer_app.base.errors import KnownError
from officer_app.retention import batch_panel, pace
from officer_app.retention.run import Run
from officer_app.shop.erasure import Eraser
from tests import factory
from tests.retention.conftest import Desk, policy
from tests.retention.test_batches import batch, counts, frozen, words


def ready(desk: Desk) -> str:
    """Freeze a batch of six that may be erased."""
    desk.allowed.share = 100
    reference = frozen(desk, count=6)
    desk.service.batches.unannounced(reference, "test", batch(desk, reference).version)
    return reference


def once(then: Callable[[], None], real: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method, after whose first call something happens."""
    first = [True]

    def method(*asked: Any) -> Any:
        done = real(*asked)
        if first and first.pop():
            then()
        return done

    return method


def goes_on(desk: Desk, reference: str) -> str:
    """Unlock the casebook, press "Look and go on" at once, and return the words of the certificate."""
    desk.book.unlock(factory.OFFICER_NAME, factory.OFFICER_PASS)
    assert desk.service.batches.interrupted() == (reference,)
    file = desk.service.batches.open(reference)
    (step,) = batch_panel.steps(file, desk.clock(), policy().zone, running=False, roles=("officer",))
    assert step.enabled, step.why_not
    assert desk.service.erasing.run(reference, None).news == "6 accounts are erased."
    assert counts(desk, reference) == {"erased": 6}
    desk.service.erasing.certify(reference, "2027-01-31")
    assert not desk.book.verify().broken
    return words(desk, batch(desk, reference).certificate)


@pytest.mark.parametrize("left", [4, 0])
def test_whom_the_shop_erased_before_the_casebook_knew_it_is_not_taken_for_gone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    """Some are left to be erased, or none: those of the lost chunk count as erased, and nobody as taken out."""
    monkeypatch.setattr(pace, "FIRST", 6 - left)
    reference = ready(desk)
    monkeypatch.setattr(Eraser, "erase", once(desk.book.lock, Eraser.erase))
    with pytest.raises(KnownError, match="locked"):
        desk.service.erasing.run(reference, 6)
    certificate = goes_on(desk, reference)
    assert ("its rows were not counted" in certificate) is not bool(left)
    assert ("their rows are not among those counted" in certificate) is bool(left), "the table says what it lacks"


def test_a_batch_whose_last_chunk_was_written_is_brought_to_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is left to be erased, and nobody says that the batch is to be withdrawn, which it cannot be."""
    reference = ready(desk)
    monkeypatch.setattr(Run, "run", once(desk.book.lock, Run.run))
    with pytest.raises(KnownError, match="locked"):
        desk.service.erasing.run(reference, 6)
    goes_on(desk, reference)
