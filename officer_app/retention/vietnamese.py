"""What the desk says of accounts, in Vietnamese papers: why one is kept, left out or blocked, and its last activity."""

import re
from datetime import date

from officer_app.notices.filling import shown_date

_SENTENCES = {
    "This is a staff account.": "Đây là tài khoản của nhân viên.",
    "An order is still open.": "Còn đơn hàng chưa hoàn tất.",
    "An order is unpaid or waits for a refund.": "Còn đơn hàng chưa thanh toán hoặc đang chờ hoàn tiền.",
    "A support ticket is open.": "Còn yêu cầu hỗ trợ chưa giải quyết.",
    "The account is not in the shop any more.": "Tài khoản không còn trong hệ thống cửa hàng.",
    "There was a sign of life since the list was made.": "Tài khoản đã hoạt động sau khi lập danh sách.",
    "The shop does not give this reason any more.": "Lý do xóa không còn tồn tại trong dữ liệu của cửa hàng.",
    "There is an order, or a payment, that has to be kept longer.": "Còn đơn hàng hoặc khoản thanh toán phải tiếp tục "
    "lưu giữ.",
    "A newer order has to be kept, or the orders are anonymous already.": "Còn đơn hàng mới hơn phải lưu giữ, hoặc các "
    "đơn hàng đã được ẩn danh.",
    "An account has this e-mail now, so it is no guest's any more.": "Địa chỉ thư điện tử này nay thuộc về một tài "
    "khoản.",
    "The account has another e-mail since the list was made.": "Tài khoản đã đổi địa chỉ thư điện tử sau khi lập danh "
    "sách.",
    "It was taken off the review list.": "Đã được đưa ra khỏi danh sách rà soát.",
    "The reason does not hold any more.": "Lý do xóa không còn tồn tại.",
    "is being erased now": "đang được xóa",
    "withdrawn": "đã rút lại",
    "Invoices are kept for the tax authority.": "Hóa đơn được lưu giữ theo quy định về thuế.",
    "Part of the invoice, which is kept for the tax authority.": "Thuộc hóa đơn, được lưu giữ theo quy định về thuế.",
    "Part of the order, which is kept for the tax authority.": "Thuộc đơn hàng, được lưu giữ theo quy định về thuế.",
}
_STARTS = (
    (r"open case (.+)", "hồ sơ đang giải quyết: {0}"),
    (r"legal hold of (.+)", "lệnh tạm giữ dữ liệu của {0}"),
    (r"Now against it: (.+)\.", "Nay có lý do không xóa: {0}."),
    (r"Active again: (\S+) on (.+)\.", "Đã hoạt động trở lại: {0}, {1}."),
)
SIGNS = {
    "en": {"login": "sign-in", "order": "order", "payment": "payment", "support": "message to us",
           "contact": "message to us", "created": "account opened", "activity": "activity", "cart": "cart",
           "unknown": "unknown"},
    "vi": {"login": "đăng nhập", "order": "đặt hàng", "payment": "thanh toán", "support": "liên hệ với chúng tôi",
           "contact": "liên hệ với chúng tôi", "created": "mở tài khoản", "activity": "hoạt động", "cart": "giỏ hàng",
           "unknown": "không rõ"},
}  # fmt: skip
"""What a sign of life was, by language."""


def said(text: str, tongue: str) -> str:
    """Return a sentence of this desk in the language of the paper; what an officer or a profile wrote stays."""
    if tongue != "vi":
        return text
    if text in _SENTENCES:
        return _SENTENCES[text]
    for pattern, words in _STARTS:
        if found := re.fullmatch(pattern, text):
            parts = [SIGNS["vi"].get(part) or "; ".join(said(one, tongue) for one in part.split("; "))
                     for part in found.groups()]  # fmt: skip
            return words.format(*parts)
    return text


def activity(meaning: str, day: date | None, tongue: str) -> str:
    """Return the last sign of life as a paper says it."""
    words = SIGNS.get(tongue, SIGNS["en"])
    if day is None:
        return words["unknown"]
    return f"{shown_date(day, tongue)} ({words.get(meaning, words['activity'])})"
