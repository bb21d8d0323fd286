"""Translations reach the reader: a catalogue marked as fuzzy would be skipped in silence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))


def test_english_is_there() -> None:
    assert ROOT / "locale/en/LC_MESSAGES/django.po" in CATALOGUES


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_is_compiled_whole(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file)
    assert not catalogue.fuzzy
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def words_in_f_strings(source: str) -> Iterator[int]:
    """Yield the lines where a text to translate stands inside an f-string: xgettext does not look there."""
    strings = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]
    calls = [node for string in strings for node in ast.walk(string) if isinstance(node, ast.Call)]
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id in {"_", "gettext", "ngettext", "pgettext"}:
            yield call.lineno


def test_every_text_is_where_it_is_collected() -> None:
    assert list(words_in_f_strings("name = f'{_(1)}'")) == [1]
    files = [
        file for room in ("catalogue", "home", "shop", "demo", "site") for file in (ROOT / room).rglob("*.py")
    ]
    hidden = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in files
        for line in words_in_f_strings(file.read_text(encoding="utf-8"))
    ]
    assert hidden == []


TERMS = {
    "chỉ dẫn địa lý": "geographical indication",
    "điểm bán": "sales point",
    "thư điện tử": "e-mail",
    "giấy chứng nhận": "certificate",
    "nhãn hiệu tập thể": "collective mark",
    "phường, xã": "commune",
}


@pytest.mark.parametrize(("term", "english"), TERMS.items())
def test_a_term_has_one_wording_in_english(term: str, english: str) -> None:
    """What is called one thing on one page is not called another on the next."""
    with (ROOT / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        pairs = [(message.id, message.string) for message in read_po(file) if message.id]
    texts = [
        "".join(words) if isinstance(words, tuple) else words
        for ids, words in pairs
        if term in str(ids).lower()
    ]
    assert texts
    assert [text for text in texts if english not in text.lower()] == []


def test_words_that_gave_way_stay_out() -> None:
    with (ROOT / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        english = " ".join(str(message.string) for message in read_po(file) if message.id).lower()
    for word in ("protected origin", "ward or commune", " email", "specialities"):
        assert not re.search(rf"{word}(?!_)", english), word  # EMAIL_URL is a name
