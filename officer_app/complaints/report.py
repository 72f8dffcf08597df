"""What the shop holds about a person, as the tables of a letter and as a copy that a machine can read; data only."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from officer_app.base.handover import Disclosed
from officer_app.complaints.letter import Around, remedies
from officer_app.complaints.letterwords import ASKED
from officer_app.complaints.reportwords import WORDS
from officer_app.complaints.rules import Complaint
from officer_app.letters.letter import Letter
from officer_app.notices.document import Table, Value
from officer_app.policy.book import Book
from officer_app.shop.facts import Card, Order

COPY = "data-copy.json"
"""The name of the machine-readable copy among the case's evidence."""
_FORMAT = "officer-app data copy 1"
_MOST = 60  # orders in the letter; all that were read stand in the copy


@dataclass(frozen=True)
class Held:
    """What is held: the card, what left the shop, and what the packs say of purposes, recipients and categories."""

    card: Card
    disclosed: tuple[Disclosed, ...]
    purposes: tuple[str, ...]
    recipients: tuple[str, ...]
    categories: Mapping[str, str]
    stored: tuple[str, ...]


def held(card: Card, disclosed: Sequence[Disclosed], policy: Book, language: str) -> Held:
    """Return what a report is made of, in the language of the case's letters."""
    carriers = tuple(one.title_in(language) for one in policy.recipients if one.id == "carrier")
    retention = policy.retention
    words = WORDS.get(language, WORDS["en"])
    stored = [words["until_asked"]]
    if retention.inactive_days:
        stored.append(words["inactive"].format(days=retention.inactive_days))
    stored += [
        words["keep"].format(what=one.title.get(language) or one.title["en"], years=one.years)
        for one in retention.keeps
    ]
    return Held(
        card,
        tuple(disclosed),
        tuple(one.title_in(language) for one in policy.purposes),
        carriers,
        {one.id: one.title_in(language) for one in policy.data_categories},
        tuple(stored),
    )


def letter(case: Complaint, around: Around, found: Held, note: str, texts: Mapping[str, str], enclosure: str) -> Letter:
    """Return the report to the person.

    `texts` are the paragraphs that only the officer can vouch for (origin, automated_decisions), `enclosure` names the
    copy that goes with it.
    """
    words = WORDS.get(case.language, WORDS["en"])
    rows = tuple(_rows(found, words, around.zone))
    fields: dict[str, Value] = {
        "asked": case.text[:ASKED] or case.subject,
        "received_on": case.received.astimezone(around.zone).date(),
        "data_held": Table((words["what"], words["data"]), rows, widths=(32, 68)),
        "data_categories": tuple(found.categories[one] for one in _categories(found.card) if one in found.categories),
        "purposes": found.purposes,
        "recipients": (*found.recipients, *_disclosed(found, words, around.zone)) or (words["nobody"],),
        "origin": texts.get("origin", ""),
        "storage_period": found.stored,
        "automated_decisions": texts.get("automated_decisions", ""),
        "rights": tuple(words["rights"].split("|")),
        "note": note,
        "enclosures": (enclosure,),
        **remedies(case, around),
    }
    return Letter("access-report", case.language, around.recipient, fields, addressee=around.addressee)


def proposed(language: str) -> dict[str, str]:
    """Return what the officer starts from for the paragraphs that only they can vouch for."""
    words = WORDS.get(language, WORDS["en"])
    return {"origin": words["origin"], "automated_decisions": words["automated"]}


def _categories(card: Card) -> Iterator[str]:
    account = card.account
    there = {
        "name": account.name,
        "email": account.email,
        "mobile": account.mobile or account.phone,
        "address": card.addresses,
        "password": account.has_password,
        "orders": card.orders,
        "payment": any("payment" in one.entity for one in card.held),
    }
    return (key for key, value in there.items() if value)


def _rows(found: Held, words: Mapping[str, str], zone: tzinfo) -> Iterator[tuple[str, str]]:
    card, account = found.card, found.card.account
    plain = (
        ("number", account.key or ""),
        ("name", account.name),
        ("email", account.email),
        ("phone", account.phone),
        ("mobile", account.mobile),
        ("country", account.country),
        ("language", account.language),
        ("since", _day(account.created, zone)),
        ("state", account.state),
        ("activity", _day(card.activity.at, zone)),
        ("password", words["password_kept"] if account.has_password else ""),
    )
    yield from ((words[key], value) for key, value in plain if value)
    for place in card.addresses:
        lines = (place.name, *place.lines, place.country, place.phone)
        yield f"{words['address']} ({place.origin})", "\n".join(line for line in lines if line)
    for consent in card.consents:
        given = words["unknown"] if consent.given is None else words["yes"] if consent.given else words["no"]
        yield (
            f"{words['consent']}: {consent.title}",
            ", ".join(part for part in (given, _day(consent.at, zone)) if part),
        )
    for order in card.orders[:_MOST]:
        yield f"{words['order']} {order.number}", _order(order, zone)
    if card.orders_total > min(len(card.orders), _MOST):
        yield words["order"], words["more_orders"].format(count=card.orders_total, shown=min(len(card.orders), _MOST))
    for one in card.held:
        yield one.title, words["entries"].format(count=one.count)


def _order(order: Order, zone: tzinfo) -> str:
    head = ", ".join(
        part for part in (_day(order.placed, zone), f"{order.total} {order.currency}".strip(), order.state) if part
    )
    return "\n".join((head, *(f"{line.quantity} × {line.title}, {line.price}".strip() for line in order.lines)))


def _disclosed(found: Held, words: Mapping[str, str], zone: tzinfo) -> Iterator[str]:
    for one in found.disclosed:
        what = ", ".join(found.categories.get(key, key) for key in one.categories)
        yield words["given"].format(recipient=one.recipient, day=_day(one.at, zone), what=what, basis=one.basis)


def _day(moment: datetime | None, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%d.%m.%Y}" if moment is not None else ""


def copy(case: Complaint, found: Held, shop: str, made: datetime) -> bytes:
    """Return the machine-readable copy: UTF-8 JSON with everything that was read, dates in ISO 8601.

    Secrets are no part of it: of a password it says only whether there is one.
    """
    whole = {
        "format": _FORMAT,
        "made": made,
        "shop": shop,
        "reference": case.reference,
        "request_received": case.received,
        "data": asdict(found.card),
        "disclosures": [asdict(one) for one in found.disclosed],
        "purposes": list(found.purposes),
        "storage": list(found.stored),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
