"""requirements*.txt are what `make lock` made of requirements*.in: pinned, hashed, whole, from nowhere special."""

import re
from pathlib import Path

import pytest

from tools import lock

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"^([a-z0-9._-]+)((?:\[[a-z0-9,]+\])?)==(\S+)", re.MULTILINE)
LOCKS = ("requirements", "requirements-dev", "requirements-sentry", "requirements-build")
HERE = lock.PYTHONS[0]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, tuple[str, str]]:
    return {package: (extras, version) for package, extras, version in PINNED.findall(text(name))}


def without(package: str) -> str:
    """Return the lock of what the shop runs on, less one package with its hashes."""
    shorter = re.sub(
        rf"^{re.escape(package)}(\[\w+\])?==(.*\\\n)*.*\n", "", text("requirements.txt"), flags=re.MULTILINE
    )
    assert package not in lock.read(shorter, HERE)
    return shorter


@pytest.mark.parametrize("name", LOCKS)
def test_every_wish_is_pinned_with_hashes_and_keeps_its_extras(name: str) -> None:
    locked = pins(f"{name}.txt")
    wishes = pins(f"{name}.in")
    assert wishes
    assert {package: locked.get(package) for package in wishes} == wishes
    assert text(f"{name}.txt").count("==") <= text(f"{name}.txt").count("--hash=sha256:")


@pytest.mark.parametrize("name", LOCKS)
def test_no_place_is_named(name: str) -> None:
    assert not re.search(r"^--(?!hash)|://|^\s*(-i|-f)\s", text(f"{name}.txt"), re.MULTILINE)


def test_what_several_locks_pin_they_pin_alike() -> None:
    runs, works, reports, builds = (lock.read(text(f"{name}.txt"), HERE) for name in LOCKS)
    assert runs.keys() <= works.keys()
    for other in (runs, reports, builds):
        both = other.keys() & works.keys()
        assert {name: str(other[name]) for name in both} == {name: str(works[name]) for name in both}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-sentry"])
def test_the_lock_holds_all_that_its_packages_need(name: str) -> None:
    assert lock.problems(text(f"{name}.txt")) == []


@pytest.mark.parametrize(
    ("package", "who"),
    [
        ("asgiref", "django"),
        ("pillow-heif", "willow"),  # wagtail asks for willow[heif]
        ("boto3", "django-storages"),
        ("psycopg-binary", "psycopg"),
        ("brotli", "whitenoise"),
    ],
)
def test_a_pin_that_is_taken_out_is_missed(package: str, who: str) -> None:
    found = lock.problems(without(package))
    assert any(words.startswith(f"{who} ") and f"needs {package}" in words.lower() for words in found), found


def test_a_pin_outside_what_is_allowed_is_told() -> None:
    older = re.sub(r"^asgiref==\S+", "asgiref==1.0", text("requirements.txt"), flags=re.MULTILINE)
    found = lock.problems(older)
    assert any(words.startswith("django ") and "pinned is asgiref==1.0" in words for words in found), found
    assert any(words.startswith("asgiref==1.0 is pinned, but installed is ") for words in found), found


def test_extras_count_where_anything_asks_for_them_and_only_there() -> None:
    known = {
        "shop": ("1", ["page[video]>=2"]),
        "page": (
            "2",
            ["film>=1; extra == 'video'", "paper; extra == 'print'", "colour; sys_platform == 'win32'"],
        ),
        "film": ("1", ["tape; python_version >= '3.13'"]),
    }
    pinned = lock.read("shop==1 \\\npage==2 \\\nfilm==1 \\\n", HERE)
    assert list(lock.unmet(pinned, "3.11.2", known.__getitem__)) == []
    assert list(lock.unmet(pinned, "3.13.5", known.__getitem__)) == ["film 1 needs tape, which is not pinned"]
    del pinned["film"]
    assert list(lock.unmet(pinned, "3.11.2", known.__getitem__)) == ["page 2 needs film, which is not pinned"]


@pytest.mark.parametrize(
    "name", ["Makefile", "docs/deploy.md", "docs/upgrading.md", "tools/check", ".ci/run"]
)
def test_there_is_one_way_to_install_and_it_resolves_nothing(name: str) -> None:
    assert not re.search(r"pip install.* -r|pip install.*requirements", text(name))
    for option in ("--no-deps", "--require-hashes", "--no-build-isolation"):
        assert option in text("tools/install")
