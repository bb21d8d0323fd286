"""requirements*.txt are what `make lock` made of requirements*.in: pinned, hashed, from nowhere special."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z0-9,]+\])?==(\S+)", re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_wish_is_pinned_with_hashes(name: str) -> None:
    locked = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    pins = dict(PINNED.findall(locked))
    wishes = PINNED.findall((ROOT / f"{name}.in").read_text(encoding="utf-8"))
    assert wishes
    assert {package: pins.get(package) for package, _ in wishes} == dict(wishes)
    assert locked.count("==") <= locked.count("--hash=sha256:")


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_no_place_is_named(name: str) -> None:
    locked = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"^--(?!hash)|://|^\s*(-i|-f)\s", locked, re.MULTILINE)
