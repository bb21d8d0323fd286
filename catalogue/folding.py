"""Vietnamese text without its marks, for search, slugs and sorting keys."""

import re
import unicodedata

_D_WITH_STROKE = str.maketrans({"đ": "d", "Đ": "D"})


def strip_marks(text: str) -> str:
    """Return `text` with every tone and vowel mark taken off, case kept: "Đông Hồ" → "Dong Ho".

    đ and Đ have no Unicode decomposition (U+0111, U+0110), so they are mapped by hand.
    """
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare).translate(_D_WITH_STROKE)


def fold(text: str) -> str:
    """Return the key under which `text` is found: no marks, lower case, single blanks."""
    return " ".join(strip_marks(text).lower().split())


def keywords(text: str) -> str:
    """Return the folded words of `text` without signs between them: "Chè (trà), 100 g" → "che tra 100 g"."""
    return " ".join(re.findall(r"\w+", fold(text)))
