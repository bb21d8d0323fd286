"""What a producer owes is settled: its cash leaves the list, its bill shows what is open."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.ledger import debts
from tests.integration.test_cash_holders import STAFF, goods, handed_over
from tests.integration.test_remittance_carriers import hub
from tests.prepaid import COD
from tests.shop import make_market

pytestmark = pytest.mark.django_db
__all__ = ["hub"]


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    make_market()


def pay(partner: Any, amount: int) -> None:
    debts.pay_in(partner_id=partner.pk, amount=Decimal(amount), reference=f"FT{amount}", by=STAFF)


def parcels_of(bill: Any) -> set[Any]:
    return {entry.parcel for entry in bill.entries}


def test_payments_settle_the_oldest_parcels_and_their_cash() -> None:
    product = goods()
    first, second = handed_over(product), handed_over(product)
    partner = first.partner
    assert debts.in_hand(partner) == first.total + second.total
    pay(partner, 50_000)  # 40 000 of the first, 10 000 of the second
    bill = debts.bill(partner)
    assert (parcels_of(bill), bill.paid, bill.owed) == ({second}, 10_000, 30_000)
    assert debts.in_hand(partner) == second.total
    assert bill.sums[-1] == ("cơ sở nộp", 10_000)
    pay(partner, 30_000)
    bill = debts.bill(partner)
    assert (bill.entries, bill.paid, bill.owed, debts.in_hand(partner)) == ([], 0, 0, 0)


def test_parcel_that_adds_up_to_nothing_is_settled() -> None:
    product = goods()
    type(product.stockrecords.get().partner).objects.update(commission_percent=0)
    parcel = handed_over(product)
    assert parcels_of(debts.bill(parcel.partner)) == set()
    assert debts.in_hand(parcel.partner) == 0


def test_bill_has_a_number_and_a_period(hub: Client) -> None:
    partner = handed_over(goods()).partner
    today = timezone.localdate()
    page = hub.get(reverse("shop_payouts:bill", args=[partner.pk])).content.decode()
    assert f"CN{partner.pk}-{today:%Y%m%d}" in page
    assert f"{today:%d/%m/%Y} –" in " ".join(page.split())
    saved = hub.get(reverse("shop_payouts:bill_lines", args=[partner.pk]))
    assert f"CN{partner.pk}-{today:%Y%m%d}" in saved["Content-Disposition"]
