"""A line of the bank that our books know of already is joined to it, and nothing is entered a second time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from demo.stripe_double import acts, balance
from demo.stripe_double.storage import open_storage
from shop.fulfilment import parcels
from shop.ledger import accounts, joining, payouts
from shop.ledger.models import AccountEntry, Payout
from shop.order.models import Order
from shop.payment.bank import stripe_payouts
from shop.payment.models import BankAccount, BankLine, Refund
from shop.payment.providers import provider
from shop.payment.providers.base import RefundAnswer
from shop.payment.providers.stripe import balance as stripe_balance
from shop.payment.refunds import refunding
from tests.books import kinds
from tests.factories import make_partner, make_producer, make_product
from tests.integration.test_cash_holders import BANK
from tests.reconciling import HANOI, HOA, account, agrees, by_card, entries, market, staff, tell
from tests.shop import make_order, make_purchase
from tests.stripe import double
from tests.transfers import make_waiting

__all__ = ["account", "double", "market"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]
K = AccountEntry.Kind


def sent_order() -> Order:
    """Return an order by transfer that was paid and delivered just now."""
    partner = make_partner(**BANK)
    product = make_product(price=100_000, stock=5, producer=make_producer(partner=partner))
    order = make_order(product, purchase=make_purchase(method="bank"))
    way = provider("bank")
    assert way is not None
    way.begin(order.payments.get())
    tell(memo=order.number, amount=order.total_incl_tax)
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=order.parcels.get().pk, by=HOA)
    return order


def run_payout() -> Payout:
    [payout] = payouts.run(by=HOA).made
    return payout


def arrived(payout: Any, amount: int | None = None) -> BankLine:
    """Let the bank tell of a payout of Stripe's without its name."""
    day = datetime.fromtimestamp(payout["arrival_date"], HANOI)
    when = f"{day:%Y-%m-%d} 09:00:00"
    return tell(memo="CHUYEN TIEN", amount=amount or payout["amount"], transactionDate=when)


@pytest.mark.parametrize("noted_first", [True, False])
def test_payout_whose_number_was_mistyped_leaves_once(account: BankAccount, *, noted_first: bool) -> None:
    order = sent_order()
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        payout = run_payout()
        if noted_first:
            payouts.pay(payout_id=payout.pk, reference="FT9O1", by=HOA)
        line = tell(memo="chuyen tien", amount=payout.total, transferType="out", reference="FT901")
        assert (line.state, agrees(account)) == ("recorded", False)
        line = joining.join(line_id=line.pk, key=f"payout:{payout.pk}", reason="gõ nhầm số", by=HOA)
        assert (line.state, line.settles, line.handled_by) == ("matched", f"payout:{payout.pk}", "Hoa")
        if not noted_first:
            payouts.pay(payout_id=payout.pk, reference="FT9O1", by=HOA)
        assert entries(account) == [(K.RECEIVED, order.total_incl_tax), (K.PAYOUT, -payout.total)]
        assert agrees(account)


@pytest.mark.parametrize("noted_first", [True, False])
def test_refund_whose_number_was_mistyped_leaves_once(account: BankAccount, *, noted_first: bool) -> None:
    order = make_waiting()
    tell(memo=order.number, amount=order.total_incl_tax + 5_000)
    refund = Refund.objects.get()

    def note() -> None:
        refunding.finish(refund_id=refund.pk, answer=RefundAnswer(reference="FT7OO", done=True), by=HOA)

    if noted_first:
        note()
    line = tell(memo="tra lai", amount=5_000, transferType="out", reference="FT700")
    assert line.state == "recorded"
    joining.join(line_id=line.pk, key=f"refund:{refund.pk}", reason="gõ nhầm số", by=HOA)
    if not noted_first:
        note()
    assert [row for row in entries(account) if row[0] != K.RECEIVED] == [(K.REFUND, -5_000)]
    assert agrees(account)


def test_one_line_is_one_thing_of_the_same_sum(account: BankAccount) -> None:
    sent_order()
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        payout = run_payout()
        one, two = (
            tell(memo=f"chuyen {number}", amount=payout.total, transferType="out") for number in range(2)
        )
        other = tell(memo="chuyen", amount=payout.total + 1, transferType="out")
        key = f"payout:{payout.pk}"
        assert [known.key for known in joining.candidates(two)] == [key]
        joining.join(line_id=one.pk, key=key, reason="x", by=HOA)
        for line in (one, two, other):
            with pytest.raises(accounts.CannotExplain):
                joining.join(line_id=line.pk, key=key, reason="x", by=HOA)
        payouts.pay(payout_id=payout.pk, reference="FT1", by=HOA)


def test_payout_of_stripes_without_its_name_is_no_income(account: BankAccount) -> None:
    by_card()
    payout = acts.pay_out()
    stripe_balance.fetch_new()
    line = arrived(payout)
    assert stripe_payouts.match() == 0
    with pytest.raises(accounts.CannotExplain):
        accounts.explain(line_id=line.pk, kind=K.PROVIDER, reason="tiền thẻ", by=HOA)
    accounts.explain(line_id=line.pk, kind=K.OTHER, reason="chưa rõ", by=HOA)
    line = joining.join(line_id=line.pk, key=f"stripe:{payout['id']}", reason="tiền thẻ", by=HOA)
    assert (line.state, "other" in kinds()) == ("matched", False)
    assert (agrees(account), agrees(None)) == (True, True)


def test_payout_in_another_currency_moves_from_stripe_to_the_bank(account: BankAccount) -> None:
    by_card()
    with open_storage() as storage:
        charge = storage.make("ch", "charge", amount=900, currency="usd", payment_intent="pi_y")
        balance.move(storage, "charge", 900, charge, fee=30)
        payout = balance.pay_out(storage, "usd")
    stripe_balance.fetch_new()
    line = arrived(payout, 220_000)
    joining.join(line_id=line.pk, key=f"stripe:{payout['id']}", reason="đô la", by=HOA)
    assert entries(account) == [(K.PROVIDER, 220_000)]
    assert (K.PROVIDER, -220_000) in entries(None)
    assert ("other" in kinds(), agrees(account)) == (False, True)


def test_payout_that_stripe_has_not_told_of_is_taken_back_when_it_does(account: BankAccount) -> None:
    payment = by_card()
    payout = acts.pay_out()
    line = arrived(payout)
    accounts.explain(line_id=line.pk, kind=K.PROVIDER, reason="tiền thẻ", by=HOA)
    assert entries(account) == [(K.PROVIDER, payout["amount"])]
    assert entries(None) == [(K.RECEIVED, payment.amount), (K.PROVIDER, -payout["amount"])]
    stripe_balance.fetch_new()
    assert stripe_payouts.match() == 1
    assert sum(amount for _kind, amount in entries(account)) == payout["amount"]
    assert ("other" in kinds(), agrees(account), agrees(None)) == (False, True, True)


def test_staff_choose_the_payout_by_name(account: BankAccount) -> None:
    sent_order()
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        hub = staff("view_payout", "change_payout")
        payout = run_payout()
        payouts.pay(payout_id=payout.pk, reference="FT9O1", by=HOA)
        line = tell(memo="chuyen tien", amount=payout.total, transferType="out", reference="FT901")
        url = reverse("shop_reconcile:explain", args=[line.pk])
        assert f'value="payout:{payout.pk}"' in hub.get(url).content.decode()
        assert hub.post(url, {"kind": "payout", "reason": "x"}).status_code == 422
        assert hub.post(url, {"kind": f"payout:{payout.pk}", "reason": "gõ nhầm số"}).status_code == 302
        assert hub.post(url, {"kind": f"payout:{payout.pk}", "reason": "lại"}).status_code == 422
    line.refresh_from_db()
    assert (line.state, line.settles, line.note) == ("matched", f"payout:{payout.pk}", "gõ nhầm số")
