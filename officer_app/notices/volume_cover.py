"""The sheet that goes on top of a volume: what is in it, and the hash by which its file is known again."""

from officer_app.notices.document import Document, Span, Table, Text
from officer_app.notices.volume import Done, PrintFile

_WORDS = {
    "en": {
        "title": "Volume {volume} of {run}",
        "intro": "Lay this sheet on top of the printed volume. It is not sent.",
        "file": "File",
        "letters": "Letters",
        "pages": "Pages",
        "first": "First letter",
        "last": "Last letter",
        "stopped": "Letters not printed",
        "duplex": "Each letter begins on a new sheet when printed on both sides",
        "yes": "yes",
        "no": "no",
        "hash": "SHA-256 of the file",
    },
    "vi": {
        "title": "Tập {volume} của {run}",
        "intro": "Đặt tờ này lên trên tập thư đã in. Tờ này không gửi đi.",
        "file": "Tệp",
        "letters": "Số thư",
        "pages": "Số trang",
        "first": "Thư đầu tiên",
        "last": "Thư cuối cùng",
        "stopped": "Số thư không in được",
        "duplex": "Mỗi thư bắt đầu trên một tờ mới khi in hai mặt",
        "yes": "có",
        "no": "không",
        "hash": "SHA-256 của tệp",
    },
}


def cover_sheet(done: Done, file: PrintFile, run: str, like: Document, *, duplex: bool) -> Document:
    """Return the cover of a volume, with letterhead, date and language of the letter `like`."""
    words = _WORDS.get(like.language, _WORDS["en"])
    groups = " ".join(file.sha256[at : at + 8] for at in range(0, 64, 8))
    rows = (
        (words["file"], file.path.name),
        (words["letters"], f"{file.count:,}"),
        (words["pages"], f"{file.pages:,}"),
        (words["first"], done.first),
        (words["last"], done.last),
        (words["stopped"], f"{len(done.stopped):,}"),
        (words["duplex"], words["yes"] if duplex else words["no"]),
        (words["hash"], groups),
    )
    return Document(
        kind="volume-cover",
        language=like.language,
        sheet="page",
        text_version="1",
        number="",
        letterhead=like.letterhead,
        subject=words["title"].format(volume=done.volume, run=run),
        blocks=(Text((Span(words["intro"]),)), Table((), rows, widths=(1, 2))),
        words=like.words,
        date=like.date,
        info=like.info[:1],
    )
