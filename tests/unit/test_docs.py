"""Documents name only what is there: files, links, headings, names, make targets, commands of manage.py."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(path for path in (ROOT / "docs").rglob("*.md")),
]
CURRENT = [path for path in DOCUMENTS if path.name != "CHANGELOG.md" and "adr" not in path.parts]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]+)?\)")
CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(
    r"^(?:catalogue|demo|docs|home|locale|shop|site|static|templates|tests|tools)/[\w./{},*-]+$"
)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
MANAGE = re.compile(r"manage\.py ([a-z_]+)")
# `module.name`, `snake_case`, `CamelCase`, each with or without its arguments; no file names.
PYTHON_NAME = re.compile(r"^(?:(?P<module>[a-z]\w*)\.)?(?P<name>[A-Za-z]\w*)(?:\(.*\))?$")
SPEAKING = re.compile(r"_\w|[A-Z]\w*[a-z]")  # a word like `accept` may be an English one
OF_OTHERS = {
    *("pg_dump", "proxy_cache", "whsec_…", "favicon.ico", "order.view_order", "order.change_order"),
    "wagtaildocs_authenticate_with_password",
    *("refund.created", "refund.updated", "refund.failed", "currentColor"),
}
SUFFIXES = {"py", "md", "toml", "json"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as code hosts make them."""
    headings = HEADING.findall(path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def variants(name: str) -> Iterator[str]:
    """Yield the files that `shop/order/{a,b}.py` names."""
    found = re.search(r"\{([^}]*)\}", name)
    if not found:
        yield name
        return
    for part in found[1].split(","):
        yield from variants(name[: found.start()] + part + name[found.end() :])


def is_there(name: str) -> bool:
    """Return whether a file, a folder or a module of this name exists."""
    plain = name.rstrip("/")
    if "*" in plain:
        return any(ROOT.glob(plain))
    return any((ROOT / candidate).exists() for candidate in (plain, f"{plain}.py"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    lost = []
    for target, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        there = (path.parent / target).resolve() if target else path
        if not there.exists() or (anchor and there.suffix == ".md" and anchor[1:] not in anchors(there)):
            lost.append(f"{target}{anchor}")
    assert lost == []


@pytest.mark.parametrize("path", CURRENT, ids=name_of)
def test_files_that_are_named_exist(path: Path) -> None:
    named = [text for text in CODE.findall(path.read_text(encoding="utf-8")) if FILE.match(text)]
    assert [text for text in named if not all(map(is_there, variants(text)))] == []


@pytest.mark.parametrize("path", CURRENT, ids=name_of)
def test_commands_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    code = " ".join([*CODE.findall(text), *re.findall(r"```sh\n(.*?)```", text, re.DOTALL)])
    assert set(MAKE.findall(code)) - targets == set()
    assert set(MANAGE.findall(code)) - set(get_commands()) == set()


def defined_in(path: Path) -> set[str]:
    """Return what a module defines or imports: functions, methods, classes, names, fields."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, DEFINITIONS)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg | ast.keyword) and node.arg}
    return names | {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}


@pytest.fixture(scope="module")
def modules() -> dict[str, set[str]]:
    """Return the names in our code by the last part of their module's name; apps and rooms are no modules."""
    modules: dict[str, set[str]] = {}
    for room in ("catalogue", "demo", "home", "shop", "site", "tests", "tools"):
        for path in (ROOT / room).rglob("*.py"):
            modules.setdefault(path.stem, set()).update(defined_in(path))
    return modules


def is_room(name: str) -> bool:
    """Return whether `name` is a folder's too: then `payment.E001` is a label, not a module's function."""
    return any((ROOT / room / name).is_dir() for room in ("catalogue", "demo", "home", "shop", "shop/core"))


@pytest.mark.parametrize("path", CURRENT, ids=name_of)
def test_names_from_the_code_exist(path: Path, modules: dict[str, set[str]]) -> None:
    every = set().union(*modules.values()) | set(modules)
    lost = []
    for text in CODE.findall(path.read_text(encoding="utf-8")):
        found = PYTHON_NAME.match(text)
        if not found or text in OF_OTHERS or found["name"] in SUFFIXES:
            continue
        if found["module"] in modules and not is_room(found["module"]):
            known = modules[found["module"]]
        elif SPEAKING.search(found["name"]):
            known = every
        else:
            continue
        if found["name"] not in known:
            lost.append(text)
    assert lost == []
