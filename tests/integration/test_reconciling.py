"""The hub's accounts: every event of money enters one, beside what the bank and Stripe say, to the đồng."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from demo.stripe_double import acts, balance
from demo.stripe_double.storage import open_storage
from shop.backoffice.payouts import subjects
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.ledger import accounts, payouts, reconciling
from shop.ledger.models import AccountEntry, LedgerEntry, OpeningBalance
from shop.order.models import Order
from shop.payment import settling
from shop.payment.bank import manual_matching, stripe_payouts
from shop.payment.models import BankAccount, BankLine, Payment, Receipt, Refund, StripeTransaction
from shop.payment.providers import provider
from shop.payment.providers.base import RefundAnswer
from shop.payment.providers.stripe import balance as stripe_balance
from shop.payment.refunds import refunding
from tests.books import assert_balanced, kinds
from tests.factories import make_partner, make_producer, make_product
from tests.integration.test_cash_holders import BANK
from tests.producer_accounts import log_in
from tests.shop import make_market, make_order, make_purchase
from tests.stripe import double, plan, things
from tests.transfers import COD, KEY, VIETQR, make_account, make_waiting, post, told

__all__ = ["double"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]
HOA = Actor(name="Hoa")
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CARD = "shop.payment.providers.stripe.provider.StripeCard"
K = AccountEntry.Kind
PRICE = 300_000


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR, CARD]
    settings.BANK_WEBHOOK_API_KEY = KEY
    settings.BASE_URL = "https://cho.example"
    make_market()
    yield
    assert_balanced()


@pytest.fixture(autouse=True)
def account(market: None) -> BankAccount:
    return make_account()


def by_card(price: int = PRICE) -> Payment:
    """Return a payment that was made at Stripe and is booked."""
    order = make_order(make_product(price=price, stock=9), purchase=make_purchase(method="card"))
    payment = order.payments.get()
    card = provider("card")
    assert card is not None
    card.begin(Payment.objects.select_related("order").get(pk=payment.pk))
    acts.pay(things("checkout.session")[0]["id"], acts.GOOD)
    return settle(payment)


def settle(payment: Payment) -> Payment:
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def by_transfer(**fields: Any) -> Order:
    order = make_waiting()
    tell(memo=order.number, amount=order.total_incl_tax, **fields)
    return order


def tell(**fields: Any) -> BankLine:
    """Let the bank tell of a line today; return it."""
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M:%S")
    assert post(told(**{"transactionDate": now, **fields})).status_code == 200
    return BankLine.objects.latest("pk")


def entries(account: BankAccount | None) -> list[tuple[str, int]]:
    rows = AccountEntry.objects.filter(account=account).order_by("pk")
    return [(row.kind, int(row.amount)) for row in rows]


def month(account: BankAccount | None) -> tuple[list[reconciling.Day], list[reconciling.Unexplained]]:
    """Return the days of this and the next week, and what nobody explained."""
    first, last = timezone.localdate() - timedelta(days=20), timezone.localdate() + timedelta(days=20)
    return reconciling.days(account, first, last), reconciling.unexplained(account, first, last)


def agrees(account: BankAccount | None) -> bool:
    days, alone = month(account)
    return bool(days) and days[-1].difference == 0 and not alone


# --- Stripe -------------------------------------------------------------------------------------


def test_charge_its_fee_and_nothing_twice() -> None:
    payment = by_card()
    amount, fee = int(payment.amount), int(payment.amount) * balance.FEE_PER_MILLE // 1000
    assert [stripe_balance.fetch_new() for _ in range(3)] == [1, 0, 0]
    assert entries(None) == [(K.RECEIVED, amount), (K.FEE, -fee)]
    assert kinds()["card_fee"] == -fee
    [day], alone = month(None)
    assert (day.closing, day.told_closing, alone) == (amount - fee, amount - fee, [])


def test_nothing_is_asked_before_the_first_card(account: BankAccount) -> None:
    plan("fail", call="GET /v1/balance_transactions")
    assert stripe_balance.fetch_new() == 0


def test_silence_and_a_key_without_the_permission_stop_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    by_card()
    plan(*["drop"] * 3, call="GET /v1/balance_transactions")
    assert (stripe_balance.fetch_new(), StripeTransaction.objects.count()) == (0, 0)

    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise stripe_balance.MayNotRead("rk_test may not")

    monkeypatch.setattr(stripe_balance, "_read", refuse)
    assert stripe_balance.fetch_new() == 0


def test_all_pages_and_weeks_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_balance, "LIST_LIMIT", 2)
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=20), tick=False):
        for _ in range(3):
            by_card()
    for _ in range(2):
        by_card()
    assert stripe_balance.fetch_new() == 5
    assert agrees(None)


def test_refund_dispute_and_their_ends_are_explained() -> None:
    one, two, three = by_card(), by_card(), by_card()
    with transaction.atomic():
        refund = refunding.request(payment=one, amount=Decimal(50_000), key="r", by=HOA)
    refunding.send(refund.pk)
    lost, won = (acts.dispute(things("payment_intent")[number]["id"]) for number in (1, 0))
    for payment in (two, three):
        settle(payment)
    stripe_balance.fetch_new()
    assert agrees(None)
    acts.decide_dispute(lost["id"], won=False)
    acts.decide_dispute(won["id"], won=True)
    for payment in (two, three):
        settle(payment)
    stripe_balance.fetch_new()
    assert agrees(None)
    fees = sum(int(payment.amount) * balance.FEE_PER_MILLE // 1000 for payment in (one, two, three))
    assert kinds()["card_fee"] == -fees - balance.DISPUTE_FEE
    acts.fail_refund(refund.reference or Refund.objects.get(pk=refund.pk).reference)
    settle(one)
    stripe_balance.fetch_new()
    assert agrees(None)


def test_charge_that_the_shop_never_booked_is_shown() -> None:
    by_card()
    stripe_balance.fetch_new()
    with open_storage() as storage:
        strange = storage.make("ch", "charge", amount=77_000, currency="vnd", payment_intent="pi_x")
        balance.move(storage, "charge", 77_000, strange, fee=1_000)
        dollars = storage.make("ch", "charge", amount=900, currency="usd", payment_intent="pi_y")
        balance.move(storage, "charge", 900, dollars, fee=30)
    stripe_balance.fetch_new()
    days, alone = month(None)
    assert days[-1].difference == 77_000
    assert {(one.amount, one.currency) for one in alone} == {(77_000, ""), (870, "USD")}
    assert {one.money for one in alone} == {"77.000\N{NO-BREAK SPACE}₫", "8,70\N{NO-BREAK SPACE}US$"}


def test_payout_is_known_again_at_the_bank(account: BankAccount) -> None:
    payment = by_card()
    payout = acts.pay_out()
    stripe_balance.fetch_new()
    net = int(payment.amount) - int(payment.amount) * balance.FEE_PER_MILLE // 1000
    assert (entries(None)[-1], entries(account)) == ((K.PROVIDER, -net), [(K.PROVIDER, net)])
    assert agrees(None)
    days, alone = month(account)
    assert (days[-1].difference, [one.amount for one in alone]) == (-net, [net])
    arrival = datetime.fromtimestamp(payout["arrival_date"], HANOI)
    line = tell(memo="STRIPE PAYMENTS SG", amount=net, transactionDate=f"{arrival:%Y-%m-%d} 09:00:00")
    assert line.state == "waiting"
    assert (stripe_payouts.match(), stripe_payouts.match()) == (1, 0)
    line.refresh_from_db()
    assert (line.state, line.settles) == ("matched", f"stripe:{payout['id']}")
    assert accounts.explanation(line) == f"Stripe chuyển về ngân hàng {payout['id']}"
    assert agrees(account)


def test_payout_that_was_explained_before_it_was_known_is_no_income_any_more(account: BankAccount) -> None:
    by_card()
    payout = acts.pay_out()
    arrival = datetime.fromtimestamp(payout["arrival_date"], HANOI)
    line = tell(memo="STRIPE", amount=payout["amount"], transactionDate=f"{arrival:%Y-%m-%d} 09:00:00")
    accounts.explain(line_id=line.pk, kind=K.OTHER, reason="chưa rõ", by=HOA)
    assert kinds()["other"] == payout["amount"]
    stripe_balance.fetch_new()
    assert stripe_payouts.match() == 1
    assert ("other" in kinds(), agrees(account), agrees(None)) == (False, True, True)
    line.refresh_from_db()
    assert accounts.explanation(line) == f"Stripe chuyển về ngân hàng {payout['id']}"


@pytest.mark.parametrize("aside", [False, True])
def test_payout_that_staff_expected_is_booked_once(account: BankAccount, *, aside: bool) -> None:
    by_card()
    payout = acts.pay_out()
    arrival = datetime.fromtimestamp(payout["arrival_date"], HANOI)
    line = tell(memo="GOP 77", amount=payout["amount"], transactionDate=f"{arrival:%Y-%m-%d} 09:00:00")
    if aside:
        manual_matching.set_aside(line_id=line.pk, reason="chưa rõ", by=HOA)
    accounts.explain(line_id=line.pk, kind=K.PROVIDER, reason="chờ tin của họ", by=HOA)
    stripe_balance.fetch_new()
    assert stripe_payouts.match() == 1
    line.refresh_from_db()
    assert (line.settles, line.note) == (f"stripe:{payout['id']}", "chưa rõ" if aside else "chờ tin của họ")
    assert (agrees(account), agrees(None)) == (True, True)


@pytest.mark.parametrize(
    ("change", "memo"), [(1, "STRIPE"), (0, "STRIPED GOM"), (0, "tien cho")], ids=["sum", "word", "memo"]
)
def test_other_money_is_no_payout_of_stripes(change: int, memo: str) -> None:
    payout = by_card() and acts.pay_out()
    stripe_balance.fetch_new()
    arrival = datetime.fromtimestamp(payout["arrival_date"], HANOI)
    tell(memo=memo, amount=payout["amount"] + change, transactionDate=f"{arrival:%Y-%m-%d} 09:00:00")
    assert stripe_payouts.match() == 0


def test_payout_that_came_back_leaves_nothing_at_the_bank(account: BankAccount) -> None:
    by_card()
    payout = acts.pay_out()
    stripe_balance.fetch_new()
    acts.return_payout(payout["id"])
    stripe_balance.fetch_new()
    days, alone = month(account)
    assert (days[-1].closing, alone) == (0, [])
    assert agrees(None)


def test_payout_that_was_made_again_is_the_line(account: BankAccount) -> None:
    by_card()
    failed = acts.pay_out()
    acts.return_payout(failed["id"])
    again = acts.pay_out()
    stripe_balance.fetch_new()
    arrival = datetime.fromtimestamp(again["arrival_date"], HANOI)
    line = tell(memo="STRIPE", amount=again["amount"], transactionDate=f"{arrival:%Y-%m-%d} 09:00:00")
    assert stripe_payouts.match() == 1
    line.refresh_from_db()
    assert line.settles == f"stripe:{again['id']}"
    assert agrees(account)


def test_money_that_stripe_keeps_back_does_not_reach_the_bank(account: BankAccount) -> None:
    by_card()
    with open_storage() as storage:
        hold = storage.make("ph", "payout_hold", currency="vnd")
        balance.move(storage, "payout_minimum_balance_hold", -50_000, hold)
    stripe_balance.fetch_new()
    assert entries(account) == []
    assert [one.amount for one in month(None)[1]] == [-50_000]


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


# --- the page -----------------------------------------------------------------------------------


def staff(*codenames: str) -> Client:
    user = get_user_model().objects.create_user("hoa@example.vn", "mat-khau-dai")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return log_in(user)


def way_to(response: Any) -> list[str]:
    """Return the steps that lead to a page, without the admin's own first one."""
    return [str(step["label"]) for step in response.context["breadcrumbs_items"]][1:]


def test_staff_see_both_sides_and_explain_a_line(account: BankAccount) -> None:
    by_card()
    stripe_balance.fetch_new()
    by_transfer()
    line = tell(memo="phi quan ly tai khoan", amount=11_000, transferType="out")
    hub = staff("view_payout", "change_payout")
    response = hub.get(reverse("shop_reconcile:index"))
    assert way_to(response) == ["Đối soát ngân hàng"]
    page = response.content.decode()
    assert ("phi quan ly tai khoan" in page, "-11.000" in page or "−11.000" in page) == (True, True)
    url = reverse("shop_reconcile:explain", args=[line.pk])
    assert url in page
    assert way_to(hub.get(url)) == ["Đối soát ngân hàng", "Giải thích một khoản"]
    assert hub.post(url, {"kind": "", "reason": ""}).status_code == 422
    assert hub.post(url, {"kind": "paid_in", "reason": "x"}).status_code == 422
    response = hub.post(url, {"kind": "other", "reason": "phí ngân hàng"})
    assert response["Location"] == reverse(
        "shop_reconcile:month", args=[account.pk, timezone.localdate().replace(day=1)]
    )
    assert "phi quan ly" not in hub.get(response["Location"]).content.decode()
    assert hub.post(url, {"kind": "other", "reason": "lại"}).status_code == 422
    first = timezone.localdate().replace(day=1)
    stripe = hub.get(reverse("shop_reconcile:month", args=["stripe", first])).content.decode()
    assert "Không còn gì chưa giải thích" in stripe


def test_keys_of_our_books_are_words_with_links(account: BankAccount) -> None:
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
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=order.parcels.get().pk, by=HOA)
    card = by_card()
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        [payout] = payouts.run(by=HOA).made
        payouts.pay(payout_id=payout.pk, reference="FT901", by=HOA)
    hub = staff("view_payout")
    days = {timezone.localdate(), timezone.localdate() + timedelta(days=9)}
    pages = [
        hub.get(reverse("shop_reconcile:month", args=[which, day.replace(day=1)])).content.decode()
        for which in (account.pk, "stripe")
        for day in days
    ]
    text = "".join(pages)
    for url, words in (
        (reverse("shop_payouts:detail", args=[payout.pk]), str(payout)),
        (reverse("shop_orders:detail", args=[order.pk]), f"đơn {order.number}"),
        (reverse("shop_orders:detail", args=[card.order_id]), f"đơn {card.order.number}"),
    ):
        assert f'<a href="{url}">{words}</a>' in text
    for raw in ("payout:", "refund:", "receipt-", "pi_"):
        assert raw not in text


def test_key_of_a_payout_that_is_gone_is_told() -> None:
    known = subjects.named(["payout:999999", "stripe:po_1", "other", "pi_nobody", "", "line-3-0"])
    words = {key: (subject.words, subject.url) for key, subject in known.items()}
    assert words == {
        "payout:999999": ("khoản chi trả đã bỏ", ""),
        "stripe:po_1": ("Stripe po_1", ""),
        "other": ("thu chi khác của sàn", ""),
    }


def test_page_says_that_there_is_more(account: BankAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.backoffice.payouts.reconcile.LINES_SHOWN", 2)
    for number in range(3):
        tell(memo=f"phi thu {number}", amount=11_000 + number, transferType="out")
    hub, url = staff("view_payout"), reverse("shop_reconcile:index")
    page = hub.get(url).content.decode()
    assert (page.count("phi thu"), "Còn 1 khoản về sau" in page) == (2, True)
    monkeypatch.setattr("shop.backoffice.payouts.reconcile.LINES_SHOWN", 3)
    assert "khoản về sau" not in hub.get(url).content.decode()


def test_staff_note_the_opening_balance(account: BankAccount) -> None:
    hub = staff("view_payout", "change_payout")
    first = date(2026, 12, 1)
    url = reverse("shop_reconcile:opening", args=[account.pk, first])
    assert hub.post(url, {"day": "", "amount": "x"}).status_code == 422
    for amount in (5_000_000, 6_000_000):
        assert hub.post(url, {"day": "2026-12-01", "amount": amount}).status_code == 302
    opening = OpeningBalance.objects.get()
    assert (opening.amount, opening.by_name) == (6_000_000, "hoa@example.vn")
    assert hub.post(reverse("shop_reconcile:opening", args=["stripe", first]), {}).status_code == 404
    assert hub.get(reverse("shop_reconcile:month", args=["x", first])).status_code == 404
    assert hub.get(reverse("shop_reconcile:month", args=[account.pk + 1, first])).status_code == 404


@pytest.mark.parametrize("codenames", [[], ["view_order"], ["view_payout"]])
def test_without_the_permission_nothing_is_explained(codenames: list[str], account: BankAccount) -> None:
    line = tell(memo="phi", amount=11_000, transferType="out")
    browser = staff(*codenames)
    browser.post(reverse("shop_reconcile:explain", args=[line.pk]), {"kind": "other", "reason": "x"})
    browser.post(
        reverse("shop_reconcile:opening", args=[account.pk, date(2026, 12, 1)]),
        {"day": "2026-12-01", "amount": 1},
    )
    assert (AccountEntry.objects.count(), OpeningBalance.objects.count()) == (0, 0)
    seen = browser.get(reverse("shop_reconcile:index")).status_code
    assert seen == (200 if "view_payout" in codenames else 302)


def test_page_costs_the_same_for_one_and_three_lines(
    django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    by_transfer()
    tell(memo="phi", amount=11_000, transferType="out")
    hub = staff("view_payout", "change_payout")
    url = reverse("shop_reconcile:index")
    hub.get(url)
    with django_assert_max_num_queries(60) as one:
        hub.get(url)
    queries = len(one.captured_queries)  # before further requests forget them
    for number in range(2):
        by_transfer()
        tell(memo=f"phi {number}", amount=11_000 + number, transferType="out")
    with django_assert_num_queries(queries):
        hub.get(url)
