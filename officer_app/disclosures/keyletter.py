"""Which facts go into the letter that carries a package's passphrase; data only."""

from officer_app.casebook.issued import NOT_KEPT
from officer_app.disclosures.demand import Disclosure
from officer_app.letters.letter import Letter
from officer_app.notices.document import Code, Value

_WORDS = {
    "en": {
        "open": "Open the file with a program that shows PDF, and enter the passphrase when it asks. The pages show "
        "the covering letter, the data and the receipt; the same files, and the data as JSON and CSV, are attached.",
        "signed": "It carries our electronic signature. The SHA-256 of our certificate is {mark}.",
    },
    "vi": {
        "open": "Mở tệp bằng chương trình xem PDF và nhập mật khẩu khi được hỏi. Các trang gồm thư kèm theo, dữ liệu "
        "và biên nhận; các tệp này cùng dữ liệu dạng JSON và CSV được đính kèm trong tệp.",
        "signed": "Tệp mang chữ ký điện tử của chúng tôi. Mã SHA-256 của chứng thư là {mark}.",
    },
}


def passphrase(case: Disclosure, name: str, digest: str, words: str, mark: str) -> Letter:
    """Return the letter; `mark` is the SHA-256 of the certificate that signed the package, or ""."""
    said = _WORDS.get(case.language, _WORDS["en"])
    demand = case.demand
    lines = [line.strip() for line in demand.address.splitlines() if line.strip()] or [demand.email]
    how = (said["open"], said["signed"].format(mark=mark.replace(":", ""))) if mark else (said["open"],)
    fields: dict[str, Value] = {
        "package_name": name,
        "passphrase": Code((words,)),
        "package_hash": digest,
        "how_to_open": how,
    }
    recipient = tuple(part for part in (demand.agency, *lines) if part)
    return Letter(NOT_KEPT, case.language, recipient, fields, addressee=demand.signatory)
