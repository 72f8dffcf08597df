"""The files of a hand-over from what was cleared: extract as PDF, JSON and CSV, manifest, and the receipt to sign."""

import csv
import hashlib
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from officer_app.base.cells import harmless
from officer_app.disclosures import extract
from officer_app.disclosures.demand import Item
from officer_app.disclosures.extract import word
from officer_app.notices import clean, pdf, text
from officer_app.notices.document import Letterhead, Table, Value

PDF, JSON, CSV, PLAIN = "application/pdf", "application/json", "text/csv", "text/plain"
FrozenFile = tuple[str, str, bytes]
"""One file of a hand-over: its name, its media type and its bytes."""


@dataclass(frozen=True)
class About:
    """What stands on every file: for whom, on which demand and basis, and from which shop.

    `made` is an aware instant in the shop's zone; `categories` are the names of the data categories by id.
    """

    reference: str
    recipient: str
    document: str
    received: date
    basis: str
    language: str
    made: datetime
    categories: Mapping[str, str]
    letterhead: Letterhead
    lacking: tuple[str, ...] = ()
    demo: bool = False
    footer: str = ""

    @property
    def to(self) -> str:
        """The recipient on one harmless line."""
        return clean.line(self.recipient, 200)


def extract_pdf(items: Iterable[Item], about: About, *, draft: bool = False) -> bytes:
    """Return the extract as PDF: reference and page at the foot, the recipient at the head of each page."""
    fields: dict[str, Value] = {
        "recipient": about.to,
        "request_reference": about.document,
        "received_on": about.received,
        "legal_basis": about.basis,
        **_tables(tuple(items), about.language),
        "lacking": tuple(about.categories.get(one, one) for one in about.lacking),
    }
    return _page("disclosure-extract", fields, about, draft=draft)


def receipt(files: Iterable[FrozenFile], digest: str, about: About) -> bytes:
    """Return the receipt that the recipient signs."""
    rows = tuple((name, sha256(content)) for name, _kind, content in files)
    table = Table((word("file", about.language), "SHA-256"), rows, widths=(2.7, 6))
    fields: dict[str, Value] = {
        "recipient": about.to,
        "request_reference": about.document,
        "files": table,
        "package_hash": digest,
    }
    return _page("disclosure-receipt", fields, about)


def _page(kind: str, fields: dict[str, Value], about: About, *, draft: bool = False) -> bytes:
    document = text.compose(
        kind, about.language, number="" if draft else about.reference, reference="", date=about.made.date(),
        recipient=(), fields=fields, letterhead=about.letterhead,
    )  # fmt: skip
    running = f"{about.reference} – {word('preview', about.language) if draft else about.to}"
    return pdf.render(replace(document, running=running), demo=about.demo, footer=about.footer)


def _tables(items: tuple[Item, ...], language: str) -> dict[str, Value]:
    """Return the tables of the extract by field; those without rows disappear from the page."""

    def of(*kinds: str) -> list[Item]:
        return [item for item in items if extract.kind(item) in kinds]

    def head(*keys: str) -> tuple[str, ...]:
        return tuple(word(key, language) for key in keys)

    def cells(item: Item, *keys: str) -> tuple[str, ...]:
        values = dict(item.values)
        return tuple(values.get(key, "") for key in keys)

    person = tuple(
        (extract.title(item, language), ", ".join(text for _field, text in item.values))
        for item in of(extract.NAME, extract.RECIPIENT, extract.EMAIL, "phone", extract.MOBILE)
    )
    parts = ("company", "street", "postcode", "city", "region", "country")
    addresses = tuple(
        (extract.title(item, language), ", ".join(cell for cell in cells(item, *parts) if cell))
        for item in of(extract.ADDRESS)
    )
    orders = tuple(cells(item, "number", "placed", "state", "total") for item in of(extract.ORDER))
    payments = tuple((item.order, *cells(item, "total", "paid")) for item in of(extract.PAYMENT))
    articles: list[tuple[str, ...]] = []
    for item in of(extract.ARTICLES):
        numbers = dict.fromkeys(field.split(".")[1] for field, _text in item.values)
        articles += [
            (item.order, *cells(item, *(f"{key}.{at}" for key in ("article", "quantity", "price")))) for at in numbers
        ]
    return {
        "person": Table((), person),
        "addresses": Table((), addresses),
        "orders": Table(head("number", "placed", "state", "total"), orders, right=(3,)),
        "articles": Table(head("number", "article", "quantity", "price"), tuple(articles), right=(2, 3)),
        "payments": Table(head("number", "total", "paid"), payments, right=(1,)),
    }


def as_json(items: Iterable[Item], about: About) -> bytes:
    """Return the extract as JSON (RFC 8259, UTF-8); nothing invisible stands in it unescaped."""
    inside = {
        "reference": about.reference,
        "recipient": about.to,
        "demand": clean.line(about.document),
        "basis": clean.line(about.basis),
        "received": about.received.isoformat(),
        "made": about.made.isoformat(timespec="seconds"),
        "shop": clean.line(about.letterhead.company),
        "items": [
            {
                "category": item.category,
                "title": extract.title(item, about.language),
                **({"order": number} if (number := extract.named_order(item)) else {}),
                "values": dict(item.values),
            }
            for item in items
        ],
        "not found": list(about.lacking),
    }
    return (_escaped(json.dumps(inside, ensure_ascii=False, indent=2)) + "\n").encode()


def _escaped(text: str) -> str:
    """Return JSON in which what turns or hides text is written as its code points."""
    if text.isprintable():
        return text
    return "".join(
        "".join(f"\\u{unit:04x}" for unit in _units(ch)) if unicodedata.category(ch) in ("Cf", "Co", "Cs") else ch
        for ch in text
    )


def _units(ch: str) -> tuple[int, ...]:
    raw = ch.encode("utf-16-be", "surrogatepass")
    return tuple(int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))


def as_csv(items: Iterable[Item], about: About) -> bytes:
    """Return the extract as CSV (RFC 4180, UTF-8 with mark), one line a value; no cell can start a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["#", *(word(key, about.language) for key in ("category", "item", "field", "number", "value"))])
    for at, item in enumerate(items, 1):
        category = about.categories.get(item.category, item.category)
        for field, value in item.values:
            line = field.split(".")[1:]
            name = " ".join((word(field, about.language), *line))
            item_name = extract.title(item, about.language)
            row = (str(at), category, item_name, name, extract.named_order(item), value)
            writer.writerow([harmless(cell[: clean.CELL]) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def manifest(files: Iterable[FrozenFile], about: About) -> bytes:
    """Return the manifest: a fingerprint and a name a line, as `sha256sum --check` reads it."""
    made = about.made.strftime("%Y-%m-%d %H:%M %z")
    lines = [
        f"# {about.reference}, {clean.line(about.letterhead.company, 200)}",
        f"# for {about.to}",
        f"# made {made}",
        *(f"{sha256(content)}  {name}" for name, _kind, content in files),
    ]
    return ("\n".join(lines) + "\n").encode()


def make(items: tuple[Item, ...], about: About) -> tuple[FrozenFile, ...]:
    """Return the files of a hand-over without its covering letter: extract, JSON, CSV, manifest, receipt."""
    name = about.reference
    data: tuple[FrozenFile, ...] = (
        (f"{name}-extract.pdf", PDF, extract_pdf(items, about)),
        (f"{name}-data.json", JSON, as_json(items, about)),
        (f"{name}-data.csv", CSV, as_csv(items, about)),
    )
    listed: FrozenFile = (f"{name}-manifest.txt", PLAIN, manifest(data, about))
    signed: FrozenFile = (f"{name}-receipt.pdf", PDF, receipt((*data, listed), sha256(listed[2]), about))
    return (*data, listed, signed)


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
