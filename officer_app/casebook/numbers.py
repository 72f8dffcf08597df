"""Gap-free numbers per series and local year: C-2026-0001, N-2026-0042."""

from officer_app.casebook import schema
from officer_app.casebook.transaction import Writing

SERIES = {"complaints": "C", "disclosures": "D", "breaches": "B", "retention": "R", "notices": "N"}


def take(tx: Writing, series: str, year: int) -> str:
    """Return the next number of a desk's series, or of "notices"; it is used up when the transaction commits.

    Four digits, and more once they are needed.
    """
    key = f"{SERIES[series]}-{year}"
    row = tx.get(schema.numbers, key)
    number = 1 if row is None else row["last"] + 1
    if row is None:
        tx.insert(schema.numbers, id=key, last=number)
    else:
        tx.update(schema.numbers, key, last=number)
    return f"{key}-{number:04d}"
