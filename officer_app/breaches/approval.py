"""A manager's approval of a draft, and what stands around a notice because of it."""

from collections.abc import Callable

from officer_app.base.errors import KnownError
from officer_app.breaches import duty as duties
from officer_app.breaches import incidents, rules
from officer_app.breaches.duty import INDIVIDUALS, Approval, Duty
from officer_app.breaches.letter import Around
from officer_app.casebook.book import Casebook, Countersignature
from officer_app.casebook.people import MANAGER
from officer_app.letters.issue import Letters, approve, need_other_person
from officer_app.policy.book import Book


class Approvals:
    """Takes a manager's word, in their own sign-in or by passphrase in the officer's window."""

    def __init__(self, book: Casebook, policy: Callable[[], Book], letters: Letters) -> None:
        self._book, self._policy, self._letters = book, policy, letters

    def needs(self, duty: Duty) -> tuple[bool, bool]:
        """Return whether approving here needs a sign-in name and whether it needs a passphrase."""
        me, author = self._book.actor, duty.paper.author
        if MANAGER not in me.roles or (author == me.id and self._others(author)):
            return True, True
        return False, author == me.id

    def _others(self, author: str) -> bool:
        people = self._book.directory().active()
        return any(MANAGER in one.roles and one.id != author for one in people)

    def _word(self, author: str, sign_in: str, passphrase: str) -> Countersignature:
        if sign_in.strip():
            return self._book.countersign(sign_in, passphrase)
        session = self._book.session
        if MANAGER not in session.person.roles:
            raise KnownError("A manager approves this: enter the manager's sign-in name and passphrase.")
        alone = session.person.id == author
        if alone:
            self._book.prove_again(passphrase)
        return Countersignature(session.person, session.keys.signer(), alone)

    def approve(self, reference: str, name: str, sign_in: str, passphrase: str) -> str:
        """Approve the draft of a duty exactly as it stands; return in one sentence who approved, with the remark."""
        with self._book.reading() as tx:
            duty = incidents.get(tx, reference).duty(name)
        author = duty.paper.author
        word = self._word(author, sign_in, passphrase)
        remark = need_other_person(author, word, self._others(author))
        what = "letters approved" if name == INDIVIDUALS else "report approved"
        permission = "approve" if MANAGER in self._book.actor.roles else "work"
        with self._book.transaction(permission, reference) as tx:
            case = incidents.get(tx, reference)
            digest = rules.content_digest(case, case.duty(name))
            if digest != rules.content_digest(case, duty):
                raise KnownError("Somebody changed the draft meanwhile. Look at it again, then approve.")
            given = Approval(digest, word.person.id, word.person.name, tx.now, remark)
            incidents.save(tx, rules.with_duty(case, duties.approve(case.duty(name), given)))
            approve(tx, reference, what, word, remark)
        return f"Approved by {word.person.name}{', ' + remark if remark else ''}."

    def around(self, approval: Approval | None) -> Around:
        """Return what a notice says beside the incident; without an approval, as far as it is known."""
        policy, shop = self._policy(), self._letters.shop()
        signatory = shop.signatory
        titles = {entry.id: entry for entry in policy.data_categories}
        signed = approval.name if approval else signatory
        if signatory.split(",")[0].strip() == signed:
            signed = signatory
        return Around(
            zone=policy.zone,
            titles=lambda key, language: titles[key].title_in(language) if key in titles else key,
            signed_by=signed,
            organisation=tuple(part for part in (shop.company, ", ".join(shop.address), shop.registration) if part),
            one_person=bool(approval and approval.remark),
            names=self._book.directory().names(),
        )
