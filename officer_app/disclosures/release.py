"""What may leave, step by step: chosen, cleared by a second person, made into frozen files, handed over."""

from dataclasses import replace
from datetime import datetime

from officer_app.base.change import Change
from officer_app.base.errors import Conflict, KnownError
from officer_app.casebook import audit, cases, evidence, issued
from officer_app.casebook.transaction import Writing
from officer_app.disclosures import covering, extract, gate, handout, leaving, records, whole
from officer_app.disclosures.demand import Choice, Disclosure, Frozen, Package
from officer_app.disclosures.desk import DESK
from officer_app.disclosures.gate import Refused
from officer_app.disclosures.handout import About, FrozenFile
from officer_app.disclosures.issuing import Issuing
from officer_app.disclosures.offer import Offer, offered
from officer_app.disclosures.queue import body_titles
from officer_app.letters.issue import approve
from officer_app.notices import bundle, pdf, text

_CLEARED = "cleared for release"
_MADE = "files of the hand-over made"


class Releases(Issuing):
    """The use cases that could let data out; each passes the gate, and each refusal is in the audit."""

    # --- what may leave ---

    def offer(self, reference: str) -> Offer:
        """Return what the shop holds about the customer, each item with why it cannot be ticked; it is a view."""
        with self._book.transaction("view", reference) as tx:
            case = self.standing.get(tx, reference)
            audit.append(tx, "view", reference, {"title": "what the shop holds"})
        card = self.persons.card(case.subject.customer)
        return offered(case, card, self.packs(), self.now(), self._policy().zone)

    def choose(self, reference: str, keys: tuple[str, ...], reason: str, version: int, beyond: str = "") -> Change:
        """Choose items by their keys, as the shop holds them now; a manager then clears exactly these.

        `beyond` says why a judicial body needs what lies outside its demand.
        """
        with self._work(reference, "data chosen") as tx:
            before = self.standing.get(tx, reference)
            if missing := gate.lacking(before, self.packs(), tx.now):
                raise Refused(missing[0].missing)
        held = extract.items(self.persons.card(before.subject.customer), self._policy().zone, before.language)
        gone = set(keys) - {item.key for item in held}
        if gone:
            raise KnownError("The shop's data changed while you chose. Choose again from what it holds now.")
        items = tuple(item for item in held if item.key in keys)

        def step(case: Disclosure, tx: Writing) -> Disclosure:
            cover = gate.Cover.of(case, self.packs(), tx.now)
            left = {item.category for item in held if item.key not in keys and not cover.why_not(item)}
            partly = tuple(dict.fromkeys(item.category for item in items if item.category in left))
            kinds = {item.category for item in held}
            lacking = tuple(one for one in case.demand.scope if one in cover.fields and one not in kinds)
            made = Choice(items, reason, tx.actor.id, tx.now, beyond, partly, lacking)
            if case.subject != before.subject:
                raise Conflict("Somebody else saved this meanwhile. Compare both versions and save again.")
            return leaving.choose(case, made, self.packs(), tx.now)

        details = {"to": ", ".join(item.label for item in items), "reason": reason, "beyond": beyond}
        news = "Chosen. A manager has to clear it before it may leave."
        return self._change(reference, version, "data chosen", step, details, news)

    def clear(
        self, reference: str, version: int, sign_in: str = "", passphrase: str = "", override: str = ""
    ) -> Change:  # fmt: skip
        """Clear what was chosen: by a manager in their own sign-in, or by passphrase in the officer's window.

        `override` is the manager's reason why what lies outside a judicial demand may leave.
        """
        try:
            word = self._book.countersign(sign_in, passphrase) if sign_in.strip() else None
        except KnownError as error:
            self._note_refused(reference, _CLEARED, error)
            raise
        me = self._book.actor.id
        with self._work(reference, _CLEARED, "work" if word else "approve") as tx:
            case = replace(self.standing.get(tx, reference), version=version)
            author = case.choice.by if case.choice else ""
            by = word.person.id if word else me
            if word is None and by == author:
                raise Refused("You chose the data yourself. Enter sign-in name and passphrase of a manager.")
            others = any(one.id != author for one in self._book.directory().managers())
            after = leaving.clear(case, by, others, self.packs(), tx.now, override)
            self._save(tx, case, after)
            assert after.clearance is not None
            remark = ", ".join(part for part in (after.clearance.remark, after.clearance.override) if part)
            if word is not None:
                approve(tx, reference, _CLEARED, word, remark)
            else:
                audit.append(tx, _CLEARED, reference, {"by": tx.actor.name, "remark": remark})
        return Change(DESK, (reference,), news="Cleared. Make the files of the hand-over next.")

    # --- the files ---

    def about(self, case: Disclosure) -> About:
        """Return what stands on every file of a case's hand-over."""
        policy, shop = self._policy(), self.letters.shop()
        names = {each.id: each.title_in(case.language) for each in policy.data_categories}
        return About(
            reference=case.reference,
            recipient=case.demand.agency,
            document=covering.document(case, policy.zone),
            received=case.received.astimezone(policy.zone).date(),
            basis=covering.basis(case, policy.zone, self.now()),
            language=case.language,
            made=self.now().astimezone(policy.zone),
            categories=names,
            letterhead=shop.letterhead(),
            lacking=case.choice.lacking if case.choice else (),
            demo=self._book.demo,
            footer=self._book.head_mark(),
        )

    def preview(self, reference: str) -> bytes:
        """Return exactly what would leave, as the extract's pages without their number; it is a view."""
        with self._book.transaction("view", reference) as tx:
            case = self.standing.get(tx, reference)
            audit.append(tx, "view", reference, {"title": "preview of what leaves"})
        if case.choice is None:
            raise KnownError("Choose the data first; there is nothing to preview yet.")
        return handout.extract_pdf(case.choice.items, self.about(case), draft=True)

    def note_preview(self, reference: str, action: str) -> None:
        """Record that the preview was printed ("print") or saved ("export"); its pages say that it is one."""
        with self._book.transaction("view", reference) as tx:
            audit.append(tx, action, reference, {"title": "preview of what leaves"})

    def make_files(self, reference: str, version: int) -> Change:
        """Make the files of the hand-over once: covering letter, extract, JSON, CSV, manifest, receipt; keep them."""
        with self._work(reference, _MADE) as tx:
            case = replace(self.standing.get(tx, reference), version=version)
            choice = leaving.may_make(case, self.packs(), tx.now)
        files = handout.make(choice.items, self.about(case))
        listed = next(content for name, _kind, content in files if name.endswith("manifest.txt"))
        digest = handout.sha256(listed)
        cleared = case.clearance
        assert cleared is not None
        manager = self.names().get(cleared.by, "")
        made = covering.cover(case, self._around(None, case.language), digest, manager, self.now())

        def keep(tx: Writing, number: str) -> None:
            fresh = replace(self.standing.get(tx, reference), version=version)
            kept = tuple(
                Frozen(
                    name, kind, len(content), handout.sha256(content), evidence.add(tx, reference, name, kind, content)
                )
                for name, kind, content in files
            )
            package = Package(number, digest, kept, tx.actor.id, tx.now)
            if fresh.choice != choice:
                raise Conflict("Somebody else saved this meanwhile. Compare both versions and save again.")
            self._save(tx, fresh, leaving.freeze(fresh, package, self.packs(), tx.now))
            hashes = {one.name: one.sha256 for one in kept}
            audit.append(tx, _MADE, reference, {"number": number, "files": hashes}, sha256=digest)

        done = self.letters.issue(reference, made, keep, approved_by=cleared.by)
        news = f"{done.number} and its files are made. Save them, hand them over, then record it."
        return Change(DESK, (reference,), (done.number,), news)

    def frozen(self, reference: str, action: str = "export") -> tuple[FrozenFile, ...]:
        """Return the frozen files of a release, each (name, media type, bytes): the covering letter first.

        They are the very bytes that were made. Before the hand-over they are given only while the basis holds; `action`
        (view, print, export) is what the audit records.
        """
        with self._work(reference, action, "view") as tx:
            case = self.standing.get(tx, reference)
            package = leaving.may_take(case, self.packs(), tx.now)
            cover: FrozenFile = (f"{package.number}.pdf", handout.PDF, issued.pdf(tx, package.number))
            files = (cover, *((one.name, one.kind, evidence.read(tx, one.kept)) for one in package.files))
            hashes = {name: handout.sha256(content) for name, _kind, content in files}
            audit.append(tx, action, reference, {"title": "files of the hand-over", "files": hashes})
        return files

    def frozen_file(self, reference: str, name: str, action: str = "view") -> bytes:
        """Return one of the frozen files by its name; recorded as `action`."""
        with self._work(reference, action, "view") as tx:
            package = leaving.may_take(self.standing.get(tx, reference), self.packs(), tx.now)
            one = next((one for one in package.files if one.name == name), None)
            if one is None:
                raise KnownError("This file is none of the hand-over. Refresh the case.")
            content = evidence.read(tx, one.kept)
            audit.append(tx, action, reference, {"title": name}, sha256=one.sha256)
        return content

    def whole_file(self, reference: str) -> bytes:
        """Return everything about one disclosure as one PDF: its facts, then its letters, then what left the shop.

        Papers that came from outside are named with their fingerprint and never taken in.
        """
        policy, file = self._policy(), self.queue.open(reference)
        bodies, data = body_titles(policy), {each.id: each.title_in("en") for each in policy.data_categories}
        fields = whole.fields(file, bodies, data, self.duty_titles(), policy.zone)
        document = text.compose(
            "disclosure-file", "en", number=reference, reference=reference,
            date=self.now().astimezone(policy.zone).date(), recipient=(), fields=fields,
            letterhead=self.letters.shop().letterhead(),
        )  # fmt: skip
        parts = [pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())]
        package = file.case.package if file.case.release is not None else None
        with self._work(reference, "export", "view") as tx:
            parts += [issued.pdf(tx, one.number) for one in reversed(file.notices) if one.kept]
            left = package.files if package is not None else ()
            parts += [evidence.read(tx, one.kept) for one in left if one.kind == handout.PDF]
            audit.append(tx, "export", reference, {"title": "the whole file"})
        return bundle.joined(parts)

    def hand_over(self, reference: str, to: str, how: str, at: datetime, version: int) -> Change:
        """Record that the frozen files were handed over; their covering letter went with them."""
        with self._work(reference, "handed over") as tx:
            case = replace(self.standing.get(tx, reference), version=version)
            after = leaving.hand_over(case, to, how, tx.actor.id, at, self.packs(), tx.now)
            assert after.package is not None
            self.letters.record_sent(tx, after.package.number, how, at)
            records.save(tx, after)
            cases.meet(tx, reference, *self._duties(case), at=at)
            self._remind(tx, after)
            details = {"title": ", ".join(after.release.fields if after.release else ()), "to": to}
            number, digest = after.package.number, after.package.digest
            audit.append(tx, "handed over", reference, details, notice=number, sha256=digest)
        news = f"Recorded. {reference} is closed." if after.closed else "Recorded. Decide whether the buyer is told."
        return Change(DESK, (reference,), news=news)
