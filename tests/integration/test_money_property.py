"""Whatever buyers, banks, producers and staff do in whatever order: no đồng and no unit is lost.

Random walks of hypothesis through real verbs; after every step the ledger is the money kept, no
stock is oversold, no order has two paid payments, and paid means that the money came.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as walks
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from shop.checkout.placing import QuoteChanged
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.fulfilment.cancelling import cancel_order
from shop.fulfilment.undelivering import undeliver
from shop.fulfilment.unit_returns import return_units
from shop.ledger import cash, payouts, posting
from shop.ledger.models import CashHolding, Holder, LedgerEntry
from shop.order.models import Line, Order, OrderLog, Parcel
from shop.order.transitions import PARCEL_TRANSITIONS, UNPACKED
from shop.partner.models import StockRecord
from shop.partner.stock import OutOfStock
from shop.payment import attempts, balances, expiring, settling
from shop.payment.models import Payment, Refund
from shop.payment.models.payment import LIVE
from shop.payment.providers.base import Outgoing, PaymentReport
from shop.payment.refunds import refunding
from tests.books import assert_balanced
from tests.factories import make_partner, make_producer, make_product
from tests.prepaid import COD, OTHER_PATH, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STAFF = Actor(name="Hoa")
UNITS = 3
REFUSED = (
    parcels.InvalidTransition,
    refunding.TooMuch,
    payouts.NotOpen,
    cash.NoCash,
    attempts.CannotPay,
    OutOfStock,
    QuoteChanged,
)
VERBS = ("accept", "pack", "ship", "deliver", "cancel", "return_")
ACTS = (
    "place_prepaid",
    "place_cash",
    "pay",
    "pay_short",
    "pay_over",
    *VERBS,
    *VERBS[:4],
    "cancel_order",
    "cancel_units",
    "cancel_units",
    "return_units",
    "return_units",
    "undeliver",
    "give_line",
    "give_units",
    "change_to_cash",
    "expire",
    "give_part",
    "answer_refund",
    "refuse_refund",
    "outside_refund",
    "ship_by_hub",
    "remit",
    "move_cash",
    "lose_cash",
    "adjust",
    "run",
    "pay_out",
    "discard",
)
AFTER_ALL = 7  # of the numbers by which a step picks: it picks what is over, too
CASH_AT_THE_DOOR = [(verb, 0, 0) for verb in ("place_cash", "accept", "pack", "ship", "deliver")]
START = [("place_prepaid", 6, 0), ("pay", 0, 0), *CASH_AT_THE_DOOR, ("place_cash", 2, 0)]
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 7), st.integers(1, 250_000)), min_size=8, max_size=30
)


class Market:
    """Three goods of two producers, and what may happen to them."""

    def __init__(self) -> None:
        makers = [
            make_producer(
                partner=make_partner(
                    commission_percent=Decimal(percent),
                    bank_bin="970436",
                    bank_account="1",
                    bank_holder="HTX",
                )
            )
            for percent in ("12.34", "7.5")
        ]
        prices = [(makers[0], 33_335), (makers[0], 9_999), (makers[1], 120_001)]
        self.goods = [make_product(producer=maker, price=price, stock=UNITS) for maker, price in prices]
        self.now = timezone.now()
        self.count = 0

    def act(self, name: str, pick: int, amount: int) -> None:
        """Do one thing, at its own minute; what the shop refuses changes nothing."""
        self.count += 1
        self.now += timedelta(hours=7 if name == "run" else 0, minutes=1)
        with time_machine.travel(self.now, tick=False):
            try:
                if name in VERBS:
                    self._move(name, pick)
                else:
                    getattr(self, name)(pick, amount)
            except REFUSED:
                pass

    def place_prepaid(self, pick: int, _amount: int) -> None:
        self._place(pick, "prepaid")

    def place_cash(self, pick: int, _amount: int) -> None:
        self._place(pick, "cod")

    def pay(self, pick: int, _amount: int) -> None:
        self._receive(pick, lambda payment: int(payment.missing) or 1)

    def pay_short(self, pick: int, amount: int) -> None:
        self._receive(pick, lambda payment: min(amount, max(1, int(payment.missing) - 1)))

    def pay_over(self, pick: int, amount: int) -> None:
        self._receive(pick, lambda payment: int(payment.missing) + amount)

    def cancel_order(self, pick: int, _amount: int) -> None:
        if order := self._pick(Order.objects.all(), pick):
            cancel_order(order_id=order.pk, by=STAFF)

    def cancel_units(self, pick: int, amount: int) -> None:
        line = self._pick(Line.objects.filter(parcel__status__in=UNPACKED), pick)
        if line and line.parcel_id:
            parcels.cancel_units(
                parcel_id=line.parcel_id, line_id=line.pk, quantity=amount % 3, seen=line.units, by=STAFF
            )

    def return_units(self, pick: int, amount: int) -> None:
        """Units come back, all of them good."""
        line = self._pick(Line.objects.filter(parcel__status="delivered"), pick)
        if line and line.parcel_id:
            units = {line.pk: amount % 3}
            return_units(parcel_id=line.parcel_id, units=units, restock=units, by=STAFF, reason="thử")

    def undeliver(self, pick: int, _amount: int) -> None:
        if parcel := self._pick(Parcel.objects.filter(status="delivered"), pick):
            undeliver(parcel_id=parcel.pk, by=STAFF, reason="thử")

    def give_line(self, pick: int, amount: int) -> None:
        self._give(pick, amount=Decimal(amount))

    def give_units(self, pick: int, amount: int) -> None:
        self._give(pick, quantity=amount % 3)

    def _give(self, pick: int, **what: Any) -> None:
        line = self._pick(Line.objects.filter(parcel__ledger__isnull=False).distinct(), pick)
        if line and line.parcel:
            refunding.refund_by_staff(
                order_id=line.order_id,
                payment_id=line.parcel.ledger.order_by("pk").values_list("payment", flat=True)[0],
                line_id=line.pk,
                key=f"line-{self.count}-x",
                by=STAFF,
                reason="thử",
                **what,
            )

    def change_to_cash(self, pick: int, _amount: int) -> None:
        if order := self._pick(Order.objects.all(), pick):
            attempts.pay_with(order_id=order.pk, code="cod", by=STAFF)

    def expire(self, _pick: int, _amount: int) -> None:
        self.now += timedelta(minutes=40)
        with time_machine.travel(self.now, tick=False):
            expiring.expire_due()

    def give_part(self, pick: int, amount: int) -> None:
        parcel = self._pick(Parcel.objects.filter(ledger__isnull=False).distinct(), pick)
        if parcel is None:
            return
        payment = Payment.objects.get(pk=parcel.ledger.order_by("pk").values_list("payment", flat=True)[0])
        with transaction.atomic():
            refunding.request(
                payment=payment,
                amount=Decimal(amount),
                goods=Decimal(amount // 2),
                key=f"part-{self.count}-x",
                parcel=parcel,
                by=STAFF,
            )

    def answer_refund(self, pick: int, amount: int) -> None:
        if refund := self._pick(Refund.objects.filter(state="requested"), pick):
            holder = cash.giver(refund) if amount % 2 else None
            given_by, reference = holder.key if holder else "", f"re-{refund.pk}"
            cash.note_refund(refund_id=refund.pk, reference=reference, given_by=given_by, by=STAFF)

    def refuse_refund(self, pick: int, _amount: int) -> None:
        if refund := self._pick(Refund.objects.given(), pick):
            reference = refund.reference or f"re-{refund.pk}"
            fact = Outgoing(reference=reference, amount=refund.amount, key=refund.key, failed=True)
            settling.settle(payment_id=refund.payment_id, report=PaymentReport(outgoing=(fact,)), by=SYSTEM)

    def outside_refund(self, pick: int, amount: int) -> None:
        payment = self._pick(Payment.objects.filter(receipts__isnull=False).distinct(), pick)
        if payment and (left := int(balances.kept(payment))) > 0:
            fact = Outgoing(reference=f"out-{self.count}", amount=Decimal(min(amount, left)))
            settling.settle(payment_id=payment.pk, report=PaymentReport(outgoing=(fact,)), by=SYSTEM)

    def ship_by_hub(self, pick: int, _amount: int) -> None:
        fitting = Parcel.objects.filter(status="packed")
        if parcel := self._pick(fitting, pick):
            parcels.ship(parcel_id=parcel.pk, by=STAFF, carried_by="hub")

    def remit(self, pick: int, amount: int) -> None:
        if holding := self._pick(CashHolding.objects.all(), pick):
            amount = int(holding.in_hand) if amount % 2 else amount
            key = str(self.count)
            cash.remit(parcel_id=holding.parcel_id, amount=Decimal(amount), key=key, by=STAFF)

    def move_cash(self, pick: int, amount: int) -> None:
        if holding := self._pick(CashHolding.objects.all(), pick):
            holder = list(Holder)[amount % len(Holder)]
            cash.move(parcel_id=holding.parcel_id, holder=holder, reason="thử", by=STAFF)

    def lose_cash(self, pick: int, _amount: int) -> None:
        if holding := self._pick(CashHolding.objects.all(), pick):
            key = str(self.count)
            cash.settle_difference(parcel_id=holding.parcel_id, key=key, by=STAFF, reason="mất")

    def adjust(self, pick: int, amount: int) -> None:
        partner = self.goods[pick % 3].stockrecords.get().partner
        moved = Decimal(amount if pick % 2 else -amount)
        posting.adjust(partner=partner, amount=moved, reason="thử", key=str(self.count), by=STAFF)

    def run(self, _pick: int, _amount: int) -> None:
        payouts.run(by=STAFF)

    def pay_out(self, pick: int, _amount: int) -> None:
        if payout := self._pick(payouts.Payout.objects.all(), pick):
            payouts.pay(payout_id=payout.pk, reference=f"FT{self.count}", by=STAFF)

    def discard(self, pick: int, _amount: int) -> None:
        if payout := self._pick(payouts.Payout.objects.all(), pick):
            payouts.discard(payout_id=payout.pk, by=STAFF)

    def _place(self, pick: int, method: str) -> None:
        make_order(*self._wanted(pick), quantity=1 + pick // 4, purchase=make_purchase(method=method))

    def _wanted(self, pick: int) -> list[Any]:
        return [product for bit, product in enumerate(self.goods) if (pick % 7 + 1) & (1 << bit)]

    def _move(self, verb: str, pick: int) -> None:
        fitting = Parcel.objects.filter(status__in=PARCEL_TRANSITIONS[OrderLog.Verb(verb.rstrip("_"))].before)
        if parcel := self._pick(fitting, pick):
            getattr(parcels, verb)(parcel_id=parcel.pk, by=STAFF)

    def _receive(self, pick: int, amount: Any) -> None:
        """Mostly for a payment that waits, now and then for one that is over."""
        transfers = Payment.objects.exclude(method="cod")
        payment = self._pick(transfers if pick == AFTER_ALL else transfers.filter(state__in=LIVE), pick)
        if payment:
            Prepaid.receive(payment, amount(payment), f"tx-{self.count}")
            settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)

    def _pick(self, rows: Any, pick: int) -> Any:
        found = list(rows.order_by("-pk")[:8])
        return found[pick % len(found)] if found else None

    def check(self) -> None:
        """All that must hold after any step."""
        assert_balanced()
        self._check_stock()
        self._check_parcels()
        for order in Order.objects.prefetch_related("payments"):
            paid = [payment for payment in order.payments.all() if payment.state == "paid"]
            assert len(paid) <= 1
            for payment in paid:
                assert payment.method == "cod" or balances.received(payment) >= payment.amount
            for payment in order.payments.all():
                assert payment.received == balances.received(payment)
                assert balances.kept(payment) >= 0

    def _check_stock(self) -> None:
        """Every unit is on the shelf or with a buyer; what open orders wait for, and nothing else, is promised."""
        over = Q(order__status__in=[Order.Status.EXPIRED, Order.Status.CANCELLED])
        lines = Line.objects.filter(~over).order_by().values_list("stockrecord")
        promised = lines.filter(parcel__status__in=PARCEL_TRANSITIONS[OrderLog.Verb.CANCEL].before)
        gone = lines.filter(parcel__status__in=PARCEL_TRANSITIONS[OrderLog.Verb.RETURN].before)
        promised, gone = (
            dict(rows.annotate(sum=Sum(F("quantity") - F("called_off") - F("returned"))))
            for rows in (promised, gone)
        )
        for record in StockRecord.objects.all():
            assert record.num_in_stock == UNITS - gone.get(record.pk, 0)
            assert (record.num_allocated or 0) == promised.get(record.pk, 0) <= record.num_in_stock

    def _check_parcels(self) -> None:
        """No line gives back more than was charged, no producer keeps more than the buyer paid."""
        back = dict(Refund.objects.effective().order_by().values_list("line").annotate(sum=Sum("amount")))
        entries = LedgerEntry.objects.filter(partner__isnull=False).order_by().values_list("parcel", "kind")
        kept = {(parcel, kind): amount for parcel, kind, amount in entries.annotate(sum=Sum("amount"))}
        for parcel in Parcel.objects.prefetch_related("lines"):
            lines = parcel.lines.all()
            assert sum(line.charged for line in lines) == parcel.charged_goods
            assert all(back.get(line.pk, 0) <= line.charged <= line.line_price_incl_tax for line in lines)
            goods = kept.get((parcel.pk, "goods"), 0)
            assert 0 <= -kept.get((parcel.pk, "commission"), 0) <= goods <= parcel.charged_goods


def walk(steps: list[tuple[str, int, int]]) -> None:
    """Take these steps in an empty market and check after each; nothing of it stays."""
    with transaction.atomic():
        Prepaid.forget()
        make_market()
        market = Market()
        for step in [*START, *steps]:
            market.act(*step)
            market.check()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def rules(settings: Settings) -> None:
    settings.PAYMENT_PROVIDERS = [COD, PATH, OTHER_PATH]
    settings.RETURN_WINDOW_DAYS = 0
    settings.COD_MAX_REFUSED = 0


@walks(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_dong_and_no_unit_is_lost(steps: list[tuple[str, int, int]]) -> None:
    walk(steps)


BREAKS: dict[str, tuple[str, Any]] = {
    "receipts not posted": ("shop.ledger.posting.received", lambda _receipt: None),
    "refunds not posted": ("shop.ledger.posting.refunded", lambda _refund: None),
    "cash not charged": ("shop.ledger.cash_entries.CHARGED", ()),
    "stock not given back": ("shop.order.allocation.release", lambda _parcels: None),
    "units not given back": ("shop.order.allocation.release_units", lambda _line, _quantity: None),
}


@pytest.mark.parametrize("what", BREAKS)
def test_control_the_walk_finds_what_is_broken(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(*BREAKS[what])
    find = walks(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )(given(steps=STEPS)(walk))
    with pytest.raises(AssertionError):
        find()
