"""Numbers in what browsers send."""

LONGEST = 18  # digits that a key's column always holds; int() refuses texts of thousands


def is_number(text: str) -> bool:
    """Return whether a text is a row's key or another whole number, in plain digits.

    "²" is a digit to Python and no number to int(), a key of fifty digits is too long for databases.
    """
    return text.isascii() and text.isdigit() and len(text) <= LONGEST
