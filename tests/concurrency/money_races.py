"""Races for the money of one order; each returns what came of it, for test_money_races.py to judge."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from demo.stripe_double.errors import Refused
from shop.checkout import placing
from shop.checkout.quote import quote
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.fulfilment.cancelling import cancel_order
from shop.order.models import Order, OrderLog
from shop.partner import stock
from shop.partner.models import StockRecord
from shop.payment import attempts, balances, expiring, jobs, settling
from shop.payment.models import Payment, Receipt, Refund
from shop.payment.providers.base import Incoming, PaymentReport, PaymentUnavailable
from shop.payment.refunds import refunding
from tests.concurrency import buyers
from tests.concurrency.buyers import Buyer
from tests.concurrency.together import together
from tests.prepaid import Prepaid
from tests.shop import make_basket, make_order, make_purchase
from tests.stripe import post, signature

STAFF = Actor(name="Hoa")
TIMES = 4  # of a race between two: which of them wins is chance


def end(order_id: int) -> list[Any]:
    """Return how an order ended: its status, the states of its payments, units held, đồng kept."""
    order = Order.objects.get(pk=order_id)
    payments = list(order.payments.order_by("pk"))
    kept = sum((balances.kept(payment) for payment in payments), Decimal(0))
    return [
        order.status,
        sorted(payment.state for payment in payments),
        held(order),
        int(kept - order.total_incl_tax) if kept else None,
    ]


def held(order: Order) -> int:
    """Return how many units of the order's product are promised to whomever."""
    record = StockRecord.objects.get(pk=order.lines.get().stockrecord_id)
    return int(record.num_allocated or 0)


def eight_settle() -> dict[str, Any]:
    """Three returns, three notifications and two timers bring the news of one payment."""
    buyer = buyers.has_paid()
    Payment.objects.filter(order=buyer.order_id).update(created_at=timezone.now() - timedelta(minutes=5))

    def act(way: str) -> str:
        if way == "return":
            return str(buyer.come_back().status_code)
        if way == "notice":
            return str(post(Client(), buyer.notice, signature(buyer.notice)))
        return f"asked {jobs.poll_open_payments()}"

    mails_before = Email.objects.count()
    answers = together(act, ["return"] * 3 + ["notice"] * 3 + ["timer"] * 2)
    return {
        "answers": [answer for answer in answers if not answer.startswith("asked")],
        "end": end(buyer.order_id),
        "receipts": Receipt.objects.filter(payment__order=buyer.order_id).count(),
        "log": OrderLog.objects.filter(order=buyer.order_id, verb="pay").count(),
        "mails": list(buyer.order.mails.values_list("kind", flat=True).order_by("pk")),
        "queued": Email.objects.count() - mails_before,
    }


def pay_against_expiry() -> list[list[Any]]:
    """At the deadline the buyer presses "Pay" at Stripe while the timer closes the page."""
    late = [buyers.overdue() for _ in range(TIMES)]

    def act(job: tuple[str, Buyer]) -> str:
        verb, buyer = job
        if verb == "expire":
            return str(expiring.expire(order_id=buyer.order_id))
        try:
            buyer.pay()
        except Refused:
            return "closed"
        return str(buyer.come_back().status_code)

    together(act, [(verb, buyer) for buyer in late for verb in ("expire", "pay")])
    return [end(buyer.order_id) for buyer in late]


def last_unit_three_ways() -> list[list[Any]]:
    """A transfer that nobody can stop, the timer, and another buyer, all after the same last unit."""
    late = [overdue_transfer() for _ in range(TIMES)]
    rivals = {order.pk: _rival(order) for order in late}
    for order in late[::2]:  # the timer alone would always be last: it asks the provider first
        expiring.expire(order_id=order.pk)

    def act(job: tuple[str, Order]) -> str:
        verb, order = job
        if verb == "expire":
            return f"{order.pk} {expiring.expire(order_id=order.pk)}"
        if verb == "settle":
            payment = order.payments.get()
            money = Incoming("bank", f"tx-{payment.pk}", payment.amount)
            report = PaymentReport(incoming=(money,))
            return f"{order.pk} {settling.settle(payment_id=payment.pk, report=report, by=SYSTEM).state}"
        try:
            return f"{order.pk} rival {placing.place(user=AnonymousUser(), **rivals[order.pk]).number}"
        except stock.OutOfStock:
            return f"{order.pk} sold out"

    answers = together(act, [(verb, order) for order in late for verb in ("expire", "settle", "rival")])
    sold = Counter(int(answer.split()[0]) for answer in answers if " rival " in answer)
    return [[*end(order.pk), sold[order.pk]] for order in late]


def overdue_transfer() -> Order:
    """Return an overdue order whose money is on its way between two banks."""
    product = buyers.make_product(price=buyers.PRICE, stock=1)
    order = make_order(product, purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Payment.objects.filter(pk=payment.pk).update(deadline=timezone.now() - timedelta(minutes=1))
    return order


def _rival(order: Order) -> dict[str, Any]:
    """Return another buyer's order of the same product, ready to be placed."""
    line = order.lines.get()
    record = line.stockrecord
    StockRecord.objects.filter(pk=record.pk).update(num_allocated=0)  # so that it can go into a basket
    basket, purchase = make_basket(line.product), make_purchase()
    StockRecord.objects.filter(pk=record.pk).update(num_allocated=1)
    shown = quote(basket, purchase).shown()
    return {"basket_id": basket.pk, "purchase": purchase, "shown": shown}


def five_refunds() -> dict[str, Any]:
    """Five of the staff give half of the money back at the same moment."""
    return _give_halves(buyers.placed())


def five_refunds_without_looking_again() -> dict[str, Any]:
    """The control: all five trust what was read before the lock."""
    buyer = buyers.placed()
    look, seen = balances.kept, balances.kept(buyer.payment)
    balances.kept = lambda _payment: seen  # the five are forked from here
    try:
        return _give_halves(buyer)
    finally:
        balances.kept = look


def _give_halves(buyer: Buyer) -> dict[str, Any]:
    payment = buyer.payment
    half = payment.amount // 2

    def act(number: int) -> str:
        try:
            refunding.refund_by_staff(
                order_id=buyer.order_id,
                payment_id=payment.pk,
                amount=half,
                key=f"{payment.pk}-press-{number}",
                by=STAFF,
                reason="thử",
            )
        except refunding.TooMuch as refused:
            return f"left {refused.left:.0f}"
        return "given"

    answers = together(act, list(range(5)))
    rows = Refund.objects.filter(payment=payment)
    return {"answers": answers, "states": sorted(row.state for row in rows)}


def five_units_of_a_line() -> dict[str, Any]:
    """Five of the staff give a unit of the same line back, and five call one off, each from the same page."""
    goods = [buyers.make_product(price=buyers.PRICE, stock=5) for _ in range(2)]
    order = make_order(*goods, quantity=2, purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    money = Incoming("card", f"tx-{payment.pk}", payment.amount)
    settling.settle(payment_id=payment.pk, report=PaymentReport(incoming=(money,)), by=SYSTEM)
    given, left_out = order.lines.order_by("pk")

    def act(job: tuple[str, int]) -> str:
        verb, number = job
        try:
            if verb == "give":
                key = f"{given.pk}-unit-{number}"
                facts = {"order_id": order.pk, "payment_id": payment.pk, "line_id": given.pk}
                refunding.refund_by_staff(**facts, quantity=1, key=key, by=STAFF, reason="thử")
            else:
                facts = {"parcel_id": left_out.parcel_id, "line_id": left_out.pk}
                parcels.cancel_units(**facts, quantity=1, seen=2, by=STAFF)
        except (refunding.TooMuch, parcels.InvalidTransition) as refused:
            return type(refused).__name__
        return verb

    answers = Counter(
        together(act, [(verb, number) for number in range(5) for verb in ("give", "cancel_units")])
    )
    refunds = Refund.objects.filter(payment=payment)
    sums = [int(refunds.filter(line=line).total()) for line in (given, left_out)]
    return {
        "answers": dict(answers),
        "sums": sums,
        "held": StockRecord.objects.get(pk=left_out.stockrecord_id).num_allocated,
    }


def two_methods() -> dict[str, Any]:
    """One order is paid by card and by transfer in the same second."""
    buyer = buyers.has_paid()
    card = buyer.payment
    other = Payment.objects.create(
        order=card.order, method="prepaid", amount=card.amount, state=Payment.State.PENDING
    )
    Prepaid.receive(other, int(other.amount), f"tx-{other.pk}")

    def act(pk: int) -> str:
        return settling.fetch_and_settle(payment_id=pk, by=SYSTEM).method

    together(act, [card.pk, other.pk] * 3)
    refunds = Refund.objects.filter(payment__order=card.order_id)
    return {
        "end": end(card.order_id),
        "refunds": [[refund.payment.state, refund.amount == card.amount, refund.state] for refund in refunds],
    }


def cancel_against_settle() -> list[list[Any]]:
    """The buyer pays in one tab and cancels in the other."""
    pairs = [buyers.waiting() for _ in range(TIMES)]

    def act(job: tuple[str, Buyer]) -> str:
        verb, buyer = job
        try:
            if verb == "cancel":
                cancel_order(order_id=buyer.order_id, by=SYSTEM)
            else:
                buyer.pay()
                settling.fetch_and_settle(payment_id=buyer.payment.pk, by=SYSTEM)
        except (parcels.InvalidTransition, Refused) as refused:
            return type(refused).__name__
        return "done"

    together(act, [(verb, buyer) for buyer in pairs for verb in ("cancel", "pay")])
    return [end(buyer.order_id) for buyer in pairs]


def expiry_against_paying_again() -> list[list[Any]]:
    """The timer lets an order go while its buyer chooses how to pay, in two tabs."""
    late = [buyers.overdue(stock=1) for _ in range(TIMES)]

    def act(job: tuple[str, Buyer]) -> str:
        verb, buyer = job
        try:
            if verb == "expire":
                return str(expiring.expire(order_id=buyer.order_id))
            attempts.pay_with(order_id=buyer.order_id, code=verb, by=SYSTEM)
        except (attempts.CannotPay, PaymentUnavailable) as refused:
            return type(refused).__name__
        return "begun"

    together(act, [(verb, buyer) for buyer in late for verb in ("expire", "prepaid", "prepaid")])
    return [end(buyer.order_id) for buyer in late]


RACES = [
    eight_settle,
    pay_against_expiry,
    last_unit_three_ways,
    five_refunds,
    five_refunds_without_looking_again,
    five_units_of_a_line,
    two_methods,
    cancel_against_settle,
    expiry_against_paying_again,
]
