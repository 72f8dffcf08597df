"""The officer's verbs on a complaint: each asks what it needs in a form, then calls one use case."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from officer_app.base.change import Change
from officer_app.complaints import acting, duties, escalation, forms, letterforms, matter_forms, stepforms, textblocks
from officer_app.complaints.forms import Draft
from officer_app.complaints.queue import File
from officer_app.complaints.service import Complaints
from officer_app.complaints.timing import WAIT
from officer_app.policy.book import Book
from officer_app.policy.deadline import Deadline
from officer_app.shop.facts import Match
from officer_app.widgets import messages, words
from officer_app.widgets.blocks import Shelf
from officer_app.widgets.desk import DeskFrame
from officer_app.widgets.forms import Choice, Form
from officer_app.widgets.livepreview import LivePreview


def kinds(policy: Book) -> dict[str, str]:
    """Return the names of all kinds of complaint and request by id."""
    return {one.id: one.title_in("en") for one in (*policy.complaint_kinds, *policy.request_kinds)}


class Verbs(QObject):
    """Turns a step into a form and a form into a use case; `done` gets the Change.

    What is typed is saved on the version that the officer saw; `seen` tells which one that is after a conflict.
    """

    def __init__(
        self,
        service: Complaints,
        desk: DeskFrame,
        policy: Callable[[], Book],
        draft: Callable[[str], Draft],
        done: Callable[[Change], None],
    ) -> None:
        super().__init__(desk)
        self._service, self._desk, self._policy = service, desk, policy
        self._draft, self._done = draft, done
        self._file: File
        self._shelf = Shelf(self._keep_text, self._drop_text, self)
        self._read_texts()

    def seen(self, file: File) -> None:
        """Save what is typed on this version from now on."""
        self._file = file

    def do(self, step: str, file: File) -> None:
        """Do a step at once, or open its form."""
        self._file = file
        self._shelf.fill = self._fill_text
        reference = file.case.reference
        match step:
            case "acknowledge":
                making = self.tr("Making the letter")
                self._desk.run(lambda: self._service.acknowledge(reference), self._done, title=making)
            case "link":
                self._desk.run(lambda: self._service.requesters.suggestions(file.case), self._ask_link)
            case "assign":
                self._desk.run(self._service.people, self._ask_assign)
            case "evidence":
                self._add_evidence()
            case "deadline":
                self._desk.run(lambda: self._service.other_deadlines(file.case.reference), self._ask_deadline)
            case _:
                self._ask(step, self._form(step, file))

    def _ask(self, step: str, form: Form) -> None:
        file = self._file
        self._desk.ask_form(form, lambda values: self._submit(step, values))
        if step in letterforms.WRITTEN:
            service, title = self._service, self.tr("Draft, {0}").format(file.case.reference)
            LivePreview(self._desk, form, lambda values: acting.preview(service, file.case, step, values), title)

    # --- saved texts ---

    def _read_texts(self, _change: Change | None = None) -> None:
        self._desk.run(self._service.blocks.all, self._shelf.put)

    def _keep_text(self, name: str, text: str) -> None:
        self._desk.run(lambda: self._service.blocks.save(name, text), self._read_texts)

    def _drop_text(self, name: str) -> None:
        self._desk.run(lambda: self._service.blocks.drop(name), self._read_texts)

    def _fill_text(self, text: str) -> str:
        case, zone, shop = self._file.case, self._policy().zone, self._file.shop
        facts = {
            "name": case.requester.name,
            "reference": case.reference,
            "received_on": words.day(case.received, zone),
            "officer": shop.contact,
            "shop": shop.name,
        }
        return textblocks.fill(text, facts)

    # --- forms ---

    def _form(self, step: str, file: File) -> Form:
        draft, zone, now, shelf = self._draft(step), self._policy().zone, self._service.now(), self._shelf
        match step:
            case "identify":
                return stepforms.identify(file, zone, draft)
            case "code":
                return stepforms.code(zone, draft)
            case "finding":
                purposes = tuple(Choice(one.id, one.title_in("en")) for one in self._policy().purposes)
                return stepforms.finding(file, purposes, zone, draft)
            case "party":
                return stepforms.party(file, zone, draft)
            case "untrue":
                return stepforms.untrue(zone, draft)
            case "confirm-untrue":
                return stepforms.confirm_untrue(file, *self._service.confirming(file.case), zone)
            case "correction":
                return stepforms.correction(zone, draft)
            case "corrected":
                return stepforms.corrected(now, zone, draft)
            case "reply":
                return letterforms.reply(file, file.erased, shelf, zone, draft)
            case "refuse":
                return letterforms.refuse(file, file.kept, shelf, zone, draft)
            case "refer":
                known = tuple(Choice(one.id, one.title_in("en")) for one in self._policy().authorities)
                return letterforms.refer(known, *self._grounds(file), shelf, zone, draft)
            case "ask":
                due = duties.party_due(self._policy(), now)
                days = self.tr("Sent today, its answer is due on {0}.").format(words.day(due, zone)) if due else ""
                return letterforms.ask(days, shelf, zone, draft)
            case "pause":
                known_words = self.tr(
                    "Your customer number or the number of an order\nThe phone number in your account"
                )
                needed = known_words if file.case.must_identify else ""
                return letterforms.pause(now + WAIT, needed, shelf, zone, draft)
            case "extend":
                return letterforms.extend(file.extended_to, shelf, zone, draft)
            case "change":
                choices = tuple(Choice(key, title) for key, title in kinds(self._policy()).items())
                return forms.change(choices, file.case, zone, draft)
            case "withdraw":
                return forms.withdraw(file, zone, draft)
            case "merge" | "split" | "tie" | "authority":
                return matter_forms.form(step, file, kinds(self._policy()), now, zone, draft)
            case "sent":
                return forms.sent(file, now, zone, draft)
            case _:
                return forms.reason(*self._asked(step), zone, draft)

    def _grounds(self, file: File) -> tuple[tuple[Choice, ...], str]:
        """Return the policy's grounds of a referral, as the letters say them, and the one that is proposed."""
        language, titles = file.case.language, self._policy().escalation_triggers
        said = {one.id: one.id if one.id == escalation.DECISION else one.title_in(language) for one in titles}
        proposed = file.referrals[0].ground if file.referrals else escalation.DECISION
        choices = tuple(Choice(said[one.id], one.title_in("en")) for one in titles)
        return choices, said.get(proposed, escalation.DECISION)

    def _asked(self, step: str) -> tuple[str, str, str]:
        """Return title, question and button of a step that needs one reason."""
        return {
            "breach": (self.tr("This is a breach"), self.tr("What happened"), self.tr("Log the incident")),
            "hold": (self.tr("Place a hold"), self.tr("Why the data must be kept"), self.tr("Hold")),
            "late": (self.tr("Late answer"), self.tr("Why the answer was late"), self.tr("Keep")),
            "close": (self.tr("Close without a letter"), self.tr("Why no letter is needed"), self.tr("Close")),
            "reopen": (self.tr("Reopen"), self.tr("Why it is opened again"), self.tr("Reopen")),
            "resume": (self.tr("The person answered"), self.tr("What they answered"), self.tr("Record")),
            "erase": (self.tr("Hand over to deletion"), self.tr("What the person asked for"), self.tr("Hand over")),
            "erase-untrue": (self.tr("Hand over the false account"), self.tr("Why it goes"), self.tr("Hand over")),
        }[step]

    def _add_evidence(self) -> None:
        reference = self._file.case.reference
        paths = messages.choose_files(self._desk, self.tr("Add evidence"), self.tr("All files (*)"))
        if paths:
            reading = self.tr("Reading files")
            self._desk.run(lambda: self._service.add_evidence(reference, paths), self._done, title=reading)

    def _ask_link(self, found: tuple[Match, ...]) -> None:
        self._ask("link", forms.link(found, self._policy().zone, self._draft("link")))

    def _ask_assign(self, people: dict[str, str]) -> None:
        self._ask("assign", forms.assign(people, self._file.case, self._policy().zone, self._draft("assign")))

    def _ask_deadline(self, found: tuple[Deadline, ...]) -> None:
        self._ask("deadline", forms.deadline(found, self._policy().zone, self._draft("deadline")))

    def _submit(self, step: str, values: Mapping[str, Any]) -> None:
        case, service = self._file.case, self._service
        if step == "link" and values["search"]:
            text = values["search"]
            self._desk.run(lambda: service.requesters.find_customers(text), self._found)
        else:
            making = self.tr("Making the letter") if step in (*letterforms.WRITTEN, "code") else ""
            self._desk.run(lambda: acting.act(service, case, step, values), self._done, title=making)

    def _found(self, matches: tuple[Match, ...]) -> None:
        """Offer what the shop found in the same form, with the search emptied."""
        self._ask("link", forms.link(matches, self._policy().zone, replace(self._draft("link"), restored={})))
