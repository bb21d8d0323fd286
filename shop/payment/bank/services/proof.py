"""Whether what a sender shows is the key, or the signature that we reckon: one comparison for every service."""

import hmac


def same(said: str, expected: str) -> bool:
    """Return whether both are the same text and not empty, compared in constant time."""
    try:
        return bool(said and expected) and hmac.compare_digest(said.encode(), expected.encode())
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
