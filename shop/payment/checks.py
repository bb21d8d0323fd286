"""System checks: the ways to pay are in order before the first buyer comes."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from shop.payment import signals
from shop.payment.providers.base import PaymentProvider


@register()
def payment_providers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every path in PAYMENT_PROVIDERS is a provider, and no two share a code."""
    codes: Counter[str] = Counter()
    errors: list[CheckMessage] = []
    for path in settings.PAYMENT_PROVIDERS:
        try:
            codes[_code(path)] += 1
        except (ImportError, TypeError) as error:
            errors.append(Error(f"PAYMENT_PROVIDERS: {path}: {error}", id="payment.E001"))
    errors += [
        Error(f"PAYMENT_PROVIDERS: the code {code!r} is used {count} times.", id="payment.E002")
        for code, count in codes.items()
        if count > 1
    ]
    if not settings.PAYMENT_PROVIDERS:
        errors.append(Error("PAYMENT_PROVIDERS is empty: nobody can pay.", id="payment.E003"))
    return errors


@register()
def stripe_double(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Real shoppers never meet the pretended Stripe, whose cards pay with nothing."""
    switched_on = settings.STRIPE_DOUBLE or settings.STRIPE_HTTP_CLIENT.startswith("demo.")
    if not switched_on or settings.DEMO_ALLOWED:
        return []
    return [Error("The pretended Stripe is on outside the development settings.", id="payment.E004")]


@register()
def ledger_listens(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """No money moves without its entry in the ledger (shop.payment.signals)."""
    required = {
        "money_received": signals.money_received,
        "payment_completed": signals.payment_completed,
        "refund_completed": signals.refund_completed,
        "refund_reversed": signals.refund_reversed,
    }
    return [
        Error(f"Nobody listens to shop.payment.signals.{name}.", id="payment.E006")
        for name, signal in required.items()
        if not signal.has_listeners()
    ]


@register()
def requests_are_no_transactions(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A worker that dies after a provider's answer must not take the order with it (docs/locking.md)."""
    return [
        Error(f"DATABASES[{alias!r}]: ATOMIC_REQUESTS is on.", id="payment.E005")
        for alias, database in settings.DATABASES.items()
        if database.get("ATOMIC_REQUESTS")
    ]


def _code(path: str) -> str:
    cls = import_string(path)
    if not (isinstance(cls, type) and issubclass(cls, PaymentProvider)):
        raise TypeError("no PaymentProvider")
    code = cls().code
    if not code.isascii() or not code.isidentifier():
        raise TypeError(f"{code!r} is no code")
    return str(code)
