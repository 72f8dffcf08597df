"""The composition root: the only place where casebook, shop, policy and services are built and wired; no Qt."""

from collections.abc import Sequence
from threading import Lock
from time import monotonic
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.base.handover import IncidentFound
from officer_app.base.worker import Pool
from officer_app.breaches import incidents
from officer_app.breaches.service import Breaches
from officer_app.casebook import cases, issued, settings
from officer_app.casebook.book import Casebook
from officer_app.casebook.cases import CaseHead, DueItem
from officer_app.complaints import records as complaint_records
from officer_app.complaints.requests import Neighbours
from officer_app.complaints.service import Complaints
from officer_app.customers.service import Customers
from officer_app.disclosures.service import Disclosures
from officer_app.entry.audit_log import AuditLog
from officer_app.entry.backups import Backups
from officer_app.entry.people import People
from officer_app.letters.issue import Letters
from officer_app.policy.book import Book
from officer_app.retention.service import Retention
from officer_app.settings.service import POLICY, Settings, ShopConnection
from officer_app.shop.connection import Shop
from officer_app.uses import withdrawn
from officer_app.uses.rules import Processor
from officer_app.uses.service import Uses

_AGAIN = 5.0  # seconds between two tries to reach a shop


class House:
    """All services of one unlocked casebook; built anew at every unlock, closed at every lock."""

    def __init__(self, book: Casebook) -> None:
        self.book = book
        self._shop: Shop | None = None
        self.shop_trouble, self._tried, self._connecting = "", monotonic(), Lock()
        self._policy: Book | None = None
        self.readers = Pool()
        self.letters = Letters(book, self.policy)
        self.settings = Settings(book, self.policy, self.policy_changed, self.shop_changed, self.shop)
        self.breaches = Breaches(
            book, self.policy, self.letters, self.shop, self._link_incident, self._unlink_incident
        )  # fmt: skip
        self.disclosures = Disclosures(book, self.policy, self.letters, self.shop, withdrawn.of_person)
        self.retention = Retention(
            book, self.policy, self.letters, self.shop, self.breaches.queue.named, complaint_records.contacts,
            self.settings.writing,
        )  # fmt: skip
        beside = Neighbours(self.disclosures.of_person, self.retention.ask_erasure, self.retention.erasure_of)
        self.complaints = Complaints(
            book, self.policy, self.letters, self.shop, self._log_incident, self.readers, beside, self._persons_of,
            self.breaches.course.tied,
        )  # fmt: skip
        self.uses = Uses(
            book, self.policy, self.letters, self.shop, self._processors, self.disclosures.confirmations_of
        )
        self.customers = Customers(book, self.shop, self._named)
        self.people = People(book, self.settings.shop_facts)
        self.audit = AuditLog(book, self.settings.shop_facts, lambda: self.policy().zone)
        self.backups = Backups(book)

    def _log_incident(self, tx: Any, found: IncidentFound) -> str:
        return self.breaches.log_found(tx, found)

    def _link_incident(self, tx: Any, complaint: str, incident: str) -> None:
        self.complaints.link_incident(tx, complaint, incident)

    def _unlink_incident(self, tx: Any, complaint: str, incident: str, reason: str) -> None:
        self.complaints.unlink_incident(tx, complaint, incident, reason)

    def _processors(self) -> tuple[Processor, ...]:
        """Return the processors of the directory with their contracts."""
        found = self.disclosures.directory.entries()
        return tuple(Processor(one.agency, one.contract, one.task, one.until) for one in found if one.contract)

    def _named(self, keys: Sequence[str], emails: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the incidents and the batches in which a person is, for the customer's card."""
        incidents, batches = self.breaches.queue.named(keys, emails), self.retention.named(keys, emails)
        return {one: (*incidents.get(one, ()), *batches.get(one, ())) for one in {*incidents, *batches}}

    def _persons_of(self, tx: Any, incident: str) -> int:
        try:
            return incidents.get(tx, incident).persons[0]
        except KnownError:  # its contents were destroyed
            return 0

    # --- what the settings say ---

    def policy(self) -> Book:
        """Return the active policy packs."""
        if self._policy is None:
            with self.book.reading() as tx:
                self._policy = self.settings.load_policy(settings.get(tx, POLICY))
        return self._policy

    def policy_changed(self) -> None:
        """Read the packs again, here and not when the window next asks."""
        self._policy = None
        self.policy()

    # --- the shop ---

    def shop(self) -> Shop | None:
        """Return the connected shop, or None; `shop_trouble` says why it is not connected.

        One that could not be reached is tried again, at most every few seconds, so that F5 brings it back.
        """
        if self._shop is None and self.shop_trouble and monotonic() - self._tried > _AGAIN:
            with self._connecting:
                if self._shop is None and monotonic() - self._tried > _AGAIN:
                    self.connect_shop()
        return self._shop

    @property
    def connection_line(self) -> str:
        """How the shop is connected, or why it is not; asks nobody."""
        return self._shop.describe() if self._shop is not None else self.shop_trouble

    def connect_shop(self) -> None:
        """Connect the shop that the settings name; slow, and no reason to keep the window waiting."""
        self._tried = monotonic()
        try:
            connection = self.settings.connection()
        except KnownError as error:
            self.shop_trouble = str(error)
            return
        if connection is None:
            self.shop_trouble = "No shop is connected. Connect it under Settings, Shop connection."
            return
        self._use(connection)

    def shop_changed(self, connection: ShopConnection) -> None:
        """Connect another shop."""
        self._use(connection)

    def _use(self, connection: ShopConnection) -> None:
        old, self._shop = self._shop, None
        if old is not None:
            old.close()
        try:
            self._shop = self.settings.open_shop(connection)
            self.shop_trouble = ""
        except KnownError as error:
            self.shop_trouble = str(error)

    # --- over all desks ---

    def due(self) -> tuple[DueItem, ...]:
        """Return what is due over all desks, the most pressing first."""
        with self.book.reading() as tx:
            return cases.due_list(tx)

    def unsent(self) -> tuple[tuple[str, str, str, Any], ...]:
        """Return the notices that are issued and not sent."""
        with self.book.reading() as tx:
            return issued.unsent(tx)

    def case(self, reference: str) -> CaseHead:
        """Return a case's clear part."""
        with self.book.reading() as tx:
            return cases.head(tx, reference)

    def tidy(self) -> None:
        """Void the notice numbers that a crash left reserved."""
        if not self.book.read_only:
            self.letters.void_abandoned()

    def close(self) -> None:
        """Let go of the shop and lock the casebook."""
        if self._shop is not None:
            self._shop.close()
            self._shop = None
        self.readers.close()
        self.book.lock()
