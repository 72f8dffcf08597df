"""Composes a mail that the officer's own mail program opens as an unsent draft."""

import hashlib
import mimetypes
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from officer_app.base.errors import KnownError
from officer_app.base.person import normal_email
from officer_app.post import caps, safe_names
from officer_app.post.charset import clean_line

_KINDS = mimetypes.MimeTypes()
_NAMED = re.compile(r"(.*)<([^<>]*)>")


def compose(
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    attachment: bytes,
    attachment_name: str,
    date: datetime,
) -> bytes:
    """Return an unsent `.eml` with a text and one file; equal arguments give equal bytes.

    `sender` and `to` are "name <address>" or a plain address; line breaks in them or in the subject become
    spaces, so that no header can be smuggled in. `date` is aware. Raises KnownError when an address is none.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(sender, "sender")
    mail["To"] = _address(to, "recipient")
    mail["Subject"] = clean_line(subject, caps.SUBJECT_CHARS)
    mail["Date"] = date
    # Outlook and Thunderbird open a mail with this field for editing instead of reading.
    mail["X-Unsent"] = "1"
    mail.set_content(_sendable(text), cte="quoted-printable")
    name = safe_names.for_export(attachment_name)
    kind, _, subkind = (_KINDS.guess_type(name)[0] or "application/octet-stream").partition("/")
    mail.add_attachment(attachment, maintype=kind, subtype=subkind, filename=name)
    seed = hashlib.sha256(b"\0".join((mail["To"].encode(), text.encode("utf-8", "replace"), attachment)))
    mail.set_boundary(f"=_{seed.hexdigest()[:40]}")
    needs_utf8 = not (str(mail["From"]) + str(mail["To"])).isascii()
    return mail.as_bytes(policy=SMTPUTF8 if needs_utf8 and not _ascii_addresses(mail) else SMTP)


def _address(text: str, role: str) -> Address:
    # What stands between the last angle brackets is the address; a name may hold anything, "@" included.
    line = clean_line(text, caps.NAME_CHARS + caps.EMAIL_CHARS)
    match = _NAMED.fullmatch(line)
    name, address = (match[1].strip(' "'), match[2]) if match else ("", line)
    normal = normal_email(address)
    if not normal:
        raise KnownError(f"The {role}'s e-mail address is missing or not complete. Enter it first.")
    # The local part is kept as written (it may be case-sensitive), the domain in its normal form.
    local = address.strip().rpartition("@")[0]
    try:
        return Address(clean_line(name, caps.NAME_CHARS), local, normal.rpartition("@")[2])
    except (ValueError, IndexError):
        raise KnownError(f"The {role}'s e-mail address is not valid. Correct it first.") from None


def _ascii_addresses(mail: EmailMessage) -> bool:
    return all(address.addr_spec.isascii() for field in ("From", "To") for address in mail[field].addresses)


def _sendable(text: str) -> str:
    """Return the text with one kind of line end and without control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(ch for ch in lines if ch in "\n\t" or ch.isprintable() or ch.isspace())
    return kept.encode("utf-8", "replace").decode()
