"""Issues notices for every desk: number reserved, PDF rendered, bytes filed, later sent or withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from officer_app.base.errors import BugError, KnownError
from officer_app.casebook import audit, issued
from officer_app.casebook.book import Casebook, Countersignature, countersigned
from officer_app.casebook.issued import Made, Notice
from officer_app.casebook.memory import state_folder
from officer_app.casebook.transaction import Writing
from officer_app.letters import shop_facts
from officer_app.letters.letter import Letter
from officer_app.notices import pdf, text
from officer_app.notices.document import Document, Required, plain_text
from officer_app.policy.book import Book
from officer_app.post import outgoing

_ABANDONED = timedelta(minutes=15)


@dataclass(frozen=True)
class IssuedLetter:
    """A notice just issued."""

    number: str
    title: str
    pdf: bytes


class Letters:
    """The one way a notice comes into being; built once in `house`."""

    def __init__(self, book: Casebook, policy: Callable[[], Book]) -> None:
        self._book, self._policy = book, policy

    # --- before issuing ---

    def shop(self) -> shop_facts.ShopFacts:
        """Return the shop's details."""
        with self._book.reading() as tx:
            return shop_facts.load(tx)

    def mandatory(self, letter: Letter) -> tuple[Required, ...]:
        """Return what the active packs demand of this notice."""
        needs = self._policy().mandatory(letter.kind, letter.facts)
        return tuple(Required(need.field, need.heading_in(letter.language)) for need in needs)

    def missing(self, letter: Letter) -> tuple[str, ...]:
        """Return, in words, what the letter still lacks."""
        lacking = text.missing(letter.kind, letter.language, letter.fields, self.mandatory(letter))
        return tuple(text.label(name, "en") for name in lacking)

    def check(self, reference: str, letter: Letter) -> None:
        """Refuse a letter that lacks something, before a number is used for it or for one that goes with it."""
        self._compose("—", reference, letter)

    def preview(self, reference: str, letter: Letter) -> bytes:
        """Return the letter as a PDF without a number, to look at before it is issued; nothing is filed."""
        document = self._compose("—", reference, letter)
        return pdf.render(document, demo=self._book.demo)

    def _compose(self, number: str, reference: str, letter: Letter) -> Document:
        fields = {**letter.fields, **({"addressee": letter.addressee} if letter.addressee else {})}
        return text.compose(
            letter.kind,
            letter.language,
            number=number,
            reference=reference,
            date=self._book.clock().astimezone(self._policy().zone).date(),
            recipient=letter.recipient,
            fields=fields,
            letterhead=self.shop().letterhead(),
            mandatory=self.mandatory(letter),
            form=self._policy().document_form(letter.kind, letter.country).id,
            overrides=_own_texts(),
        )

    # --- issuing ---

    def issue(
        self,
        reference: str,
        letter: Letter,
        also: Callable[[Writing, str], None] | None = None,
        *,
        permission: str = "work",
        approved_by: str | None = None,
        number: str = "",
        keep: bool = True,
    ) -> IssuedLetter:
        """Issue one notice and return its number and bytes.

        The number is reserved in a transaction of its own; the bytes are filed together with what `also` writes for the
        case. When anything fails after the number was reserved, it stays in the register as void with the reason.
        KnownError when something mandatory is missing or a character cannot be printed, before a number is used. A
        `number` that was reserved long before, because other papers name it, stays reserved when this fails. With
        `keep` false nothing is filed but number and hash: what is returned is the only copy.
        """
        made = self._made(reference, letter)
        self.preview(reference, letter)  # a character that no font has is refused before a number is used up
        if number:
            return self._issue(reference, letter, number, also, permission, keep)
        with self._book.transaction(permission, reference) as tx:
            year = tx.now.astimezone(self._policy().zone).year
            number = issued.reserve(tx, reference, made, year, approved_by=approved_by)
            audit.append(tx, "number reserved", reference, {"number": number}, notice=number)
        try:
            return self._issue(reference, letter, number, also, permission, keep)
        except Exception as error:
            self._void(reference, number, error, permission)
            raise

    def _issue(
        self, reference: str, letter: Letter, number: str, also: Callable[[Writing, str], None] | None, permission: str,
        keep: bool,
    ) -> IssuedLetter:  # fmt: skip
        document = self._compose(number, reference, letter)
        content = pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())
        with self._book.transaction(permission, reference) as tx:
            digest = issued.issue(tx, number, content, keep=keep, text=plain_text(document))
            if also is not None:
                also(tx, number)
            details = {"number": number, "kind": letter.kind, "title": document.subject}
            audit.append(tx, "notice issued", reference, details, notice=number, sha256=digest)
        return IssuedLetter(number, document.subject, content)

    def _made(self, reference: str, letter: Letter) -> Made:
        draft = self._compose("—", reference, letter)
        return Made(
            kind=letter.kind,
            language=letter.language,
            title=draft.subject,
            recipient=", ".join(letter.recipient),
            text_version=draft.text_version[:20],
            pack_version=self._policy().version_text[:200],
            replaces=letter.replaces,
        )

    def _void(self, reference: str, number: str, error: Exception, permission: str) -> None:
        reason = str(error) if isinstance(error, KnownError) else "an error of the program"
        with self._book.transaction(permission, reference) as tx:
            issued.void(tx, number, reason)
            audit.append(tx, "notice void", reference, {"number": number, "reason": reason}, notice=number)

    def void_abandoned(self) -> int:
        """Void numbers that a crash left reserved more than 15 minutes ago; return how many."""
        with self._book.reading() as tx:
            left = [(number, ref) for number, ref, since in issued.reserved(tx) if since < tx.now - _ABANDONED]
        for number, reference in left:
            self._void(reference, number, KnownError("the program ended before it was issued"), "view")
        return len(left)

    # --- afterwards ---

    def pdf(self, number: str, action: str = "view") -> tuple[Notice, bytes]:
        """Return a notice and the very bytes issued; `action` (view, print, export) is what the audit records."""
        with self._book.reading() as tx:
            notice = issued.notice(tx, number)
        with self._book.transaction("view", notice.reference) as tx:
            content = issued.pdf(tx, number)
            audit.append(tx, action, notice.reference, {"number": number}, notice=number)
        return notice, content

    def mail(self, number: str, to: str) -> bytes:
        """Return an unsent mail (.eml) with the letter's text and its PDF, for the officer's mail program."""
        notice, content = self.pdf(number, "export")
        shop = self.shop()
        with self._book.reading() as tx:
            body = issued.text(tx, number)
        return outgoing.compose(
            sender=shop.email,
            to=to,
            subject=f"{notice.title} [{notice.reference}]",
            text=body,
            attachment=content,
            attachment_name=f"{notice.number}.pdf",
            date=self._book.clock(),
        )

    def record_withdrawn(self, tx: Writing, reference: str, number: str, reason: str) -> Notice:
        """Withdraw a case's wrong notice inside a desk's transaction, and return it as it was; the desk audits it."""
        notice = issued.notice(tx, number)
        if notice.reference != reference:
            raise KnownError(f"{number} belongs to another case. Check the number.")
        issued.withdraw(tx, number, reason)
        return notice

    def record_sent(self, tx: Writing, number: str, channel: str, at: datetime) -> Notice:
        """Record inside a desk's transaction that a notice was sent, and return it as it was; the desk audits it."""
        notice = issued.notice(tx, number)
        issued.send(tx, number, channel, at)
        return notice


def _own_texts() -> Path | None:
    """Return the folder of the officer's own letter texts, if there is one."""
    folder = state_folder() / "notices"
    return folder if folder.is_dir() else None


def need_other_person(author: str, word: Countersignature, others: bool) -> str:
    """Return the remark "decided by one person" or "", or refuse an approval by the author themselves.

    `others` says whether somebody else could approve: only where nobody can may one person decide alone.
    """
    if word.person.id != author:
        return ""
    if others:
        raise KnownError("Who wrote this cannot approve it. Ask another manager.")
    return "decided by one person"


def approve(tx: Writing, reference: str, what: str, word: Countersignature, remark: str) -> None:
    """Write a manager's approval into the audit, signed by them."""
    if not reference:
        raise BugError("an approval needs a case")
    proof = countersigned(tx, what, reference, word)
    audit.append(tx, what, reference, {"by": word.person.name, "remark": remark}, countersigned=proof)
