"""Findings about accounts, untrue or breaking the rules: what was found, its proof as text and files, who saw it."""

from collections.abc import Sequence
from pathlib import Path

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.handover import ErasureAsked
from officer_app.casebook import audit, holds
from officer_app.casebook.book import Casebook
from officer_app.casebook.evidence import Evidence
from officer_app.post import papers, safe_names
from officer_app.retention import marks, proof_records
from officer_app.retention.records import DESK
from officer_app.retention.rules import FINDINGS, OPEN, Candidate, Mark


class Findings:
    """Records findings and keeps their proof; nothing follows before a second person confirms."""

    def __init__(self, book: Casebook) -> None:
        self._book = book

    def record(
        self, candidate: Candidate, ground: str, reason: str, evidence: str, paths: Sequence[Path] = ()
    ) -> Change:
        """Record that an account was found false or breaking the rules; it counts once a second person confirms it."""
        if not evidence.strip():
            raise KnownError("Say what proves it: who looked at what, when, and where it can be seen.")
        asked = ErasureAsked("", candidate.key, "", self._book.clock(), ground, reason)
        taken = papers.read(paths)
        with self._book.transaction("work") as tx:
            key = marks.add(tx, asked, evidence)
            digests = [proof_records.add(tx, key, one) for one in taken]
            details = {"customer": candidate.key, "ground": ground, "files": digests}
            audit.append(tx, "finding recorded", None, details, mark=key)
        files = f" with {_files(len(taken))}" if taken else ""
        more = "" if taken else "Add the files that prove it, if there are any; "
        after = f"{more}a manager confirms it as the second person."
        return Change(DESK, news=f"Recorded{files}. {after[0].upper()}{after[1:]}")

    def add_proof(self, mark: str, paths: Sequence[Path]) -> Change:
        """Seal copies of files as proof; what a second person confirmed cannot be added to."""
        taken = papers.read(paths)
        with self._book.transaction("work") as tx:
            known = marks.get(tx, mark)
            if known.state != OPEN or known.confirmed is not None:
                raise KnownError("The finding is confirmed, or over: what the second person saw stays as it was.")
            digests = [proof_records.add(tx, mark, one) for one in taken]
            audit.append(tx, "proof added", None, {"files": digests}, mark=mark)
        count = "1 copy is" if len(taken) == 1 else f"{len(taken)} copies are"
        return Change(DESK, news=f"{count} sealed as proof; the files stay where they are.")

    def take_back(self, mark: str, reason: str, email: str = "") -> Change:
        """Take an entry off the review list for a reason; what a finding said and its files are destroyed for good.

        Nobody stands by such a finding any more, so nothing of it is kept about the person (GDPR Art. 5 (1) (c), (e));
        the audit keeps the reason and the digests of the files. KnownError while a legal hold keeps what was found of
        the person, whom the shop knows by `email`.
        """
        if not reason.strip():
            raise KnownError("Say why it is taken off the list.")
        with self._book.transaction("work") as tx:
            known = marks.get(tx, mark)
            emails = [one for one in (known.email, email) if one]
            held = holds.held(tx, [known.customer] if known.customer else [], emails)
            if known.ground in FINDINGS and held:
                by = ", ".join(sorted({case for found in held.values() for case in found}))
                raise KnownError(f"The legal hold of {by} keeps what was found. Once it is released, take it back.")
            marks.take_back(tx, mark)
            destroyed = [one.sha256 for one in proof_records.of_marks(tx, [mark])]
            proof_records.drop(tx, [mark])
            details = {"reason": reason.strip(), "ground": known.ground, "files destroyed": destroyed}
            audit.append(tx, "taken off the review list", None, details, mark=mark)
        if known.ground not in FINDINGS:
            return Change(DESK, news="Taken off the list.")
        files = f" and {_files(len(destroyed))}" if destroyed else ""
        return Change(DESK, news=f"Taken back. What was found{files} {'are' if files else 'is'} destroyed.")

    def of(self, *found: Mark | None) -> tuple[Evidence, ...]:
        """Return the files of findings, without opening any."""
        with self._book.reading() as tx:
            return proof_records.of_marks(tx, [one.id for one in found if one is not None])

    def look_at(self, key: str, batch: str = "") -> bytes:
        """Return a file to be shown; recorded as a view before it is, in the batch from which it is opened."""
        with self._book.transaction("view", batch or None) as tx:
            content = proof_records.read(tx, key)
            audit.append(tx, "evidence viewed", batch or None, evidence=key)
        return content

    def export(self, key: str, path: Path, batch: str = "") -> Path:
        """Write a copy of a file near `path`, never over another; recorded as an export."""
        with self._book.transaction("view", batch or None) as tx:
            content = proof_records.read(tx, key)
            audit.append(tx, "export", batch or None, {"evidence": key})
        return safe_names.export(path.parent, path.name, content)


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
