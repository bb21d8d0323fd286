"""Who pays for an offer: the producer, or the hub by setting; frozen at the sale, in step with what is kept."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.urls import reverse
from oscar.test.factories import BenefitFactory, ConditionalOfferFactory, ConditionFactory, RangeFactory
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels, unit_returns
from shop.fulfilment.undelivering import undeliver
from shop.ledger.models import OfferFunding
from shop.payment import settling
from shop.payment.models import Refund
from shop.payment.providers.base import Outgoing, PaymentReport, RefundAnswer
from shop.payment.refunds import refunding
from tests.books import balance, kinds
from tests.factories import make_partner, make_producer, make_product
from tests.integration.test_cash_holders import goods, partner_of, walk
from tests.prepaid import COD, PATH, Prepaid
from tests.producer_accounts import log_in
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()


def offer(percent: int = 20, *, paid_by: str = "") -> Any:
    everything = RangeFactory(includes_all_products=True)
    found = ConditionalOfferFactory(
        name="Tết",
        offer_type="Site",
        benefit=BenefitFactory(range=everything, type="Percentage", value=percent, max_affected_items=None),
        condition=ConditionFactory(range=everything, type="Count", value=1),
    )
    if paid_by:
        OfferFunding.objects.create(offer=found, paid_by=paid_by)
    return found


def buy(product: Any, *, quantity: int = 1) -> Any:
    return make_order(product, quantity=quantity, purchase=make_purchase(method="prepaid"))


def pay(order: Any) -> Any:
    payment = order.payments.get()
    Prepaid.receive(payment, int(payment.amount))
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


@pytest.mark.parametrize(("paid_by", "discount"), [("", 0), ("producer", 0), ("hub", 20_000)])
def test_setting_says_who_pays(paid_by: str, discount: int) -> None:
    offer(paid_by=paid_by)
    order = buy(goods(100_000))
    pay(order)
    parcel = order.parcels.get()
    assert (parcel.goods, order.lines.get().hub_discount) == (80_000, discount)
    expected = {"goods": 80_000, "shipping": parcel.shipping, "commission": -8_000}
    assert kinds(parcel.partner) == expected | ({"discount": discount} if discount else {})
    assert kinds() == {"commission": 8_000} | ({"discount": -discount} if discount else {})


def test_sale_keeps_who_paid_at_its_time() -> None:
    found = offer(paid_by="hub")
    order = buy(goods(100_000))
    OfferFunding.objects.filter(offer=found).update(paid_by="producer")
    pay(order)
    assert kinds(order.parcels.get().partner)["discount"] == 20_000


def test_what_goes_back_takes_its_part_of_it_to_the_dong_and_brings_it_again() -> None:
    offer(33, paid_by="hub")
    order = buy(goods(33_335), quantity=3)
    payment = pay(order)
    parcel = order.parcels.get()
    line = order.lines.get()
    before = kinds(parcel.partner)
    with transaction.atomic():
        refund = refunding.request(
            payment=payment, amount=Decimal(10_001), parcel=parcel, line=line, key="r", by=STAFF
        )
    refunding.send(refund.pk)
    left = (line.charged - 10_001) / line.line_price_incl_tax
    assert kinds(parcel.partner)["discount"] == round(line.hub_discount * left)
    failed = Outgoing(reference=refund.reference or "x", amount=refund.amount, key="r", failed=True)
    settling.settle(payment_id=payment.pk, report=PaymentReport(outgoing=(failed,)), by=SYSTEM)
    assert kinds(parcel.partner) == before
    with transaction.atomic():
        refund = refunding.request(payment=payment, amount=payment.amount, key="all", by=STAFF)
    refunding.send(refund.pk)
    assert (kinds(parcel.partner), kinds()) == ({}, {})


def test_units_that_were_never_paid_bring_no_discount() -> None:
    offer(paid_by="hub")
    order = make_order(goods(100_000), quantity=2)
    parcel, line = order.parcels.get(), order.lines.get()
    parcels.cancel_units(parcel_id=parcel.pk, line_id=line.pk, quantity=1, seen=2, by=STAFF)
    walk(parcel, "accept", "pack", "ship", "deliver")
    assert kinds(parcel.partner)["discount"] == 20_000
    assert balance(parcel.partner) == 20_000 - 8_000


def producer_of(**fields: Any) -> Any:
    return make_producer(partner=make_partner(commission_percent=Decimal(10), **fields))


def gift(*, of_another: bool = False, **fields: Any) -> tuple[Any, Any]:
    """Return two products of one producer or two, the second free by an offer that the hub pays for."""
    producer = producer_of(**fields)
    product = make_product(producer=producer, price=100_000)
    present = make_product(producer=producer_of(**fields) if of_another else producer, price=30_000)
    only = RangeFactory(includes_all_products=False, products=[present])
    found = ConditionalOfferFactory(
        name="Quà",
        offer_type="Site",
        benefit=BenefitFactory(range=only, type="Percentage", value=100, max_affected_items=None),
        condition=ConditionFactory(range=only, type="Count", value=1),
    )
    OfferFunding.objects.create(offer=found, paid_by="hub")
    return product, present


def test_gift_of_the_hub_is_paid_to_its_producer_unit_by_unit() -> None:
    product, present = gift()
    order = make_order(product, present, present, purchase=make_purchase(method="prepaid"))
    payment = pay(order)
    parcel, line = order.parcels.get(), order.lines.get(product=present)
    assert (line.line_price_incl_tax, line.hub_discount) == (0, 60_000)
    assert kinds(parcel.partner)["discount"] == 60_000
    parcels.cancel_units(parcel_id=parcel.pk, line_id=line.pk, quantity=1, seen=2, by=STAFF)
    assert kinds(parcel.partner)["discount"] == 30_000
    walk(parcel, "accept", "pack", "ship", "deliver")
    unit_returns.return_units(parcel_id=parcel.pk, units={line.pk: 1}, restock={}, by=STAFF, reason="vỡ")
    assert "discount" not in kinds(parcel.partner)
    assert balance(parcel.partner) == 90_000 + parcel.shipping
    assert payment.refunds.count() == 0


def test_gift_goes_back_with_its_parcel() -> None:
    product, present = gift()
    order = make_order(product, present, purchase=make_purchase(method="prepaid"))
    pay(order)
    parcel = order.parcels.get()
    parcels.cancel(parcel_id=parcel.pk, by=STAFF, reason="hết")
    refunding.send(Refund.objects.get().pk)
    assert (kinds(parcel.partner), kinds()) == ({}, {})


def test_gift_stays_paid_when_only_the_other_goods_come_back() -> None:
    product, present = gift()
    order = make_order(product, present)
    parcel, line = order.parcels.get(), order.lines.get(product=product)
    walk(parcel, "accept", "pack", "ship", "deliver")
    assert kinds(parcel.partner)["discount"] == 30_000
    unit_returns.return_units(parcel_id=parcel.pk, units={line.pk: 1}, restock={}, by=STAFF, reason="vỡ")
    refunding.finish(
        refund_id=Refund.objects.get().pk, answer=RefundAnswer(reference="PC", done=True), by=STAFF
    )
    assert kinds(parcel.partner)["discount"] == 30_000
    assert "commission" not in kinds(parcel.partner)


def fetched_for_cash() -> tuple[Any, Any]:
    """Return two parcels of an order for cash that its buyer fetches: one with a price, one of two gifts alone."""
    products = gift(of_another=True, pickup=True)
    ways = {str(partner_of(product).pk): "pickup_producer" for product in products}
    order = make_order(*products, products[1], purchase=make_purchase(ways=ways, pickup=True))
    sold, given = (order.parcels.get(lines__product=product) for product in products)
    assert (sold.charged > 0, given.charged) == (True, 0)
    return sold, given


DELIVERED = ("accept", "pack", "ship", "deliver")


def test_parcel_of_gifts_alone_brings_its_producer_the_hubs_part_when_it_is_handed_over() -> None:
    """No cash is collected for it, so nothing was booked at all."""
    sold, given = fetched_for_cash()
    walk(sold, *DELIVERED)
    assert kinds(given.partner) == {}
    walk(given, *DELIVERED)
    assert kinds(given.partner) == {"discount": 60_000}
    assert kinds()["discount"] == -60_000
    assert given.order.payments.get().state == "paid"
    line = given.lines.get()
    unit_returns.return_units(parcel_id=given.pk, units={line.pk: 1}, restock={}, by=STAFF, reason="vỡ")
    assert kinds(given.partner) == {"discount": 30_000}
    walk(given, "return_")
    assert kinds(given.partner) == {}
    assert Refund.objects.count() == 0


def test_parcel_of_gifts_alone_is_paid_when_the_rest_of_its_order_is_cancelled() -> None:
    sold, given = fetched_for_cash()
    walk(sold, "cancel")
    walk(given, *DELIVERED)
    assert kinds(given.partner) == {"discount": 60_000}
    walk(given, "return_")
    assert kinds(given.partner) == {}


@pytest.mark.parametrize(("then", "discount"), [("deliver", {"discount": 60_000}), ("return_", {})])
def test_gifts_that_were_called_delivered_too_early_are_paid_once(
    then: str, discount: dict[str, int]
) -> None:
    sold, given = fetched_for_cash()
    walk(sold, *DELIVERED)
    walk(given, *DELIVERED)
    undeliver(parcel_id=given.pk, by=STAFF, reason="nhầm kiện")
    walk(given, then)
    assert kinds(given.partner) == discount


def test_gifts_of_an_order_for_cash_that_never_leave_bring_nothing() -> None:
    sold, given = fetched_for_cash()
    walk(given, "cancel")
    walk(sold, *DELIVERED)
    assert kinds(given.partner) == {}


def test_staff_choose_who_pays_and_producers_do_not() -> None:
    found = offer()
    user = get_user_model().objects.create_user("hoa@example.vn", "mat-khau-dai")
    names = ["access_admin", "view_offerfunding", "add_offerfunding", "change_offerfunding"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    hub = log_in(user)
    page = hub.post(reverse("shop_offer_funding:add"), {"offer": found.pk, "paid_by": "hub"})
    assert page.status_code == 302
    assert OfferFunding.objects.get().paid_by == "hub"
    assert "Tết" in hub.get(reverse("shop_offer_funding:index")).content.decode()
    assert (
        hub.post(reverse("shop_offer_funding:add"), {"offer": found.pk, "paid_by": "hub"}).status_code != 302
    )
