"""The fixed words of the register of uses, the consent extract and the note on access, by language."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "register": "Purpose|Lawful basis|Shown by|Data|Recipients|Processors and their contract|Kept",
        "shop": "Consent|State|Since|Proof",
        "ours": "What for|Given|Wording shown|Proof|Withdrawn",
        "access": "Data|Who may see it|Why",
        "nobody": "nobody", "none": "none", "not recorded": "not recorded",
        "given": "given", "not given": "not given", "unknown": "neither yes nor no is recorded",
        "no proof there": "missing: the shop's database keeps neither the wording nor how it was given",
        "no shop": "The shop's database records no consent of this person.",
        "asked not": "The shop's database was not asked: {why}",
        "no ours": "Our own records hold no consent of this person.",
        "no proof": "missing: no paper is filed", "filed": "filed in {case}",
        "in force": "no, it holds", "expired": "no, but it has expired",
        "by": "{day}, by {way}", "edition": "{wording} (version {edition})", "to": "to {recipient}",
        "proof": "{name}, SHA-256 {sha}",
        "way shop": "a tick in the shop", "way written": "letter or form", "way e-mail": "e-mail", "way sms": "SMS",
        "way call": "recorded call", "way in person": "word of mouth, noted",
        "basis": "{title}: no lawful basis is recorded.",
        "outside": "{title}: outside the closed list of purposes (policy C2).",
        "contract": "{title}: a processor without a contract in the directory.",
        "ended": "{title}: a processor's contract has ended.",
        "until": "until {day}",
        "warning": "Whoever sends data has not consented by that alone, although the shop's policy presumes it (G1). A "
        "consent must be given knowingly and for a purpose, and the shop must be able to prove it: {sources}.",
        "silence": "Silence and boxes ticked beforehand are no consent.",
        "account": "Customer {key}, {email}", "guest": "Guest, {email}",
        "rule": "The shop's policy E1: data is used only for the policy's purposes, customer service and judicial "
        "bodies included. What a role does not need for them, it does not see.",
        "masked": "Lists show personal data masked; opening a case or a customer's card is recorded "
        "with name and time.",
        "officer": "Officers work on cases. Management approves every release of data and prints breach letters.",
        "judicial": "Nothing leaves to a judicial body or third party before its basis is checked and a second person "
        "has cleared it.",
    },
    "vi": {
        "register": "Mục đích|Căn cứ pháp lý|Cách chứng minh|Dữ liệu|Bên nhận|Bên xử lý và hợp đồng|Thời hạn lưu",
        "shop": "Sự đồng ý|Trạng thái|Từ ngày|Bằng chứng",
        "ours": "Mục đích|Đồng ý khi nào|Nội dung đã hiển thị|Bằng chứng|Rút lại",
        "access": "Dữ liệu|Ai được xem|Lý do",
        "nobody": "không ai", "none": "không có", "not recorded": "chưa ghi nhận",
        "given": "đã đồng ý", "not given": "không đồng ý", "unknown": "không ghi nhận có hay không",
        "no proof there": "thiếu: cơ sở dữ liệu của cửa hàng không lưu nội dung đã hiển thị và cách thức đồng ý",
        "no shop": "Cơ sở dữ liệu của cửa hàng không ghi nhận sự đồng ý nào của người này.",
        "asked not": "Chưa tra cứu được cơ sở dữ liệu của cửa hàng: {why}",
        "no ours": "Hồ sơ của chúng tôi không có sự đồng ý nào của người này.",
        "no proof": "thiếu: chưa lưu tài liệu chứng minh", "filed": "lưu trong hồ sơ {case}",
        "in force": "chưa, còn hiệu lực", "expired": "chưa, nhưng đã hết hạn",
        "by": "{day}, qua {way}", "edition": "{wording} (phiên bản {edition})", "to": "cho {recipient}",
        "proof": "{name}, SHA-256 {sha}",
        "way shop": "ô chọn trên trang của cửa hàng", "way written": "thư hoặc mẫu đơn", "way e-mail": "thư điện tử",
        "way sms": "tin nhắn SMS", "way call": "cuộc gọi có ghi âm", "way in person": "lời nói, có ghi chép",
        "basis": "{title}: chưa ghi nhận căn cứ pháp lý.",
        "outside": "{title}: ngoài danh mục mục đích đã công bố (chính sách C2).",
        "contract": "{title}: có bên xử lý chưa có hợp đồng trong danh bạ.",
        "ended": "{title}: hợp đồng của một bên xử lý đã hết hạn.",
        "until": "đến {day}",
        "warning": "Việc gửi dữ liệu tự nó chưa phải là sự đồng ý, dù chính sách của cửa hàng mặc định như vậy (G1). "
        "Sự đồng ý phải được đưa ra khi đã biết rõ, cho từng mục đích, và cửa hàng phải chứng minh được: {sources}.",
        "silence": "Im lặng và các ô được đánh dấu sẵn không phải là sự đồng ý.",
        "account": "Khách hàng {key}, {email}", "guest": "Khách vãng lai, {email}",
        "rule": "Chính sách của cửa hàng, mục E1: dữ liệu chỉ được dùng cho các mục đích của chính sách, kể cả chăm "
        "sóc khách hàng và cơ quan tư pháp. Bộ phận nào không cần dữ liệu cho các mục đích đó thì không được xem.",
        "masked": "Danh sách chỉ hiển thị dữ liệu đã che; việc mở hồ sơ hoặc thẻ khách hàng được ghi lại cùng tên và "
        "thời điểm.",
        "officer": "Cán bộ xử lý hồ sơ. Ban quản lý phê duyệt mọi lần cung cấp dữ liệu và in thư thông báo sự cố.",
        "judicial": "Không dữ liệu nào được cung cấp cho cơ quan tư pháp hay bên thứ ba khi chưa kiểm tra căn cứ và "
        "chưa có người thứ hai chấp thuận.",
    },
}  # fmt: skip
