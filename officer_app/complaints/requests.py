"""Requests of a right: the data report with its copy, a correction seen in the shop, a deletion handed over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.handover import AskErasure, DisclosuresOf, ErasureAnswer, ErasureAsked, ErasureOf
from officer_app.casebook import audit, evidence
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.complaints import letter, report, rights, rules
from officer_app.complaints.desk import Desk
from officer_app.complaints.report import Held
from officer_app.complaints.reportwords import WORDS
from officer_app.complaints.requester import Requesters
from officer_app.complaints.rights import Handed, Wrong
from officer_app.complaints.rules import Complaint, Decision
from officer_app.letters.issue import Letters
from officer_app.letters.letter import Letter
from officer_app.policy.book import Book
from officer_app.post import safe_names

_GUEST = "guest:"


@dataclass(frozen=True)
class Neighbours:
    """What other desks do for this one, inside our transaction."""

    disclosures_of: DisclosuresOf = lambda _tx, _customer, _email: ()
    ask_erasure: AskErasure | None = None
    erasure_of: ErasureOf = lambda _tx, _reference: None


class Requests(Desk):
    """Answers who asks for their rights."""

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], letters: Letters, requesters: Requesters, beside: Neighbours
    ) -> None:
        super().__init__(book, policy, letters, requesters)
        self._beside = beside

    # --- access ---

    def held(self, case: Complaint) -> Held:
        """Return what the shop holds about the person, with what left the shop; nothing before the identity passed."""
        if case.must_identify or not case.linked:
            raise KnownError("Check identity first.")
        card = self.requesters.card(case)
        with self._book.reading() as tx:
            disclosed = self._beside.disclosures_of(tx, card.account.key or "", card.account.email)
        return report.held(card, disclosed, self._policy(), case.language)

    def report(self, case: Complaint, made: Decision) -> tuple[Letter, bytes]:
        """Return the letter with the data report, and the copy that a machine can read."""
        found, around = self.held(case), self.requesters.around(case)
        enclosure = WORDS.get(case.language, WORDS["en"])["enclosure"]
        told = report.letter(case, around, found, letter.remarks(made), made.texts, f"{enclosure}: {report.COPY}")
        return told, report.copy(case, found, self.letters.shop().name, self._book.clock())

    def save_copy(self, reference: str, key: str, path: Path) -> Path:
        """Write the machine-readable copy near `path`, never over another file; recorded as an export."""
        with self._book.transaction("view", reference) as tx:
            content = evidence.read_of(tx, reference, key)
            audit.append(tx, "export", reference, {"evidence": key, "title": report.COPY})
        return safe_names.export(path.parent, path.name, content)

    # --- correction ---

    def note_correction(self, reference: str, wrong: Sequence[Wrong], version: int) -> Change:
        """Note what is to be changed in the shop; the identity has to be proved before."""

        def step(case: Complaint, tx: Writing) -> Complaint:
            rules.must_be_open(case)
            if case.must_identify or not case.linked:
                raise KnownError("Check identity first.")
            return replace(case, correction=rights.note(case.correction, wrong, tx.now, tx.actor.id))

        details = {"title": ", ".join(one.fact for one in wrong)}
        news = "Noted. Have it changed in the shop, then confirm it."
        return self._change(reference, version, "correction noted", step, details, news)

    def confirm_correction(self, reference: str, done_by: str, done_on: date, version: int) -> Change:
        """Confirm that the shop was changed; it is looked into, and has to show what should stand there."""
        case = self._case(reference, version)
        wrong = case.correction.wrong if case.correction is not None else ()
        known = {one.fact: one.should for one in wrong if one.fact != "other"}
        if known:
            compared = self.requesters.compare(case, known)
            still = [one.fact for one in compared if not one.agrees]
            if still:
                raise KnownError(f"The shop does not show the new {', '.join(still)} yet. Have it changed there first.")
        looked_up = bool(known) and len(known) == len(wrong)

        def step(after: Complaint, tx: Writing) -> Complaint:
            rules.must_be_open(after)
            done = rights.confirmed(after.correction, done_by, done_on, tx.now, tx.actor.id, looked_up=looked_up)
            return replace(after, correction=done)

        news = "The shop shows it. Answer the request now." if looked_up else "Confirmed. Answer the request now."
        return self._change(reference, version, "correction confirmed", step, {"to": done_by}, news)

    # --- deletion ---

    def hand_over(self, reference: str, ground: str, reason: str, version: int) -> Change:
        """Hand a deletion to the retention desk, in the same transaction: asked for, or all data found untrue."""
        ask = self._beside.ask_erasure
        if ask is None:
            raise KnownError("This casebook deletes nothing in the shop. Have it done in the shop, and say so.")

        def step(case: Complaint, tx: Writing) -> Complaint:
            rules.must_be_open(case)
            if not case.linked:
                raise KnownError("Find the customer first; nobody else's account can be deleted.")
            if case.handed is not None:
                raise KnownError("The deletion was handed over already.")
            untrue = case.untrue
            confirmed_by = ""
            if ground == rights.FALSE:
                if untrue is None or not untrue.may_refuse:
                    raise KnownError("All data must be found untrue and confirmed by a second person first.")
                confirmed_by = untrue.confirmed_by
            elif case.must_identify:
                raise KnownError("Check identity first.")
            guest = case.customer.startswith(_GUEST)
            email = case.customer.removeprefix(_GUEST) if guest else case.requester.email
            asked = ErasureAsked(
                reference, "" if guest else case.customer, email, case.received, ground, reason, confirmed_by
            )
            ask(tx, asked)
            return replace(case, handed=Handed(ground, tx.now, tx.actor.id))

        news = "Handed to the retention desk. The person is on its review list."
        return self._change(reference, version, "deletion handed over", step, {"to": ground, "reason": reason}, news)

    def erasure(self, reference: str) -> ErasureAnswer | None:
        """Return what became of the deletion, None when none was handed over."""
        with self._book.reading() as tx:
            return self._beside.erasure_of(tx, reference)
