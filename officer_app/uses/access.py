"""Who may see which data and why: the shop's note on access by role, from its defaults and what officers changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from officer_app.base.errors import KnownError

ROLES: Mapping[str, Mapping[str, str]] = {
    "officer": {"en": "privacy officer", "vi": "cán bộ bảo vệ dữ liệu"},
    "manager": {"en": "management", "vi": "ban quản lý"},
    "service": {"en": "customer service", "vi": "chăm sóc khách hàng"},
    "delivery": {"en": "dispatch and delivery", "vi": "đóng gói và giao hàng"},
    "accounting": {"en": "accounting", "vi": "kế toán"},
    "administration": {"en": "system administration", "vi": "quản trị hệ thống"},
}
_CASES = {
    "en": "The privacy officer sees it in a case that concerns it, management in what it approves.",
    "vi": "Cán bộ bảo vệ dữ liệu xem khi có vụ việc liên quan, ban quản lý xem phần mình phê duyệt.",
}
_DEFAULTS: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "name": (("officer", "manager", "service", "delivery"), "To address and deliver, and to answer the customer.",
             "Để ghi địa chỉ, giao hàng và trả lời khách hàng."),
    "email": (("officer", "manager", "service"), "To confirm orders and answer questions.",
              "Để xác nhận đơn hàng và trả lời câu hỏi."),
    "mobile": (("officer", "manager", "service", "delivery"), "To agree on the delivery and in special situations.",
               "Để hẹn giao hàng và liên lạc trong trường hợp đặc biệt."),
    "address": (("officer", "manager", "service", "delivery"), "To deliver the goods.", "Để giao hàng."),
    "password": ((), "It is stored so that it cannot be read.",
                 "Mật khẩu được lưu ở dạng không đọc được."),
    "orders": (("officer", "manager", "service", "delivery", "accounting"),
               "To deliver, to answer complaints, and to keep the books.",
               "Để giao hàng, giải quyết khiếu nại và ghi sổ kế toán."),
    "payment": (("officer", "manager", "accounting"), "To book payments and refunds.",
                "Để ghi nhận thanh toán và hoàn tiền."),
}  # fmt: skip


@dataclass(frozen=True)
class Access:
    """Which roles may see one category of data, and why, by language."""

    category: str
    roles: tuple[str, ...]
    why: Mapping[str, str]
    changed: bool = False

    def why_in(self, language: str) -> str:
        """Return the reason in a language, else in English."""
        return self.why.get(language) or self.why.get("en", "")


def current(category: str, stored: Mapping[str, Any]) -> Access:
    """Return what holds for a category: what an officer set, else the default; an unknown one is the officer's."""
    known = stored.get(category)
    if known:
        return Access(category, tuple(known["roles"]), dict(known["why"]), changed=True)
    roles, english, vietnamese = _DEFAULTS.get(category, (("officer",), "", ""))
    if not english:
        return Access(category, roles, _CASES)
    return Access(category, roles, {"en": english, "vi": vietnamese})


def keep(category: str, roles: tuple[str, ...], why: Mapping[str, str], categories: Collection[str]) -> dict[str, Any]:
    """Return what is stored for a category, or refuse what gives no reason."""
    if category not in categories or not set(roles) <= set(ROLES):
        raise KnownError("This category or role is not known. Refresh the page.")
    if category == "password" and roles:
        raise KnownError("A password is nobody's to see; it opens the account it belongs to.")
    if not all(why.get(language, "").strip() for language in ("en", "vi")):
        raise KnownError("Say why, in English and in Vietnamese: the note is printed in both.")
    return {"roles": list(roles), "why": {key: text.strip()[:1000] for key, text in why.items()}}
