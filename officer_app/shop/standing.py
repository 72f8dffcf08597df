"""How named accounts stand now: which reasons hold, what speaks against deleting them, and who has an e-mail."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from officer_app.base.person import normal_email
from officer_app.shop import codec, guards, review
from officer_app.shop.connection import Shop
from officer_app.shop.review import NOTHING, REASONS, Candidate, Own, Reader, Reason

Cancel = Callable[[], bool] | None


@dataclass(frozen=True)
class Standing:
    """One account as it stands now: `reasons` are all that hold, the strongest first, none when it may stay."""

    candidate: Candidate
    reasons: tuple[Reason, ...]


def of_keys(
    shop: Shop,
    keys: Collection[str],
    *,
    now: datetime,
    inactive_days: int = 60,
    own: Own = NOTHING,
    cancelled: Cancel = None,
) -> Mapping[str, Standing]:
    """Return how each of these accounts stands, by its key as given; one that is gone is left out."""
    x = shop.expressions
    row = x.start("customer")
    found_of = review.grounds_of(x, row, now - timedelta(days=inactive_days), own, singly=True)
    grounds = {name: sa.and_(test, *review.alive(x, row)) for name, test in found_of.items()}
    asked = review.columns(x, row, grounds)
    quiet = sa.case((grounds["inactive"], 1), else_=0) if "inactive" in grounds else sa.literal(0)
    asked = asked.add_columns(quiet.label("r_inactive")).where(*x.where("customer", row))
    found: dict[str, Standing] = {}
    read = Reader(x)
    for block in review.key_blocks(x, row, keys):
        lines = shop.rows(asked.where(x.key("customer", row).in_(block)), cancelled=cancelled)
        blocks = guards.blocks_of(shop, lines, cancelled)
        for line in lines:
            key = codec.key_text(line.key, x.layout.customer.key_codec)
            holds: list[Reason] = [name for name in REASONS if getattr(line, f"r_{name.replace('-', '_')}")]
            one = read.candidate(line, blocks)
            if "inactive" in holds and one.activity.at is None and key not in own.listed.get("inactive", ()):
                holds.remove("inactive")  # what only looked like a date in SQL is unknown, and unknown is never old
            found[key] = Standing(one, tuple(holds))
    return found


def keys_of_emails(shop: Shop, emails: Collection[str], *, cancelled: Cancel = None) -> Mapping[str, tuple[str, ...]]:
    """Return, by e-mail in its normal form, the keys of the accounts that have it."""
    x = shop.expressions
    wanted = sorted({normal for normal in map(normal_email, emails) if normal})
    searches = [one for one in x.layout.search if one.by == "email" and one.entity == "customer"]
    found: dict[str, tuple[str, ...]] = {}
    for at in range(0, len(wanted), 500):
        forms = {form: mail for mail in wanted[at : at + 500] for one in searches[:1] for form in
                 x.forms(mail, "email", one.fold)}  # fmt: skip
        if not forms:
            continue
        row = x.start("customer")
        column = x.folded(x.value("customer", row, searches[0].of), searches[0].fold)
        asked: Any = sa.select(x.key("customer", row).label("key"), x.text(column).label("mail"))
        for line in shop.rows(asked.where(column.in_(list(forms)), *x.where("customer", row)), cancelled=cancelled):
            key = codec.key_text(line.key, x.layout.customer.key_codec)
            mail = forms.get(line.mail) or normal_email(codec.text(line.mail))
            found[mail] = (*found.get(mail, ()), key)
    return found


def accounts(shop: Shop, *, cancelled: Cancel = None) -> int:
    """Return how many accounts the shop has."""
    x = shop.expressions
    row = x.start("customer")
    return int(shop.scalar(sa.select(sa.func.count()).select_from(row).where(*x.where("customer", row)),
                           cancelled=cancelled) or 0)  # fmt: skip
