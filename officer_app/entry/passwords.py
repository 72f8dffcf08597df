"""The password of a casebook's PostgreSQL server: asked for, or kept in the keyring of the operating system."""

from officer_app.casebook import store
from officer_app.shop import secrets
from officer_app.shop.address import Address


def kept(address: str) -> str:
    """Return the password kept for this server's account, or ""."""
    account = _account(address)
    return (secrets.load(account) if account is not None else None) or ""


def why_not_kept() -> str:
    """Return why no keyring can be used on this computer, "" when one can."""
    why = secrets.unavailable()
    return f"{why.partition(';')[0]}; it is asked for each time." if why else ""


def keep(address: str, password: str) -> None:
    """Keep the password in the keyring; KnownError when it is not safely kept."""
    account = _account(address)
    if account is not None and password:
        secrets.store(account, password)


def _account(address: str) -> Address | None:
    """Return the server's account in the form under which passwords are kept; a socket needs no password."""
    url = store.place(address).url
    if not (url.host and url.database and url.username):
        return None
    return Address(engine="postgresql", host=url.host, port=url.port or 0, database=url.database, user=url.username)
