"""What the shop holds about a customer as single items to tick: field by field, address by address, order by order."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, tzinfo

from officer_app.base.person import comparable_name, normal_phone
from officer_app.disclosures.demand import Item
from officer_app.notices import clean
from officer_app.shop.facts import Card, Order, Postal

NAME, EMAIL, MOBILE, ADDRESS, ORDERS, PAYMENT = "name", "email", "mobile", "address", "orders", "payment"
ORDER, ARTICLES, RECIPIENT = "order", "articles", "recipient"
"""Kinds of items that are no category: an order's head, what was bought with it, another name at an address."""
_ADDRESS_BOOK = "Address book"
_UNKNOWN = "unknown"  # the order of an address in one that we do not list: no named order covers it
_MOST = 500  # characters of one value; what is longer is no name, no street and no article

_TITLES = {
    "en": {
        NAME: "Name", EMAIL: "E-mail address", "phone": "Phone", MOBILE: "Mobile", ADDRESS: "Address",
        RECIPIENT: "Name at an address", ORDER: "Order {order}", ARTICLES: "Articles of order {order}",
        PAYMENT: "Payment of order {order}", "company": "Company", "street": "Street", "postcode": "Postcode",
        "city": "Town", "region": "Region", "country": "Country", "placed": "Placed", "state": "State",
        "total": "Total", "article": "Article", "quantity": "Quantity", "price": "Price", "paid": "Paid",
        "yes": "yes", "no": "no", "number": "Order", "item": "Item", "field": "Field", "value": "What it says",
        "category": "Kind of data", "file": "File", "preview": "preview, nothing was released",
    },
    "vi": {
        NAME: "Họ tên", EMAIL: "Địa chỉ thư điện tử", "phone": "Điện thoại", MOBILE: "Di động", ADDRESS: "Địa chỉ",
        RECIPIENT: "Tên tại địa chỉ", ORDER: "Đơn hàng {order}", ARTICLES: "Hàng hóa của đơn {order}",
        PAYMENT: "Thanh toán của đơn {order}", "company": "Công ty", "street": "Đường", "postcode": "Mã bưu chính",
        "city": "Tỉnh, thành phố", "region": "Vùng", "country": "Quốc gia", "placed": "Ngày đặt",
        "state": "Trạng thái", "total": "Tổng tiền", "article": "Hàng hóa", "quantity": "Số lượng", "price": "Giá",
        "paid": "Đã thanh toán", "yes": "có", "no": "chưa", "number": "Đơn hàng", "item": "Mục", "field": "Trường",
        "value": "Nội dung", "category": "Loại dữ liệu", "file": "Tệp", "preview": "bản xem trước, chưa cung cấp",
    },
}  # fmt: skip


def word(key: str, language: str) -> str:
    """Return what a field is called; a line of an order, such as "article.2", goes by its field."""
    words = _TITLES.get(language, _TITLES["en"])
    return words.get(key.split(".")[0], key)


def title(item: Item, language: str) -> str:
    """Return what an item is called in a language."""
    return word(item.key.split(":")[0], language).format(order=item.order)


def kind(item: Item) -> str:
    """Return which kind of item it is: its category, a phone, an order's head or its articles."""
    return item.key.split(":")[0]


def named_order(item: Item) -> str:
    """Return the number of the order an item is about, as it may leave with it; an address names none."""
    return item.order if kind(item) in (ORDER, ARTICLES, PAYMENT) else ""


def items(card: Card, zone: tzinfo, language: str = "en") -> tuple[Item, ...]:
    """Return everything the shop holds about the person, in the order in which it is ticked and printed."""
    found: list[Item] = []
    account = card.account
    for key, category, value in (
        (NAME, NAME, account.name),
        (EMAIL, EMAIL, account.email),
        ("phone", MOBILE, account.phone),
        (MOBILE, MOBILE, account.mobile),
    ):
        if value.strip() and not (key == MOBILE and value == account.phone):
            found.append(_item(key, category, ((key, value),)))
    orders = {order.number: order for order in card.orders}
    seen: set[str] = set()
    known = {comparable_name(account.name), normal_phone(account.phone), normal_phone(account.mobile)}
    for postal in card.addresses:
        for item in _address(postal, orders, zone, known):
            if item.values and item.key not in seen:
                seen.add(item.key)
                found.append(item)
    for order in card.orders:
        found += _order(order, zone, language)
    return tuple(found)


def note(card: Card) -> str:
    """Return what the officer has to know about what is listed, "" when it is everything."""
    if card.orders_total <= len(card.orders):
        return ""
    return f"The newest {len(card.orders)} of {card.orders_total} orders are listed."


def _item(
    key: str, category: str, values: tuple[tuple[str, str], ...], order: str = "", day: date | None = None
) -> Item:  # fmt: skip
    shown = tuple((field, clean.line(text, _MOST)) for field, text in values if text.strip())
    number = clean.line(order, 80)
    label = _TITLES["en"][key.split(":")[0]].format(order=number)
    return Item(key, category, label, shown, number, day)


def _address(postal: Postal, orders: dict[str, Order], zone: tzinfo, known: set[str]) -> Iterator[Item]:
    """Yield an address, and by themselves a name and a phone at it that are not the account's own (`known`).

    Where it stands is told the officer only: an order's number leaves with the order, not with an address.
    """
    where = (
        ("company", postal.company),
        ("street", ", ".join(postal.street)),
        ("postcode", postal.postcode),
        ("city", postal.city),
        ("region", postal.region),
        ("country", postal.country),
    )
    order = next((one for one in orders.values() if postal.origin == f"Order {one.number}"), None)
    own = postal.origin == _ADDRESS_BOOK
    number = order.number if order is not None else "" if own else _UNKNOWN
    beside = f", {clean.line(postal.origin, 80).lower()}"
    parts: list[tuple[str, str, tuple[tuple[str, str], ...]]] = [(ADDRESS, ADDRESS, where)]
    if comparable_name(postal.name) not in known:
        parts.append((RECIPIENT, NAME, ((NAME, postal.name),)))
    if normal_phone(postal.phone) not in known:
        parts.append(("phone", MOBILE, (("phone", postal.phone),)))
    for kind_of, category, values in parts:
        told = "\x1f".join((postal.origin, *(text for _field, text in values)))
        mark = hashlib.sha256(told.encode()).hexdigest()[:16]
        found = _item(f"{kind_of}:{mark}", category, values, number, _day(order, zone))
        yield replace(found, label=found.label + beside)


def _day(order: Order | None, zone: tzinfo) -> date | None:
    return order.placed.astimezone(zone).date() if order is not None and order.placed is not None else None


def _order(order: Order, zone: tzinfo, language: str) -> Iterator[Item]:
    day = _day(order, zone)
    placed = f"{order.placed.astimezone(zone):%Y-%m-%d %H:%M}" if order.placed is not None else ""
    total = " ".join(part for part in (order.total, order.currency) if part)
    head = (("number", order.number), ("placed", placed), ("state", order.state), ("total", total))
    yield _item(f"{ORDER}:{order.key}", ORDERS, head, order.number, day)
    lines: list[tuple[str, str]] = []
    for at, line in enumerate(order.lines, 1):
        lines += [(f"article.{at}", line.title), (f"quantity.{at}", line.quantity), (f"price.{at}", line.price)]
    if lines:
        yield _item(f"{ARTICLES}:{order.key}", ORDERS, tuple(lines), order.number, day)
    if order.unpaid:  # a profile that knows nothing of payments says the same as an order that is paid
        paid = (("total", total), ("paid", word("no", language)))
        yield _item(f"{PAYMENT}:{order.key}", PAYMENT, paid, order.number, day)
