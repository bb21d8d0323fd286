"""A provider for tests of the shop's own side: what the outside world knows is set by the test."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import connection

from shop.payment.models import Payment, Refund
from shop.payment.providers.base import (
    Bill,
    Incoming,
    Outgoing,
    PaymentProvider,
    PaymentReport,
    PaymentUnavailable,
    RefundAnswer,
)

PATH = "tests.prepaid.Prepaid"
OTHER_PATH = "tests.prepaid.OtherPrepaid"
COD = "shop.payment.providers.cash_on_delivery.CashOnDelivery"


class Prepaid(PaymentProvider):
    """Money before goods; `known` is what it would answer, by payment token."""

    code = "prepaid"
    icon = "credit-card"
    refund_way = Refund.Way.CARD
    has_external_refunds = True
    by_telephone = False
    known: ClassVar[dict[str, PaymentReport]] = {}
    silent: ClassVar[bool] = False
    refunded: ClassVar[dict[str, Decimal]] = {}
    called: ClassVar[list[str]] = []
    transactions: ClassVar[int] = 0  # those that the test itself runs in

    @classmethod
    def forget(cls) -> None:
        """Start anew, in whatever transactions the test itself runs."""
        cls.known.clear()
        cls.refunded.clear()
        cls.called.clear()
        cls.silent = False
        Prepaid.transactions = len(connection.atomic_blocks)

    @classmethod
    def receive(cls, payment: Payment, amount: int, reference: str = "tx-1", **facts: Any) -> PaymentReport:
        """Let money arrive at the provider and return what it knows then."""
        before = cls.known.get(payment.token, PaymentReport())
        incoming = (*before.incoming, Incoming("card", reference, Decimal(amount)))
        cls.known[payment.token] = PaymentReport(incoming=incoming, outgoing=before.outgoing, **facts)
        return cls.known[payment.token]

    @classmethod
    def give(cls, payment: Payment, amount: int, reference: str, **facts: Any) -> PaymentReport:
        """Let the provider give money back by itself."""
        before = cls.known.get(payment.token, PaymentReport())
        outgoing = (*before.outgoing, Outgoing(reference, Decimal(amount), **facts))
        cls.known[payment.token] = PaymentReport(incoming=before.incoming, outgoing=outgoing)
        return cls.known[payment.token]

    def name(self) -> str:
        return "Trả trước"

    def explanation(self) -> str:
        return "Để thử."

    def refusal(self, bill: Bill) -> str:
        return ""

    def fee(self, bill: Bill) -> Decimal:
        return Decimal(0)

    def deadline(self, now: datetime) -> datetime | None:
        return now + timedelta(minutes=35)

    def begin(self, payment: Payment) -> str:
        self._reach("begin")
        return f"https://pay.example/{payment.token}"

    def cancel(self, payment: Payment) -> bool:
        self._reach("cancel")
        return (
            payment.state != Payment.State.PAID
            and not self.known.get(payment.token, PaymentReport()).incoming
        )

    def fetch_report(self, payment: Payment) -> PaymentReport:
        self._reach("fetch_report")
        return self.known.get(payment.token, PaymentReport(open=True))

    def refund(self, refund: Refund) -> RefundAnswer:
        self._reach("refund")
        self.refunded.setdefault(refund.key, refund.amount)
        return RefundAnswer(reference=f"re-{refund.pk}", done=True)

    def _reach(self, call: str) -> None:
        """Be reached over the network: never inside a transaction; no `except Exception` hides that."""
        if len(connection.atomic_blocks) > Prepaid.transactions:
            pytest.fail(f"The provider's {call} was called inside a transaction.")
        self.called.append(call)
        self._answer()

    def _answer(self) -> None:
        if self.silent:
            raise PaymentUnavailable("no answer")


class OtherPrepaid(Prepaid):
    """A second one, so that buyers can change."""

    code = "other"
