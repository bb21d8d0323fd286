"""Checkout sessions at Stripe: opened, read and closed for one payment."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import stripe
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from shop.payment.models import Payment
from shop.payment.models.stripe_transaction import CURRENCY
from shop.payment.providers.base import PaymentUnavailable
from shop.payment.providers.stripe.client import client
from shop.payment.time_limit import time_limit

if TYPE_CHECKING:
    from stripe.checkout import Session
    from stripe.params.checkout import SessionCreateParams

logger = logging.getLogger(__name__)

OPEN_FOR = timedelta(minutes=32)  # Stripe's least is 30, counted from when our request arrives
TOKEN = "payment"  # noqa: S105 - the key in Stripe's metadata under which our payment's token stands


@contextmanager
def stripe_errors() -> Iterator[None]:
    """Turn whatever Stripe's library complains of into PaymentUnavailable, and log it.

    All that is asked inside takes PROVIDER_WAIT_S seconds at most.
    """
    try:
        with time_limit(settings.PROVIDER_WAIT_S):
            yield
    except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as silent:
        logger.warning("Stripe does not answer: %s", silent)
        raise PaymentUnavailable(str(silent.user_message)) from silent
    except stripe.StripeError as refused:
        logger.exception("Stripe refuses what we ask: our key or our request is wrong")
        raise PaymentUnavailable(str(refused.user_message)) from refused


def whole(amount: Decimal) -> int:
    """Return an amount as Stripe wants it.

    Raises:
        ValueError: not whole đồng.
    """
    if amount != amount.to_integral_value():
        raise ValueError(f"{amount} is not whole đồng")
    return int(amount)


def start(payment: Payment) -> "Session | None":
    """Open the payment's session, or return the one that an earlier call with its key opened.

    The parameters depend on the payment alone, never on the request: with other parameters Stripe
    refuses a key that it knows. None when there is none and it is too late to open one.
    """
    try:
        session = client().v1.checkout.sessions.create(
            _params(payment), {"idempotency_key": f"cs-{payment.token}"}
        )
    except stripe.InvalidRequestError as refused:
        if refused.param == "expires_at":
            return None
        raise
    remember(payment, session.id)
    return session


def remember(payment: Payment, session_id: str) -> None:
    """Write down which session is the payment's, after the order stands; the first one stays."""
    Payment.objects.filter(pk=payment.pk, reference=None).update(reference=session_id)
    payment.reference = payment.reference or session_id


def read(payment: Payment) -> "Session | None":
    """Return the payment's session as it is now, its payment intent inside; None when there is none.

    A session that this key's account does not know (the operator has moved to another account) is
    an error until its time is over, and then nothing: stock is not held for it for ever.
    """
    reference = payment.reference
    if reference is None:
        found = start(payment)
        if found is None:
            return None
        reference = found.id
    try:
        return get(reference)
    except stripe.InvalidRequestError as refused:
        if refused.code != "resource_missing" or timezone.now() < payment.created_at + OPEN_FOR:
            raise
        logger.exception("Session %s is in no account of this key; it is long over", reference)
        return None


def get(session_id: str) -> "Session":
    """Return a session as it is now, its payment intent inside."""
    return client().v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]})


def stop(session_id: str) -> bool:
    """Close an open session; False when it was closed or paid in the meantime."""
    try:
        return client().v1.checkout.sessions.expire(session_id).status == "expired"
    except stripe.InvalidRequestError:
        logger.info("Session %s moved on before it could be closed", session_id)
        return False


def _params(payment: Payment) -> "SessionCreateParams":
    order = payment.order
    metadata = {TOKEN: payment.token, "order": order.number}
    with override(order.language):
        name = _("Đơn hàng %(code)s") % {"code": order.number}
        done, back = reverse("order:paid", args=[order.token]), reverse("order:detail", args=[order.token])
    price = {"currency": CURRENCY, "unit_amount": whole(payment.amount), "product_data": {"name": name}}
    params = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": payment.token,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "expires_at": int((payment.created_at + OPEN_FOR).timestamp()),
        "locale": order.language,
        "success_url": f"{settings.BASE_URL}{done}",
        "cancel_url": f"{settings.BASE_URL}{back}",
    }
    return cast("SessionCreateParams", params)
