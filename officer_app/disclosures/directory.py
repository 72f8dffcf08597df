"""Our own directory of bodies and recipients: the only place a call-back number comes from."""

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.person import normal_phone
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.disclosures import records
from officer_app.disclosures.demand import Contact


class Directory:
    """Keeps the verified contacts; every change is in the audit."""

    def __init__(self, book: Casebook) -> None:
        self._book = book

    def entries(self, body: str = "") -> tuple[Contact, ...]:
        """Return the current entries, of one kind of body or all."""
        with self._book.reading() as tx:
            found = records.all_contacts(tx)
        return tuple(one for one in found if one.retired is None and (not body or one.body == body))

    def add(self, body: str, agency: str, phone: str, source: str, address: str = "", email: str = "") -> Change:
        """Add a contact; `source` says where the number was found, which is never the letter to be verified."""
        if not body or not agency.strip():
            raise KnownError("Enter the body and the agency.")
        if not normal_phone(phone):
            raise KnownError("Enter a phone number that can be called, with its area code.")
        if not source.strip():
            raise KnownError("Say where this number comes from, for instance the body's own website.")
        with self._book.transaction("work") as tx:
            key = records.add_contact(
                tx, body, agency.strip(), phone.strip(), source.strip(), address.strip(), email.strip()
            )
            audit.append(tx, "directory entry added", details={"body": body, "agency": agency}, contact=key)
        return Change(records.DESK, news=f"{agency.strip()} is in the directory.")

    def retire(self, key: str) -> Change:
        """Take a contact out of use."""
        with self._book.transaction("work") as tx:
            records.retire_contact(tx, key)
            audit.append(tx, "directory entry retired", contact=key)
        return Change(records.DESK, news="The entry is out of use.")
