"""The shop's signature certificate as the casebook keeps it: the PKCS#12 file and its passphrase, sealed."""

import base64
from typing import Any

from officer_app.casebook import settings
from officer_app.casebook.transaction import Reading, Writing
from officer_app.notices.signature import Sealed

_NAME = "signature"


def load(tx: Reading) -> Sealed | None:
    """Return what was imported, or None."""
    stored: dict[str, Any] = settings.get(tx, _NAME)
    if not stored.get("content"):
        return None
    return Sealed(base64.b64decode(stored["content"]), stored["passphrase"])


def save(tx: Writing, sealed: Sealed) -> None:
    """Keep it in place of the one before; the caller writes the audit entry."""
    content = base64.b64encode(sealed.content).decode()
    settings.put(tx, _NAME, {"content": content, "passphrase": sealed.passphrase})


def drop(tx: Writing) -> None:
    """Forget it; the caller writes the audit entry."""
    settings.put(tx, _NAME, {})
