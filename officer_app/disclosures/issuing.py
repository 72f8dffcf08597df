"""Issues the desk's letters: one of a kind at a time, and never beside one that is not sent yet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import issued
from officer_app.casebook.issued import Notice
from officer_app.casebook.transaction import Reading, Writing
from officer_app.disclosures import letter, rules
from officer_app.disclosures.desk import DESK, Desk
from officer_app.disclosures.queue import progress, replaced
from officer_app.disclosures.steps import Progress
from officer_app.letters.letter import Letter


class Issuing(Desk):
    """What the use cases that write letters share."""

    def _around(self, due: datetime | None, language: str) -> letter.Around:
        policy = self._policy()
        names = {each.id: each.title_in(language) for each in policy.data_categories}
        return letter.Around(policy.zone, self.letters.shop().email, names, due)

    def _issue(
        self, reference: str, made: Letter, unless: Callable[[Progress], str], also: Callable[[Writing, str], None]
    ) -> Change:
        """Issue a letter; `unless` names one that stands in its way, looked up again when the letter is filed."""

        def check(tx: Reading, but: str) -> tuple[Notice, ...]:
            notices = tuple(one for one in issued.of_case(tx, reference) if one.number != but)
            if standing := unless(progress(notices)):
                raise KnownError(f"{standing} is issued and not sent yet. Send it, or withdraw it first.")
            return notices

        with self._book.reading() as tx:
            replaces = replaced(check(tx, ""), made.kind)

        def file(tx: Writing, number: str) -> None:
            check(tx, number)
            also(tx, number)

        done = self.letters.issue(reference, replace(made, replaces=replaces), file)
        return Change(DESK, (reference,), (done.number,), f"{done.number} issued. Send it, then record it as sent.")

    def _still_open(self, tx: Writing, number: str) -> None:
        rules.may_write(self.standing.get(tx, issued.notice(tx, number).reference))
