"""Races while Stripe is silent, answers again, or disputes, for test_money_races.py to judge."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.test import Client
from django.utils import timezone

from demo.stripe_double import acts, api, switches
from shop.core.actors import SYSTEM, Actor
from shop.order.models import Order
from shop.payment import attempts, balances, breaker, jobs, settling
from shop.payment.models import Payment, ProviderBreaker, Refund
from shop.payment.providers.base import Incoming, PaymentReport
from shop.payment.providers.stripe import charges
from shop.payment.refunds import refunding
from tests.concurrency import buyers
from tests.concurrency.buyers import Buyer
from tests.concurrency.money_races import TIMES, end
from tests.concurrency.together import together
from tests.stripe import post, signature

EIGHT = list(range(8))
STAFF = Actor(name="Hoa")


def _open_breaker() -> ProviderBreaker:
    """Return the breaker, open for so long that a trial is due."""
    ProviderBreaker.objects.all().delete()
    ago = timezone.now() - timedelta(minutes=5)
    return ProviderBreaker.objects.create(code="card", failures=3, opened_at=ago, tried_at=ago)


def eight_trials() -> list[str]:
    """Eight processes want to ask a provider whose breaker is open and due for a trial."""
    _open_breaker()

    def act(_number: int) -> str:
        try:
            breaker.check("card")
        except breaker.BreakerOpen:
            return "refused"
        return "asks"

    try:
        return together(act, EIGHT)
    finally:
        ProviderBreaker.objects.all().delete()


def eight_trials_on_what_was_seen() -> list[str]:
    """The control: each decides on the row as it was before the race, and then writes."""
    seen = _open_breaker()

    def act(_number: int) -> str:
        now = timezone.now()
        if seen.tried_at and seen.tried_at > now - breaker.TRIAL_EVERY:
            return "refused"
        ProviderBreaker.objects.filter(Q(pk="card")).update(tried_at=now)
        return "asks"

    try:
        return together(act, EIGHT)
    finally:
        ProviderBreaker.objects.all().delete()


def _let_go() -> tuple[Buyer, str]:
    """Return a buyer who changed to another way while Stripe was silent, and then paid on Stripe's page; its notice."""
    buyer = buyers.waiting()
    switches.set_network("outage")
    attempts.pay_with(order_id=buyer.order_id, code="prepaid", by=SYSTEM)
    switches.set_network("up")
    ProviderBreaker.objects.all().delete()
    card = Payment.objects.get(order=buyer.order_id, method="card")
    assert card.left_open_at
    acts.pay(str(card.reference), acts.GOOD)
    return buyer, _last_notice()


def _last_notice() -> str:
    from demo.stripe_double.storage import open_storage

    with open_storage() as storage:
        return storage.undelivered()[-1][1]


def left_open_and_paid_twice() -> list[dict[str, Any]]:
    """Timers close what was left open, Stripe tells that it was paid, and the other way's money comes: all at once."""
    let_go = [_let_go() for _time in range(TIMES)]

    def act(job: tuple[str, Buyer, str]) -> str:
        way, buyer, notice = job
        if way == "timer":
            return f"closed {jobs.close_left_open() >= 0}"
        if way == "notice":
            return str(post(Client(), notice, signature(notice)))
        other = Payment.objects.get(order=buyer.order_id, method="prepaid")
        money = PaymentReport(incoming=(Incoming("card", f"tx-{other.pk}", other.amount),))
        return settling.settle(payment_id=other.pk, report=money, by=SYSTEM).method

    together(act, [(way, *pair) for pair in let_go for way in ("timer", "notice", "money")])
    jobs.close_left_open()
    return [
        {
            "end": end(buyer.order_id),
            "given_back": Refund.objects.filter(payment__order=buyer.order_id).count(),
            "left_open": Payment.objects.filter(order=buyer.order_id, left_open_at__isnull=False).count(),
        }
        for buyer, _notice in let_go
    ]


def _disputed() -> tuple[Order, Refund]:
    """Return a paid order with a refund that Stripe has not answered, and a dispute that the shop has not heard of."""
    buyer = buyers.placed()
    switches.set_network("outage")
    payment = buyer.payment
    refund = refunding.refund_by_staff(
        order_id=buyer.order_id,
        payment_id=payment.pk,
        amount=payment.amount // 2,
        key=f"{payment.pk}-half",
        by=STAFF,
        reason="thử",
    )
    switches.set_network("up")
    ProviderBreaker.objects.all().delete()
    acts.dispute(payment.receipts.get().reference)
    return buyer.order, refund


def refund_against_dispute() -> list[list[Any]]:
    """Timers send a refund while the notice of a dispute arrives."""
    return _send_and_hear()


def refund_against_dispute_unasked() -> list[list[Any]]:
    """The control: nobody looks for disputes, and Stripe would give back all the same."""
    guards = balances.has_open_dispute, charges._decided, api.DISPUTED
    balances.has_open_dispute = lambda _payment: False
    charges._decided = lambda _receipt: []
    api.DISPUTED = ()
    try:
        return _send_and_hear()
    finally:
        balances.has_open_dispute, charges._decided, api.DISPUTED = guards


def _send_and_hear() -> list[list[Any]]:
    disputed = [_disputed() for _time in range(TIMES)]

    def act(job: tuple[str, Order, Refund]) -> str:
        verb, order, refund = job
        if verb == "send":
            return str(refunding.send(refund.pk).state)
        return str(settling.fetch_and_settle(payment_id=order.payments.get().pk, by=SYSTEM).state)

    together(act, [(verb, *pair) for pair in disputed for verb in ("send", "send", "hear")])
    ends = []
    for order, refund in disputed:
        refund.refresh_from_db()
        rows = Refund.objects.filter(payment__order=order, disputed=True)
        ends.append([refund.state, [row.dispute_open for row in rows]])
    return ends


RACES = [
    eight_trials,
    eight_trials_on_what_was_seen,
    left_open_and_paid_twice,
    refund_against_dispute,
    refund_against_dispute_unasked,
]
