"""Card by Stripe's hosted Checkout."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from catalogue.formats import vnd
from shop.payment import breaker
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import Bill, PaymentProvider, PaymentReport, PaymentUnavailable, RefundAnswer
from shop.payment.providers.stripe import charges, sessions
from shop.payment.providers.stripe.reports import intent_of
from shop.payment.providers.stripe.sessions import stripe_errors

HOLD = timedelta(minutes=35)  # the session closes after 32; what was paid in the last second still counts


class StripeCard(PaymentProvider):
    """The buyer pays on Stripe's page; card numbers never reach the shop."""

    code = "card"
    icon = "credit-card"
    refund_way = Refund.Way.CARD
    by_telephone = False  # nobody says a card's number aloud
    has_external_refunds = True

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
        with stripe_errors():
            session = sessions.read(payment) if payment.reference else sessions.start(payment)
        if session is None or session.status == "expired":
            raise PaymentUnavailable(_("Lần trả trước đã hết hạn; lát nữa hãy thử lại."))
        return session.url or ""

    def cancel(self, payment: Payment) -> bool:
        if payment.state == Payment.State.PAID:
            return False
        with stripe_errors():
            session = sessions.read(payment)
            if session and session.status == "open":
                sessions.stop(session.id)
                session = sessions.read(payment)
        if session is None:
            return True
        intent = intent_of(session)
        return session.status == "expired" and not (intent and intent.amount_received)

    def fetch_report(self, payment: Payment) -> PaymentReport:
        with stripe_errors():
            return charges.fetch_report(payment)

    def refund(self, refund: Refund) -> RefundAnswer:
        with stripe_errors():
            return charges.refund(refund)

    def waiting(self, payment: Payment) -> dict[str, Any]:
        """Say so while Stripe has not answered: another try, or another way to pay."""
        if payment.reference and not breaker.is_open(self.code):
            return {}
        return {
            "template": "shop/order/card_unanswered.html",
            "token": payment.order.token,
            "open_ways": True,
        }
