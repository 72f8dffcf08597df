"""Reads the sources and holds them to the rules of the house that no linter knows."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve()
ROOT = HERE.parent.parent
TEXT = {".py", ".toml", ".md", ".txt", ".cfg", ".ini", ".yml", ".svg", ".qss", ".ts", ""}
MOST_LINES = 350
OWN_TABLES = ("officer_app/demo/shop.py",)  # writes the demo's own schema; no name in it comes from outside
SQL = ("text", "literal_column", "exec_driver_sql", "execute", "executemany", "executescript")


def _python(*folders: str) -> tuple[Path, ...]:
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


APPLICATION = _python("officer_app")
ALL_PYTHON = _python("officer_app", "packaging", "tests")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def _walked(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(_tree(path)))


@cache
def _all_text() -> tuple[tuple[str, str], ...]:
    """Return name and text of every file that is ours; this one, which spells the patterns, left out."""
    top = [path for path in ROOT.iterdir() if path.is_file() and not path.name.startswith(".git")]
    folders = ("officer_app", "resources", "tests", "packaging", ".ci")
    files = [*top, *(path for name in folders for path in (ROOT / name).rglob("*") if path.is_file())]
    foreign = {path for path in files if path.suffix not in TEXT or "licences" in path.parts}
    ours = sorted(set(files) - foreign - {HERE})
    return tuple((_name(path), path.read_text(encoding="utf-8", errors="replace")) for path in ours)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _where(path: Path, node: ast.AST) -> str:
    return f"{_name(path)}:{getattr(node, 'lineno', 0)}"


def _nodes(*kinds: type[ast.AST]) -> Iterator[tuple[Path, ast.AST]]:
    for path in APPLICATION:
        for node in _walked(path):
            if isinstance(node, kinds):
                yield path, node


def _calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Yield the calls of a function or method by its last name."""
    for path, node in _nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if _called(node) in names:
            yield path, node


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def _imports(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each imported thing with its full dotted name."""
    for node in _walked(path):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def _imported(*things: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """Return where the application imports one of `things`, or a part of it, outside the files `allowed`."""
    return [
        f"{_where(path, node)} {name}"
        for path in APPLICATION
        if not _name(path).startswith(allowed or ("\0",))
        for node, name in _imports(path)
        if any(f".{thing}." in f".{name}." for thing in things)
    ]


# What the files look like


def test_package_markers_are_empty() -> None:
    markers = [path for path in APPLICATION if path.name == "__init__.py"]
    assert len(markers) > 10
    assert [_name(path) for path in markers if path.stat().st_size] == []


def test_packaging_is_no_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists(), "it would shadow a library of that name"


def test_every_module_opens_with_one_sentence() -> None:
    lacking = []
    for path in ALL_PYTHON:
        sentence = (ast.get_docstring(_tree(path)) or "").split("\n\n")[0].rstrip()
        if path.stat().st_size and not sentence.endswith("."):
            lacking.append(_name(path))
    assert lacking == []


def test_no_file_grows_past_its_room() -> None:
    lines = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in APPLICATION}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}, "split it by noun"


# What no text of ours may say


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a path of one machine", r"(?<![\w.~}])/(work|root|home/\w+|Users/\w+)/"),
        ("a package registry", r"pypi\.org|pythonhosted\.org|--(extra-)?index-url|--find-links"),
        ("a folder outside the repository", r"\.\./shared|/shared/"),
        ("a paper outside the repository", r"\b(DESIGN|RELIABILITY|PERFORMANCE|TOOLING|SHOPS|LAW|LOOK)\.md"),
        ("the number of an issue", r"(?i)\bissues?[ /]#?\d+\b|\bGH-\d+"),
        ("unfinished work", r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError"),
    ],
)
def test_no_text_mentions(what: str, pattern: str) -> None:
    expression = re.compile(pattern)
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in _all_text()
        for number, line in enumerate(text.splitlines(), 1)
        if expression.search(line)
    ]
    assert found == [], what


# Doors that have one keeper


def test_markup_reaches_the_pdf_library_in_one_file_only() -> None:
    # A Paragraph reads its text as markup: an <img> in it embeds a local file.
    keepers = {
        _name(path)
        for path in APPLICATION
        if any(re.fullmatch(r"reportlab\..*\.Paragraph", name) for name in _names(path))
        or any(isinstance(node, ast.Attribute) and node.attr == "Paragraph" for node in _walked(path))
    }
    assert len(keepers) <= 1
    assert all(name.startswith("officer_app/notices/") for name in keepers)


def test_threads_are_started_in_one_place() -> None:
    # a print run only waits for the volumes on the executor that it is handed; an erasure asks the shop in a thread of
    # its own, while the casebook is written
    runs = ("officer_app/notices/run", "officer_app/retention/run")
    keepers = ("officer_app/widgets/work", "officer_app/base/worker", *runs)
    things = ("threading.Thread", "threading.Timer", "concurrent.futures", "QThread", "QThreadPool")
    assert _imported(*things, allowed=keepers) == []
    made = [_where(path, node) for path, node in _calls(*(thing.split(".")[-1] for thing in things))]
    assert [place for place in made if not place.startswith(keepers)] == []


def test_types_are_learnt_by_one_thread_at_a_time() -> None:
    # Two threads that are the first to convert into a type end in a segmentation fault.
    made = {
        _name(path)
        for path in APPLICATION
        for node in _walked(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("msgspec.convert", "msgspec.msgpack.Decoder")
    }
    assert made == {"officer_app/base/shapes.py"}


def test_nothing_opens_foreign_addresses_or_shows_foreign_markup() -> None:
    assert [_where(path, node) for path, node in _calls("openUrl", "setHtml", "insertHtml", "fromHtml")] == []
    assert _imported("webbrowser", "PySide6.QtGui.QDesktopServices", "PySide6.QtWidgets.QTextBrowser") == []


# Untrusted data


def test_nothing_unpickles_or_evaluates() -> None:
    assert _imported("pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle", "cloudpickle") == []
    # A settings file of Qt's own can hold serialised objects.
    assert _imported("PySide6.QtCore.QSettings", "PySide6.QtCore.QDataStream") == []
    named = [
        _where(path, node)
        for path, node in _calls("eval", "exec", "compile", "__import__")
        if isinstance(node.func, ast.Name)
    ]
    assert named == []


def test_no_security_rule_of_the_linter_is_silenced_for_data() -> None:
    quiet = re.compile(r"noqa:[^#]*\b(S102|S301|S302|S307|S314|S318|S320|S323|S324|S501|S506|S608)\b")
    found = [_name(path) for path in APPLICATION if quiet.search(path.read_text(encoding="utf-8"))]
    assert set(found) <= set(OWN_TABLES)


def test_sql_is_never_put_together_from_strings() -> None:
    """The shop's table and column names come from a file: SQLAlchemy's own objects quote them, never we."""
    given = [(path, call) for path, call in _calls(*SQL) if call.args and _name(path) not in OWN_TABLES]
    assert [_where(path, call) for path, call in given if _put_together(call.args[0])] == []


def test_text_given_to_the_database_is_written_in_the_source() -> None:
    found = [
        _where(path, call)
        for path, call in _calls("text", "literal_column", "exec_driver_sql", "executescript")
        # Letters and widgets have a text() of their own; the one meant here is a function SQLAlchemy gave.
        if (isinstance(call.func, ast.Attribute) == (_called(call) in ("exec_driver_sql", "executescript")))
        and (_called(call) not in ("text", "literal_column") or f"sqlalchemy.{_called(call)}" in _names(path))
        and call.args
        and not _literal(call.args[0])
    ]
    assert found == []


def _put_together(node: ast.expr) -> bool:
    """Tell whether a string is formatted, joined or added up from more than literals and constants."""
    if isinstance(node, ast.Call):
        # psycopg's own SQL("…").format(…) quotes what it is given.
        composed = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call)
        return _called(node) in ("format", "join", "replace") and not composed
    return isinstance(node, ast.JoinedStr | ast.BinOp) and not _literal(node) and _has_text(node)


def _has_text(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node))


def _literal(node: ast.expr) -> bool:
    """Tell whether an expression is made of literals, of constants in capitals and of whole numbers only."""
    match node:
        case ast.Constant():
            return True
        case ast.Name():
            return node.id.lstrip("_").isupper()
        case ast.Call():
            return _called(node) == "int"
        case ast.BinOp():
            return _literal(node.left) and _literal(node.right)
        case ast.IfExp():
            return _literal(node.body) and _literal(node.orelse)
        case ast.JoinedStr():
            return all(_literal(part) for part in node.values)
        case ast.FormattedValue():
            return _literal(node.value)
    return False


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ('f"SELECT 1 FROM {table}"', True),
        ('"SELECT 1 FROM " + table', True),
        ('"SELECT 1 FROM %s" % table', True),
        ('"SELECT 1 FROM {}".format(table)', True),
        ('", ".join(columns)', True),
        ('"SELECT 1"', False),
        ('f"SELECT 1 FROM {TABLE}"', False),
        ("select(table).where(table.c.id > last)", False),
        ('f"SET LOCAL statement_timeout = {int(seconds)}"', False),
        ('f"SET LOCAL statement_timeout = {seconds}"', True),
        ('sql.SQL("SET search_path TO {}").format(sql.Identifier(schema))', False),
        ('"BEGIN IMMEDIATE" if writing else "BEGIN"', False),
    ],
)
def test_the_rule_knows_a_string_that_was_put_together(source: str, refused: bool) -> None:
    assert _put_together(ast.parse(source, mode="eval").body) is refused


def _names(path: Path) -> set[str]:
    return {name for _, name in _imports(path)}


def test_no_engine_prints_the_values_it_was_given() -> None:
    found = [
        _where(path, call)
        for path, call in _calls("create_engine", "create_async_engine", "engine_from_config")
        if "hide_parameters=True" not in [ast.unparse(word) for word in call.keywords]
    ]
    assert found == []


def test_pictures_are_opened_with_an_allow_list() -> None:
    bare = [
        _where(path, call)
        for path, call in _calls("open")
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "Image"
        and not any(word.arg == "formats" for word in call.keywords)
    ]
    assert bare == []


def test_the_font_finder_with_its_shared_cache_is_never_used() -> None:
    assert _imported("reportlab.lib.fontfinder", "FontFinder") == []


# Tests


def test_tests_do_not_wait_for_a_fixed_time() -> None:
    """A sleep in a loop that polls is no fixed wait, nor one in an inner function that plays slow work."""
    found = []
    for path in _python("tests"):
        tree = _tree(path)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        inside = {id(node) for one in functions for node in ast.walk(one) if node is not one}
        played = [node for node in functions if id(node) in inside]
        loops = [node for node in ast.walk(tree) if isinstance(node, ast.While | ast.For)]
        polled = {id(inner) for block in (*loops, *played) for inner in ast.walk(block)}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            called = f"{getattr(node.func.value, 'id', '')}.{node.func.attr}"
            fixed = bool(node.args) and isinstance(node.args[0], ast.Constant) and id(node) not in polled
            if called == "qtbot.wait" or (called == "time.sleep" and fixed):
                found.append(_where(path, node))
    assert found == []


# The lock


def test_the_lock_names_hashes_and_no_place() -> None:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in lock
    assert not re.search(r"^-", lock, re.MULTILINE)
    entries = re.split(r"\n(?=[a-z0-9])", lock)[1:]
    assert len(entries) > 50
    assert [entry.split(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_keeps_the_qt_that_works_on_each_python() -> None:
    # Qt's binding 6.12.0 loses references to None below Python 3.12 and then aborts.
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    below = re.findall(r"^(pyside6-\w+)==6\.(\d+)\.\S+ ; python_full_version < '3\.12'", lock, re.MULTILINE)
    assert {name for name, _ in below} == {"pyside6-essentials", "pyside6-addons"}
    assert all(int(minor) < 12 for _, minor in below)


def _listed(lines: list[str]) -> set[str]:
    return {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=; ]", line)[0]).lower() for line in lines}


def test_every_dependency_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE))
    assert _listed(project["dependency-groups"]["dev"]) - locked == set()
    # An installed wheel gets only this part of the lock; one made too early lacks a new dependency.
    assert _listed(project["project"]["dependencies"]) - _shipped(monkeypatch) == set()


def _shipped(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    monkeypatch.syspath_prepend(ROOT / "packaging")
    return set(importlib.import_module("licences").names())


def test_every_shipped_part_has_its_licence(monkeypatch: pytest.MonkeyPatch) -> None:
    names = _shipped(monkeypatch)
    assert {"pyside6-essentials", "psycopg", "font-source-sans-pro", "colorama"} <= names
    assert not {"pytest", "django", "ruff"} & names
    texts = ROOT / "resources" / "licences"
    assert [name for name in sorted(names) if not (texts / f"{name}.txt").is_file()] == []
