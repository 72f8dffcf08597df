"""What an erase plan changes in a table, in an officer's words instead of the columns' names."""

from collections.abc import Iterable

from officer_app.shop.model import Entity

_FIELDS = {
    "name": "name", "first_name": "name", "last_name": "name", "username": "sign-in name", "email": "e-mail",
    "email_normal": "e-mail", "phone": "phone", "mobile": "phone", "company": "company", "line1": "address lines",
    "line2": "address lines", "line3": "address lines", "city": "city", "postcode": "postcode", "region": "region",
    "country": "country", "language": "language", "state": "state", "payer": "name of the payer", "ip": "IP address",
    "subject": "subject",
}  # fmt: skip
_COLUMNS = {
    "customer_id": "link to the account", "user_id": "link to the account", "owner_id": "link to the account",
    "sender_id": "link to the account", "recipient_id": "link to the account", "password": "password",
    "password_hash": "password",
}  # fmt: skip


def words(entity: Entity, columns: Iterable[str]) -> str:
    """Return what these columns hold, each thing once: by the profile's own words, its fields, or the column's name."""
    fields = {ref: name for name, ref in entity.fields.items() if isinstance(ref, str)}
    for name, ref in entity.fields.items():
        if not isinstance(ref, str) and ref.column:
            fields.setdefault(ref.column, name)
    found = (
        entity.titles.get(one) or _FIELDS.get(fields.get(one, "")) or _COLUMNS.get(one) or one.replace("_", " ")
        for one in columns
    )
    return ", ".join(dict.fromkeys(found))
