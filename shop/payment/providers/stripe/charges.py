"""What came and went of a payment at Stripe, and giving back from it.

A payment has one charge; two when a second session of it was paid too, which the shop never opened
knowingly. Each charge is a receipt of the payment, so that what is given back is taken from where it came.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import stripe
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.payment.models import Doubt, Payment, Receipt, Refund
from shop.payment.models.stripe_transaction import CURRENCY
from shop.payment.providers.base import Incoming, PaymentReport, RefundAnswer, RefundHeld
from shop.payment.providers.stripe import sessions
from shop.payment.providers.stripe.client import client
from shop.payment.providers.stripe.reports import (
    KEY,
    REFUND_FAILED,
    UNDECIDED,
    answer,
    doubt_of,
    intent_of,
    key_of,
    outgoing_of,
    report_of,
)

if TYPE_CHECKING:
    from stripe.checkout import Session

logger = logging.getLogger(__name__)
SEARCH_AFTER = timedelta(days=1)
LIST_LIMIT = 100  # rows per list: the most Stripe gives at once, and more than one payment ever has


def fetch_report(payment: Payment) -> PaymentReport:
    """Return what Stripe knows of a payment: of its session, and of further charges of it."""
    session = sessions.read(payment)
    if session is None:
        return report_of(payment, None)
    told = report_of_session(payment, session)
    intent = intent_of(session)
    charged = {receipt.reference: receipt.amount for receipt in _receipts(payment)} | _unheard(payment)
    for reference, amount in charged.items():
        if intent is None or reference != intent.id:
            disputes = _disputes(reference)
            told = replace(
                told,
                incoming=(*told.incoming, Incoming(Receipt.Source.CARD, reference, amount)),
                outgoing=(*told.outgoing, *outgoing_of(amount, _refunds(reference), disputes)),
                doubt=told.doubt or doubt_of(disputes),
            )
    return told


def _unheard(payment: Payment) -> dict[str, Decimal]:
    """Return all charges of a payment that was begun more than a day ago, by the token in their metadata.

    The notice of a second session may be lost. Stripe's search is some time behind, hence the day, and
    neither every account nor every restricted key may search: then the notices must do.
    """
    if not payment.received or payment.created_at > timezone.now() - SEARCH_AFTER:
        return {}
    words = f"metadata['{sessions.TOKEN}']:'{payment.token}'"
    try:
        rows = client().v1.payment_intents.search({"query": words, "limit": LIST_LIMIT}).data
    except (stripe.InvalidRequestError, stripe.PermissionError) as refused:
        logger.info("Stripe does not search for payment %s: %s", payment.pk, refused.user_message)
        return {}
    return {
        row.id: Decimal(row.amount_received)
        for row in rows
        if row.amount_received and row.currency == CURRENCY
    }


def report_of_session(payment: Payment, session: "Session") -> PaymentReport:
    """Return what Stripe knows of one session and its charge."""
    intent = intent_of(session)
    if intent is None or not intent.amount_received:
        return report_of(payment, session)
    return report_of(payment, session, _refunds(intent.id), _disputes(intent.id))


def refund(wanted: Refund) -> RefundAnswer:
    """Give back from the charge that has so much left, the latest first.

    Charges that the key's account does not know, because the operator moved to another one, are left
    to people: the answer is "failed".

    Raises:
        RefundHeld: the card's owner disputes one of the charges.
    """
    receipts = _receipts(wanted.payment)
    nothing = RefundAnswer(failed=True, error=_("Không có khoản thẻ nào để hoàn."))
    try:
        return _refund(wanted, receipts) if receipts else nothing
    except stripe.InvalidRequestError as refused:
        if refused.code != "resource_missing":
            raise
        logger.warning("Refund %s is of no charge in this key's account: %s", wanted.key, refused)
        return nothing


def _refund(wanted: Refund, receipts: list[Receipt]) -> RefundAnswer:
    given = {receipt.reference: _refunds(receipt.reference) for receipt in receipts}
    # Stripe forgets idempotency keys after a day, our row may wait for longer.
    for known in (row for rows in given.values() for row in rows):
        if key_of(known) == wanted.key:
            return answer(known)
    left = {
        receipt.reference: receipt.amount - _gone(given[receipt.reference], _decided(receipt))
        for receipt in receipts
    }
    enough = (intent for intent, amount in left.items() if amount >= wanted.amount)
    return _create_refund(wanted, next(enough, receipts[0].reference))


def _receipts(payment: Payment) -> list[Receipt]:
    return list(payment.receipts.filter(source=Receipt.Source.CARD).order_by("-pk"))


def _refunds(intent: str) -> list[stripe.Refund]:
    return client().v1.refunds.list({"payment_intent": intent, "limit": LIST_LIMIT}).data


def _disputes(intent: str) -> list[stripe.Dispute]:
    return client().v1.disputes.list({"payment_intent": intent, "limit": LIST_LIMIT}).data


def _decided(receipt: Receipt) -> list[stripe.Dispute]:
    """Return the disputes of a charge. Raises RefundHeld: one is undecided."""
    disputes = _disputes(receipt.reference)
    if any(row.status in UNDECIDED for row in disputes):
        raise RefundHeld(doubt_of(disputes), outgoing_of(receipt.amount, (), disputes))
    return disputes


def _gone(refunds: list[stripe.Refund], disputes: list[stripe.Dispute]) -> Decimal:
    given = sum(row.amount for row in refunds if row.status not in REFUND_FAILED)
    return Decimal(given + sum(row.amount for row in disputes if row.status == "lost"))


def _create_refund(wanted: Refund, intent: str) -> RefundAnswer:
    try:
        made = client().v1.refunds.create(
            {
                "payment_intent": intent,
                "amount": sessions.whole(wanted.amount),
                "metadata": {KEY: wanted.key},
            },
            {"idempotency_key": f"re-{wanted.key}"},
        )
    except stripe.InvalidRequestError as refused:
        if refused.code == "charge_disputed":  # since we looked a moment ago
            raise RefundHeld(Doubt.DISPUTED_JUST_NOW.of(), ()) from refused
        logger.warning("Stripe refuses refund %s: %s", wanted.key, refused)
        return RefundAnswer(failed=True, error=str(refused.user_message))
    return answer(made)
