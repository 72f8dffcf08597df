"""The use cases of the register of uses, of people's consents, and of the note on access."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.handover import ConfirmationsOf, Confirmed
from officer_app.base.person import normal_email
from officer_app.casebook import audit, settings
from officer_app.casebook.book import Casebook
from officer_app.letters.issue import Letters
from officer_app.notices import pdf, text
from officer_app.notices.document import Value
from officer_app.policy.book import Book
from officer_app.policy.entries import Entry
from officer_app.post import papers, safe_names
from officer_app.shop import customers
from officer_app.shop.connection import Shop, connected
from officer_app.shop.facts import Card
from officer_app.shop.facts import Consent as InShop
from officer_app.uses import access, letter, records, rules
from officer_app.uses.access import Access
from officer_app.uses.letter import Around
from officer_app.uses.rules import Consent, Processor, Use

ROOM = "uses"
_ACCESS = "access"
Processors = Callable[[], Sequence[Processor]]


@dataclass(frozen=True)
class Line:
    """One line of the register: a use, or a purpose of the packs that nobody described yet (its use has no id)."""

    use: Use
    lacks: tuple[str, ...]

    @property
    def key(self) -> str:
        """What the list tells its lines apart by."""
        return self.use.id or f"new:{self.use.purpose}"


@dataclass(frozen=True)
class Person:
    """Whose consents are shown: the shop's key ("" for a guest), name, e-mail, language, and what shop and we record.

    `mark` names the person to the casebook without telling who it is; `trouble` says why the shop could not be asked.
    """

    key: str
    name: str
    email: str
    language: str
    shop: tuple[InShop, ...]
    ours: tuple[Consent, ...]
    mark: str
    trouble: str = ""


class Uses:
    """Keeps the registers.

    `processors` gives the processors of the directory with their contracts, `confirmations` what a person confirmed to
    be given to third parties.
    """

    def __init__(
        self, book: Casebook, policy: Callable[[], Book], letters: Letters, shop: Callable[[], Shop | None],
        processors: Processors, confirmations: ConfirmationsOf,
    ) -> None:  # fmt: skip
        self._book, self._policy, self._letters, self._shop = book, policy, letters, shop
        self.processors, self._confirmations = processors, confirmations

    def now(self) -> datetime:
        """Return the current instant."""
        return self._book.clock()

    def names(self) -> dict[str, str]:
        """Return people's names by id."""
        return self._book.directory().names()

    # --- the register of uses ---

    def grounds(self) -> tuple[Entry, ...]:
        """Return the lawful bases of the active packs."""
        return tuple(one for one in self._policy().grounds if "processing" in one.use)

    def lines(self) -> tuple[Line, ...]:
        """Return the register: what is recorded, then the packs' purposes that are not."""
        policy = self._policy()
        with self._book.reading() as tx:
            known = records.all_uses(tx)
        closed = {one.id for one in policy.purposes}
        said = {one.purpose for one in known}
        fresh = (Use("", one.id, one.title_in("en")) for one in policy.purposes if one.id not in said)
        known_processors, today = tuple(self.processors()), self._today()
        return tuple(Line(one, rules.lacking(one, known_processors, today, closed)) for one in (*known, *fresh))

    def keep(self, use: Use) -> Change:
        """Record a use, or save a changed one."""
        policy = self._policy()
        grounds = {one.id for one in self.grounds()}
        consent = {one for one in grounds if "consent" in one}
        made = rules.keep(use, grounds, consent, {one.id for one in policy.data_categories})
        with self._book.transaction("work") as tx:
            before = records.use(tx, use.id) if use.id else None
            key = records.put_use(tx, made)
            what = _changed(before, made) if before else ""
            audit.append(tx, "use changed" if before else "use recorded", details={"title": made.title, "what": what},
                         use=key)  # fmt: skip
        return Change(ROOM, (key,), news="Saved. The register shows it from now on.")

    def end(self, use: Use) -> Change:
        """End a use: the shop does not use data for it any more; it stays in the audit."""
        with self._book.transaction("work") as tx:
            known = records.use(tx, use.id)
            records.put_use(tx, replace(known, version=use.version, ended=tx.now))
            audit.append(tx, "use ended", details={"title": known.title}, use=use.id)
        return Change(ROOM, news="Ended. It is out of the register and stays in the audit.")

    def register_pdf(self, language: str) -> bytes:
        """Return the register as PDF; the export is in the audit."""
        around = self._around(language)
        found = [(line.use, line.lacks) for line in self.lines()]
        return self._page("uses-register", letter.register(found, tuple(self.processors()), around), around, len(found))

    # --- who may see which data ---

    def access(self) -> tuple[Access, ...]:
        """Return who may see each category of data, and why."""
        with self._book.reading() as tx:
            stored = settings.get(tx, _ACCESS)
        return tuple(access.current(one.id, stored) for one in self._policy().data_categories)

    def set_access(self, category: str, roles: tuple[str, ...], why: Mapping[str, str]) -> Change:
        """Set who may see a category and why."""
        known = {one.id for one in self._policy().data_categories}
        made = access.keep(category, roles, why, known)
        with self._book.transaction("work") as tx:
            settings.put(tx, _ACCESS, {**settings.get(tx, _ACCESS), category: made})
            audit.append(tx, "access by role changed", details={"what": category, "to": ", ".join(roles)})
        return Change(ROOM, news="Saved. The note says so from now on.")

    def access_pdf(self, language: str) -> bytes:
        """Return the note on access as PDF; the export is in the audit."""
        around = self._around(language)
        found = self.access()
        return self._page("access-note", letter.note(found, around), around, len(found))

    # --- a person's consents ---

    def person(self, who: str, cancelled: Callable[[], bool] | None = None) -> Person:
        """Return what shop and casebook record of a person's consents (key or e-mail); the view is in the audit first.

        Without the shop our own records are shown nonetheless.
        """
        wanted, card, trouble = who.removeprefix("guest:").strip(), None, ""
        try:
            shop = connected(self._shop())
            by_email = normal_email(wanted)
            card = (customers.card_by_email if by_email else customers.card)(shop, wanted, cancelled=cancelled)
        except KnownError as error:
            if cancelled is not None and cancelled():
                raise
            trouble = str(error)
        key, emails = _who(card, wanted)
        with self._book.transaction("view") as tx:
            mark = tx.blind("customer", key) if key else tx.blind("email", normal_email(wanted))
            audit.append(tx, "view", None, {"where": "consents", "customer": mark})
        with self._book.reading() as tx:
            ours = records.of_person(tx, key, emails)
            ours += tuple(_confirmed(one, key) for one in self._confirmations(tx, key, emails))
        if card is None:
            last = ours[0] if ours else None
            name, email = (last.name, last.email) if last else ("", "".join(emails[:1]))
            return Person(key, name, email, "", (), ours, mark or "", trouble)
        account = card.account
        name = account.name or " ".join(part for part in (account.first_name, account.last_name) if part)
        email = account.email or "".join(emails[:1])
        return Person(key, name, email, account.language, card.consents, ours, mark or "")

    def record(self, consent: Consent, files: Sequence[Path] = ()) -> Change:
        """Record a consent with the papers that prove it."""
        made = rules.give(consent, self.now(), {one.id for one in self._policy().data_categories})
        taken = papers.read(files)
        with self._book.transaction("work") as tx:
            key = records.add_consent(tx, made)
            for one in taken:
                records.add_proof(tx, key, one.name, one.kind, one.content)
            details = {"title": made.title, "customer": tx.blind("customer", made.customer), "files": len(taken)}
            audit.append(tx, "consent recorded", details=details, consent=key)
        if not taken:
            return Change(ROOM, news="Recorded, without proof: file the letter, mail or recording when you have it.")
        return Change(ROOM, news="Recorded with its proof.")

    def withdraw(self, key: str, at: datetime, how: str, version: int) -> Change:
        """Record that a person withdrew a consent."""
        with self._book.transaction("work") as tx:
            before = replace(records.consent(tx, key), version=version)
            records.save_consent(tx, rules.withdraw(before, at, how, tx.now))
            audit.append(tx, "consent withdrawn", details={"title": before.title, "reason": how}, consent=key)
        return Change(ROOM, news="Recorded. Nothing may rest on this consent from now on.")

    def export_proof(self, key: str, path: Path) -> Path:
        """Write a copy of a paper near `path`, never over another file; recorded as an export."""
        with self._book.transaction("view") as tx:
            proof, content = records.proof(tx, key)
            audit.append(tx, "export", None, {"title": proof.name}, proof=key, sha256=proof.sha256)
        return safe_names.export(path.parent, path.name, content)

    def extract_pdf(self, person: Person, language: str) -> bytes:
        """Return a person's consent extract as PDF; the export is in the audit."""
        around = self._around(language)
        shop = person.trouble or person.shop
        fields = letter.extract(person.name, person.key, person.email, shop, person.ours, around)
        return self._page("consent-extract", fields, around, len(person.shop) + len(person.ours))

    def warning(self) -> str:
        """Return, with its source, that sending data alone is no valid consent."""
        return letter.warning(self._around("en"))

    # --- inside ---

    def _today(self) -> Any:
        return self._book.clock().astimezone(self._policy().zone).date()

    def _around(self, language: str) -> Around:
        return Around(self._policy(), self._today(), language)

    def _page(self, kind: str, fields: Mapping[str, Value], around: Around, entries: int) -> bytes:
        document = text.compose(
            kind, around.language, number="", reference="", date=around.today, recipient=(), fields=fields,
            letterhead=self._letters.shop().letterhead(),
        )  # fmt: skip
        made = pdf.render(document, demo=self._book.demo, footer=self._book.head_mark())
        digest = hashlib.sha256(made).hexdigest()
        with self._book.transaction("view") as tx:
            audit.append(tx, "export", details={"list": kind, "form": "pdf"}, lines=entries, sha256=digest)
        return made


def _who(card: Card | None, wanted: str) -> tuple[str, tuple[str, ...]]:
    """Return the key ("" for a guest) and the e-mail addresses of a person."""
    if card is None:
        return ("", (wanted,)) if normal_email(wanted) else (wanted, ())
    found = (card.account.email, *(order.email for order in card.orders), wanted if normal_email(wanted) else "")
    return card.account.key or "", tuple(dict.fromkeys(one for one in found if one))


def _confirmed(one: Confirmed, key: str) -> Consent:
    """Return a confirmation that a disclosure keeps, in the shape of the others."""
    return Consent(
        "", key, "", "", rules.OTHER, one.purpose, one.categories, "", "", one.how, one.given, one.recipient,
        withdrawn=one.withdrawn, case=one.reference, expires=one.expires,
    )  # fmt: skip


def _changed(before: Use, after: Use) -> str:
    names = ("title", "basis", "proof", "categories", "recipients", "processors", "kept")
    return ", ".join(name for name in names if getattr(before, name) != getattr(after, name))
