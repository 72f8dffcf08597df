"""The letters of a case before they are issued: what a decision tells, and each letter as a PDF to look at."""

from dataclasses import replace
from datetime import datetime

from officer_app.casebook import audit
from officer_app.complaints import findings, letter, rules
from officer_app.complaints.handling import Handling
from officer_app.complaints.proving import Proving
from officer_app.complaints.requests import Requests
from officer_app.complaints.rules import Complaint, Decision
from officer_app.complaints.timing import Timing
from officer_app.letters.letter import Letter
from officer_app.notices import pdf_join

_OPEN = "…"


class Previewing(Handling, Timing, Proving, Requests):
    """Draws letters while they are written; nothing is filed, and what is not written yet shows as "…"."""

    def told(self, case: Complaint, made: Decision) -> tuple[Letter, bytes | None]:
        """Return the letter that tells a decision to the requester, and the copy of data that goes with it, if any."""
        if made.outcome == rules.REPLY and case.answer_kind == "access-report":
            return self.report(case, made)
        return letter.decision(case, made, self.requesters.around(case)), None

    def to_authority(self, case: Complaint, made: Decision) -> Letter:
        """Return the letter that hands the case to an authority."""
        with self._book.reading() as tx:
            history = audit.timeline(tx, case.reference)
        facts = letter.history(history, self._policy().zone)
        return letter.referral(case, made, self.requesters.around(case), facts)

    def preview_decision(self, case: Complaint, made: Decision) -> bytes:
        """Return the letter of a decision as it stands now; of a referral both letters, the authority's last."""
        rule = made.rule or _OPEN if made.outcome == rules.REFUSAL else made.rule
        full = replace(
            made, finding=findings.overall(case.findings), rule=rule, at=made.at or self._book.clock(),
            reasons=made.reasons or (_OPEN if case.made_of.reasons or made.outcome != rules.REPLY else ""),
            authority=made.authority or _OPEN,
            done=made.done or (_OPEN if case.made_of.done and made.outcome == rules.REPLY else ""),
            guidance=made.guidance or (_OPEN if self._must_guide(case, made) else ""),
        )  # fmt: skip
        letters = [self.told(case, full)[0]]
        if made.outcome == rules.REFERRAL:
            letters.append(self.to_authority(case, full))
        return pdf_join.join([self.letters.preview(case.reference, one) for one in letters])

    def _must_guide(self, case: Complaint, made: Decision) -> bool:
        leaked = case.kind == "leak-to-third-party" and findings.overall(case.findings) == findings.NOT_KEPT
        return made.outcome == rules.REPLY and leaked

    def preview_enquiry(self, case: Complaint, name: str, contact: str, question: str, *, named: bool) -> bytes:
        """Return the enquiry to a party as it stands now."""
        lines = tuple(line.strip() for line in contact.splitlines() if line.strip())
        made = self.enquiry(case, name or _OPEN, lines, question or _OPEN, named=named)
        return self.letters.preview(case.reference, made)

    def preview_extension(self, case: Complaint, reasons: str, done: str) -> bytes:
        """Return the letter of an extension as it stands now."""
        return self.letters.preview(case.reference, self.extension(case, reasons or _OPEN, done))

    def preview_question(self, case: Complaint, why: str, needed: str, until: datetime) -> bytes:
        """Return the letter that asks the person as it stands now."""
        return self.letters.preview(case.reference, self.question(case, why or "identity", needed or _OPEN, until))
