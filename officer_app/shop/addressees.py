"""To whom letters about named accounts and guests go: name, address and language, block by block."""

from collections.abc import Callable, Collection, Mapping

from officer_app.base.person import normal_email
from officer_app.shop import recipients, review
from officer_app.shop.connection import Shop
from officer_app.shop.recipients import Recipient

Cancel = Callable[[], bool] | None


def of(
    shop: Shop, keys: Collection[str], emails: Collection[str] = (), *, cancelled: Cancel = None
) -> Mapping[str, Recipient]:
    """Return the recipients by customer key, and guests by their e-mail in its normal form; who is gone is left out."""
    x = shop.expressions
    row = x.start("customer")
    asked = recipients.account_columns(x, row).where(*x.where("customer", row))
    found: dict[str, Recipient] = {}
    for block in review.key_blocks(x, row, keys):
        lines = shop.rows(asked.where(x.key("customer", row).in_(block)), cancelled=cancelled)
        found.update({str(one.key): one for one in recipients.of_accounts(shop, lines, cancelled)})
    guests = sorted({normal for normal in map(normal_email, emails) if normal})
    for at in range(0, len(guests), 500):
        part = recipients.of_guests(shop, guests[at : at + 500], cancelled)
        found.update({normal_email(one.email): one for one in part})
    return found
