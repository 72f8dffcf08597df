"""Letter texts: Markdown with TOML front matter, read once into nodes with named places for the facts."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from officer_app.base import resources
from officer_app.base.errors import BugError, KnownError
from officer_app.notices.document import Sheet
from officer_app.notices.markdown import Node, Part, nodes, parts

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

_INCLUDE = re.compile(r"\{include ([a-z][a-z-]*)\}")


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
    found: list[Node] = []
    for node in nodes(body):
        include = _INCLUDE.fullmatch("".join(part.text for part in node.rows[0]).strip())
        if include:
            piece = _part(include[1], language)
            digest.update(piece.version.encode())
            found += piece.nodes
            optional, switches = optional + piece.required + piece.optional, switches + piece.switches
        else:
            found.append(node)
    letter = head.get("sheet", "letter") == "letter"
    template = Template(
        kind=kind,
        language=language,
        version=f"{head['version']}-{digest.hexdigest()[:8]}",
        sheet=_sheet(head.get("sheet", "letter")),
        subject=parts(head["subject"], strong=False),
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
        nodes=tuple(found),
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
