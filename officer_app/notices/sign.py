"""Signs a PDF for the shop (PAdES), and tells whether a signed file was changed."""

from datetime import datetime

from officer_app.notices.signature import Sealed, Verdict, identity, read


def sign(content: bytes, sealed: Sealed, now: datetime, *, reason: str, open_with: str = "") -> bytes:
    """Return the PDF signed (PAdES B-B, SHA-256), verified to be covered from its first byte to its last.

    `open_with` is the passphrase of an encrypted one. There is no time stamp of a third party: the time is ours.
    """
    identity(sealed, now)
    # The library is large, and few hand-overs are signed.
    from officer_app.notices import pades  # noqa: PLC0415

    return pades.sign(content, read(sealed), reason=reason, open_with=open_with)


def verify(content: bytes, open_with: str = "") -> Verdict:
    """Tell whether a signed PDF is the very file that was signed; KnownError when it cannot be read or opened.

    Who signed is not judged: compare the certificate's SHA-256 with the one its owner gives.
    """
    from officer_app.notices import pades  # noqa: PLC0415  as above

    return pades.verify(content, open_with)
