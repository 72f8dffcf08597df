"""Letter texts: Markdown with TOML front matter, read once into nodes with named places for the facts."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from markdown_it import MarkdownIt
from markdown_it.token import Token

from officer_app.base import resources
from officer_app.base.errors import BugError, KnownError
from officer_app.notices.document import Sheet

GIVEN = frozenset(
    {
        "addressee",
        "number",
        "reference",
        "date",
        "shop",
        "company",
        "officer",
        "shop_email",
        "shop_phone",
        "shop_address",
    }
)
"""Places that every text may use and no desk has to fill."""
COMMON = frozenset({"addressee", "contact", "signature", "one_person", "enclosures"})
"""Fields that every letter accepts."""

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_INCLUDE = re.compile(r"\{include ([a-z][a-z-]*)\}")


@dataclass(frozen=True)
class Part:
    """A stretch of fixed text, or (when `place` is named) where a fact goes."""

    text: str = ""
    place: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Node:
    """A heading, a paragraph or the items of a list, each a row of parts."""

    kind: str
    rows: tuple[tuple[Part, ...], ...]

    def places(self) -> Iterator[str]:
        """Yield the names of the places in it."""
        return (part.place for row in self.rows for part in row if part.place)


@dataclass(frozen=True)
class Template:
    """One letter text in one language.

    `says` names contents that the fixed text or the sheet itself states; `otherwise` gives what stands for a fact
    that is empty; `same` gives our name for a content that the packs call differently.
    """

    kind: str
    language: str
    version: str
    sheet: Sheet
    subject: tuple[Part, ...]
    reference_label: str
    salutation: str
    salutation_unnamed: str
    closing: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    switches: tuple[str, ...]
    says: tuple[str, ...]
    otherwise: Mapping[str, str]
    same: Mapping[str, str]
    nodes: tuple[Node, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that a desk may fill."""
        return COMMON.union(self.required, self.optional, self.switches)


@dataclass(frozen=True)
class Tongue:
    """The words of one language that belong to no single letter."""

    code: str
    words: Mapping[str, str]
    labels: Mapping[str, str]
    months: tuple[str, ...]


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that letters can be written in."""
    return tuple(sorted(folder.name for folder in resources.path("notices").iterdir() if folder.is_dir()))


def kinds(language: str = "en") -> tuple[str, ...]:
    """Return the kinds of notice that exist in `language`."""
    return tuple(sorted(path.stem for path in resources.path("notices", language).glob("*.md")))


@cache
def tongue(language: str) -> Tongue:
    """Return the words of `language`; KnownError when no letters exist in it."""
    if language not in languages():
        raise KnownError(f"There are no letters in the language “{language}”: choose one of {', '.join(languages())}.")
    facts = tomllib.loads(resources.path("notices", language, "words.toml").read_text("utf-8"))
    return Tongue(language, facts["words"], facts["labels"], tuple(facts["months"]))


def load(kind: str, language: str, overrides: Path | None = None) -> Template:
    """Return the text of `kind`, from the officer's folder (`overrides`/<language>/<kind>.md) if it has one.

    A fault in a shipped text is a BugError; a fault in the officer's own is a KnownError that names the file.
    """
    own = overrides / language / f"{kind}.md" if overrides else None
    if own is None or not own.is_file():
        return _shipped(kind, language)
    try:
        source = own.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise KnownError(f"The letter text {own} cannot be read: save it as UTF-8, or remove it.") from None
    return _own(kind, language, str(own), source)


@cache
def _shipped(kind: str, language: str) -> Template:
    tongue(language)
    if kind not in kinds(language):
        raise BugError(f"no letter text {kind} in {language}")
    path = resources.path("notices", language, f"{kind}.md")
    try:
        return _read(kind, language, path.read_text("utf-8"))
    except (ValueError, KeyError, TypeError) as fault:
        raise BugError(f"{path}: {fault}") from fault


@cache
def _part(name: str, language: str) -> Template:
    """Return a piece of text that several letters share."""
    path = resources.root() / "notices" / language / "parts" / f"{name}.md"
    if not path.is_file():
        raise ValueError(f"there is no part “{name}” to include")
    return _read(name, language, path.read_text("utf-8"))


@cache
def _own(kind: str, language: str, name: str, source: str) -> Template:
    standard = _shipped(kind, language)
    try:
        template = _read(kind, language, source)
    except (ValueError, KeyError, TypeError) as fault:
        raise KnownError(f"The letter text {name} has a fault: {fault}. Mend it, or remove it.") from None
    strange = sorted(template.fields - standard.fields)
    if strange:
        raise KnownError(f"The letter text {name} asks for facts nobody fills: {', '.join(strange)}. Remove them.")
    dropped = sorted(set(standard.required) - set(template.required))
    if dropped:
        raise KnownError(f"The letter text {name} leaves out what must be said: {', '.join(dropped)}. Add it.")
    return template


def _read(kind: str, language: str, source: str) -> Template:
    head, body = _split(source)
    words = tongue(language).words
    if head.get("kind") != kind:
        raise ValueError(f"its kind is “{head.get('kind')}”, not “{kind}”")
    unknown = set(head) - _KEYS
    if unknown:
        raise ValueError(f"unknown entries in the front matter: {', '.join(sorted(unknown))}")
    required, optional, switches = (tuple(head.get(key, ())) for key in ("required", "optional", "switches"))
    digest = hashlib.sha256(source.encode())
    nodes: list[Node] = []
    for node in _nodes(body):
        include = _INCLUDE.fullmatch("".join(part.text for part in node.rows[0]).strip())
        if include:
            piece = _part(include[1], language)
            digest.update(piece.version.encode())
            nodes += piece.nodes
            optional, switches = optional + piece.required + piece.optional, switches + piece.switches
        else:
            nodes.append(node)
    letter = head.get("sheet", "letter") == "letter"
    template = Template(
        kind=kind,
        language=language,
        version=f"{head['version']}-{digest.hexdigest()[:8]}",
        sheet=_sheet(head.get("sheet", "letter")),
        subject=_parts(head["subject"], strong=False),
        reference_label=head.get("reference_label", words["reference"]),
        salutation=head.get("salutation", words["salutation"]) if letter else "",
        salutation_unnamed=head.get("salutation_unnamed", words["salutation_unnamed"]) if letter else "",
        closing=head.get("closing", words["closing"]) if letter else "",
        required=required,
        optional=tuple(name for name in dict.fromkeys(optional) if name not in required),
        switches=tuple(dict.fromkeys(switches)),
        says=tuple(head.get("says", ())),
        otherwise=dict(head.get("otherwise", {})),
        same=dict(head.get("same", {})),
        nodes=tuple(nodes),
    )
    _check(template)
    return template


_KEYS = frozenset(
    {"kind", "version", "sheet", "subject", "reference_label", "salutation", "salutation_unnamed", "closing"}
    | {"required", "optional", "switches", "says", "otherwise", "same"}
)


def _check(template: Template) -> None:
    used = {name for node in template.nodes for name in node.places()}
    used.update(part.place for part in template.subject if part.place)
    undeclared = used - template.fields - GIVEN
    if undeclared:
        raise ValueError(f"places that are not declared: {', '.join(sorted(undeclared))}")
    unused = set(template.required) - used - COMMON
    if unused:
        raise ValueError(f"required facts that the text never uses: {', '.join(sorted(unused))}")
    stray = (set(template.otherwise) | set(template.same.values())) - template.fields
    if stray:
        raise ValueError(f"“otherwise” or “same” names facts that are not declared: {', '.join(sorted(stray))}")
    if any(part.place in template.optional and part.place not in template.otherwise for part in template.subject):
        raise ValueError("the subject may use only facts that are always there")


def _split(source: str) -> tuple[dict[str, Any], str]:
    marks = source.replace("\r\n", "\n").split("+++\n", 2)
    if len(marks) != 3 or marks[0].strip():
        raise ValueError("it must begin with front matter between two lines “+++”")
    return tomllib.loads(marks[1]), marks[2]


def _sheet(name: str) -> Sheet:
    for sheet in get_args(Sheet):
        if sheet == name:
            return cast("Sheet", sheet)
    raise ValueError(f"there is no sheet “{name}”")


def _nodes(body: str) -> Iterator[Node]:
    tokens = iter(MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"]).parse(body))
    for token in tokens:
        match token.type:
            case "heading_open":
                yield Node("heading", (_inline(next(tokens)),))
            case "paragraph_open":
                yield Node("paragraph", (_inline(next(tokens)),))
            case "bullet_list_open":
                yield Node("list", tuple(_items(tokens)))
            case "heading_close" | "paragraph_close":
                pass
            case other:
                raise ValueError(f"Markdown of the kind “{other}” is not used in letters")


def _items(tokens: Iterator[Token]) -> Iterator[tuple[Part, ...]]:
    for token in tokens:
        match token.type:
            case "bullet_list_close":
                return
            case "inline":
                yield _inline(token)
            case "list_item_open" | "list_item_close" | "paragraph_open" | "paragraph_close":
                pass
            case other:
                raise ValueError(f"Markdown of the kind “{other}” is not used inside a list")


def _inline(token: Token) -> tuple[Part, ...]:
    parts: list[Part] = []
    strong = False
    for child in token.children or ():
        match child.type:
            case "text":
                parts += _parts(child.content, strong=strong)
            case "softbreak":
                parts.append(Part(" ", strong=strong))
            case "hardbreak":
                parts.append(Part("\n", strong=strong))
            case "strong_open":
                strong = True
            case "strong_close":
                strong = False
            case other:
                raise ValueError(f"Markdown of the kind “{other}” is not used in letters")
    return tuple(parts)


def _parts(text: str, *, strong: bool) -> tuple[Part, ...]:
    pieces = _PLACE.split(text)
    parts = [
        Part(place=piece, strong=strong) if at % 2 else Part(piece, strong=strong) for at, piece in enumerate(pieces)
    ]
    return tuple(part for part in parts if part.text or part.place)
