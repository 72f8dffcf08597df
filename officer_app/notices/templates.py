"""Letter texts: Markdown with TOML front matter, read once into nodes with named places for the facts."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast, get_args

from officer_app.base import resources
from officer_app.base.errors import BugError, KnownError
from officer_app.notices.document import Sheet
from officer_app.notices.markdown import Node, Part, nodes, parts
from officer_app.notices.source import Source, TextFault, split

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
    that is empty; `same` gives our name for a content that the packs call differently. `type`, `about` (the subject
    where it is left out) and `symbol` belong to the form of Decree 30/2020.
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
    type: str
    about: tuple[Part, ...]
    symbol: str
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
    form: Mapping[str, str]
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
    return Tongue(language, facts["words"], facts["form"], facts["labels"], tuple(facts["months"]))


def load(kind: str, language: str, overrides: Path | None = None) -> Template:
    """Return the text of `kind`, from the officer's folder (`overrides`/<language>/<kind>.md) if it has one.

    A fault in a shipped text is a BugError; a fault in the officer's own is a KnownError that names the file.
    """
    own = overrides / language / f"{kind}.md" if overrides else None
    if own is None or not own.is_file():
        return _shipped(kind, language)
    try:
        raw = own.read_bytes()
        source = raw.decode("utf-8")
    except OSError as error:
        why = error.strerror or "the disk refused"
        raise KnownError(f"The letter text {own} cannot be read: {why}. Mend that, or remove it.") from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise KnownError(
            f"The letter text {own}, line {line}, cannot be read: save it as UTF-8, or remove it."
        ) from None
    return _own(kind, language, str(own), source)


@cache
def _shipped(kind: str, language: str) -> Template:
    tongue(language)
    if kind not in kinds(language):
        raise BugError(f"no letter text {kind} in {language}")
    path = resources.path("notices", language, f"{kind}.md")
    try:
        return _read(kind, language, path.read_text("utf-8"))
    except TextFault as fault:
        raise BugError(f"{path}, line {fault.line}: {fault}") from fault


@cache
def _part(name: str, language: str) -> Template:
    """Return a piece of text that several letters share."""
    path = resources.root() / "notices" / language / "parts" / f"{name}.md"
    if not path.is_file():
        raise TextFault(f"there is no part “{name}” to include")
    return _read(name, language, path.read_text("utf-8"))


@cache
def _own(kind: str, language: str, name: str, text: str) -> Template:
    """Read an officer's text; it may say more than ours, never less, and asks for nothing that nobody fills."""
    try:
        source = split(text)
        template = _read(kind, language, text)
        _compare(template, _shipped(kind, language), source)
    except TextFault as fault:
        raise KnownError(
            f"The letter text {name}, line {fault.line}, has a fault: {fault}. Mend it, or remove the file."
        ) from None
    return template


def _compare(own: Template, standard: Template, source: Source) -> None:
    if strange := sorted(own.fields - standard.fields):
        raise TextFault(f"it asks for facts that nobody fills: {', '.join(strange)}", source.line_of(strange[0]))
    if dropped := sorted(set(standard.required) - set(own.required)):
        raise TextFault(f"it leaves out what must be said: {', '.join(dropped)}", source.line_of_key("required"))
    claims = (("says", own.says, standard.says), ("otherwise", own.otherwise, standard.otherwise))
    for key, ours, theirs in claims:
        # such an entry takes a content off the list of what must be filled in
        if more := sorted(set(ours) - set(theirs)):
            raise TextFault(f"“{key}” may not name {', '.join(more)}", source.line_of_key(key))
    if dict(own.same) != dict(standard.same):
        raise TextFault("“same” must stay as it is in our text", source.line_of_key("same"))


def _read(kind: str, language: str, text: str) -> Template:
    source = split(text)
    head = source.head
    words = tongue(language).words
    if head["kind"] != kind:
        raise TextFault(f"its kind is “{head['kind']}”, not “{kind}”", source.line_of_key("kind"))
    required, optional, switches = map(source.words, ("required", "optional", "switches"))
    digest = hashlib.sha256(text.encode())
    found: list[Node] = []
    for node in nodes(source.body, source.first):
        include = _INCLUDE.fullmatch("".join(part.text for part in node.rows[0]).strip())
        if include:
            try:
                piece = _part(include[1], language)
            except TextFault as fault:
                raise TextFault(str(fault), source.line_of(include[0])) from None
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
        sheet=_sheet(head.get("sheet", "letter"), source),
        subject=parts(head["subject"], strong=False),
        reference_label=head.get("reference_label", words["reference"]),
        salutation=head.get("salutation", words["salutation"]) if letter else "",
        salutation_unnamed=head.get("salutation_unnamed", words["salutation_unnamed"]) if letter else "",
        closing=head.get("closing", words["closing"]) if letter else "",
        required=required,
        optional=tuple(name for name in dict.fromkeys(optional) if name not in required),
        switches=tuple(dict.fromkeys(switches)),
        type=head.get("type", ""),
        about=parts(head.get("about", head["subject"]), strong=False),
        symbol=head.get("symbol", ""),
        says=source.words("says"),
        otherwise=dict(head.get("otherwise", {})),
        same=dict(head.get("same", {})),
        nodes=tuple(found),
    )
    _check(template, source)
    return template


def _check(template: Template, source: Source) -> None:
    titles = {part.place for part in (*template.subject, *template.about) if part.place}
    used = {name for node in template.nodes for name in node.places()} | titles
    if undeclared := sorted(used - template.fields - GIVEN):
        line = source.line_of(f"{{{undeclared[0]}}}")
        raise TextFault(f"places that are not declared: {', '.join(undeclared)}", line)
    if unused := sorted(set(template.required) - used - COMMON):
        line = source.line_of_key("required")
        raise TextFault(f"required facts that the text never uses: {', '.join(unused)}", line)
    for key, names in (("otherwise", template.otherwise.keys()), ("same", template.same.values())):
        if stray := sorted(set(names) - template.fields):
            raise TextFault(f"“{key}” names facts that are not declared: {', '.join(stray)}", source.line_of_key(key))
    if any(name in template.optional and name not in template.otherwise for name in titles):
        raise TextFault("the subject may use only facts that are always there", source.line_of_key("subject"))
    if not template.symbol.isalnum() and template.symbol:
        raise TextFault("the symbol is made of letters and digits", source.line_of_key("symbol"))


def _sheet(name: str, source: Source) -> Sheet:
    for sheet in get_args(Sheet):
        if sheet == name:
            return cast("Sheet", sheet)
    raise TextFault(f"there is no sheet “{name}”", source.line_of_key("sheet"))
