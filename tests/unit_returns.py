"""Parcels in tests of which some units come back."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.order.models import Line, Parcel
from shop.payment import settling
from shop.payment.models import Refund
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import refunding
from tests.factories import make_product
from tests.prepaid import Prepaid
from tests.producer_accounts import ProducerAccount, make_producer_account
from tests.returns import decide_url, last_request
from tests.shop import make_order, make_purchase
from tests.staff import log_in as log_in_staff


@pytest.fixture
def own() -> ProducerAccount:
    account = make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")
    type(account.partner).objects.filter(pk=account.partner.pk).update(commission_percent=10)
    return account


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in_staff(client, django_user_model, "view_order", "change_order")
    return client


def delivered(account: ProducerAccount, *, method: str = "prepaid", cups: int = 3, more: int = 0) -> Parcel:
    """Return a delivered parcel: `cups` cups and one plate of 50,000, and `more` other things."""
    plate = make_product(producer=account.page, price=50_000, stock=9, title="Đĩa")
    others = [make_product(producer=account.page, stock=9) for _number in range(more)]
    products = [*[account.product] * cups, plate, *others]
    order = make_order(*products, purchase=make_purchase(method=method))
    if method == "prepaid":
        payment = order.payments.get()
        Prepaid.receive(payment, int(order.total_incl_tax), reference=f"tx-{payment.pk}")
        settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    parcel = order.parcels.get()
    for verb in (parcels.accept, parcels.pack, parcels.ship, parcels.deliver):
        verb(parcel_id=parcel.pk, by=SYSTEM)
    return Parcel.objects.get(pk=parcel.pk)


def lines(parcel: Parcel) -> tuple[Line, Line]:
    cup, plate = parcel.lines.order_by("pk")
    return cup, plate


def give_money_back() -> None:
    for refund in Refund.objects.filter(state="requested"):
        answer = RefundAnswer(reference=f"tay-{refund.pk}", done=True)
        refunding.finish(refund_id=refund.pk, answer=answer, by=SYSTEM)


def ask(parcel: Parcel, **units: Any) -> Any:
    name = f"return-{parcel.pk}"
    data = {f"{name}-reason": "vỡ", **{f"{name}-units_{pk}": count for pk, count in units.items()}}
    url = reverse("order:ask_return", args=[parcel.order.token, parcel.pk])
    return Client().post(url, data, follow=True)


def decide(client: Client, parcel: Parcel, *, by_staff: bool, **fields: Any) -> Any:
    prefix = f"decide-{last_request(parcel)}"
    typed = {f"{prefix}-{key}": value for key, value in {"note": "được", **fields}.items()}
    return client.post(decide_url(parcel, by_staff=by_staff), {**typed, "accept": "1"}, follow=True)


def state(parcel: Parcel) -> tuple[str, list[int], list[int]]:
    """Return the parcel's status, what came back of each line, and the sums refunded."""
    parcel = Parcel.objects.get(pk=parcel.pk)
    back = list(parcel.lines.order_by("pk").values_list("returned", flat=True))
    sums = Refund.objects.filter(parcel=parcel).order_by("pk").values_list("amount", flat=True)
    return parcel.status, back, [int(amount) for amount in sums]


def shown_form(page: str) -> tuple[str, str]:
    """Return where the one form to decide a return leads, and the name of its note."""
    [found] = re.findall(
        r'<form action="([^"]*/tra-hang/[^"]*)".*?name="(decide-[^"]*-note)"', page, re.DOTALL
    )
    return found
