"""Packages of a hand-over: the frozen files locked with a passphrase or for a certificate, signed if wished, kept."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from officer_app.base.change import Change
from officer_app.base.errors import Conflict, KnownError
from officer_app.casebook import audit, issued, packages
from officer_app.casebook.transaction import Writing
from officer_app.disclosures import keyletter, leaving, records
from officer_app.disclosures.demand import Contact, Disclosure
from officer_app.disclosures.desk import DESK
from officer_app.disclosures.handout import PDF, FrozenFile
from officer_app.disclosures.queue import replaced
from officer_app.disclosures.release import Releases
from officer_app.letters import signature
from officer_app.notices import package, sign
from officer_app.notices.package import Enclosed
from officer_app.notices.signature import Identity, Sealed, describe, identity, read
from officer_app.post import safe_names

LOCKED, ENVELOPE = "locked-pdf", "envelope"
_MADE = "package made"


@dataclass(frozen=True)
class Wrapping:
    """What a package can be made of now: the signature or why there is none, and the entries with a certificate.

    Each entry comes with the sentence that says why its certificate will not do, or "".
    """

    signer: Identity | None
    why_unsigned: str
    contacts: tuple[tuple[Contact, str], ...]


@dataclass(frozen=True)
class Handed:
    """A package just made; `letter` is the PDF with its passphrase, shown now and never again, with its number."""

    change: Change
    number: str = ""
    letter: bytes = b""


class Handing(Releases):
    """Makes packages of what was frozen and cleared; each is hashed, kept sealed and in the audit."""

    def wrapping(self, reference: str) -> Wrapping:
        """Return what a package can be made of."""
        with self._book.reading() as tx:
            case = self.standing.get(tx, reference)
            known = [one for one in records.all_contacts(tx) if one.body == case.demand.body and one.certificate]
            sealed = signature.load(tx)
        signer, why = self._signer(sealed)
        usable = tuple((one, self._why_not(one)) for one in known if one.retired is None)
        return Wrapping(signer, why, usable)

    def _signer(self, sealed: Sealed | None) -> tuple[Identity | None, str]:
        if sealed is None:
            return None, "No certificate of the shop is imported. See Settings, Signature."
        try:
            return identity(sealed, self.now()), ""
        except KnownError as error:
            return None, str(error)

    def _why_not(self, contact: Contact) -> str:
        try:
            package.certificate(contact.certificate.encode(), self.now())
        except KnownError as error:
            return str(error)
        return ""

    # --- with a passphrase ---

    def lock(self, reference: str, *, signed: bool) -> Handed:
        """Make an encrypted PDF, and the letter with its passphrase, of which only the number is kept."""
        case, files = self._frozen(reference)
        sealed = self._sealed() if signed else None
        words, name = package.passphrase(), f"{reference}-package.pdf"
        made = package.lock(_carrier(case, files), words)
        mark = ""
        if sealed is not None:
            made = sign.sign(made, sealed, self.now(), reason=f"Handed over: {reference}", open_with=words)
            mark = describe(read(sealed)).fingerprint
        letter = keyletter.passphrase(case, name, hashlib.sha256(made).hexdigest(), words, mark)
        with self._book.reading() as tx:
            letter = replace(letter, replaces=replaced(issued.of_case(tx, reference), issued.NOT_KEPT))

        def keep(tx: Writing, number: str) -> None:
            self._keep(tx, case, LOCKED, name, made, letter=number, signed=signed)

        done = self.letters.issue(reference, letter, keep, keep=False)
        news = f"{done.number} carries the passphrase. Print it now: it is not kept. Send it apart from the package."
        return Handed(Change(DESK, (reference,), news=news), done.number, done.pdf)

    # --- for a certificate ---

    def envelop(self, reference: str, contact: str) -> Handed:
        """Make a CMS envelope that only the key of the directory entry's certificate opens, signed before."""
        case, files = self._frozen(reference)
        with self._book.reading() as tx:
            entry = records.contact(tx, contact)
        if entry.body != case.demand.body or entry.retired is not None:
            raise KnownError("This entry of the directory is not the one that asks. Choose another.")
        recipient = package.certificate(entry.certificate.encode(), self.now())
        inside = sign.sign(_carrier(case, files), self._sealed(), self.now(), reason=f"Handed over: {reference}")
        made = package.envelop(inside, recipient)
        with self._work(reference, _MADE) as tx:
            self._keep(
                tx, case, ENVELOPE, f"{reference}-package.pdf.p7m", made, recipient=entry.agency,
                certificate=package.fingerprint(recipient), signed=True,
            )  # fmt: skip
        return Handed(Change(DESK, (reference,), news=f"Made for the certificate of {entry.agency}. Save it now."))

    # --- afterwards ---

    def export_package(self, reference: str, key: str, path: Path) -> Path:
        """Write a package near `path`, never over another file: the very bytes that were made, while they may leave."""
        with self._work(reference, "export", "view") as tx:
            kept = leaving.may_take(self.standing.get(tx, reference), self.packs(), tx.now)
            one = next((one for one in packages.of_case(tx, reference) if one.id == key), None)
            if one is None or one.of != kept.digest:
                raise KnownError("This package holds other files than those cleared now. Make a new one.")
            content = packages.read(tx, key)
            audit.append(tx, "export", reference, {"title": one.name}, sha256=one.sha256)
        return safe_names.export(path.parent, path.name, content)

    def note_letter(self, reference: str, number: str, action: str) -> None:
        """Record that a passphrase letter was printed or saved from the window; nothing of it is kept."""
        with self._book.transaction("view", reference) as tx:
            audit.append(tx, action, reference, {"number": number}, notice=number)

    # --- inside ---

    def _sealed(self) -> Sealed:
        with self._book.reading() as tx:
            sealed = signature.load(tx)
        if sealed is None:
            raise KnownError("Import the shop's certificate under Settings, Signature, before you sign.")
        return sealed

    def _frozen(self, reference: str) -> tuple[Disclosure, tuple[FrozenFile, ...]]:
        """Return the case and its frozen files; the gate and the audit are where they are handed out."""
        files = self.frozen(reference, "export")
        with self._book.reading() as tx:
            return self.standing.get(tx, reference), files

    def _keep(
        self, tx: Writing, case: Disclosure, form: str, name: str, content: bytes, *, recipient: str = "",
        letter: str = "", certificate: str = "", signed: bool,
    ) -> None:  # fmt: skip
        """File the package, if what it holds may still leave and is what was frozen."""
        kept = leaving.may_take(self.standing.get(tx, case.reference), self.packs(), tx.now)
        if case.package is None or kept.digest != case.package.digest:
            raise Conflict("Somebody else changed the files meanwhile. Look at the case again.")
        whom = recipient or case.demand.agency
        digest = packages.put(
            tx, case.reference, form, name, content, recipient=whom, of=kept.digest, letter=letter,
            certificate=certificate, signed=signed,
        )  # fmt: skip
        details = {"title": name, "to": whom, "number": letter, "how": form}
        audit.append(tx, _MADE, case.reference, details, sha256=digest, size=len(content), signed=int(signed))


def _carrier(case: Disclosure, files: Sequence[FrozenFile]) -> bytes:
    """Return one PDF: the pages of covering letter, extract and receipt, and every frozen file attached."""
    pages = [content for _name, kind, content in files if kind == PDF]
    enclosed = [Enclosed(name, kind, content) for name, kind, content in files]
    return package.carry(pages, enclosed, f"{case.reference}: {case.demand.agency}")


