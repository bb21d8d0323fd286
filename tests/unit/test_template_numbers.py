"""A number that a program reads back is written without the reader's separators: 1575, never "1.575"."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Keys and page numbers, and whatever stands in the limits of a number field
KEYS = re.compile(r"\{\{[^}|]*(?:\.pk|\.id|\bpk|_page_number)\s*(\|[^}]*)?\}\}")
LIMITS = re.compile(r"\b(?:min|max|step)=\"\{\{[^}|]*(\|[^}]*)?\}\}\"")


def grouped(text: str) -> list[str]:
    """The places of a template that would group the digits of a key or a limit."""
    found = [*KEYS.finditer(text), *LIMITS.finditer(text)]
    return [one.group() for one in found if not re.search("stringformat|unlocalize", one.group(1) or "")]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('<li id="a-{{ line.pk }}">', 1),
        ("<li id=\"a-{{ line.pk|stringformat:'d' }}\">", 0),
        ('<a href="?p={{ page.next_page_number }}">', 1),
        ('<input max="{{ line.most }}">', 1),
        ('<input min="{{ min|default:1 }}">', 1),
        ("<a href=\"{% url 'x' line.pk %}\">", 0),
    ],
)
def test_such_places_are_seen(text: str, places: int) -> None:
    assert len(grouped(text)) == places


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_groups_what_is_read_back(path: Path) -> None:
    assert grouped(path.read_text()) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_large_quantity_comes_back_as_it_was(language: str) -> None:
    with override(language):
        html = render_to_string("components/quantity.html", {"name": "quantity", "value": 1000, "max": 2500})
    assert 'value="1000"' in html
    assert 'max="2500"' in html
