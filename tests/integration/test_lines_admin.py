"""Calling units off and giving money back for a line, by the desk's own pages: staff and producers."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM
from shop.order import mails
from shop.order.models import Line, Order, Parcel
from shop.payment import settling
from shop.payment.models import Payment, Refund
from shop.payment.refunds import refunding
from shop.tax.rates import load_rates
from tests.books import assert_balanced
from tests.factories import make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.producer_accounts import ProducerAccount, log_in, make_producer_account
from tests.shop import make_market, make_order, make_purchase
from tests.staff import log_in as log_in_hub

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [PATH, COD]
    Prepaid.forget()
    make_market()
    load_rates()
    yield
    assert_balanced()
    Prepaid.forget()


@pytest.fixture
def own() -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


@pytest.fixture
def maker(own: ProducerAccount) -> Client:
    return log_in(own.user)


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in_hub(client, django_user_model, "view_order", "change_order")
    return client


def ordered(*products: Any, method: str = "cod", **facts: Any) -> Order:
    goods = products or (make_product(price=108_000, stock=9, vat_class="reduced_8"),)
    return make_order(*goods, quantity=3, purchase=make_purchase(method=method, **facts))


def paid(*products: Any) -> tuple[Order, Payment]:
    order = ordered(*products, method="prepaid")
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax), f"tx-{order.pk}")
    return order, settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def as_staff(parcel: Parcel) -> str:
    return reverse("shop_orders:step", args=[parcel.order_id, parcel.pk, "leave_out"])


def as_producer(parcel: Parcel) -> str:
    return reverse("producer_parcels:step", args=[parcel.pk, "leave_out"])


def press(client: Client, address: str, parcel: Parcel, **fields: Any) -> Any:
    line = parcel.lines.get()
    data = {"line_id": f"{line.pk}:{line.units}", "quantity": "1", "reason": "hết", **fields}
    return client.post(
        address, {f"leave_out-{parcel.pk}-{name}": value for name, value in data.items()}, follow=True
    )


def give(hub: Client, of: Line, **fields: Any) -> Any:
    payment = of.order.payments.get()
    data = {"key": "k1", "amount": "", "line": of.pk, "quantity": "", "way": "card", "reason": "vỡ", **fields}
    return hub.post(
        reverse("shop_orders:refund", args=[of.order_id, payment.pk]),
        {f"refund-{payment.pk}-{name}": value for name, value in data.items()},
        follow=True,
    )


def test_staff_call_units_off_and_read_it(hub: Client) -> None:
    order = ordered()
    parcel = order.parcels.get()
    page = press(hub, as_staff(parcel), parcel, quantity="2")
    line = parcel.lines.get()
    assert (page.status_code, line.units) == (200, 1)
    text = page.content.decode()
    assert "Đã huỷ 2, bớt 216.000" in text
    assert f"{line.units} × {line.title}" not in text  # the last unit is called off with the parcel
    entry = order.log.get(verb="leave_out")
    assert (entry.actor.email, entry.note) == ("hoa@example.vn", f"2 × {line.title}: hết")
    assert "8 %, 8.000" in text


def test_producer_calls_units_off_its_own_parcel(own: ProducerAccount, maker: Client) -> None:
    parcel = ordered(own.product).parcels.get()
    page = press(maker, as_producer(parcel), parcel)
    assert page.status_code == 200
    text = page.content.decode()
    assert "<strong>2 ×</strong>" in text
    assert "Đã huỷ 1, bớt" in text
    parcel = Parcel.objects.get()
    assert page.context["cash"] == parcel.charged < parcel.total
    assert f"{own.product.title} × 2" in maker.get(reverse("producer_parcels:index")).content.decode()
    assert parcel.log.get(verb="leave_out").actor == own.user


def test_nonsense_is_refused(own: ProducerAccount, maker: Client) -> None:
    parcel = ordered(own.product).parcels.get()
    wrong = [
        *({"quantity": number} for number in ("0", "-1", "4", "9" * 40, "x", "1.5", "")),
        *({"line_id": line} for line in ("", "1", "x:y", "999999:3")),
        {"reason": ""},
    ]
    for fields in wrong:
        assert press(maker, as_producer(parcel), parcel, **fields).status_code == 422, fields
    assert parcel.lines.get().called_off == 0


def test_stale_page_and_double_click_call_off_once(hub: Client) -> None:
    parcel = ordered().parcels.get()
    line = parcel.lines.get()
    seen = f"{line.pk}:{line.units}"
    assert press(hub, as_staff(parcel), parcel, line_id=seen).status_code == 200
    again = press(hub, as_staff(parcel), parcel, line_id=seen)
    assert (again.status_code, parcel.lines.get().called_off) == (422, 1)
    assert "Số lượng đã khác lúc bạn xem" in again.content.decode()


def test_producer_reaches_no_line_of_others(own: ProducerAccount, maker: Client) -> None:
    foreign = ordered().parcels.get()
    parcel = ordered(own.product).parcels.get()
    line = foreign.lines.get()
    assert press(maker, as_producer(foreign), foreign).status_code == 404
    press(maker, as_staff(foreign), foreign)
    assert press(maker, as_producer(parcel), parcel, line_id=f"{line.pk}:3").status_code == 422
    assert not Line.objects.filter(called_off__gt=0).exists()


def test_who_may_only_look_calls_nothing_off(client: Client, django_user_model: Any) -> None:
    parcel = ordered().parcels.get()
    log_in_hub(client, django_user_model, "view_order")
    press(client, as_staff(parcel), parcel)
    assert parcel.lines.get().called_off == 0


def test_packed_parcel_offers_no_such_step(hub: Client) -> None:
    parcel = ordered().parcels.get()
    Parcel.objects.update(status="packed")
    page = press(hub, as_staff(parcel), parcel).content.decode()
    assert "không làm việc này được" in page
    assert "Thiếu hàng, bớt khỏi kiện" not in page
    assert parcel.lines.get().called_off == 0


@pytest.mark.parametrize(("language", "words"), [("vi", "thiếu hàng"), ("en", "is short of goods")])
def test_buyer_is_told_in_the_orders_language(hub: Client, language: str, words: str) -> None:
    order, _payment = paid()
    Order.objects.update(language=language)
    parcel = order.parcels.get()
    press(hub, as_staff(parcel), parcel)
    assert mails.queue(order.mails.get(kind="fewer").pk)
    mail = Email.objects.latest("pk")
    assert words in mail.subject
    more = {"vi": "Đã huỷ 1, bớt 108.000", "en": "1 called off, 108"}[language]
    back = {"vi": "sẽ được hoàn lại", "en": "will be given back"}[language]
    for body in (mail.message, mail.html_message):
        assert more in body
        assert back in body


def test_staff_give_units_of_a_line_back_once(hub: Client) -> None:
    order, _payment = paid()
    line = order.lines.get()
    for _ in range(2):
        page = give(hub, line, quantity="2")
    refund = Refund.objects.get()
    assert (refund.amount, refund.goods, refund.line, refund.parcel, refund.quantity) == (
        216_000,
        216_000,
        line,
        line.parcel,
        2,
    )
    assert f"2 × {line.title}" in page.content.decode()
    refunding.send(refund.pk)
    mails.queue(order.mails.get(kind="refunded").pk)
    assert f"Khoản này là cho “{line.title}”" in Email.objects.latest("pk").message
    assert line.title in hub.get(order.get_absolute_url()).content.decode()


def test_never_more_than_the_line(hub: Client) -> None:
    order, _payment = paid(*(make_product(price=100_000, stock=9) for _ in range(2)))
    line = order.lines.order_by("pk")[0]
    give(hub, line, amount="300001")
    give(hub, line, quantity="4")
    assert not Refund.objects.exists()
    give(hub, line, amount="200000")
    give(hub, line, key="k2", amount="100001")
    give(hub, line, key="k3", quantity="2")
    assert Refund.objects.total() == 300_000
    give(hub, line, key="k4", quantity="1")
    assert Refund.objects.total() == 300_000


def test_nonsense_gives_nothing(hub: Client) -> None:
    order, _payment = paid()
    wrong: list[dict[str, str]] = [
        {},
        *({"quantity": number} for number in ("0", "-1", "1.5", "9" * 30)),
        *({"amount": amount} for amount in ("0", "-5")),
        *({"line": line, "quantity": "1"} for line in ("999999", "", "x")),
    ]
    for fields in wrong:
        assert give(hub, order.lines.get(), **fields).status_code == 422
        assert not Refund.objects.exists(), fields


def test_line_of_another_order_or_parcel_gives_nothing(hub: Client) -> None:
    (order, payment), (other, _) = paid(*(make_product(price=100_000, stock=9) for _ in range(2))), paid()
    one, two = order.lines.order_by("pk")
    give(hub, one, line=other.lines.get().pk, quantity="1")
    give(hub, one, parcel=two.parcel_id, quantity="1")
    assert not Refund.objects.exists()
    with pytest.raises(Line.DoesNotExist):
        refunding.refund_by_staff(
            order_id=order.pk,
            payment_id=payment.pk,
            line_id=other.lines.get().pk,
            quantity=1,
            key="k",
            by=SYSTEM,
            reason="",
        )


def test_e_invoices_know_units_and_lines(hub: Client) -> None:
    goods = [make_product(price=108_000, stock=9, vat_class="reduced_8") for _ in range(2)]
    order, _payment = paid(*goods)
    one, two = order.lines.order_by("pk")
    for line in (one, two):
        press(hub, as_staff(line.parcel), line.parcel)
    give(hub, one, quantity="1")
    for refund in Refund.objects.all():
        refunding.send(refund.pk)
    day = f"{timezone.localtime(order.date_placed):%Y-%m-%d}"
    file = hub.get(reverse("shop_invoices"), {"tu": day, "den": day}).content.decode("utf-8-sig")
    rows = [row[9:18] for row in csv.reader(StringIO(file))][1:]
    assert [row for row in rows if row[3]] == [
        [one.title, "2", "216000", "8", "16000", "200000", "108000", "108000", "8000"],
        [two.title, "2", "216000", "8", "16000", "200000", "0", "0", "0"],
    ]
