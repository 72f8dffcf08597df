"""Packages as the window shows them: which were made, which form one shall have, and its letter, shown once."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject

from officer_app.base.change import Change
from officer_app.disclosures.forms import Draft, make
from officer_app.disclosures.handing import LOCKED, Handed, Wrapping
from officer_app.disclosures.queue import File
from officer_app.disclosures.service import Disclosures
from officer_app.policy.book import Book
from officer_app.widgets import messages, words
from officer_app.widgets.casefile import Fact, Pill, Section
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Choice, Field, Form
from officer_app.widgets.papers import Papers

_SIGN = "yes"


def _tr(text: str) -> str:
    return QCoreApplication.translate("disclosures", text)


def section(file: File, zone: tzinfo) -> Section:
    """Return the packages made of the hand-over; each can be saved (`asked` gives "package:ID")."""
    facts: list[Fact] = []
    digest = file.case.package.digest if file.case.package is not None else ""
    for one in file.packages:
        if one.form == LOCKED:
            told = _tr("encrypted PDF, its passphrase is on {0}").format(one.letter)
        else:
            told = _tr("for the certificate of {0}").format(one.recipient)
        told += _tr(", signed") if one.signed else _tr(", not signed")
        told += f". {words.size(one.size)}, SHA-256 {one.sha256[:16]}…"
        when = words.moment(one.made, zone)
        if one.of == digest:
            facts.append(Fact(when, told, action=f"package:{one.id}", action_title=_tr("Save")))
        else:
            facts.append(Fact(when, told, Pill(_tr("other files"), "amber")))
    return Section(_tr("Packages"), facts)


def form(found: Wrapping, zone: tzinfo, draft: Draft) -> Form:
    """Ask for the form of a package: what cannot be made says why."""
    unsigned = found.why_unsigned
    ways = [Choice(LOCKED, _tr("Encrypted PDF, with its passphrase on a letter of its own"))]
    for contact, why in found.contacts:
        lacks = why or unsigned
        title = _tr("For the certificate of {0}").format(contact.agency)
        ways.append(Choice(contact.id, f"{title}. {lacks}" if lacks else title, lacks, enabled=not lacks))
    signer = found.signer.holder if found.signer is not None else ""
    title = _tr("Sign it as {0}").format(signer) if signer else _tr("Sign it")
    hint = unsigned or _tr("One for a certificate is always signed.")
    asked = Choice(_SIGN, title, hint, enabled=bool(signer))
    fields = (
        Field("way", _tr("As"), "choice", LOCKED, ways, required=True),
        Field("sign", _tr("Signature"), "checklist", (_SIGN,) if signer else (), (asked,)),
    )
    intro = _tr("All files of the hand-over in one. It is kept; its passphrase is not: lost means a new package.")
    if not found.contacts:
        intro += " " + _tr("For a certificate, enter the recipient's in our directory first.")
    return make(_tr("Make a package"), fields, _tr("Make it"), draft, zone, intro)


class Parcels(QObject):
    """Makes packages from the window and saves them."""

    def __init__(
        self, service: Disclosures, desk: DeskFrame, papers: Papers, policy: Callable[[], Book],
        draft: Callable[[str], Draft], done: Callable[[Change], None],
    ) -> None:  # fmt: skip
        super().__init__(desk)
        self._service, self._desk, self._papers = service, desk, papers
        self._policy, self._draft, self._done = policy, draft, done

    def ask(self, file: File) -> None:
        """Ask which package to make of the frozen files."""
        reference = file.case.reference
        self._desk.run(lambda: self._service.wrapping(reference), lambda found: self._ask(reference, found))

    def _ask(self, reference: str, found: Wrapping) -> None:
        asking = form(found, self._policy().zone, self._draft("package"))
        usable = {contact.id for contact, why in found.contacts if not why and found.signer is not None}
        why = {contact.id: lacks or found.why_unsigned for contact, lacks in found.contacts}

        def submit(values: Mapping[str, Any]) -> None:
            way, signed = values["way"], _SIGN in values["sign"]
            if way != LOCKED and way not in usable:
                asking.show_trouble(why[way])
                return
            self._desk.run(
                lambda: (
                    self._service.lock(reference, signed=signed)
                    if way == LOCKED
                    else self._service.envelop(reference, way)
                ),
                lambda made: self._made(reference, made),
                title=self.tr("Making the package"),
            )

        self._desk.ask_form(asking, submit)

    def _made(self, reference: str, made: Handed) -> None:
        self._done(made.change)
        if made.letter:
            self._papers.show(
                made.letter,
                self.tr("{0}, shown only now").format(made.number),
                f"{made.number}.pdf",
                lambda action: self._service.note_letter(reference, made.number, action),
            )

    def save(self, file: File, key: str) -> None:
        """Save a copy of a package where the officer says."""
        one = next(one for one in file.packages if one.id == key)
        path = messages.choose_save(self._desk, self.tr("Save the package"), one.name, "*")
        if path is not None:
            reference = file.case.reference
            self._desk.run(lambda: self._service.export_package(reference, key, path), self._saved)

    def _saved(self, path: Path) -> None:
        text = self.tr("Saved as {0}. Hand it over, then record the hand-over.")
        self._desk.file.news.show_news(text.format(path.name), "green")
