"""The shop's signature: imported, shown without its secret, removed."""

from datetime import timedelta
from pathlib import Path

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.casebook import audit
from officer_app.casebook.book import Casebook
from officer_app.letters import signature
from officer_app.notices.signature import LARGEST, Identity, Sealed, describe, identity, read

SOON = timedelta(days=30)


class Signing:
    """Keeps the certificate that hand-overs are signed with."""

    def __init__(self, book: Casebook) -> None:
        self._book = book

    def held(self) -> Identity | None:
        """Return whom the certificate names and how long it holds, or None; nothing secret leaves the casebook."""
        with self._book.reading() as tx:
            sealed = signature.load(tx)
        return describe(read(sealed)) if sealed is not None else None

    def state(self, who: Identity) -> str:
        """Return "", "soon" (it ends within 30 days), "expired" or "early"."""
        now = self._book.clock()
        if now > who.not_after:
            return "expired"
        if now < who.not_before:
            return "early"
        return "soon" if who.not_after - now < SOON else ""

    def take(self, path: Path, passphrase: str) -> Change:
        """Import a PKCS#12 file; KnownError says why it cannot sign. The file itself stays where it is."""
        sealed = Sealed(_read(path), passphrase)
        who = identity(sealed, self._book.clock())
        with self._book.transaction("change settings") as tx:
            signature.save(tx, sealed)
            details = {"holder": who.holder, "until": who.not_after.date().isoformat()}
            audit.append(tx, "signature imported", details=details, sha256=who.fingerprint.replace(":", "").lower())
        return Change("settings", news="Imported. From now on a hand-over can be signed.")

    def remove(self) -> Change:
        """Remove file and passphrase; what was signed stays signed."""
        with self._book.transaction("change settings") as tx:
            if signature.load(tx) is None:
                raise KnownError("No signature is kept here.")
            signature.drop(tx)
            audit.append(tx, "signature removed")
        return Change("settings", news="Removed. What was signed with it stays signed.")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise KnownError(
            f"{path.name} cannot be read: {error.strerror or 'the disk refused'}. Choose it again."
        ) from None
