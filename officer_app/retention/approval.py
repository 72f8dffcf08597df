"""A second person's word: a manager approves a batch, or confirms that an account was found false."""

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook, Countersignature, countersigned
from officer_app.casebook.people import MANAGER
from officer_app.letters.issue import approve, need_other_person
from officer_app.retention import batch as rules
from officer_app.retention import marks, proof_records, records
from officer_app.retention.batch import Approval

DESK = records.DESK


class Approvals:
    """Takes the word, in the manager's own sign-in or by passphrase in the officer's window."""

    def __init__(self, book: Casebook) -> None:
        self._book = book

    def needs(self, author: str) -> tuple[bool, bool]:
        """Return whether a word about what `author` did needs a sign-in name here and whether it needs a passphrase."""
        me = self._book.actor
        if MANAGER not in me.roles or (author == me.id and self.others(author)):
            return True, True
        return False, author == me.id

    def others(self, author: str) -> bool:
        """Return whether a manager other than the author could say it."""
        return any(MANAGER in one.roles and one.id != author for one in self._book.directory().active())

    def word(self, author: str, sign_in: str, passphrase: str) -> Countersignature:
        """Return a manager's word: who is signed in, or whoever gives name and passphrase in this window."""
        if sign_in.strip():
            return self._book.countersign(sign_in, passphrase)
        session = self._book.session
        if MANAGER not in session.person.roles:
            raise KnownError("A manager says this: enter the manager's sign-in name and passphrase.")
        alone = session.person.id == author
        if alone:
            self._book.prove_again(passphrase)
        return Countersignature(session.person, session.keys.signer(), alone)

    @property
    def permission(self) -> str:
        """The permission under which who is signed in writes a word down."""
        return "approve" if MANAGER in self._book.actor.roles else "work"

    def approve(self, reference: str, sign_in: str, passphrase: str) -> Change:
        """Approve a batch as it was frozen; accounts can only leave it afterwards."""
        with self._book.reading() as tx:
            case = records.get(tx, reference)
        word = self.word(case.author, sign_in, passphrase)
        remark = need_other_person(case.author, word, self.others(case.author))
        with self._book.transaction(self.permission, reference) as tx:
            case = records.get(tx, reference)
            given = Approval(word.person.id, word.person.name, tx.now, remark)
            records.save(tx, rules.approve(case, given))
            approve(tx, reference, "batch approved", word, remark)
        return Change(DESK, (reference,), news=f"Approved by {word.person.name}{', ' + remark if remark else ''}.")

    def confirm(self, mark: str, sign_in: str, passphrase: str) -> Change:
        """Confirm a finding as the second person; from then on the account is on the list for it."""
        with self._book.reading() as tx:
            known = marks.get(tx, mark)
        word = self.word(known.by, sign_in, passphrase)
        remark = need_other_person(known.by, word, self.others(known.by))
        name = f"{word.person.name}{', ' + remark if remark else ''}"
        with self._book.transaction(self.permission) as tx:
            seen = [one.sha256 for one in proof_records.of_marks(tx, [mark])]
            proof = countersigned(tx, "finding confirmed", "", word)
            marks.confirm(tx, mark, name)
            audit.append(tx, "finding confirmed", None, {"by": name, "ground": known.ground, "files": seen}, mark=mark,
                         countersigned=proof)  # fmt: skip
        return Change(DESK, news=f"Confirmed by {name}. The account can be put into a batch.")
