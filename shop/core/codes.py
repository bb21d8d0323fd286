"""Order codes and link tokens: short for people, long for links, neither guessable."""

import secrets

# Without 0 O 1 I L: read out on the phone, typed into a bank memo.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8  # 31 ** 8 = 8.5e11 codes: not to be walked through behind a rate limit


def new_code() -> str:
    """Return an order number such as "K7M2QX9A"."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def new_token() -> str:
    """Return 32 URL-safe characters (192 bits): whoever has the link may see the order."""
    return secrets.token_urlsafe(24)
