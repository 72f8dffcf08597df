"""What the certificate of a batch states, without saying whose data were erased."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from officer_app.letters.letter import Letter
from officer_app.notices.document import Table, Value
from officer_app.notices.filling import shown_date
from officer_app.retention.batch import Batch, PlanLine
from officer_app.retention.letter import CERTIFICATE, Around, backups_until, source_in
from officer_app.retention.rules import ORDERS
from officer_app.retention.vietnamese import said

_TITLES = {
    "customer": "Tài khoản", "address": "Sổ địa chỉ", "order": "Đơn hàng", "order_party": "Địa chỉ trong đơn hàng",
    "order_payment": "Thanh toán", "login_event": "Lịch sử đăng nhập", "subscription": "Đăng ký bản tin",
    "ticket": "Yêu cầu hỗ trợ", "cart": "Giỏ hàng", "wishlist": "Danh sách yêu thích", "review": "Đánh giá sản phẩm",
    "outbox": "Thư đã gửi",
}  # fmt: skip
_OLD_ORDERS = {
    "en": "The time for which the law wants orders and invoices kept is over",
    "vi": "Đã hết thời hạn lưu giữ đơn hàng và hóa đơn theo quy định của pháp luật",
}
def title(table: str, known: str, around: Around, tongue: str) -> str:
    """Return what a table is called in the language of the certificate, else as the shop's profile calls it."""
    return _TITLES.get(around.kinds.get(table, ""), known) if tongue == "vi" else known


def ground(known: str, tongue: str) -> str:
    """Return a ground for which no pack has words."""
    return _OLD_ORDERS[tongue] if known == ORDERS else known


def _grounds(line: PlanLine, tongue: str) -> str:
    law = f" ({source_in(line.law, tongue)})" if line.law else ""
    return f"{said(line.reason, tongue)}{law}"


def _until(line: PlanLine, tongue: str) -> str:
    return shown_date(date.fromisoformat(line.until), tongue) if line.until else "–"


@dataclass(frozen=True)
class Proof:
    """What the certificate states: names of who acted, counts, and the digests that tie it to the audit."""

    author: str
    approved: str
    executed: str
    erased: int
    left_out: Mapping[str, int]
    tables: Sequence[tuple[str, str, str]]
    chunks: int
    digests: Sequence[str]
    entry: str
    papers: Sequence[str] = ()
    uncounted: int = 0


def _moment(at: datetime | None, zone: tzinfo, tongue: str) -> str:
    return "" if at is None else shown_date(at.astimezone(zone), tongue)


def certificate(batch: Batch, proof: Proof, reason: str, profile: str, around: Around, tongue: str) -> Letter:
    """Certify what was erased, without saying of whom."""
    zone, words = around.zone, _CERTIFICATE[tongue]
    kept = tuple(
        (title(line.table, line.title, around, tongue), f"{line.rows:,}", _grounds(line, tongue), _until(line, tongue))
        for line in batch.plan
        if line.action == "keep" and line.rows
    )
    found = tuple(
        (one.place, str(words[f"is_{one.state}"]), f"{one.rows:,}", said(one.reason, tongue))
        for one in batch.found
        if one.state != "clean"
    )
    fields: dict[str, Value] = {
        "ground": reason,
        "rule": source_in(around.sources.get(batch.ground, ""), tongue),
        "frozen": f"{_moment(batch.frozen, zone, tongue)}, {proof.author}",
        "approved_by": proof.approved,
        "executed_by": proof.executed,
        "executed": f"{_moment(batch.started, zone, tongue)} – {_moment(batch.ended, zone, tongue)}",
        "announced": _moment(batch.noticed, zone, tongue) or batch.no_notice,
        "accounts": str(words["orders" if batch.ground == ORDERS else "accounts"]).format(
            erased=f"{proof.erased:,}", of=f"{batch.members:,}"
        ),
        "left_out": tuple(f"{said(why, tongue)}: {number:,}" for why, number in proof.left_out.items()),
        "counts": Table(tuple(words["counts"]), tuple(proof.tables), (0.45, 0.3, 0.25), (2,)) if proof.tables
        else str(words["uncounted" if proof.erased else "nothing"]),
        "kept": Table(tuple(words["kept"]), kept, (0.22, 0.12, 0.46, 0.2), (1,)) if kept else "",
        "examined": _examined(batch, around, tongue),
        "not_clean": Table(tuple(words["found"]), found, (0.34, 0.16, 0.12, 0.38), (2,)) if found else "",
        "backups_until": backups_until(batch.backups, tongue),
        "side_effects": tuple(f"{what}: {words['done'] if what in batch.ticked else words['open']}"
                         for what, _ in batch.effects),
        "evidence": tuple(f"SHA-256 {one}" for one in proof.papers),
        "shop_profile": profile,
        "list_digest": batch.digest,
        "log": " ".join((
            *([str(words["lost"]).format(number=proof.uncounted)] if proof.uncounted and proof.tables else ()),
            str(words["log"]).format(chunks=proof.chunks, entry=proof.entry),
        )),
        "chunk_digests": tuple(proof.digests[:12]),
    }  # fmt: skip
    return Letter(CERTIFICATE, tongue, (), fields)


def _examined(batch: Batch, around: Around, tongue: str) -> str:
    """Return what the check looked at: tables; of old orders the rows themselves, where they were noted before."""
    words, at = _CERTIFICATE[tongue], _moment(batch.checked, around.zone, tongue)
    clean = [one for one in batch.found if one.state == "clean"]
    if batch.ground != ORDERS:
        return str(words["examined"]).format(at=at, clean=len(clean))
    titles = {line.table: line.title for line in batch.plan}
    rows = [f"{title(one.table, titles.get(one.table, one.table), around, tongue)}: {one.rows:,}"
            for one in clean if one.rows]  # fmt: skip
    if not rows:
        return str(words["examined_orders"]).format(at=at, clean=len(clean))
    parts = [str(words["examined_rows"]).format(at=at, rows="; ".join(rows))]
    parts += [str(words["examined_keys"])] if batch.members > batch.guests else []
    parts += [str(words["examined_guests"])] if batch.guests else []
    parts += [str(words["examined_but"])] if batch.left_over else []
    return " ".join(parts)


_CERTIFICATE: dict[str, dict[str, str | tuple[str, ...]]] = {
    "en": {
        "accounts": "{erased} of {of} frozen",
        "orders": "none; the orders of {erased} of {of} customers were made anonymous",
        "counts": ("What", "Done", "Rows"),
        "uncounted": "The connection was lost in the middle. That these accounts are erased was looked up in the shop "
        "afterwards; its rows were not counted.",
        "nothing": "Nothing was deleted.",
        "lost": "The connection was lost while {number} of them were erased. That they are was looked up in the shop "
        "afterwards; their rows are not among those counted above.",
        "kept": ("What", "Rows", "Ground", "Until"),
        "found": ("Column", "State", "Rows", "Why"),
        "examined": "{at}: {clean} tables hold nothing of the erased accounts any more.",
        "examined_orders": "{at}: {clean} tables hold no row that belongs to one of these accounts by its key and that "
        "was to be made anonymous. The orders themselves lost that key with everything else that named the customer, "
        "in the transactions counted above, and were not read again.",
        "examined_rows": "{at}: the rows that were to be made anonymous had been noted by their own numbers before. "
        "They were read again one by one, and these hold what was to be written there: {rows}.",
        "examined_keys": "The same tables were searched for further rows that belong to one of these accounts by its "
        "key.",
        "examined_guests": "Every text of these tables was searched for the e-mails of the guests.",
        "examined_but": "What was found is listed below.",
        "is_kept": "kept", "is_left": "left over",
        "done": "done", "open": "not done yet",
        "log": "Chunks, each with its intent and result in the audit log: {chunks}. Head of the log: {entry}.",
    },
    "vi": {
        "accounts": "{erased} trên {of} tài khoản trong danh sách",
        "orders": "không có; đơn hàng của {erased} trên {of} khách hàng đã được ẩn danh",
        "counts": ("Dữ liệu", "Đã thực hiện", "Số bản ghi"),
        "uncounted": "Kết nối bị gián đoạn giữa chừng. Việc các tài khoản này đã được xóa được xác nhận bằng cách tra "
        "cứu lại trong cửa hàng sau đó; số bản ghi không được đếm.",
        "nothing": "Không có dữ liệu nào bị xóa.",
        "lost": "Kết nối bị gián đoạn khi đang xóa {number} trường hợp trong số này. Việc đã xóa được xác nhận bằng "
        "cách tra cứu lại trong cửa hàng sau đó; bản ghi của các trường hợp này không nằm trong số đã đếm ở trên.",
        "kept": ("Dữ liệu", "Số bản ghi", "Căn cứ", "Đến ngày"),
        "found": ("Cột", "Kết quả", "Số bản ghi", "Lý do"),
        "examined": "{at}: {clean} bảng không còn dữ liệu nào của các tài khoản đã xóa.",
        "examined_orders": "{at}: {clean} bảng không còn bản ghi nào cần ẩn danh mà thuộc một trong các tài khoản này "
        "theo mã tài khoản. Bản thân các đơn hàng đã được xóa mã tài khoản cùng mọi thông tin định danh khách hàng "
        "trong các lượt nêu trên và không được đọc lại.",
        "examined_rows": "{at}: các bản ghi cần ẩn danh đã được ghi nhận trước theo mã riêng của từng bản ghi. Các bản "
        "ghi này được đọc lại từng bản ghi, và các bản ghi sau có đúng nội dung cần ghi: {rows}.",
        "examined_keys": "Các bảng này cũng được tìm kiếm để phát hiện bản ghi khác thuộc một trong các tài khoản theo "
        "mã tài khoản.",
        "examined_guests": "Toàn bộ văn bản trong các bảng này được tìm kiếm theo địa chỉ thư điện tử của khách không "
        "có tài khoản.",
        "examined_but": "Những gì được phát hiện được liệt kê bên dưới.",
        "is_kept": "được lưu giữ", "is_left": "còn sót",
        "done": "đã thực hiện", "open": "chưa thực hiện",
        "log": "Số lượt xóa, mỗi lượt đều có bản ghi ý định và kết quả trong nhật ký: {chunks}. Mục cuối: {entry}.",
    },
}  # fmt: skip
