"""What a page weighs: stylesheets, scripts and fonts stay small, and every file asked for is there."""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

STATIC = Path(settings.BASE_DIR, "static")
TEMPLATES = Path(settings.BASE_DIR, "templates")
KB = 1024
ASKED_FOR = re.compile(r"{% static ['\"]([^'\"]+)['\"]")
IN_STYLES = re.compile(r'url\("\.\./([^"]+)"\)')


def zipped(files: Iterable[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


@pytest.mark.parametrize(
    ("files", "limit_kb"),
    [("css/*.css", 30), ("js/*.js", 8), ("vendor/htmx*.js", 17)],
)
def test_what_browsers_load_stays_within_the_budget(files: str, limit_kb: int) -> None:
    found = list(STATIC.glob(files))
    assert found
    assert zipped(found) <= limit_kb * KB


def test_fonts_stay_within_the_budget() -> None:
    fonts = list((STATIC / "fonts").glob("*.woff2"))
    assert len(fonts) == 6
    assert sum(font.stat().st_size for font in fonts) <= 90 * KB


def test_every_static_file_a_template_names_exists() -> None:
    named = {
        name for file in TEMPLATES.rglob("*.html") for name in ASKED_FOR.findall(file.read_text("utf-8"))
    }
    assert named
    assert {name for name in named if not finders.find(name)} == set()


def test_every_file_a_stylesheet_names_exists() -> None:
    named = {name for file in STATIC.glob("css/*.css") for name in IN_STYLES.findall(file.read_text("utf-8"))}
    assert named
    assert {name for name in named if not (STATIC / name).is_file()} == set()
