"""A payout drawn up before a dispute is looked at again when it is paid, and goes into no file meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.ledger import payouts, transfer_files
from shop.ledger.models import Payout, PayoutLog
from shop.order.models import Order
from shop.payment import review, settling
from shop.payment.models import Payment
from tests.factories import make_partner, make_producer, make_product
from tests.integration.test_payouts import BANK, WEEK, staff_browser
from tests.prepaid import PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()


@pytest.fixture
def hub() -> Client:
    return staff_browser("view_payout", "change_payout")


@pytest.fixture
def order() -> Order:
    producer = make_producer(partner=make_partner(**BANK))
    order = make_order(make_product(producer=producer, stock=5), purchase=make_purchase(method="prepaid"))
    Prepaid.receive(order.payments.get(), int(order.total_incl_tax))
    settling.fetch_and_settle(payment_id=order.payments.get().pk, by=SYSTEM)
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=order.parcels.get().pk, by=STAFF)
    return order


@pytest.fixture
def payout(order: Order) -> Payout:
    """Return a payout drawn up before its order was disputed."""
    with time_machine.travel(timezone.now() + WEEK, tick=False):
        [made] = payouts.run(by=STAFF).made
    assert [payout.pk for payout in transfer_files.waiting()] == [made.pk]
    dispute(order, undecided=True)
    return made


def dispute(order: Order, **facts: Any) -> Payment:
    payment = order.payments.get()
    Prepaid.give(payment, 10_000, "du-1", disputed=True, **facts)
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def pay(hub: Client, payout: Payout, **fields: str) -> str:
    form = {"reference": "FT1", **fields}
    answer = hub.post(reverse("shop_payouts:pay", args=[payout.pk]), form, follow=True)
    payout.refresh_from_db()
    return answer.content.decode()


def test_staff_are_told_and_must_say_so(hub: Client, payout: Payout, order: Order) -> None:
    page = hub.get(reverse("shop_payouts:detail", args=[payout.pk])).content.decode()
    assert order.number in page
    page = pay(hub, payout)
    assert f"Tiền của đơn {order.number} đang có vướng mắc" in page
    assert 'value="FT1"' in page
    assert payout.state == "open"
    pay(hub, payout, despite_doubts="on")
    assert payout.state == "paid"
    assert order.number in PayoutLog.objects.get(verb="pay").note


def test_it_goes_into_no_file(hub: Client, payout: Payout) -> None:
    answer = hub.post(reverse("shop_payouts:files"), follow=True)
    assert "không vào tệp" in answer.content.decode()
    payout.refresh_from_db()
    assert payout.file is None


def test_what_was_taken_since_is_asked_about_also_when_it_has_been_seen(
    hub: Client, payout: Payout, order: Order
) -> None:
    review.mark_seen(payment_id=order.payments.get().pk, by=STAFF)
    pay(hub, payout)
    assert payout.state == "open"


def test_won_and_seen_nobody_is_asked(hub: Client, payout: Payout, order: Order) -> None:
    Prepaid.known.clear()
    Prepaid.give(order.payments.get(), 10_000, "du-1", done=False, failed=True, disputed=True)
    settling.fetch_and_settle(payment_id=order.payments.get().pk, by=SYSTEM)
    review.mark_seen(payment_id=order.payments.get().pk, by=STAFF)
    page = hub.get(reverse("shop_payouts:detail", args=[payout.pk])).content.decode()
    assert "despite_doubts" not in page
    pay(hub, payout)
    assert payout.state == "paid"


def test_discarded_it_is_drawn_up_anew_with_what_is_left(payout: Payout, order: Order) -> None:
    payouts.discard(payout_id=payout.pk, by=STAFF)
    review.mark_seen(payment_id=order.payments.get().pk, by=STAFF)
    with time_machine.travel(timezone.now() + WEEK + timedelta(days=1), tick=False):
        [again] = payouts.run(by=STAFF).made
    assert again.total < payout.total
