"""The list of cash by holder, its filter, and names of carriers to choose from."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from shop.ledger import cash_lists
from shop.ledger.remittances import handing_in
from tests.integration.test_cash_holders import at_a_sales_point, by_the_hubs_carrier, goods, walk
from tests.integration.test_remittance_carriers import STAFF, csv, hub
from tests.prepaid import COD
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db
__all__ = ["hub"]


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    cache.clear()
    make_market()


def test_one_carrier_however_it_is_written_is_one_holder(hub: Client) -> None:
    ghn, other, unnamed = (by_the_hubs_carrier(carrier=name) for name in ("GHN", "ghn", ""))
    point = at_a_sales_point()
    held = {(str(row.holder), row.name): row.amount for row in cash_lists.in_hands()}
    assert held["hub_carrier", "GHN"] == ghn.total + other.total
    assert held["hub_carrier", ""] == unnamed.total

    def shown(query: str) -> set[Any]:
        page = hub.get(f"{reverse('shop_cash:index')}{query}")
        text = page.content.decode()
        assert ("Bỏ lọc" in text) == bool(query)
        return {row.parcel for row in page.context["page"]}

    assert shown("?ai=hub_carrier&ten=Ghn") == {ghn, other}
    assert shown("?ai=hub_carrier&ten=") == {unnamed}
    assert shown("?ai=sales_point") == {point}
    assert shown("?ten=GHN") == {ghn, other}
    assert shown("") == {ghn, other, unnamed, point}
    text = hub.get(f"{reverse('shop_cash:index')}?ai=hub_carrier&ten=").content.decode()
    assert "<strong>hãng vận chuyển của sàn (chưa ghi tên)</strong>" in text


def test_names_in_use_are_offered_once(hub: Client) -> None:
    parcel = by_the_hubs_carrier(carrier="ghn")
    packed = walk(make_order(goods()).parcels.get(), "accept", "pack")
    found = handing_in.upload(carrier="GHN", name="a", data=csv("S9,1,0"), by=STAFF)
    for url in (
        reverse("shop_cash:remittances"),
        reverse("shop_cash:parcel", args=[parcel.pk]),
        reverse("shop_orders:detail", args=[packed.order_id]),
    ):
        text = hub.get(url).content.decode()
        assert text.count('<option value="GHN"></option>') == 1
        assert '<option value="ghn"></option>' not in text
    text = hub.get(reverse("shop_cash:remittance", args=[found.pk])).content.decode()
    assert text.index("S9") < text.index('name="confirm"')
