"""Proving who the requester is: stored facts compared, a call-back, a code sent to a stored address, a paper seen."""

from collections.abc import Mapping
from dataclasses import replace

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit
from officer_app.casebook.transaction import Writing
from officer_app.complaints import letter, proof, records, rules
from officer_app.complaints.desk import DESK, Desk
from officer_app.complaints.proof import CODES, COMPARED, IdentityCheck
from officer_app.complaints.rules import Complaint


class Proving(Desk):
    """Checks identities; what a person claimed is compared and never filed."""

    def identify(
        self,
        reference: str,
        claims: Mapping[str, str],
        method: str,
        note: str,
        version: int,
        *,
        confirmed: bool | None = None,
        code: str = "",
    ) -> Change:
        """Check the identity; the facts' names are filed, not their values, and a failed check stays in the file.

        `confirmed` is what the person said on the stored number or what a paper showed, `code` what they gave back.
        """
        case = self._case(reference)
        rules.may_identify(case)
        if method in CODES:
            return self._check_code(reference, method, code, note, version)
        if method not in (*COMPARED, *proof.SEEN):
            raise KnownError("Choose how the identity was checked.")
        given = {fact: value for fact, value in claims.items() if value.strip() and fact in proof.FACTS}
        if method == proof.CALL and confirmed is not None and "phone" not in given:
            raise KnownError("Enter the number that you called; it has to be the one the shop has stored.")
        compared = self.requesters.compare(case, given) if method in COMPARED else ()
        least = self._policy().identity.matching_facts
        agreed = tuple(one.fact for one in compared if one.agrees)
        differed = tuple(one.fact for one in compared if one.agrees is False)

        def step(known: Complaint, tx: Writing) -> Complaint:
            return rules.identify(known, method, agreed, differed, tx.now, tx.actor.id, note, confirmed, least)

        details = {"title": method, "agreed": agreed, "differed": differed}
        return self._checked(self._change(reference, version, "identity checked", step, details))

    def _check_code(self, reference: str, method: str, given: str, note: str, version: int) -> Change:
        with self._book.transaction("work", reference) as tx:
            known = replace(records.get(tx, reference), version=version)
            rules.may_identify(known)
            passed, kept = proof.try_code(known.code, given, known.customer, tx.now)
            if known.code is not None and known.code.method != method:
                raise KnownError(f"The code went out as a {known.code.method}. Choose that.")
            check = IdentityCheck(method, (), (), passed, tx.now, tx.actor.id, note, known.customer)
            records.save(tx, replace(rules.checked(known, check), code=kept))
            audit.append(tx, "identity checked", reference, {"title": method})
        return self._checked(Change(DESK, (reference,)))

    def _checked(self, change: Change) -> Change:
        passed = self._case(change.references[0]).identified
        result = "passed." if passed else "not passed. The check stays in the file."
        return replace(change, news=f"Identity check {result}")

    def send_code(self, reference: str, method: str, version: int) -> Change:
        """Issue a letter with a code to the address or e-mail that the shop has stored, whoever asks."""
        case = self._case(reference, version)
        rules.may_identify(case)
        told, code = proof.new_code(method, case.customer, self._book.clock())
        around = self.requesters.stored(case, by_mail=method == proof.MAIL_CODE)

        def step(known: Complaint, _tx: Writing, number: str) -> Complaint:
            rules.may_identify(known)
            return replace(known, code=replace(code, notice=number))

        return self._issue(reference, version, letter.code(case, around, told, code.until()), step)
