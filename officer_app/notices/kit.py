"""The sheet of a recovery kit: groups to be typed back, the same as a square to be scanned, what to do with it."""

from datetime import date as Date

from officer_app.notices import pdf, text
from officer_app.notices.document import Code, Letterhead


def render(
    *,
    kit: str,
    groups: tuple[str, ...],
    store: str,
    fingerprint: str,
    date: Date,
    letterhead: Letterhead,
    language: str = "en",
    note: str = "",
    demo: bool = False,
) -> bytes:
    """Return the sheet as PDF. It is no notice: it gets no number and is never kept.

    `groups` are the thirteen groups of the kit with their check characters; `fingerprint` belongs to the first
    manager's key; `store` is the identity of the casebook.
    """
    document = text.compose(
        "recovery-kit",
        language,
        number="",
        reference="",
        date=date,
        recipient=(),
        fields={
            "kit": kit,
            "groups": Code(groups, qr="-".join(groups)),
            "store": store,
            "fingerprint": fingerprint,
            "note": note,
        },
        letterhead=letterhead,
    )
    return pdf.render(document, demo=demo)
