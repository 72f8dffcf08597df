"""Builds the rooms of an unlocked house and hands them to the window, which knows none of them."""

import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QWidget

from officer_app import app
from officer_app.base.errors import KnownError
from officer_app.entry.view import EntryView
from officer_app.settings import window_choice
from officer_app.window import Window

if TYPE_CHECKING:
    from officer_app.casebook.book import Casebook
    from officer_app.house import House
    from officer_app.widgets.room import DueItem, Found, Room

_DESKS = {"C": "complaints", "D": "disclosures", "B": "breaches", "R": "retention"}


def run(casebook: str) -> int:
    """Open the window on a casebook ("": the one in the user's data folder) and run until it is closed."""
    return app.main(lambda window: Rooms(window, casebook).entry, mode=window_choice.load())


def _tr(text: str) -> str:
    return QCoreApplication.translate("rooms", text)


class Rooms(QObject):
    """Connects the unlock screen, the house and the window; lives as long as the window."""

    def __init__(self, window: Window, casebook: str) -> None:
        super().__init__(window)
        self._window, self._casebook = window, casebook
        self.house: House | None = None
        self._drafts: Any = None

    def entry(self) -> QWidget:
        """Return a fresh unlock screen."""
        view = EntryView(self._window.work, self._casebook, _know_every_table)
        view.unlocked.connect(self._unlocked)
        return view

    def _unlocked(self, book: "Casebook") -> None:
        self._casebook = str(book.where)
        self._window.work.run(lambda: _furnish(book), self._enter, title=_tr("Opening the desks"))

    def _enter(self, found: "tuple[House, dict[str, Any]]") -> None:
        # The views are read from disk only now, so that the unlock screen could paint at once.
        from officer_app.widgets.drafts import Drafts  # noqa: PLC0415
        from officer_app.widgets.room import Inside  # noqa: PLC0415

        house, stored = found
        self.house = house
        drafts = Drafts(self._window.work, stored["drafts"], stored["keep"])
        rooms, pages = self._rooms(house, drafts)
        actor, facts = house.book.actor, stored["facts"]
        self._window.enter(
            Inside(
                shop_name=facts.name or _tr("Your shop"),
                connection=house.connection_line,
                person=actor.name,
                role=" and ".join(actor.roles),
                rooms=rooms,
                due_items=lambda: _due_items(house),
                find=lambda text: _find(house, text),
                locked=self._locked,
                pages=pages,
                demo=house.book.demo,
                openers={"customers": self._open_card},
                idle_minutes=stored["idle"],
            )
        )
        for room in rooms[1:]:
            room.refresh()  # the window reads the first one; the others bring the numbers on their tabs
        rooms[0].widget.setFocus()
        self._warn(house, sorted({place.rsplit("/", 1)[-1] for place in stored["drafts"]} - {""}))

    def _warn(self, house: "House", unfinished: Sequence[str]) -> None:
        """Say above the rooms what is odd about the casebook or this computer's clock, else whose text is kept."""
        panel, warning = self._window.panel, house.book.read_only or house.book.clock_warning
        if panel is None:
            return
        told = f"{panel.news.text} ".lstrip()  # how work ended under the lock
        if warning:
            panel.news.show_news(told + warning, "amber")
        elif unfinished:
            text = _tr("Unfinished text is kept: {0}. Open the case and the same form to go on.")
            panel.news.show_news(told + text.format(", ".join(unfinished)))

    def _rooms(self, house: "House", drafts: Any) -> tuple[Sequence["Room"], Sequence[Any]]:
        from officer_app.breaches.view import BreachesView  # noqa: PLC0415  as above
        from officer_app.complaints.view import ComplaintsView  # noqa: PLC0415
        from officer_app.customers.view import CustomerPage  # noqa: PLC0415
        from officer_app.disclosures.view import DisclosuresView  # noqa: PLC0415
        from officer_app.entry.audit_view import AuditPage  # noqa: PLC0415
        from officer_app.entry.backup_view import BackupPage  # noqa: PLC0415
        from officer_app.entry.people_view import PeoplePage  # noqa: PLC0415
        from officer_app.retention.view import RetentionView  # noqa: PLC0415
        from officer_app.settings.view import SettingsPage  # noqa: PLC0415
        from officer_app.uses.view import UsesPage  # noqa: PLC0415
        from officer_app.widgets.about import AboutPage  # noqa: PLC0415
        from officer_app.widgets.room import MenuPage  # noqa: PLC0415

        self._drafts = drafts
        work, me, zone = self._window.work, house.book.actor, house.policy
        complaints = ComplaintsView(house.complaints, work, zone, me, drafts)
        disclosures = DisclosuresView(house.disclosures, work, zone, me, drafts)
        breaches = BreachesView(house.breaches, work, zone, me, drafts)
        retention = RetentionView(house.retention, work, zone, me, drafts)
        for view in (complaints, disclosures, breaches, retention):
            view.card_asked.connect(self._open_card)
            view.case_asked.connect(self._open_case)
        disclosures.consents_asked.connect(self._open_consents)
        pages = (
            MenuPage(
                _tr("Find a customer"),
                lambda: CustomerPage(house.customers, work, house.policy, self._open_case, self._open_consents),
            ),
            MenuPage(_tr("Uses of data"), lambda: UsesPage(house.uses, work, house.policy, me, drafts)),
            MenuPage(_tr("Settings"), lambda: SettingsPage(house.settings, work, house.policy)),
            MenuPage(_tr("People"), lambda: PeoplePage(house.people, work)),
            MenuPage(_tr("Audit"), lambda: AuditPage(house.audit, work, house.policy)),
            MenuPage(_tr("Backup"), lambda: BackupPage(house.backups, work, house.policy)),
            MenuPage(_tr("About"), AboutPage),
        )
        return (complaints, disclosures, breaches, retention), pages

    def _open_card(self, customer: str) -> None:
        from officer_app.customers.view import CustomerPage  # noqa: PLC0415  as above
        from officer_app.widgets.room import MenuPage  # noqa: PLC0415

        house = self.house
        if house is None or self._window.panel is None:
            return
        work = self._window.work
        build: Callable[[], QWidget] = lambda: CustomerPage(  # noqa: E731
            house.customers, work, house.policy, self._open_case, self._open_consents, customer=customer
        )
        self._window.panel.show_page(MenuPage(_tr("Customer"), build))

    def _open_consents(self, customer: str) -> None:
        from officer_app.uses.person_view import ConsentsPage  # noqa: PLC0415  as above
        from officer_app.widgets.room import MenuPage  # noqa: PLC0415

        house, drafts = self.house, self._drafts
        if house is None or drafts is None or self._window.panel is None:
            return
        build: Callable[[], QWidget] = lambda: ConsentsPage(  # noqa: E731
            house.uses, self._window.work, house.policy, house.book.actor, drafts, customer
        )
        self._window.panel.show_page(MenuPage(_tr("Consents"), build))

    def _open_case(self, reference: str) -> None:
        self._window.open(_DESKS[reference[0]], reference)

    def _locked(self) -> None:
        if self.house is not None:
            self.house.close()
            self.house = None


def _know_every_table() -> None:
    """Load the desks, whose tables are part of every casebook: it is checked against them when it is opened."""
    importlib.import_module("officer_app.house")


def _furnish(book: "Casebook") -> "tuple[House, dict[str, Any]]":
    """Build the house and read what the window needs at once; runs away from the window."""
    from officer_app.casebook import drafts  # noqa: PLC0415  heavy, and not needed before somebody signs in
    from officer_app.house import House  # noqa: PLC0415

    house = House(book)
    house.tidy()
    house.connect_shop()
    house.policy()  # read here, so that no cell of a list waits for it
    stored = {
        "facts": house.letters.shop(),
        "idle": house.settings.idle_minutes(),
        "drafts": drafts.load_all(book),
        "keep": lambda place, values: drafts.save(book, place, values),
    }
    return house, stored


def _due_items(house: "House") -> "tuple[DueItem, ...]":
    from officer_app.widgets import words  # noqa: PLC0415  as above
    from officer_app.widgets.room import DueItem  # noqa: PLC0415

    now, zone = house.book.clock(), house.policy().zone
    titles = {
        **house.breaches.duty_titles(),
        **house.complaints.duty_titles(),
        **house.disclosures.duty_titles(),
        **house.retention.duty_titles(),
    }
    items = []
    for one in house.due():
        text, tone = words.due(one.due, now, zone)
        title = titles.get(one.duty.partition("/")[0], one.duty.replace("-", " "))
        doubt = "" if one.verified else _tr(" (not verified)")
        how = f"{one.how}\n{one.source}, {one.pack}{doubt}"
        items.append(DueItem(one.reference, one.desk, f"{title}: {text}", tone, one.due, how))
    for number, reference, _kind, issued in house.unsent():
        text = _tr("{0} is issued, not sent").format(number)
        items.append(DueItem(reference, _DESKS[reference[0]], text, "amber", issued))
    return tuple(items)


def _find(house: "House", text: str) -> "tuple[Found, ...]":
    from officer_app.widgets.room import Found  # noqa: PLC0415  as above

    answers = house.customers.find(text)
    found = [Found(_tr("Case"), one.reference, one.state, one.desk, one.reference) for one in answers.cases]
    for hit in answers.people.rows:
        found.append(Found(_tr("Person"), hit.name or hit.email, hit.email, "customers", hit.open))
    if not found and answers.trouble:
        raise KnownError(answers.trouble)
    return tuple(found)
