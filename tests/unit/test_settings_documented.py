"""docs/settings.md names every variable that the code reads, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""env\.\w+\(\s*["']([A-Z][A-Z0-9_]+)["']""")
ROW = re.compile(r"^\| (`[^|]+) \|", re.MULTILINE)
NAME = re.compile(r"`([A-Z][A-Z0-9_]+)`")
NOT_DJANGOS = {"PORT", "WEB_CONCURRENCY", "WORKERS", "CHROMIUM"}


def documented() -> set[str]:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return {name for row in ROW.findall(text) for name in NAME.findall(row)}


def read_by_the_code() -> set[str]:
    from config.required import NAMES

    files = (ROOT / "site" / "config").rglob("*.py")
    return {name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))} | set(NAMES)


def test_docs_and_code_name_the_same_variables() -> None:
    assert documented() - NOT_DJANGOS == read_by_the_code()


def test_the_commands_read_what_the_docs_say() -> None:
    commands = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "Procfile", "tools/chromium")
    )
    assert {name for name in NOT_DJANGOS if name not in commands} == set()


def test_nothing_else_reads_the_environment() -> None:
    ours = [
        file for folder in ("catalogue", "shop", "home", "demo") for file in (ROOT / folder).rglob("*.py")
    ]
    assert [str(file) for file in ours if "environ" in file.read_text(encoding="utf-8")] == []
