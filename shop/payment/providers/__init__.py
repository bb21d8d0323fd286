"""The ways to pay, as listed in the setting PAYMENT_PROVIDERS."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from shop.payment.providers.base import PaymentProvider


@cache
def _load(paths: tuple[str, ...]) -> dict[str, PaymentProvider]:
    providers = [import_string(path)() for path in paths]
    return {provider.code: provider for provider in providers}


def providers() -> dict[str, PaymentProvider]:
    """Return every provider by its code, in the order of the setting."""
    return _load(tuple(settings.PAYMENT_PROVIDERS))


def offered() -> dict[str, PaymentProvider]:
    """Return the providers that are set up: what a buyer may choose from."""
    return {code: method for code, method in providers().items() if method.is_set_up}


def provider(code: str) -> PaymentProvider | None:
    """Return the provider with this code, None for a code we do not know (any more)."""
    return providers().get(code)
