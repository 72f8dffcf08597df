"""The chapters of the tour, in the order of a day: complaints, a demand, an incident, and what a manager does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt

from officer_app.settings.view import SettingsPage
from officer_app.tour.officer import Officer


@dataclass(frozen=True)
class Visit:
    """Who is at the window, the copy of the demo they work on, where everything goes, and what is remembered."""

    officer: Officer
    demo: Path
    out: Path
    notes: dict[str, str] = field(default_factory=dict)

    def keys(self, who: str) -> tuple[str, str]:
        """Return sign-in name and passphrase of the officer or the manager."""
        name, passphrase = (self.demo / f"{who}.passphrase").read_text(encoding="utf-8").splitlines()
        return name, passphrase

    def picture(self, title: str, *, dark: bool = False) -> None:
        """Save a picture of the window."""
        self.officer.screen.picture(title, dark=dark)

    def keep_letter(self, name: str) -> None:
        """Save the PDF that stands beside the case."""
        self.officer.screen.keep(f"{name}.pdf", self.officer.letter())


def unlock(visit: Visit) -> None:
    """The officer unlocks the casebook and sees what is due."""
    visit.picture("unlock", dark=True)
    visit.officer.sign_in(*visit.keys("officer"))
    visit.picture("complaints", dark=True)


def intake(visit: Visit) -> None:
    """A complaint arrives as a mail file and becomes a case."""
    officer = visit.officer
    mails = sorted((visit.demo / "mails").glob("*.eml"))
    officer.drop(mails[:1])
    visit.notes["leak"] = officer.screen.desk.table.current_key()
    visit.picture("mail-taken-in", dark=True)
    officer.answers.files = mails
    officer.screen.press("Take in mail")
    visit.picture("one-mail-twice-is-refused")


def complaint(visit: Visit) -> None:
    """The complainant is found in the shop, the identity is checked, and the answer goes out with reasons."""
    officer = visit.officer
    officer.open(visit.notes["leak"])
    officer.fact("step:change")
    visit.picture("change-kind")
    officer.screen.fill({"kind": "leak-to-third-party", "reason": "The mail tells of a leak."})
    officer.screen.submit()
    officer.step("acknowledge")
    visit.keep_letter("acknowledgement")
    visit.picture("acknowledgement-beside-the-case")
    officer.step("sent", channel="e-mail")
    officer.step("link")
    visit.picture("find-the-customer")
    officer.screen.submit()
    officer.step("identify")
    officer.screen.fill({"phone": "+1 503 555 0142", "order": "100002"})
    visit.picture("check-identity", dark=True)
    officer.screen.submit()
    visit.picture("identity-passed")
    officer.step("finding")
    officer.screen.fill(
        {
            "purpose": "none",
            "result": "not kept",
            "reasons": "The parcel service printed the number on a list that it should not have kept.",
        }
    )
    visit.picture("record-a-finding")
    officer.screen.submit()
    officer.step("breach", reason="A driver of the parcel service passed on a list with phone numbers.")
    officer.step("reply")
    officer.screen.fill(
        {
            "reasons": "Our parcel service printed your number on a list that it should not have kept.\n"
            "One of its drivers passed the list on.",
            "done": "The parcel service deleted the list and we no longer send it phone numbers.",
            "guidance": "Block the number that called you, and never give a code to a caller.",
        }
    )
    visit.picture("reply-with-reasons", dark=True)
    officer.screen.submit()
    visit.keep_letter("reply")
    visit.picture("reply-beside-the-case", dark=True)
    mail = officer.save_as_mail()
    officer.screen.taken.append(mail)
    officer.step("sent", channel="e-mail")
    visit.picture("sent-and-closed")


def gate(visit: Visit) -> None:
    """A demand of the police does not pass the gate before somebody called back."""
    officer = visit.officer
    officer.tab(2)
    officer.open(officer.reference())
    visit.picture("demand-waits-for-call-back", dark=True)
    officer.step("call")
    officer.screen.fill({"whom": "Lt. Col. Nguyễn Văn Thành", "result": "yes"})
    visit.picture("call-back")
    officer.screen.submit()
    officer.step("choose")
    officer.tick("Name", "Address, address book")
    officer.screen.fill({"reason": "Orders are not needed to serve the summons."})
    visit.picture("choose-the-least")
    officer.screen.submit()
    visit.picture("waits-for-a-manager")


def wish(visit: Visit) -> None:
    """A wish for marketing is refused, always."""
    officer = visit.officer
    officer.screen.shortcut(Qt.Key.Key_N)
    officer.screen.fill({"who": "third-party:buyer-confirmed"})
    officer.screen.submit()
    officer.screen.fill(
        {
            "agency": "Sunny Travel Agency",
            "asked": "The e-mail addresses of your customers, for our newsletter.",
            "scope": ("email",),
            "purpose": "marketing",
        }
    )
    visit.picture("new-wish")
    officer.screen.submit()
    visit.picture("marketing-never-passes")
    officer.step("refuse")
    officer.screen.fill(
        {"reasons": "We give nobody our customers' data for marketing.", "rule": "The shop's policy, clause A"}
    )
    officer.screen.submit()
    visit.keep_letter("refusal")
    visit.picture("refusal-beside-the-case")
    officer.step("sent", channel="e-mail")


def incident(visit: Visit) -> None:
    """An incident: its clocks run, the affected customers are frozen, letters and report wait for the manager."""
    officer = visit.officer
    officer.due("breaches")
    visit.picture("incident", dark=True)
    officer.screen.shortcut(Qt.Key.Key_N)
    officer.screen.fill({"what": "A backup disk with orders was left in a taxi"})
    visit.picture("log-an-incident")
    officer.screen.submit()
    officer.step("affected")
    since = (datetime.now(UTC) - timedelta(days=10)).date()
    officer.screen.fill({"ordered_from": since, "country": "VN"})
    visit.picture("who-is-affected")
    officer.screen.submit()
    visit.picture("affected-customers-counted", dark=True)
    officer.step("freeze")
    visit.picture("affected-customers-frozen")


def lock(visit: Visit) -> None:
    """A lock hides everything and keeps what was typed."""
    officer = visit.officer
    officer.tab(1)
    officer.open(officer.reference("other-purpose"))
    officer.step("refuse")
    officer.screen.fill({"reasons": "This address was never in our shop"})
    officer.lock()
    visit.picture("locked")
    officer.sign_in(*visit.keys("officer"))
    officer.open(officer.reference("other-purpose"))
    officer.step("refuse")
    visit.picture("typed-text-survives-the-lock")
    officer.screen.keys(Qt.Key.Key_Escape)
    officer.lock()


def approve(visit: Visit) -> None:
    """The manager unlocks, reads the letters and the police report, and approves them."""
    manager = visit.officer
    manager.sign_in(*visit.keys("manager"))
    manager.due("breaches")
    manager.step("approve-letters")
    visit.keep_letter("breach-letters-preview")
    visit.picture("approve-the-letters", dark=True)
    manager.screen.submit()
    manager.step("approve-report")
    visit.picture("approve-the-police-report")
    manager.screen.submit()
    visit.picture("approved")


def letters(visit: Visit) -> None:
    """One letter per customer, as print files with their manifest and address list."""
    manager = visit.officer
    manager.answers.name = "breach letters"
    manager.step("print")
    visit.picture("print-options")
    manager.screen.submit()
    visit.picture("letters-printed", dark=True)


def report(visit: Visit) -> None:
    """The police report is issued."""
    manager = visit.officer
    manager.step("issue-report")
    visit.keep_letter("police-report")
    visit.picture("police-report", dark=True)


def clear(visit: Visit) -> None:
    """The manager clears what the officer chose for the police."""
    manager = visit.officer
    manager.tab(2)
    manager.open(manager.reference())
    manager.step("preview")
    visit.picture("exactly-what-leaves", dark=True)
    manager.open(manager.reference())
    manager.step("clear")
    visit.picture("clear-for-release")
    manager.screen.fill({"read": True})
    manager.screen.submit()
    visit.picture("cleared")


def pages(visit: Visit) -> None:
    """People, settings, the register of uses, the audit and a backup."""
    manager = visit.officer
    manager.menu("People")
    visit.picture("people", dark=True)
    manager.menu("Settings")
    visit.picture("settings", dark=True)
    settings = manager.screen.find(SettingsPage, lambda _one: True, "the settings")
    settings.tabs.setCurrentIndex(settings.tabs.count() - 1)
    manager.screen.press("Switch on")
    manager.screen.press("Test and switch on")
    visit.picture("erasing-switched-on", dark=True)
    manager.menu("Uses of data")
    visit.picture("uses-of-data", dark=True)
    manager.menu("Audit")
    manager.screen.press("Check the whole log")
    visit.picture("audit-checked", dark=True)
    manager.menu("Backup")
    manager.screen.press("Write a backup")
    visit.picture("backup-written")
    manager.lock()


def handed_over(visit: Visit) -> None:
    """The officer records the hand-over, the sending of report and letters, and what the customers are told."""
    officer = visit.officer
    officer.sign_in(*visit.keys("officer"))
    officer.tab(2)
    officer.open(officer.reference())
    officer.step("make")
    visit.keep_letter("hand-over-letter")
    visit.picture("covering-letter", dark=True)
    officer.fact("file:D-2026")
    visit.keep_letter("hand-over-extract")
    visit.picture("extract")
    officer.step("hand_over")
    visit.picture("hand-over")
    officer.screen.submit()
    visit.picture("handed-over", dark=True)
    officer.step("tell", decision="secrecy", reason="Ordered in the demand until the charge is laid.")
    visit.picture("secrecy-holds")
    officer.tab(3)
    officer.due("breaches")
    officer.step("sent-report", channel="in person", their_reference="A05/118-2026")
    officer.step("sent-letters", channel="post")
    visit.picture("duties-met", dark=True)


def retention(visit: Visit) -> None:
    """Which accounts are due for review, why, and what stands against deleting them."""
    officer = visit.officer
    officer.tab(4)
    visit.picture("retention", dark=True)
    officer.screen.click(officer.screen.desk.filters.chips["inactive"])
    officer.row(0)
    visit.picture("account-for-review", dark=True)


def erase(visit: Visit) -> None:
    """Who asked to cancel is erased: frozen, counted, carried out, checked, certified, and told by letter."""
    officer = visit.officer
    chips = officer.screen.desk.filters.chips
    officer.screen.click(chips["inactive"])
    officer.screen.click(chips["cancel"])
    officer.screen.wait(lambda: all(row.reason == "cancel" for row in officer.screen.desk.table.rows()), "the requests")
    officer.row(next(at for at, row in enumerate(officer.screen.desk.table.rows()) if not row.why_not))
    officer.step("freeze")
    visit.picture("batch-frozen")
    officer.step("run")
    officer.screen.fill({"typed": "1", "backups": (datetime.now(UTC) + timedelta(days=30)).date().isoformat()})
    visit.picture("type-the-number")
    officer.screen.submit()
    visit.picture("erased-and-checked", dark=True)
    officer.step("certify")
    officer.screen.submit()
    visit.keep_letter("certificate-of-deletion")
    visit.picture("certificate-of-deletion", dark=True)
    officer.screen.desk.close_preview()
    officer.step("letters-sent", channel="post")
    officer.step("close")
    officer.screen.click(chips["closed"])
    visit.picture("batch-closed")


def card(visit: Visit) -> None:
    """Everything that is held about one person, with all their cases."""
    officer = visit.officer
    officer.find("hoa.le@example.vn")
    visit.picture("find-anything")
    officer.tab(1)
    officer.open(officer.reference("leak-to-third-party"))
    visit.picture("open-case", dark=True)
    officer.scroll_down()
    visit.picture("open-case-timeline")
    officer.fact("customer")
    visit.picture("customer-card", dark=True)


CHAPTERS: tuple[Callable[[Visit], None], ...] = (
    unlock,
    intake,
    complaint,
    gate,
    wish,
    incident,
    lock,
    approve,
    letters,
    report,
    clear,
    pages,
    handed_over,
    retention,
    erase,
    card,
)
