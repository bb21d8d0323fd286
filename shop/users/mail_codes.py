"""Codes of 6 digits from a mailbox: they prove that whoever types them in reads its mail.

Derived, not stored: from what they are for, address and half hour, by the SECRET_KEY.
"""

import time
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from shop.users.budgets import Budget, forget, is_used_up, spend

DIGITS = 6
VALID_S = 30 * 60  # at least; at most twice as long
TOO_MANY = _("Mã bị nhập sai quá nhiều lần. Hãy thử lại sau một giờ, hoặc gọi cho chợ.")


@dataclass(frozen=True)
class CodeFor:
    """One thing that a code opens, such as one basket's order, and the address that it is mailed to."""

    guesses: Budget  # of one subject: 10 are 1 in 100,000 to guess a code
    subject: str
    email: str

    def code(self) -> str:
        """Return the code of this half hour."""
        return self._of(_now())

    def is_right(self, typed: str) -> bool:
        """Return whether it is a code that still holds; wrong ones are counted, so that nobody tries all."""
        if not spend(self.guesses, self.subject):
            return False
        digits = "".join(char for char in typed if char.isdigit())
        now = _now()
        right = any(constant_time_compare(digits, self._of(step)) for step in (now, now - 1))
        if right:
            forget(self.guesses, self.subject)
        return right

    def is_over(self) -> bool:
        """Return whether so many wrong ones were typed that a right one is not looked at, either."""
        return is_used_up(self.guesses, self.subject)

    def _of(self, step: int) -> str:
        text = f"{self.guesses.scope}\0{self.subject}\0{self.email.casefold()}\0{step}"
        digest = salted_hmac("shop.users.mail_codes", text, algorithm="sha256").hexdigest()
        return str(int(digest, 16) % 10**DIGITS).zfill(DIGITS)


def _now() -> int:
    return int(time.time()) // VALID_S
