"""Card by Stripe's hosted Checkout."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from catalogue.templatetags.market import vnd
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import Bill, PaymentProvider, PaymentUnavailable, RefundAnswer, Standing
from shop.payment.providers.stripe import sessions
from shop.payment.providers.stripe.client import client
from shop.payment.providers.stripe.sessions import reaching
from shop.payment.providers.stripe.standing import KEY, answer, intent_of, key_of, standing

logger = logging.getLogger(__name__)

HOLD = timedelta(minutes=35)  # the session closes after 32; what was paid in the last second still counts
MOST = 100  # rows per list: the most Stripe gives at once, and more than one payment ever has


class StripeCard(PaymentProvider):
    """The buyer pays on Stripe's page; card numbers never reach the shop."""

    code = "card"
    icon = "credit-card"
    refund_way = Refund.Way.CARD
    acts_alone = True

    @property
    def is_set_up(self) -> bool:
        return bool(settings.STRIPE_SECRET_KEY)

    def name(self) -> str:
        return _("Thẻ")

    def explanation(self) -> str:
        return _("Visa, Mastercard, JCB; trả trên trang của Stripe.")

    def refusal(self, bill: Bill) -> str:
        if not self.is_set_up:
            return _("Chợ chưa nhận thẻ.")
        least, most = settings.STRIPE_MIN_AMOUNT, settings.STRIPE_MAX_AMOUNT
        if bill.total and not least <= bill.total <= most:
            words = {"least": vnd(least), "most": vnd(most)}
            return _("Chỉ nhận thẻ cho đơn từ %(least)s đến %(most)s.") % words
        return ""

    def fee(self, bill: Bill) -> Decimal:
        return Decimal(0)

    def deadline(self, now: datetime) -> datetime | None:
        return now + HOLD

    def begin(self, payment: Payment) -> str:
        with reaching():
            session = sessions.read(payment) if payment.reference else sessions.start(payment)
        if session is None or session.status == "expired":
            raise PaymentUnavailable(_("Lần trả trước đã hết hạn; lát nữa hãy thử lại."))
        return session.url or ""

    def withdraw(self, payment: Payment) -> bool:
        if payment.state == Payment.State.PAID:
            return False
        with reaching():
            session = sessions.read(payment)
            if session and session.status == "open":
                sessions.stop(session.id)
                session = sessions.read(payment)
        if session is None:
            return True
        intent = intent_of(session)
        return session.status == "expired" and not (intent and intent.amount_received)

    def ask(self, payment: Payment) -> Standing:
        with reaching():
            session = sessions.read(payment)
            intent = intent_of(session) if session else None
            if intent is None or not intent.amount_received:
                return standing(payment, session)
            disputes = client().v1.disputes.list({"payment_intent": intent.id, "limit": MOST}).data
            return standing(payment, session, _refunds(intent.id), disputes)

    def refund(self, refund: Refund) -> RefundAnswer:
        with reaching():
            session = sessions.read(refund.payment)
            intent = intent_of(session) if session else None
            if intent is None:
                return RefundAnswer(failed=True, error=_("Không có khoản thẻ nào để hoàn."))
            # Stripe forgets idempotency keys after a day, our row may wait for longer.
            for known in _refunds(intent.id):
                if key_of(known) == refund.key:
                    return answer(known)
            return _give_back(refund, intent.id)


def _refunds(intent: str) -> list[stripe.Refund]:
    return client().v1.refunds.list({"payment_intent": intent, "limit": MOST}).data


def _give_back(refund: Refund, intent: str) -> RefundAnswer:
    try:
        made = client().v1.refunds.create(
            {
                "payment_intent": intent,
                "amount": sessions.whole(refund.amount),
                "metadata": {KEY: refund.key},
            },
            {"idempotency_key": f"re-{refund.key}"},
        )
    except stripe.InvalidRequestError as refused:
        logger.warning("Stripe refuses refund %s: %s", refund.key, refused)
        return RefundAnswer(failed=True, error=str(refused.user_message))
    return answer(made)
