"""The customers' letters before they are printed: drafted, previewed, and like the reports approved by a manager."""

from collections.abc import Callable
from dataclasses import replace

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.breaches import duty as duties
from officer_app.breaches import incidents, letter, records, rules
from officer_app.breaches.approval import Approvals
from officer_app.breaches.duty import INDIVIDUALS, Duty, LettersDraft
from officer_app.breaches.reports import Reports
from officer_app.breaches.rules import Incident
from officer_app.breaches.texts import Texts, Variant
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.casebook.transaction import Writing
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book

DESK = records.DESK


class Notices:
    """Drafts, previews and approvals of the letters, which `press` prints; `reports` makes everything else."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters) -> None:
        self._book, self._policy, self.letters = book, policy, letters
        self.approvals = Approvals(book, policy, letters)
        self.reports = Reports(book, policy, letters, self.approvals)

    def _draft(self, reference: str, version: int, action: str, step: Callable[[Incident, Writing], Duty]) -> Change:
        with self._book.transaction("work", reference) as tx:
            case = replace(incidents.get(tx, reference), version=version)
            incidents.save(tx, rules.with_duty(case, step(case, tx)))
            audit.append(tx, action, reference)
        return Change(DESK, (reference,), news="The draft is kept. A manager approves it.")

    # --- the customers' letters ---

    def propose_letters(self, reference: str) -> LettersDraft:
        """Return the draft of the letters, or one to start from."""
        with self._book.reading() as tx:
            case = incidents.get(tx, reference)
        shop, known = self.letters.shop(), case.duty(INDIVIDUALS).letters
        languages = tuple(each for each in ("en", "vi") if each in self._policy().languages) or ("en",)
        default = shop.language if shop.language in languages else languages[0]
        fresh = letter.proposal(case, languages, default, shop.email, shop.phone)
        return fresh if known is None else replace(known, texts={**fresh.texts, **known.texts})

    def draft_letters(self, reference: str, draft: LettersDraft, version: int, late_reason: str = "") -> Change:
        """Write or change the letters; changed ones need a new approval."""

        def step(case: Incident, tx: Writing) -> Duty:
            if case.unfinished is not None:
                raise KnownError(f"{case.unfinished.number} is being printed. Finish that run, or give it up first.")
            return duties.draft(case.duty(INDIVIDUALS), draft, late_reason, tx.now, tx.actor.id)

        return self._draft(reference, version, "letters drafted", step)

    def texts(self, case: Incident) -> Texts:
        """Return the letters as they are drafted now; KnownError says what they lack."""
        duty = case.duty(INDIVIDUALS)
        if duty.letters is None:
            raise KnownError("Draft the letters first.")
        around = self.approvals.around(duty.approval if rules.approved(case, INDIVIDUALS) else None)
        day = self._book.clock().astimezone(self._policy().zone).date()
        shop = self.letters.shop()
        return Texts(case, duty.letters, around, self.letters, shop.letterhead(), day, shop.country)

    def variants(self, reference: str) -> tuple[Variant, ...]:
        """Return the distinct letters to the customers of the next list, the most frequent first."""
        with self._book.reading() as tx:
            case = incidents.get(tx, reference)
            firsts = records.firsts(tx, case.unprinted.id) if case.unprinted else {}
        return self.texts(case).variants(case.unprinted, firsts) if case.unprinted else ()

    def preview_letters(self, reference: str) -> bytes:
        """Return every distinct letter in one PDF, each as its first recipient gets it; recorded as a view."""
        from officer_app.notices.pdf_volume import Settings, Volume  # noqa: PLC0415  loads reportlab

        case = self.viewed(reference)
        texts = self.texts(case)
        documents = []
        if case.unprinted is not None:
            with self._book.reading() as tx:
                for each in texts.variants(case.unprinted, records.firsts(tx, case.unprinted.id)):
                    for _at, person in records.people(tx, case.unprinted.id, each.first, each.first):
                        documents.append(texts.letter("—", person))
        if not documents:
            documents = [texts.sample(language) for language in texts.versions]
        volume = Volume(Settings(""), f"{reference} letters", duplex=False, demo=self._book.demo)
        for document in documents:
            volume.add(document)
        return volume.finish()

    def approve(self, reference: str, name: str, sign_in: str = "", passphrase: str = "") -> Change:
        """Approve a draft: by the manager signed in here, or by a manager's name and passphrase."""
        with self._book.reading() as tx:
            case = incidents.get(tx, reference)
        if name != INDIVIDUALS:
            self.reports.check(case, name)
        else:
            self.texts(case)
            if case.unprinted is None:
                raise KnownError("Freeze the list of affected customers first; it is part of what is approved.")
        news = self.approvals.approve(reference, name, sign_in, passphrase)
        return Change(DESK, (reference,), news=news)

    def viewed(self, reference: str) -> Incident:
        """Return an incident to be shown; the view is in the audit first."""
        with self._book.transaction("view", reference) as tx:
            case = incidents.get(tx, reference)
            audit.append(tx, "view", reference)
        return case
