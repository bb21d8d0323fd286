"""Each mail about an order says its subject in the head and in the text, whole and escaped."""

import re
from collections.abc import Iterator

import pytest
from django.utils.html import escape
from post_office.models import Email
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.order import mails
from shop.order.models import Order, OrderMail, Parcel
from shop.payment import settling
from shop.payment.models import Refund
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import refunding
from tests.factories import make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_queue")]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", OrderMail.Kind)
def test_subject_is_whole(kind: str, language: str) -> None:
    make_market()
    order = make_order(make_product(), purchase=make_purchase())
    Order.objects.update(language=language)
    OrderMail.objects.all().delete()
    OrderMail.objects.create(order=order, parcel=order.parcels.get(), kind=kind)
    mails.queue_due()
    letter = Email.objects.get(to=order.email)
    assert order.number in letter.subject
    subject = escape(letter.subject)
    assert f"<title>{subject}</title>" in letter.html_message
    assert not re.search(rf"{re.escape(subject)}\s+\.", letter.html_message)


BACK = {"vi": "Tiền đã trả cho phần này sẽ được hoàn lại.", "en": "will be given back"}
BANK = {"vi": "Ngân hàng có thể cần vài ngày để ghi có.", "en": "Your bank may take a few days"}


@pytest.fixture
def prepaid(settings: Settings) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [PATH, COD]
    Prepaid.forget()
    yield
    Prepaid.forget()


def two_parcels(language: str, *, method: str) -> tuple[Order, Parcel, Parcel]:
    make_market()
    order = make_order(make_product(), make_product(), purchase=make_purchase(method=method))
    Order.objects.update(language=language)
    first, second = order.parcels.all()
    return order, first, second


def hand_over(parcel: Parcel) -> None:
    for verb in (parcels.accept, parcels.pack, parcels.ship, parcels.deliver):
        verb(parcel_id=parcel.pk, by=SYSTEM)


def bodies(order: Order, kind: str) -> list[str]:
    """Queue the order's last mail of a kind and return its text and its HTML."""
    OrderMail.objects.exclude(pk=order.mails.filter(kind=kind).latest("pk").pk).delete()
    mails.queue_due()
    letter = Email.objects.get(to=order.email)
    return [letter.message, letter.html_message]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_is_promised_back_for_a_parcel_nobody_paid_for(language: str) -> None:
    order, first, second = two_parcels(language, method="cod")
    hand_over(first)
    parcels.cancel(parcel_id=second.pk, by=SYSTEM, reason="hết")
    assert not Refund.objects.exists()
    assert [BACK[language] in body for body in bodies(order, "cancelled")] == [False, False]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.usefixtures("prepaid")
def test_money_for_what_was_paid_is_promised_back(language: str, *, whole: bool) -> None:
    order, first, _second = two_parcels(language, method="prepaid")
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    if whole:
        parcels.cancel_all(order_id=order.pk, by=SYSTEM)
    else:
        parcels.cancel(parcel_id=first.pk, by=SYSTEM, reason="hết")
    assert [BACK[language] in body for body in bodies(order, "cancelled")] == [True, True]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("way", Refund.Way)
def test_only_what_goes_by_a_bank_takes_a_banks_days(language: str, way: Refund.Way) -> None:
    order, first, _second = two_parcels(language, method="cod")
    hand_over(first)
    parcels.return_(parcel_id=first.pk, by=SYSTEM, reason="hỏng")
    refund = Refund.objects.get()
    Refund.objects.update(way=way)
    refunding.finish(refund_id=refund.pk, answer=RefundAnswer(reference="PC 1", done=True), by=SYSTEM)
    assert [BANK[language] in body for body in bodies(order, "refunded")] == [way != "cash"] * 2
