"""The reports to police and authorities: drafted, previewed, issued, withdrawn, and supplemented under one number."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.breaches import duty as duties
from officer_app.breaches import incidents, records, report, rules, sending
from officer_app.breaches.approval import Approvals
from officer_app.breaches.duty import POLICE, Duty, ReportDraft, Supplement
from officer_app.breaches.rules import Incident
from officer_app.casebook import audit, cases, evidence, issued
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Reading, Writing
from officer_app.letters.issue import Letters
from officer_app.letters.letter import Letter
from officer_app.policy.book import Book

DESK = records.DESK


class Reports:
    """Everything about what is told to authorities; `name` is always the duty that it meets."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters, approvals: Approvals) -> None:
        self._book, self._policy, self._letters, self._approvals = book, policy, letters, approvals

    # --- drafting ---

    def propose(self, reference: str, name: str = POLICE) -> ReportDraft:
        """Return the draft of a report, or one to start from: to whom and in which language the pack says."""
        with self._book.reading() as tx:
            duty = incidents.get(tx, reference).duty(name)
        if duty.report is not None and duty.report.recipient:
            return duty.report
        policy, home = self._policy(), self._letters.shop().country
        pack = next((each for each in policy.packs if each.id == duty.pack), None)
        countries = pack.place.countries if pack is not None else ()
        country = home if home in countries or name == POLICE or not countries else countries[0]
        fits = tuple(each for each in policy.languages if each in ("vi", "en"))
        language = "vi" if country == "VN" and "vi" in fits else next(iter(fits), "en") if country == home else "en"
        bodies = [each for each in policy.authorities if "breach" in each.use and each.pack == duty.pack]
        to = (bodies[0].title_in(language),) if bodies and name != POLICE else ()
        asked = report.words(language)["request"] if name == POLICE else ""
        return ReportDraft(language, to, asked, country=country)

    def draft(
        self, reference: str, draft: ReportDraft, version: int, late_reason: str = "", name: str = POLICE
    ) -> Change:
        """Write or change a report; a changed one needs a new approval."""

        def step(case: Incident, tx: Writing) -> Duty:
            _refuse_missing(tx, reference, draft.evidence)
            return duties.draft(case.duty(name), draft, late_reason, tx.now, tx.actor.id)

        return self._draft(reference, name, version, "report drafted", step)

    def draft_supplement(
        self, reference: str, name: str, made: Supplement, version: int, to: ReportDraft | None = None
    ) -> Change:
        """Write or change what is told after the first report; `to` says to whom where that was made elsewhere."""

        def step(case: Incident, tx: Writing) -> Duty:
            _refuse_missing(tx, reference, made.evidence)
            return duties.supplement(case.duty(name), made, tx.actor.id, to)

        return self._draft(reference, name, version, "supplement drafted", step)

    def _draft(
        self, reference: str, name: str, version: int, action: str, step: Callable[[Incident, Writing], Duty]
    ) -> Change:
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            incidents.save(tx, rules.with_duty(case, step(case, tx)))
            audit.append(tx, action, reference, {"duty": name})
        return Change(DESK, (reference,), news="The draft is kept. A manager approves it.")

    # --- the paper as it stands ---

    def letter(self, case: Incident, name: str) -> Letter:
        """Return the first report, or the supplement that is being worked on; KnownError says what it waits for."""
        duty = case.duty(name)
        if duty.report is None and duty.sent is None:
            raise KnownError("Draft the report first.")
        around = self._approvals.around(duty.paper.approval if rules.approved(case, name) else None)
        with self._book.reading() as tx:
            papers = {each.id: each for each in evidence.of_case(tx, case.reference)}

        def lines(chosen: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(f"{papers[key].name}, SHA-256 {papers[key].sha256}" for key in chosen if key in papers)

        if isinstance(duty.paper, Supplement):
            return report.supplement(case, duty, duty.paper, lines(duty.paper.evidence), around)
        if duty.report is None or duty.sent is not None:
            raise KnownError("This was sent already. Draft a supplement to it.")
        late = duty.late(self._book.clock())
        if late and not duty.late_reason.strip():
            raise KnownError("The report is late. Give the reason in its draft; it stands in the report.")
        return report.first(case, duty, duty.report, late, lines(duty.report.evidence), around)

    def preview(self, reference: str, name: str = POLICE) -> bytes:
        """Return the report or supplement as it stands, without a number; recorded as a view."""
        with self._book.transaction("view", reference) as tx:
            case = incidents.get(tx, reference)
            audit.append(tx, "view", reference)
        return self._letters.preview(reference, self.letter(case, name))

    def check(self, case: Incident, name: str) -> None:
        """Refuse an approval of what still lacks something."""
        if lacking := self._letters.missing(self.letter(case, name)):
            raise KnownError(f"The report still lacks: {', '.join(lacking)}.")

    # --- issuing ---

    def issue(self, reference: str, name: str = POLICE) -> Change:
        """Issue what was approved."""
        with self._book.reading() as tx:
            case = incidents.get(tx, reference)
        if not rules.approved(case, name):
            raise KnownError("A manager approves the report first.")
        digest, paper = rules.content_digest(case, case.duty(name)), case.duty(name).paper

        def save(tx: Writing, number: str) -> None:
            known = incidents.get(tx, reference)
            if rules.content_digest(known, known.duty(name)) != digest or known.duty(name).paper.notice:
                raise KnownError("Somebody changed or issued the report meanwhile. Look at it again.")
            incidents.save(tx, rules.with_duty(known, duties.issue(known.duty(name), number, tx.now)))

        by = paper.approval.by if paper.approval else None
        done = self._letters.issue(reference, self.letter(case, name), save, permission="print letters", approved_by=by)
        news = f"{done.number} issued. Send it, then record it as sent."
        return Change(DESK, (reference,), (done.number,), news)

    def withdraw(self, reference: str, reason: str, name: str = POLICE) -> Change:
        """Withdraw a wrong paper that was not sent; a new one is drafted, approved and issued in its place."""
        with self._book.transaction("work", reference) as tx:
            case = incidents.get(tx, reference)
            number = case.duty(name).paper.notice
            cleared = duties.withdraw(case.duty(name))
            issued.withdraw(tx, number, reason)
            incidents.save(tx, rules.with_duty(case, cleared))
            audit.append(tx, "notice withdrawn", reference, {"reason": reason}, notice=number)
        return Change(DESK, (reference,), news=f"{number} is withdrawn. Change the draft and issue it anew.")

    def refer(self, reference: str, name: str, their_reference: str, version: int) -> Change:
        """Record the reference that the recipient gave to what was sent last."""
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            incidents.save(tx, rules.with_duty(case, sending.refer(case.duty(name), their_reference)))
            audit.append(tx, "their reference recorded", reference, {"duty": name, "their reference": their_reference})
        return Change(DESK, (reference,), news="Their reference is recorded; what follows cites it.")

    def sent(
        self, tx: Writing, case: Incident, number: str, channel: str, at: datetime, their_reference: str,
        late_reason: str = "",
    ) -> tuple[Incident, str]:  # fmt: skip
        """Record inside the desk's transaction that a report or supplement was sent; return the case and the duty."""
        for duty in case.told:
            for paper in duty.papers:
                if paper.notice == number and paper.sent is None:
                    if isinstance(paper, Duty):
                        cases.meet(tx, case.reference, duty.duty, at=at)
                        paper = sending.excused(paper, at, late_reason)
                    told = duties.with_paper(duty, sending.send(paper, at, channel, their_reference))
                    return rules.with_duty(case, told), duty.duty
        raise KnownError(f"{number} is no report of {case.reference} that waits to be sent. Refresh the case.")


def _refuse_missing(tx: Reading, reference: str, chosen: tuple[str, ...]) -> None:
    known = {each.id for each in evidence.of_case(tx, reference)}
    if not known.issuperset(chosen):
        raise KnownError("A paper to be enclosed is not with this incident any more. Choose the enclosures again.")
