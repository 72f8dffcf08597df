"""The public notice for whom no letter reaches: issued in each language under a number of its own, and published."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from officer_app.base import shapes
from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.breaches import incidents, letter, records, rules
from officer_app.breaches.approval import Approvals
from officer_app.breaches.duty import INDIVIDUALS, Approval, LettersDraft
from officer_app.breaches.rules import Facts, Incident
from officer_app.casebook import audit, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Reading, Writing
from officer_app.letters.issue import Letters
from officer_app.letters.letter import Letter
from officer_app.notices import pdf_join

DESK = records.DESK
_LANGUAGES = {"en": "English", "vi": "Vietnamese"}


class PublicNotices:
    """Makes public notices from what a manager approved of the letters: nothing in them is written anew."""

    def __init__(self, book: Casebook, letters: Letters, approvals: Approvals) -> None:
        self._book, self._letters, self._approvals = book, letters, approvals

    def languages(self, reference: str) -> tuple[str, ...]:
        """Return the languages of the approved letters, the usual one first."""
        with self._book.reading() as tx:
            draft, _facts, _approval = _approved(tx, incidents.get(tx, reference))
        return tuple(sorted(draft.texts, key=lambda each: (each != draft.default_language, each)))

    def _letter(self, case: Incident, language: str) -> tuple[Letter, Approval]:
        with self._book.reading() as tx:
            draft, facts, approval = _approved(tx, case)
        if language not in draft.texts:
            name = _LANGUAGES.get(language, language)
            raise KnownError(f"The letters are not written in {name}. Add that language to them, and have it approved.")
        around = self._approvals.around(approval)
        return letter.public(replace(case, facts=facts), draft, language, around), approval

    def preview(self, reference: str, languages: Sequence[str]) -> bytes:
        """Return the notice in these languages, one behind the other, without a number; recorded as a view."""
        with self._book.transaction("view", reference) as tx:
            case = incidents.get(tx, reference)
            audit.append(tx, "view", reference)
        return pdf_join.join([self._letters.preview(reference, self._letter(case, each)[0]) for each in languages])

    def issue(self, reference: str, languages: Sequence[str]) -> Change:
        """Issue the notice in each of these languages, all of them or none.

        What a later language lacks is found before the first number is used. When one fails nonetheless, those issued
        just before are withdrawn: nobody has seen them.
        """
        if not languages:
            raise KnownError("Choose at least one language.")
        with self._book.reading() as tx:
            case = incidents.get(tx, reference)
        if case.concluded is not None:
            raise KnownError(f"{reference} is closed. Reopen it first.")
        made = [self._letter(case, each) for each in languages]
        for one, _approval in made:
            self._letters.preview(reference, one)  # also finds a character that cannot be printed
        numbers: list[str] = []
        try:
            for one, approval in made:
                issue = self._letters.issue
                numbers.append(issue(reference, one, permission="print letters", approved_by=approval.by).number)
        except Exception:
            self._take_back(reference, numbers)
            raise
        news = f"{' and '.join(numbers)} issued. Publish it, then record when and where."
        return Change(DESK, (reference,), tuple(numbers), news)

    def _take_back(self, reference: str, numbers: Sequence[str]) -> None:
        reason = "The notice could not be issued in every language that was chosen."
        for number in numbers:
            with self._book.transaction("print letters", reference) as tx:
                self._letters.record_withdrawn(tx, reference, number, reason)
                audit.append(tx, "notice withdrawn", reference, {"reason": reason}, notice=number)

    def text(self, reference: str, number: str) -> str:
        """Return the words of a public notice to be pasted somewhere; recorded as an export."""
        with self._book.transaction("view", reference) as tx:
            _of(tx, reference, number)
            text = issued.text(tx, number)
            audit.append(tx, "export", reference, {"number": number, "what": "text"}, notice=number)
        return text

    def published(self, reference: str, number: str, where: str, at: datetime) -> Change:
        """Record where and when a public notice appeared; the customers' duty stays as it is decided."""
        with self._book.transaction("work", reference) as tx:
            _of(tx, reference, number)
            self._letters.record_sent(tx, number, where, at)
            audit.append(tx, "notice published", reference, {"number": number, "where": where}, notice=number)
        return Change(DESK, (reference,), news=f"{number} recorded as published.")

    def withdraw(self, reference: str, number: str, reason: str) -> Change:
        """Withdraw a wrong public notice; a right one is issued in its place."""
        with self._book.transaction("work", reference) as tx:
            _of(tx, reference, number)
            before = self._letters.record_withdrawn(tx, reference, number, reason)
            audit.append(tx, "notice withdrawn", reference, {"reason": reason}, notice=number)
        down = f" Take it down where it appeared: {before.channel}." if before.sent else ""
        return Change(DESK, (reference,), news=f"{number} is withdrawn.{down}")


def _of(tx: Reading | Writing, reference: str, number: str) -> None:
    notice = issued.notice(tx, number)
    if notice.reference != reference or notice.kind != letter.PUBLIC:
        raise KnownError(f"{number} is no public notice of {reference}. Refresh the case.")


def _approved(tx: Reading, case: Incident) -> tuple[LettersDraft, Facts, Approval]:
    """Return the letters as a manager approved them: those drafted now, else those of the last run that was printed."""
    duty = case.duty(INDIVIDUALS)
    if duty.letters is not None and duty.approval is not None and rules.approved(case, INDIVIDUALS):
        return duty.letters, case.facts, duty.approval
    printed = [run for run in case.runs if run.finished is not None]
    if not printed:
        raise KnownError("A manager approves the letters first; the public notice says what they say.")
    body = incidents.run_row(tx, printed[-1].number)["body"]
    return (
        shapes.convert(body["draft"], LettersDraft),
        shapes.convert(body["facts"], Facts),
        shapes.convert(body["approval"], Approval),
    )
