"""Keeps the shop's password in the keyring of the operating system, and only in one that truly keeps secrets."""

import os
from typing import Any

from officer_app.base.errors import KnownError
from officer_app.shop.address import Address

SERVICE = "officer-app shop"
ALLOWED = (
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.Windows.WinVaultKeyring",
    "keyring.backends.macOS.Keyring",
)
_ELSEWHERE = "it will be kept sealed in the casebook"


def _name(backend: type) -> str:
    return f"{backend.__module__}.{backend.__qualname__}"


def unavailable() -> str:
    """Return why no keyring can be used here, "" when one can; the sentence is for the user."""
    wanted = os.environ.get("PYTHON_KEYRING_BACKEND", "")
    if wanted and wanted not in ALLOWED:
        return f"The environment asks for the keyring {wanted}, which does not keep the password safe; {_ELSEWHERE}."
    if _backend() is None:
        return f"This computer has no keyring that keeps the password safe; {_ELSEWHERE}."
    return ""


def _backend() -> Any:
    """Return the best allowed keyring that works here, None when there is none; no configuration is asked."""
    import keyring.backend  # noqa: PLC0415 -- slow to import, and only the shop's password needs it

    found = [candidate for candidate in keyring.backend.get_all_keyring() if _name(type(candidate)) in ALLOWED]
    return max(found, key=lambda candidate: float(candidate.priority), default=None)


def account(address: Address) -> str:
    """Return the name under which the password of this address is kept."""
    return f"{address.engine}:{address.user}@{address.host}:{address.used_port}/{address.database}"


def store(address: Address, password: str) -> None:
    """Keep the password and read it back; KnownError, with the reason, when it is not safely kept."""
    if reason := unavailable():
        raise KnownError(reason)
    backend = _backend()
    try:
        backend.set_password(SERVICE, account(address), password)
        kept = backend.get_password(SERVICE, account(address))
    except Exception as error:  # a keyring fails in its own ways: locked, no session, dismissed
        raise KnownError(f"The keyring did not take the password; {_ELSEWHERE}.") from error
    if kept != password:
        raise KnownError(f"The keyring did not give the password back; {_ELSEWHERE}.")


def load(address: Address) -> str | None:
    """Return the password kept for this address, None when there is none or no safe keyring."""
    if unavailable():
        return None
    try:
        found = _backend().get_password(SERVICE, account(address))
    except Exception:
        return None
    return found if isinstance(found, str) else None


def forget(address: Address) -> None:
    """Remove the password of this address; nothing happens when there is none."""
    if unavailable() or load(address) is None:
        return
    try:
        _backend().delete_password(SERVICE, account(address))
    except Exception as error:
        raise KnownError("The keyring did not remove the password; remove it there by hand.") from error
