"""Which facts go into the desk's letters: the notice before a deletion, its confirmation, and the certificate."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from officer_app.letters.letter import Letter
from officer_app.notices.document import Value
from officer_app.policy.entries import Keep
from officer_app.retention.batch import Batch, PlanLine

NOTICE, CONFIRMATION, PARTLY, CERTIFICATE = "pre-deletion", "erasure-notice", "partial-refusal", "erasure-certificate"
LETTERS = (CONFIRMATION, PARTLY)
LANGUAGES = ("en", "vi")


@dataclass(frozen=True)
class Recipient:
    """To whom a letter of a batch goes; `lines` are the address below the name, empty where none is known."""

    name: str
    email: str
    lines: tuple[str, ...]
    language: str

    @property
    def address(self) -> tuple[str, ...]:
        """The address lines of the letter: the postal address, else the e-mail, else nothing."""
        lines = self.lines or ((self.email,) if self.email else ())
        return tuple(part for part in (self.name, *lines) if part) if lines else ()


@dataclass(frozen=True)
class Around:
    """What a letter says beside the batch: where an objection goes, what the shop keeps and by which law.

    `kinds` are the kinds of the shop's tables, `sources` the rules behind each ground.
    """

    object_to: str
    zone: tzinfo
    keeps: tuple[Keep, ...]
    kinds: Mapping[str, str]
    sources: Mapping[str, str]
    days: int


REVIEW = {
    "en": ("Accounts due for review", "Customer", "Person", "Reason", "Last activity", "Blocked by"),
    "vi": ("Danh sách tài khoản cần rà soát", "Khách hàng", "Họ tên", "Lý do", "Hoạt động gần nhất", "Lý do chưa xóa"),
}
"""The title and the columns of the review list on paper."""
_REASONS = {
    "en": {
        "inactive": "Nothing happened in your account for more than {days} days.",
        "false": "The data of the account were found to be untrue.",
        "rule-breaking": "The account was found to break the rules of the shop.",
        "cancel": "You asked us to delete your account.",
    },
    "vi": {
        "inactive": "Tài khoản của Quý khách không có hoạt động nào trong hơn {days} ngày.",
        "false": "Thông tin của tài khoản được xác định là không đúng sự thật.",
        "rule-breaking": "Tài khoản được xác định là vi phạm quy định của cửa hàng.",
        "cancel": "Quý khách đã yêu cầu xóa tài khoản.",
    },
}
_RULE = {
    "en": "Rule: {source}.",
    "vi": "Căn cứ: {source}.",
}
_POLICY = ("The shop's published policy", "chính sách bảo mật đã công bố của cửa hàng, mục")
_LAWS = {
    "Accounting Law Art. 41; Decree 174/2016 Arts 12 to 15": "Luật Kế toán, Điều 41; Nghị định 174/2016/NĐ-CP, các "
    "Điều 12 đến 15",
}
_KEEP_IT = {
    "en": {
        "inactive": "Sign in once, or write to {email}. Either keeps the account as it is.",
        "": "Write to {email} and say why the account is to stay; we then examine it again.",
    },
    "vi": {
        "inactive": "Quý khách chỉ cần đăng nhập một lần hoặc viết thư đến {email}; tài khoản sẽ được giữ nguyên.",
        "": "Quý khách vui lòng viết thư đến {email} và nêu lý do cần giữ tài khoản; chúng tôi sẽ xem xét lại.",
    },
}
_OBJECT = {
    "en": "Write to {email}. While your objection is open, nothing is deleted.",
    "vi": "Quý khách vui lòng viết thư đến {email}. Trong thời gian xem xét ý kiến của Quý khách, không dữ liệu nào bị "
    "xóa.",
}
_AFTER = {
    "en": "Write to {email} and say what you see differently; somebody who was not involved will look at it again.",
    "vi": "Quý khách có thể viết thư đến {email} và nêu ý kiến của mình; một người không tham gia giải quyết trước đó "
    "sẽ xem xét lại.",
}
_REMEDY = {
    "en": "You may also complain to the data protection authority, and you may go to court.",
    "vi": "Quý khách cũng có quyền khiếu nại đến cơ quan bảo vệ dữ liệu cá nhân có thẩm quyền hoặc khởi kiện tại tòa "
    "án.",
}
_KINDS = {
    "en": {
        "customer": "your account: name, e-mail, phone and password",
        "address": "your address book",
        "login_event": "the record of your sign-ins",
        "subscription": "your subscriptions to our newsletters",
        "ticket": "your name and address in requests to our customer service",
        "cart": "your shopping carts",
        "wishlist": "your wish lists",
        "review": "your name in product reviews",
        "outbox": "copies of messages that we sent you",
        "order_party": "your name and address in finished orders",
        "order_payment": "your name in payments",
        "order": "your name and e-mail in finished orders",
        "": "further records that belong to your account",
    },
    "vi": {
        "customer": "tài khoản: họ tên, thư điện tử, số điện thoại và mật khẩu",
        "address": "sổ địa chỉ",
        "login_event": "lịch sử đăng nhập",
        "subscription": "đăng ký nhận bản tin",
        "ticket": "họ tên và địa chỉ thư trong các yêu cầu gửi bộ phận chăm sóc khách hàng",
        "cart": "giỏ hàng",
        "wishlist": "danh sách yêu thích",
        "review": "họ tên trong các đánh giá sản phẩm",
        "outbox": "bản sao các thư chúng tôi đã gửi Quý khách",
        "order_party": "họ tên và địa chỉ trong các đơn hàng đã hoàn tất",
        "order_payment": "họ tên trong các khoản thanh toán",
        "order": "họ tên và thư điện tử trong các đơn hàng đã hoàn tất",
        "": "các dữ liệu khác gắn với tài khoản",
    },
}
_KEPT = {
    "en": "{title}: kept for {years} years from the end of the year, used for nothing else ({source}).",
    "vi": "{title}: lưu {years} năm kể từ khi kết thúc năm, không sử dụng vào mục đích khác ({source}).",
}
_ORDERS = {"en": "Orders and invoices", "vi": "Đơn hàng và hóa đơn"}
_BACKUPS = {"en": "the date is not known", "vi": "chưa xác định"}
_PARTLY = {
    "en": "The data named below are not deleted now, because a law demands that they are kept. They are restricted: "
    "nobody uses them for anything else, and they go when their time is over.",
    "vi": "Các dữ liệu nêu dưới đây chưa được xóa vì pháp luật yêu cầu phải lưu giữ. Các dữ liệu này bị hạn chế sử "
    "dụng, không được dùng vào mục đích khác và sẽ được xóa khi hết thời hạn.",
}
_DONE = {
    "en": "We deleted {what}. Number of the certificate of deletion: {number}.",
    "vi": "Chúng tôi đã xóa {what}. Số chứng nhận xóa dữ liệu: {number}.",
}
_ASKED = {"en": "That we delete your account and your data.", "vi": "Xóa tài khoản và dữ liệu cá nhân của Quý khách."}


def language(wanted: str, usual: str) -> str:
    """Return the language a person is written in: theirs where there are texts, else the shop's usual one."""
    return wanted if wanted in LANGUAGES else usual if usual in LANGUAGES else "en"


def source_in(source: str, tongue: str) -> str:
    """Return the source of a rule in the language of the letter, as far as we know its name there."""
    return _LAWS.get(source, source.replace(*_POLICY)) if tongue == "vi" else source


def _what(plan: Sequence[PlanLine], kinds: Mapping[str, str], tongue: str, *actions: str) -> tuple[str, ...]:
    words = _KINDS[tongue]
    found = [words.get(kinds.get(line.table, ""), words[""]) for line in plan
             if line.action in actions and (line.rows or kinds.get(line.table) == "customer")]  # fmt: skip
    return tuple(dict.fromkeys(sorted(found, key=lambda one: one == words[""])))


def _kept(plan: Sequence[PlanLine], keeps: Sequence[Keep], tongue: str) -> tuple[str, ...]:
    if not any(line.action == "keep" and line.rows for line in plan):
        return ()
    if not keeps:
        return (_ORDERS[tongue],)
    longest = max(keeps, key=lambda one: one.years)
    return (_KEPT[tongue].format(title=_ORDERS[tongue], years=longest.years, source=source_in(longest.source, tongue)),)


def notice(
    batch: Batch, plan: Sequence[PlanLine], to: Recipient, last: str, not_before: date, around: Around
) -> Letter:
    """Say before a deletion what will go, when, and how to keep the account; `last` is the last sign of life."""
    tongue = to.language
    kept = _kept(plan, around.keeps, tongue)
    keep_it = _KEEP_IT[tongue].get(batch.ground, _KEEP_IT[tongue][""])
    fields: dict[str, Value] = {
        "account": to.email,
        "last_activity": last,
        "reason": _REASONS[tongue][batch.ground].format(days=around.days),
        "rule": _RULE[tongue].format(source=source_in(around.sources.get(batch.ground, ""), tongue)),
        "what_will_be_deleted": _what(plan, around.kinds, tongue, "delete", "change"),
        "deletion_date": not_before,
        "how_to_keep": keep_it.format(email=around.object_to),
        "kept": kept,
        "how_to_object": _OBJECT[tongue].format(email=around.object_to),
    }
    return Letter(NOTICE, tongue, to.address, fields, to.name, ("data_kept",) if kept else ())


def confirmation(
    batch: Batch,
    plan: Sequence[PlanLine],
    to: Recipient,
    asked: tuple[str, datetime] | None,
    on: date,
    around: Around,
) -> Letter:
    """Confirm an erasure; who `asked` for it (in words, when) and of whom something is kept is told that as a decision.

    It is written before the address is erased, and sent after the erasure was checked.
    """
    tongue = to.language
    kept = _kept(plan, around.keeps, tongue)
    gone = _what(plan, around.kinds, tongue, "delete", "change")
    remedies: dict[str, Value] = {
        "how_to_object": _AFTER[tongue].format(email=around.object_to),
        "authority_and_court": _REMEDY[tongue],
    }
    received = None if asked is None else asked[1].astimezone(around.zone).date()
    if asked is not None and received is not None and kept:
        partly: dict[str, Value] = {
            "asked": asked[0] or _ASKED[tongue],
            "received_on": received,
            "done_partly": _DONE[tongue].format(what=", ".join(gone), number=batch.certificate),
            "decision": _PARTLY[tongue],
            "reasons": kept,
            "rule": source_in(
                max(around.keeps, key=lambda one: one.years).source
                if around.keeps
                else around.sources.get(batch.ground, ""),
                tongue,
            ),
        }
        return Letter(PARTLY, tongue, to.address, {**partly, **remedies}, to.name)
    fields: dict[str, Value] = {
        "ground": _REASONS[tongue][batch.ground].format(days=around.days),
        "erased": gone,
        "erased_on": on,
        "backups_until": backups_until(batch.backups, tongue),
        "certificate_number": batch.certificate,
        "kept": kept,
        **remedies,
    }
    if asked is not None and received is not None:
        fields |= {"asked": asked[0] or _ASKED[tongue], "received_on": received}
    return Letter(CONFIRMATION, tongue, to.address, fields, to.name, ("data_kept",) if kept else ())


def backups_until(typed: str, tongue: str) -> Value:
    """Return until when backups may hold the data: a day typed as 2026-12-29 as a date, else the officer's words."""
    with suppress(ValueError):
        return date.fromisoformat(typed.strip())
    return typed or _BACKUPS[tongue]
