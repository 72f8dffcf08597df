"""The words of the desk's letters that belong to no letter text: findings, remedies, the heads of tables."""

ASKED = 1500
"""What the person wrote is quoted up to this many characters; the rest stays in the file."""

FINDINGS = {
    "en": {
        "kept": "We kept to the purposes for which we hold your data.",
        "not kept": "We did not keep to the purposes for which we hold your data.",
        "cannot be established": "What happened cannot be established with what we have.",
    },
    "vi": {
        "kept": "Chúng tôi đã sử dụng dữ liệu của Quý khách đúng các mục đích đã công bố.",
        "not kept": "Chúng tôi đã không sử dụng dữ liệu của Quý khách đúng các mục đích đã công bố.",
        "cannot be established": "Với các thông tin hiện có, chưa thể xác định được sự việc đã xảy ra.",
    },
}

REMEDIES = {
    "en": (
        "Write to {email} and say what you see differently; somebody who was not involved will look at it again.",
        "You may also complain to the data protection authority, and you may go to court.",
    ),
    "vi": (
        "Quý khách có thể viết thư đến {email} và nêu ý kiến của mình; một người không tham gia giải quyết trước đó sẽ "
        "xem xét lại.",
        "Quý khách cũng có quyền khiếu nại đến cơ quan bảo vệ dữ liệu cá nhân có thẩm quyền hoặc khởi kiện tại tòa án.",
    ),
}

QUESTIONS = {
    "en": ("the number of one of your orders,", "the mobile number and the street stored in your account."),
    "vi": ("mã của một đơn hàng của Quý khách,", "số điện thoại và địa chỉ đã lưu trong tài khoản của Quý khách."),
}
NOTHING = {"en": "Nothing of it is done in part.", "vi": "Không có phần nào được thực hiện."}
REFUSED = {"en": "We do not grant your request.", "vi": "Chúng tôi không thể đáp ứng yêu cầu của Quý khách."}
REQUEST = {
    "en": "Please examine the matter and tell us and the complainant your decision.",
    "vi": "Kính đề nghị Quý cơ quan xem xét vụ việc và thông báo kết quả cho chúng tôi và người khiếu nại.",
}
PARTLY = {
    "en": "The rest of your request we do not grant.",
    "vi": "Phần còn lại của yêu cầu chúng tôi không thể đáp ứng.",
}
UNTRUE_DATA = {
    "en": "We do not take the matter further. All the data stated for the account were found untrue: the name, the "
    "e-mail address, the phone number and the postal address. This was examined one by one and confirmed by a second "
    "person.",
    "vi": "Chúng tôi không tiếp tục giải quyết nội dung này. Toàn bộ thông tin đã khai cho tài khoản được xác định là "
    "không đúng sự thật: họ tên, địa chỉ thư điện tử, số điện thoại và địa chỉ. Việc này đã được xem xét từng mục và "
    "được một người thứ hai xác nhận.",
}
HEAD = {
    "en": ("What you told us", "Purpose of the use", "What we found", "Why"),
    "vi": ("Nội dung phản ánh", "Mục đích sử dụng", "Kết quả xác minh", "Lý do"),
}
OUTSIDE = {
    "en": ("None of the purposes for which we hold your data", "No such use was found"),
    "vi": ("Không thuộc mục đích nào đã công bố", "Không phát hiện việc sử dụng này"),
}
CHANGED = {"en": ("What", "It said", "It now says"), "vi": ("Mục", "Nội dung cũ", "Nội dung mới")}
FACTS = {
    "en": {
        "name": "Name", "email": "E-mail address", "phone": "Phone", "street": "Street", "postcode": "Postcode",
        "city": "City", "other": "Other data",
    },
    "vi": {
        "name": "Họ tên", "email": "Địa chỉ thư điện tử", "phone": "Số điện thoại", "street": "Địa chỉ",
        "postcode": "Mã bưu chính", "city": "Tỉnh, thành phố", "other": "Dữ liệu khác",
    },
}  # fmt: skip
