"""The hub's bank account: every event of money enters it, beside what the bank says, to the đồng."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import models
from django.urls import reverse
from django.utils import timezone

from shop.fulfilment import parcels
from shop.ledger import accounts, payouts
from shop.ledger.models import AccountEntry, LedgerEntry, OpeningBalance
from shop.payment.bank import manual_matching
from shop.payment.models import BankAccount, Receipt, Refund
from shop.payment.providers import provider
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import refunding
from tests.books import kinds
from tests.factories import make_partner, make_producer, make_product
from tests.integration.test_cash_holders import BANK
from tests.reconciling import (
    HOA,
    K,
    account,
    agrees,
    by_card,
    by_transfer,
    entries,
    market,
    month,
    staff,
    tell,
)
from tests.shop import make_order, make_purchase
from tests.stripe import double
from tests.transfers import make_waiting

__all__ = ["account", "double", "market"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]


# --- the bank -----------------------------------------------------------------------------------


def test_transfers_refunds_and_payouts_agree_with_the_bank(account: BankAccount) -> None:
    partner = make_partner(**BANK)
    product = make_product(price=100_000, stock=5, producer=make_producer(partner=partner))
    order = make_order(product, purchase=make_purchase(method="bank"))
    way = provider("bank")
    assert way is not None
    way.begin(order.payments.get())
    tell(memo=order.number, amount=order.total_incl_tax + 5_000)
    refund = Refund.objects.get()
    answer = RefundAnswer(reference="FT900", done=True)
    refunding.finish(refund_id=refund.pk, answer=answer, by=HOA)
    days, alone = month(account)
    assert (days[-1].difference, [one.amount for one in alone]) == (5_000, [-5_000])
    tell(memo=f"HOAN TIEN {order.number}", amount=5_000, transferType="out")
    assert agrees(account)
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=order.parcels.get().pk, by=HOA)
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        [payout] = payouts.run(by=HOA).made
        line = tell(memo=payout.memo, amount=payout.total, transferType="out")
        assert line.settles == f"payout:{payout.pk}"
        assert not agrees(account)
        payouts.pay(payout_id=payout.pk, reference="FT901", by=HOA)
        assert agrees(account)


def test_line_of_an_earlier_day_counts_on_the_banks_day(account: BankAccount) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    by_transfer(transactionDate=f"{yesterday:%Y-%m-%d} 09:00:00")
    [day], alone = month(account)
    assert (day.day, day.difference, alone) == (yesterday, 0, [])


def test_cost_of_the_hub_enters_the_ledger_once(account: BankAccount) -> None:
    by_transfer()
    line = tell(memo="tien thue may chu", amount=450_000, transferType="out")
    assert [(one.amount, one.may_be_explained) for one in month(account)[1]] == [(-450_000, True)]
    accounts.explain(line_id=line.pk, kind=K.OTHER, reason="máy chủ tháng 12", by=HOA)
    with pytest.raises(accounts.CannotExplain):
        accounts.explain(line_id=line.pk, kind=K.OTHER, reason="lại", by=HOA)
    assert kinds()["other"] == -450_000
    assert LedgerEntry.objects.get(kind="other").note == "máy chủ tháng 12"
    line.refresh_from_db()
    assert line.state == "matched"
    assert agrees(account)
    page = staff("view_bankline").get(reverse("shop_bank_lines:line", args=[line.pk])).content.decode()
    assert "thu chi khác của sàn: máy chủ tháng 12 (Hoa)" in page


def test_what_other_pages_told_of_is_no_income_again(account: BankAccount) -> None:
    by_transfer()
    line = tell(memo="HTX Gom nop cong no", amount=70_000)
    with pytest.raises(accounts.CannotExplain):
        accounts.explain(line_id=line.pk, kind=K.TAX, reason="?", by=HOA)
    accounts.explain(line_id=line.pk, kind=K.PAID_IN, reason="công nợ", by=HOA)
    assert ("other" in kinds(), agrees(account)) == (False, True)
    line.refresh_from_db()
    assert (line.state, line.note) == ("set_aside", "công nợ")


def test_line_that_pays_an_order_after_all_is_no_income_any_more(account: BankAccount) -> None:
    order = make_waiting()
    line = tell(memo="khong ghi ma", amount=order.total_incl_tax)
    accounts.explain(line_id=line.pk, kind=K.OTHER, reason="chưa rõ", by=HOA)
    assert kinds()["other"] == order.total_incl_tax
    manual_matching.assign(line_id=line.pk, number=order.number, by=HOA, revise=True)
    assert Receipt.objects.get().amount == order.total_incl_tax
    assert ("other" in kinds(), agrees(account)) == (False, True)


def test_line_that_the_release_before_booked_just_now_is_not_explained(account: BankAccount) -> None:
    order = by_transfer()
    line = tell(memo="khong ghi ma", amount=70_000)
    payment = order.payments.get()
    Receipt.objects.create(payment=payment, source="bank", reference=line.key, amount=70_000)
    url = reverse("shop_reconcile:explain", args=[line.pk])
    response = staff("view_payout", "change_payout").post(url, {"kind": "other", "reason": "chưa rõ"})
    assert (response.status_code, "other" in kinds()) == (422, False)
    Receipt.objects.filter(reference=line.key).delete()


def test_second_word_of_a_transfer_does_not_count_until_somebody_says_so(account: BankAccount) -> None:
    order = by_transfer(reference="FT1")
    again = tell(memo=order.number, amount=order.total_incl_tax, reference="FT1\\BNK")
    assert (again.state, again.reason) == ("waiting", "twice")
    assert agrees(account)


def test_opening_balance_begins_the_reconciling(account: BankAccount) -> None:
    early = timezone.localdate() - timedelta(days=5)
    by_transfer(transactionDate=f"{early:%Y-%m-%d} 09:00:00")
    order = by_transfer()
    today = timezone.localdate()
    OpeningBalance.objects.create(account=account, day=today, amount=1_000_000, by_name="Hoa")
    [day], alone = month(account)
    assert (day.opening, day.told_opening, alone) == (1_000_000, 1_000_000, [])
    assert day.closing == day.told_closing == 1_000_000 + order.total_incl_tax


def test_what_the_release_before_booked_meanwhile_is_caught_up(account: BankAccount) -> None:
    order = by_transfer()
    payment = by_card()
    before = entries(account) + entries(None)
    models.QuerySet.delete(AccountEntry.objects.all())
    assert (accounts.catch_up(), accounts.catch_up()) == (2, 0)
    assert entries(account) + entries(None) == before
    assert [int(amount) for _kind, amount in before] == [order.total_incl_tax, payment.amount]


def test_catching_up_that_breaks_off_leaves_nothing_half_done(
    account: BankAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_waiting()
    line = tell(memo="khong ghi ma", amount=order.total_incl_tax)
    accounts.explain(line_id=line.pk, kind=K.OTHER, reason="chưa rõ", by=HOA)
    with monkeypatch.context() as release_before:
        release_before.setattr(accounts, "received", lambda _receipt: None)
        manual_matching.assign(line_id=line.pk, number=order.number, by=HOA, revise=True)

    def break_off(*_args: Any, **_kwargs: Any) -> None:
        raise OSError("gone")

    with monkeypatch.context() as crash:
        crash.setattr(accounts, "_post", break_off)
        with pytest.raises(OSError, match="gone"):
            accounts.catch_up()
    assert entries(account) == [(K.OTHER, order.total_incl_tax)]
    accounts.catch_up()
    assert ("other" in kinds(), agrees(account)) == (False, True)
