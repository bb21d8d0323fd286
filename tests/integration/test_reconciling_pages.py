"""The pages on which staff reconcile the hub's accounts."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from shop.backoffice.payouts import subjects
from shop.fulfilment import parcels
from shop.ledger import payouts
from shop.ledger.models import AccountEntry, OpeningBalance
from shop.payment.models import BankAccount, Refund
from shop.payment.providers import provider
from shop.payment.providers.base import RefundAnswer
from shop.payment.providers.stripe import balance as stripe_balance
from shop.payment.refunds import refunding
from tests.factories import make_partner, make_producer, make_product
from tests.integration.test_cash_holders import BANK
from tests.reconciling import HOA, account, by_card, by_transfer, market, staff, tell
from tests.shop import make_order, make_purchase
from tests.stripe import double

__all__ = ["account", "double", "market"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]


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
