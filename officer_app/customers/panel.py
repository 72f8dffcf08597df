"""The card of one person as the page shows it: header and sections, words only."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from decimal import Decimal, InvalidOperation

from officer_app.casebook.cases import CaseHead
from officer_app.customers.service import PersonFile
from officer_app.shop.facts import UNKNOWN, Activity, Card, Consent, Held, Order, Postal
from officer_app.widgets import words
from officer_app.widgets.casefile import CaseHeader, Fact, Pill, Section

Tr = Callable[[str], str]

_MEANINGS: Mapping[str, str] = {
    "login": "last login",
    "activity": "last activity",
    "order": "last order",
    "payment": "last payment",
    "support": "last contact with support",
    "cart": "last cart",
    "created": "account made, nothing later is recorded",
    "export": "in an export at that time",
}
_DESKS: Mapping[str, str] = {
    "complaints": "Complaint", "disclosures": "Disclosure", "breaches": "Breach", "retention": "Retention",
}  # fmt: skip


def header(file: PersonFile, tr: Tr) -> CaseHeader:
    """Return the top of the card."""
    account = file.card.account
    title = account.name or " ".join(part for part in (account.first_name, account.last_name) if part)
    pill: Pill | None
    if file.card.guest:
        line, pill = tr("Guest, known by e-mail only"), Pill(tr("guest"))
    else:
        line, pill = tr("Customer {0}").format(account.key), Pill(account.state) if account.state else None
        if account.staff:
            pill = Pill(tr("staff"))
    return CaseHeader(title or account.email or tr("No name recorded"), line, pill)


def sections(file: PersonFile, zone: tzinfo, tr: Tr) -> tuple[Section, ...]:
    """Return what shop and casebook hold, cases first."""
    card = file.card
    held = [one for one in card.held if one.count]
    found = [
        _section(tr("Cases"), [_case(one, zone, tr) for one in file.cases], tr("No case of this person.")),
        Section(tr("Account"), _account(card, zone, tr)),
        _section(tr("Addresses"), [_address(one) for one in card.addresses], tr("None recorded.")),
        _section(_orders_title(card, tr), [_order(one, zone, tr) for one in card.orders], tr("None recorded.")),
        _section(tr("Consents"), [_consent(one, zone, tr) for one in card.consents], tr("This shop records none.")),
    ]
    if held:
        found.append(Section(tr("Also held"), [Fact(one.title, _count(one, zone, tr)) for one in held]))
    return tuple(found)


def _section(title: str, facts: list[Fact], empty: str) -> Section:
    return Section(title, facts) if facts else Section(title, text=empty)


def activity(found: Activity, zone: tzinfo, tr: Tr) -> str:
    """Return the newest sign of life with what it means and how exact it is; unknown is said, never "long ago"."""
    if found.at is None or found.meaning == UNKNOWN.meaning:
        return tr("unknown: the shop records none")
    meaning = tr(_MEANINGS.get(found.meaning, found.meaning))
    at = words.moment(found.at, zone) if found.precision == "second" else words.day(found.at, zone)
    if found.precision == "lower_bound":
        return tr("{0} or later ({1})").format(at, meaning)
    return f"{at} ({meaning})"


def _account(card: Card, zone: tzinfo, tr: Tr) -> tuple[Fact, ...]:
    account = card.account
    rows = [
        (tr("E-mail"), account.email),
        (tr("Phone"), ", ".join(dict.fromkeys(part for part in (account.phone, account.mobile) if part))),
        (tr("Country"), account.country),
        (tr("Language"), account.language),
        (tr("Made"), words.moment(account.created, zone) if account.created else ""),
    ]
    if not card.guest:
        known = {True: tr("set"), False: tr("none"), None: tr("the shop cannot tell")}
        rows.append((tr("Password"), known[account.has_password]))
    rows.append((tr("Last seen"), activity(card.activity, zone, tr)))
    return tuple(Fact(label, value or tr("not recorded")) for label, value in rows)


def _address(one: Postal) -> Fact:
    lines = [one.name, *one.lines, one.country, one.phone]
    return Fact(one.origin, "\n".join(line for line in lines if line))


def _orders_title(card: Card, tr: Tr) -> str:
    if card.orders_total > len(card.orders):
        return tr("Orders, the newest {0} of {1}").format(f"{len(card.orders):,}", f"{card.orders_total:,}")
    return tr("Orders")


def _order(one: Order, zone: tzinfo, tr: Tr) -> Fact:
    what = "; ".join(f"{line.quantity} × {line.title}" for line in one.lines)
    placed = words.day(one.placed, zone) if one.placed else tr("date not recorded")
    total = _money(one.total, one.currency)
    text = "\n".join(part for part in (", ".join(p for p in (placed, total) if p), what) if part)
    state = tr("{0}, unpaid").format(one.state) if one.unpaid else one.state
    return Fact(one.number, text, Pill(tr("{0}, open").format(state) if one.open else state or tr("no state")))


def _consent(one: Consent, zone: tzinfo, tr: Tr) -> Fact:
    given = {True: tr("given"), False: tr("not given"), None: tr("not recorded")}[one.given]
    return Fact(one.title, f"{given}, {words.day(one.at, zone)}" if one.at else given)


def _count(one: Held, zone: tzinfo, tr: Tr) -> str:
    told = tr("1 row") if one.count == 1 else tr("{0} rows").format(f"{one.count:,}")
    return f"{told}, {tr('newest')} {words.day(one.newest, zone)}" if one.newest else told


def _money(total: str, currency: str) -> str:
    try:
        amount = f"{Decimal(total):,}".removesuffix(".00")
    except InvalidOperation:
        amount = total
    return f"{amount} {currency}".strip()


def _case(one: CaseHead, zone: tzinfo, tr: Tr) -> Fact:
    state = tr("closed {0}").format(words.day(one.closed, zone)) if one.closed else one.state.replace("-", " ")
    text = f"{tr(_DESKS.get(one.desk, one.desk))}, {one.kind.replace('-', ' ')}: {state}"
    return Fact(one.reference, text, action=one.reference, action_title=tr("Open"))
