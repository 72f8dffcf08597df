"""Turns the HTML of a mail into plain text; nothing is rendered, fetched or run."""

import re
from html import unescape
from html.parser import HTMLParser

from officer_app.post import caps
from officer_app.post.caps import Notes

_SILENT = frozenset({"script", "style", "head", "title", "template", "svg", "math", "object", "select"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
     "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre",
     "section", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)  # fmt: skip
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote"})
_QUOTE_DEPTH = 10
_TAG = re.compile(r"<[^<>]*>")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_MANY_LINES = re.compile(r"\n{3,}")
_LONG_WORD = re.compile(r"\S{1000}")


def from_html(html: str, notes: Notes) -> str:
    """Return the text that a reader of the HTML would see, with the true target behind each link."""
    if len(html) > caps.HTML_CHARS:
        notes.over(caps.TOO_LONG)
        html = html[: caps.HTML_CHARS]
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except Exception:  # the parser asserts on some malformed declarations
        notes.warn("The HTML of the mail is broken; its text was taken out roughly.")
        return roughly(html)
    return reader.text()


def roughly(html: str) -> str:
    """Return the text between the tags of HTML that could not be read properly; linear on any input."""
    return _squeezed(unescape(_TAG.sub(" ", html)))


def unflowed(text: str) -> str:
    """Return text sent as format=flowed with its soft line breaks undone (RFC 3676)."""
    lines: list[list[str]] = []
    open_end = False
    for line in text.split("\n"):
        # Space-stuffing protects a line that begins like a quotation; a quotation is left as it was typed.
        plain = line[1:] if line.startswith(" ") else line
        if open_end and not plain.startswith(">") and plain != "-- ":
            lines[-1].append(plain)
        else:
            lines.append([plain])
        open_end = plain.endswith(" ") and plain != "-- " and not plain.startswith(">")
    return "\n".join("".join(pieces) for pieces in lines)


def shortened(text: str, notes: Notes) -> str:
    """Return `text` cut to what a window can show; endless words are broken: layout time grows with them."""
    if len(text) > caps.TEXT_CHARS:
        notes.over(caps.TOO_LONG)
        text = text[: caps.TEXT_CHARS]
    return _LONG_WORD.sub(lambda word: word[0] + "\n", text)


class _Reader(HTMLParser):
    """Collects visible text; tags only count, so that nesting costs nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._silent = 0
        self._silent_tag = ""
        self._quotes = 0
        self._verbatim = 0
        self._target = ""
        self._link_text: list[str] = []

    def text(self) -> str:
        self._break()
        return _MANY_LINES.sub("\n\n", "\n".join(self._lines)).strip()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self._silent:
            self._silent += tag == self._silent_tag
            return
        if tag in _SILENT:
            self._silent, self._silent_tag = 1, tag
        elif tag == "body":
            self._silent = 0
        elif tag == "br":
            self._break()
        elif tag == "li":
            self._break()
            self._line.append("• ")
        elif tag in ("td", "th"):
            self._line.append("  ")
        elif tag == "img":
            alternative = dict(attributes).get("alt")
            if alternative:
                self._line.append(f"[{alternative[:200]}]")
        elif tag == "a":
            self._target = (dict(attributes).get("href") or "").strip()[:500]
            self._link_text = []
        elif tag in _BLOCKS:
            self._break(tag in _PARAGRAPHS)
            self._quotes += tag == "blockquote"
            self._verbatim += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent -= tag == self._silent_tag
            if tag == "head":
                self._silent = 0
            return
        if tag == "a":
            self._close_link()
        elif tag in _BLOCKS or tag == "li":
            self._break(tag in _PARAGRAPHS)
            if tag == "blockquote":
                self._quotes = max(0, self._quotes - 1)
            elif tag == "pre":
                self._verbatim = max(0, self._verbatim - 1)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._verbatim:
            first, *rest = data.split("\n")
            self._line.append(first)
            for line in rest:
                self._break()
                self._line.append(line)
        else:
            self._line.append(_SPACES.sub(" ", data))
        if self._target:
            self._link_text.append(data)

    def _close_link(self) -> None:
        """Show where a link leads unless its text says so: the two may differ."""
        shown = "".join(self._link_text).strip()
        target = self._target.removeprefix("mailto:")
        if target and not target.startswith("#") and target.rstrip("/") != shown.rstrip("/"):
            self._line.append(f" <{_SPACES.sub('', target)}>")
        self._target = ""

    def _break(self, paragraph: bool = False) -> None:
        line = "".join(self._line)
        self._line = []
        line = line.rstrip() if self._verbatim else _SPACES.sub(" ", line).strip()
        if line or (self._lines and self._lines[-1]):
            mark = "> " * min(self._quotes, _QUOTE_DEPTH)
            if line:
                self._lines.append(mark + line)
            if paragraph and self._lines and self._lines[-1]:
                self._lines.append("")


def _squeezed(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()
