"""The way to pay by bank transfer: the order waits, the money finds it by its memo."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from shop.order.models import Order
from shop.payment import bank
from shop.payment.bank.matching import money_of
from shop.payment.models import BankAccount, Payment, Receipt, Refund
from shop.payment.providers.base import (
    Bill,
    PaymentProvider,
    PaymentReport,
    RefundAnswer,
)
from shop.payment.providers.vietqr.account import transfer
from shop.payment.providers.vietqr.page import panel


class VietQR(PaymentProvider):
    """Nobody is asked over the network: the bank's lines come by notification and by statement."""

    code = bank.METHOD
    icon = "qr-code"
    order_status = Order.Status.PENDING_PAYMENT
    refund_way = Refund.Way.BANK

    @property
    def is_set_up(self) -> bool:
        """Return whether there is an account to pay into."""
        return BankAccount.current() is not None

    def name(self) -> str:
        return _("Chuyển khoản bằng mã VietQR")

    def explanation(self) -> str:
        words = _("Quét mã bằng ứng dụng ngân hàng; không mất phí ở chợ. Hàng được giữ %(hours)d giờ.") % {
            "hours": settings.BANK_TRANSFER_HOLD_H
        }
        if not settings.SCARCE_STOCK or settings.SCARCE_HOLD_H >= settings.BANK_TRANSFER_HOLD_H:
            return words
        scarce = _("Món sắp hết: %(hours)d giờ.") % {"hours": settings.SCARCE_HOLD_H}
        return f"{words} {scarce}"

    def refusal(self, bill: Bill) -> str:
        return "" if self.is_set_up else _("Hiện chợ chưa nhận chuyển khoản.")

    def fee(self, bill: Bill) -> Decimal:
        return Decimal(0)

    def deadline(self, now: datetime) -> datetime | None:
        return now + timedelta(hours=settings.BANK_TRANSFER_HOLD_H)

    def begin(self, payment: Payment) -> str:
        """Fix the account; the order's own page shows the code."""
        transfer(payment)
        return ""

    def cancel(self, payment: Payment) -> bool:
        """Nobody can stop a transfer; one that comes later is settled then. A line not yet booked counts as come.

        A part that has come stops nothing: it goes back when the order ends.
        """
        if payment.state == Payment.State.PAID:
            return False
        references = {money.reference for money in money_of(payment)}
        booked = Receipt.objects.filter(source=Receipt.Source.BANK, reference__in=references).count()
        return booked == len(references)

    def fetch_report(self, payment: Payment) -> PaymentReport:
        """Return what the lines that were given to this payment say."""
        return PaymentReport(incoming=tuple(money_of(payment)), open=True)

    def refund(self, refund: Refund) -> RefundAnswer:
        """Banks take no orders from us: staff transfer it back and note it."""
        return RefundAnswer()

    def waiting(self, payment: Payment) -> dict[str, Any]:
        """Return the code and what stands beside it, for the order page."""
        return panel(payment)
