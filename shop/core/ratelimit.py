"""Rate limits for what strangers guess at (log-in, order look-up, vouchers), sends mail, or asks a payment provider.

A form takes `LimitedForm` as its first base and names a `Limit`; a view without a form calls `hit`.
Counts live in the cache: with several server processes set REDIS_URL, or each counts for itself. A
cache that is down lets everybody through, with a line in the log: the shop still sells.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.core.client_address import client_address

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """How often one address may try one subject, and any subject, in one window of time."""

    scope: str
    tries: int
    tries_per_address: int
    window_s: int


# One person mistypes a few times; a market hall behind one address has many people.
LOG_IN = Limit("log-in", tries=10, tries_per_address=60, window_s=15 * 60)
ORDER_LOOK_UP = Limit("order-look-up", tries=10, tries_per_address=30, window_s=15 * 60)
# Each change of the account sends its buyer a mail.
REFUND_ACCOUNT = Limit("refund-account", tries=10, tries_per_address=30, window_s=15 * 60)
# Each press may open a session at a provider; a buyer whose card is declined tries a few, and other ways.
PAY = Limit("pay", tries=20, tries_per_address=120, window_s=15 * 60)
# Coming back asks the provider; whoever reloads more often than this is shown what is known.
COME_BACK = Limit("come-back", tries=20, tries_per_address=120, window_s=15 * 60)
# A visitor's first product makes a row; a market hall puts some hundreds of first things into baskets.
NEW_BASKET = Limit("new-basket", tries=300, tries_per_address=300, window_s=60 * 60)
# So does the first step of the checkout, which a browser without cookies would take again and again.
NEW_SESSION = Limit("new-session", tries=300, tries_per_address=300, window_s=60 * 60)
VOUCHER = Limit("voucher", tries=10, tries_per_address=30, window_s=15 * 60)


def hit(limit: Limit, request: HttpRequest, *, subject: str = "") -> bool:
    """Count one try and say whether it is still allowed.

    Args:
        limit: which limit.
        request: whose address counts.
        subject: what is guessed at (an e-mail, an order code); only its digest reaches the cache.
    """
    address = client_address(request)
    tries = _count(limit, address, subject.strip().casefold())
    tries_of_address = _count(limit, address, "*")
    allowed = tries <= limit.tries and tries_of_address <= limit.tries_per_address
    if not allowed:
        logger.warning("Too many tries: %s from %s", limit.scope, address)
    return allowed


def forget(limit: Limit, request: HttpRequest, *, subject: str = "") -> None:
    """Drop the count of a subject after a success, so that only failures add up."""
    try:
        cache.delete(_key(limit, client_address(request), subject.strip().casefold()))
    except Exception:
        logger.exception("The cache does not answer: a count of %s stays", limit.scope)


def may_have_session(request: HttpRequest) -> bool:
    """Return whether the visitor has a session, or may have a new one: each is a row."""
    request.session.get("")  # reads it: a key that the visitor made up is none
    return request.session.session_key is not None or hit(NEW_SESSION, request)


def message(limit: Limit) -> str:
    """Return the message for somebody who tried too often."""
    minutes = max(1, limit.window_s // 60)
    wait = ngettext("Hãy thử lại sau %(minutes)s phút.", "Hãy thử lại sau %(minutes)s phút.", minutes) % {
        "minutes": minutes
    }
    return " ".join([_("Bạn đã thử quá nhiều lần."), wait])


def _key(limit: Limit, address: str, subject: str) -> str:
    digest = hashlib.sha256(f"{address}\0{subject}".encode()).hexdigest()[:32]
    return f"ratelimit:{limit.scope}:{digest}:{int(time.time()) // limit.window_s}"


def _count(limit: Limit, address: str, subject: str) -> int:
    """Add one to a counter and return it; 0 when the cache is down."""
    key = _key(limit, address, subject)
    try:
        cache.add(key, 0, timeout=limit.window_s)
        return int(cache.incr(key) or 0)
    except Exception:  # whatever the cache's client raises: no sale may depend on it
        logger.exception("The cache does not answer: %s is not limited", limit.scope)
        return 0


if TYPE_CHECKING:
    _Form = forms.Form
else:
    _Form = object


class LimitedForm(_Form):
    """First base of a form that must not be tried without end; the form needs `self.request`.

    A try over the limit is an error of the whole form, and what was typed stays. What is guessed at
    is looked up in the form's `clean`, after `super().clean()`: a form that comes out clean was no
    guess, and drops the count of its subject again.
    """

    limit: Limit
    subject_field: str
    request: HttpRequest | None

    def clean(self) -> Any:
        """Count the try; look no further when there were too many.

        Raises:
            ValidationError: there were too many tries (code "too_many_tries").
        """
        if self.request is not None and not hit(self.limit, self.request, subject=self._subject()):
            raise ValidationError(message(self.limit), code="too_many_tries")
        return super().clean()

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.request is not None and not self.errors:
            forget(self.limit, self.request, subject=self._subject())

    def _subject(self) -> str:
        return str(self.cleaned_data.get(self.subject_field) or "")
