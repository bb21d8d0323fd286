"""Names of provinces, districts and communes: their kind, the key they are found by, their order in a list."""

import re
import unicodedata

from catalogue.folding import keywords

# Vietnam's units of all levels, before and after July 2025; longer words first.
_KIND = re.compile(
    r"(thành phố|thị trấn|thị xã|đặc khu|phường|huyện|quận|tỉnh|xã)\s+(?=\S)",  # with its marks: “Phượng Mao”
    re.IGNORECASE,
)
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_MARKS_OF_LETTERS = "\u0302\u0306\u031b"  # circumflex, breve, horn
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: a dictionary's order


def split_kind(name: str) -> tuple[str, str]:
    """Return the kind in lower case and the bare name: "Thị trấn Neo" → ("thị trấn", "Neo")."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    found = _KIND.match(name)
    return (found[1].lower(), name[found.end() :]) if found else ("", name)


def sound(text: str) -> str:
    """Return the folded words of a text with i for y, which people exchange: "Quý Sơn" → "qui son"."""
    return keywords(text).replace("y", "i")


def place_key(name: str) -> str:
    """Return the key under which a unit is found: its name as it sounds, without the kind."""
    return sound(split_kind(name)[1])


def spelling(word: str) -> str:
    """Return a word with its marks, wherever in it they are written: "Hoà" and "Hòa" are one."""
    chars = unicodedata.normalize("NFD", word.lower().replace("y", "i").replace("ý", "í"))
    letters = "".join(char for char in chars if not unicodedata.combining(char)).replace("y", "i")
    return letters + "".join(sorted(char for char in chars if unicodedata.combining(char)))


def dictionary_order(text: str) -> tuple[list[int], list[int]]:
    """Return a key that sorts as a Vietnamese dictionary does: by letters (a ă â … d đ), then by tones."""
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", text.lower()):
        parts = unicodedata.normalize("NFD", char)
        letter = unicodedata.normalize("NFC", parts[0] + "".join(c for c in parts if c in _MARKS_OF_LETTERS))
        letters.append(100 + _LETTERS.index(letter) if letter in _LETTERS else min(ord(letter[0]), 99))
        tones.append(max(_TONES.find(c) + 1 for c in parts))
    return letters, tones
