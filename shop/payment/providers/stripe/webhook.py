"""Stripe's notifications: hints that something happened, never facts; Stripe is asked for those."""

import json
import logging
from typing import Any

import stripe
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop.core.actors import Actor, in_shop_language
from shop.payment import inbox, review, settling
from shop.payment.models import Doubt, Inbox, Payment, Receipt
from shop.payment.providers.stripe import charges, sessions
from shop.payment.providers.stripe.client import client

logger = logging.getLogger(__name__)

TOLERANCE_S = 300  # how old a signature may be: Stripe's own advice
MAX_ERROR = 300
STRIPE = Actor(name="Stripe")
EVENTS = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "radar.early_fraud_warning.created",
    }
)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Take one notification: 400 unless Stripe signed it just now, 500 so that Stripe repeats it, else 200."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        stripe.WebhookSignature.verify_header(
            request.body, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE_S
        )
        event = json.loads(request.body)
    except (stripe.SignatureVerificationError, ValueError) as wrong:
        logger.warning("A notification that Stripe did not sign, or not lately: %s", wrong)
        return HttpResponse(status=400)
    if event.get("type") not in EVENTS:
        return HttpResponse("ignored")
    notice = inbox.receive(kind=Inbox.Kind.STRIPE, key=event["id"], body=_reference(event))
    return HttpResponse("known") if notice.done_at else _handle_event(notice)


def _reference(event: dict[str, Any]) -> dict[str, Any]:
    """Return what says which payment an event is about; the buyer's name and address are not kept."""
    thing = event["data"]["object"]
    kept = ("id", "object", "payment_intent", "charge", "metadata", "client_reference_id", "fraud_type")
    return {"type": event["type"], "data": {"object": {name: thing[name] for name in kept if name in thing}}}


@in_shop_language
def _handle_event(notice: Inbox) -> HttpResponse:
    """Find out which payment a stored notification is about, and settle that."""
    try:
        thing = notice.body["data"]["object"]
        payment = _find(thing)
        if payment:
            settling.fetch_and_settle(payment_id=payment.pk, by=STRIPE)
            _settle_beside(payment, thing)
    except Exception as error:
        logger.exception("Notification %s could not be dealt with; Stripe will repeat it", notice.key)
        Inbox.objects.filter(pk=notice.pk).update(error=repr(error)[:MAX_ERROR])
        return HttpResponse(status=500)
    Inbox.objects.filter(pk=notice.pk).update(done_at=timezone.now(), payment=payment, error="")
    return HttpResponse("settled" if payment else "not ours")


def _settle_beside(payment: Payment, thing: dict[str, Any]) -> None:
    """Settle what asking about the payment does not bring: another session of it, a warning of its card's bank."""
    if thing["object"] == "checkout.session" and thing["id"] != payment.reference:
        report = charges.report_of_session(payment, sessions.get(thing["id"]))
        if report.incoming or report.doubt:
            settling.settle(payment_id=payment.pk, report=report, by=STRIPE)
    elif thing["object"] == "radar.early_fraud_warning":
        why = Doubt.FRAUD.of(id=thing["id"], kind=thing.get("fraud_type", ""))
        review.add_doubt(payment_id=payment.pk, why=why, by=STRIPE)


def _find(thing: dict[str, Any]) -> Payment | None:
    """Return our payment behind a session, refund or dispute; None for somebody else's."""
    if thing["object"] == "checkout.session":
        return _by_session(thing["id"], thing.get("metadata"))
    intent = thing.get("payment_intent")
    if not intent:
        return None
    receipt = (
        Receipt.objects.filter(source=Receipt.Source.CARD, reference=intent).select_related("payment").first()
    )
    return receipt.payment if receipt else _by_intent(intent)


def _by_session(session_id: str, metadata: dict[str, str] | None) -> Payment | None:
    found = Payment.objects.filter(reference=session_id).first()
    if found is None and (found := _by_token(metadata)):
        sessions.remember(found, session_id)  # the process that opened it died before it could
    return found


def _by_intent(intent_id: str) -> Payment | None:
    """Ask Stripe whose payment it is: a dashboard's refund of money that we have not booked yet."""
    try:
        intent = client().v1.payment_intents.retrieve(intent_id)
    except stripe.InvalidRequestError:
        return None
    metadata = intent.metadata
    return _by_token({sessions.TOKEN: metadata[sessions.TOKEN]}) if sessions.TOKEN in metadata else None


def _by_token(metadata: dict[str, str] | None) -> Payment | None:
    token = (metadata or {}).get(sessions.TOKEN)
    return Payment.objects.filter(token=token).first() if token else None
