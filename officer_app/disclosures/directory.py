"""Our own directory of bodies, recipients and processors: the only place a call-back number comes from."""

import re
from dataclasses import replace

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.person import normal_phone
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.disclosures import records
from officer_app.disclosures.demand import CARRIER, Changed, Contact

_TITLES = {
    "body": "body", "agency": "agency", "phone": "phone", "source": "source", "address": "address", "email": "e-mail",
    "contract": "contract", "until": "end of the contract", "task": "task", "certificate": "certificate",
}  # fmt: skip
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")


class Directory:
    """Keeps the verified contacts; every change is in the entry's history and in the audit."""

    def __init__(self, book: Casebook) -> None:
        self._book = book

    def entries(self, body: str = "") -> tuple[Contact, ...]:
        """Return the current entries, of one kind of body or all."""
        with self._book.reading() as tx:
            found = records.all_contacts(tx)
        return tuple(one for one in found if one.retired is None and (not body or one.body == body))

    def entry(self, key: str) -> Contact:
        """Return one entry with its history."""
        with self._book.reading() as tx:
            return records.contact(tx, key)

    def add(self, entry: Contact) -> Change:
        """Add an entry; its `source` says where the number was found, never the letter to be verified."""
        made = _whole(entry)
        with self._book.transaction("work") as tx:
            first = Changed(tx.now, tx.actor.id, "added")
            key = records.add_contact(tx, replace(made, history=(first,)))
            details = {"body": made.body, "agency": made.agency}
            audit.append(tx, "directory entry added", details=details, contact=key)
        return Change(records.DESK, news=f"{made.agency} is in the directory.")

    def change(self, key: str, entry: Contact) -> Change:
        """Change an entry; a changed number counts as verified anew, from now on and by whoever changes it."""
        made = _whole(entry)
        with self._book.transaction("work") as tx:
            before = records.contact(tx, key)
            if before.retired is not None:
                raise KnownError("This entry is out of use. Add a new one.")
            changed = [name for name in _TITLES if getattr(before, name) != getattr(made, name)]
            if not changed:
                raise KnownError("Nothing was changed.")
            words = "; ".join(_what(name, getattr(before, name)) for name in changed)
            after = replace(
                made, id=key, verified=before.verified, verified_by=before.verified_by,
                history=(*before.history, Changed(tx.now, tx.actor.id, words)),
            )  # fmt: skip
            if {"phone", "source", "body", "agency"} & set(changed):
                after = replace(after, verified=tx.now, verified_by=tx.actor.id)
            records.save_contact(tx, after)
            audit.append(tx, "directory entry changed", details={"agency": made.agency, "what": words}, contact=key)
        return Change(records.DESK, news=f"{made.agency} is changed. What it was before stays in its history.")

    def retire(self, key: str) -> Change:
        """Take an entry out of use; call-backs made with it stay in their files."""
        with self._book.transaction("work") as tx:
            before = records.contact(tx, key)
            gone = Changed(tx.now, tx.actor.id, "taken out of use")
            records.save_contact(tx, replace(before, retired=tx.now, history=(*before.history, gone)))
            audit.append(tx, "directory entry retired", contact=key)
        return Change(records.DESK, news="The entry is out of use.")


def _what(name: str, was: object) -> str:
    return f"{_TITLES[name]} (was: {was})" if was and name != "certificate" else _TITLES[name]


def _whole(entry: Contact) -> Contact:
    """Return the entry trimmed, or refuse one that could not be used."""
    made = replace(
        entry,
        **{name: getattr(entry, name).strip() for name in _TITLES if isinstance(getattr(entry, name), str)},
    )
    if not made.body or not made.agency:
        raise KnownError("Enter the body and the agency.")
    if not normal_phone(made.phone):
        raise KnownError("Enter a phone number that can be called, with its area code.")
    if not made.source:
        raise KnownError("Say where this number comes from, for instance the body's own website.")
    if made.body == CARRIER and not made.contract:
        raise KnownError("Enter the contract under which this processor works for the shop: its number and day.")
    if made.certificate and not _PEM.fullmatch(made.certificate):
        raise KnownError("The certificate is not in PEM form. Save it as text that begins with BEGIN CERTIFICATE.")
    return made
