"""Producers hear by mail of parcels to accept and of returns to decide, in their language, and of nobody's data."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone, translation
from post_office.models import STATUS, Email
from pytest_django.fixtures import Settings
from wagtail.users.models import UserProfile

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels, returns
from shop.order import producer_mails
from shop.order.models import Order, Parcel, ProducerMail
from shop.payment import attempts, settling
from shop.timer import jobs as timer
from tests.factories import make_partner, make_producer, make_product
from tests.prepaid import Prepaid
from tests.producer_accounts import ProducerAccount, make_producer_account, make_user
from tests.shop import ADDRESS, make_order, make_purchase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_queue", "prepaid_market")]
BUYERS = ("Nguyễn Thị Ánh", "912345678", "912 345 678", "anh@example.vn", ADDRESS["street"], "Chúc mừng")


@pytest.fixture
def own() -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


def to_producers() -> list[Email]:
    """Return what is queued for anybody but the buyer."""
    return [row for row in Email.objects.order_by("pk") if row.to != ["anh@example.vn"]]


def addresses() -> list[str]:
    return [row.to[0] for row in to_producers()]


def paid(*products: Any) -> Order:
    order = make_order(*products, purchase=make_purchase(method="prepaid", gift_message="Chúc mừng"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax), reference=f"tx-{payment.pk}")
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    return order


def delivered(account: ProducerAccount) -> Parcel:
    parcel = make_order(account.product).parcels.get()
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=parcel.pk, by=SYSTEM)
    return parcel


def test_cash_order_is_told_at_once_after_the_commit(
    own: ProducerAccount, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_order(own.product)
        assert addresses() == []
    assert addresses() == ["lan@example.vn"]
    assert producer_mails.queue_due() == 0


def test_order_to_be_paid_is_told_when_it_is(
    own: ProducerAccount, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        waiting = make_order(own.product, purchase=make_purchase(method="prepaid"))
    assert not ProducerMail.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        paid(own.product)
    assert addresses() == ["lan@example.vn"]
    with django_capture_on_commit_callbacks(execute=True):
        attempts.pay_with(order_id=waiting.pk, code="cod", by=SYSTEM)
    assert addresses() == ["lan@example.vn"] * 2


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("vi", "Kiện mới {code} chờ bạn nhận", "Hãy bấm “Nhận đơn” trước"),
        ("en", "New parcel {code} waits for you to accept it", "Press “Accept” before"),
    ],
)
def test_each_producer_reads_of_the_own_parcel_in_the_own_language(
    own: ProducerAccount, language: str, subject: str, words: str
) -> None:
    rival = make_producer_account(email="cuc@example.vn", name="Gốm Cúc")
    UserProfile.objects.create(user=own.user, preferred_language=language)
    order = paid(own.product, rival.product)
    assert producer_mails.queue_due() == 2
    [letter] = [row for row in to_producers() if row.to == ["lan@example.vn"]]
    parcel = order.parcels.get(partner=own.partner)
    assert letter.subject == subject.format(code=parcel.short_code)
    for text in (letter.message, letter.html_message):
        assert words in text
        assert own.product.title in text
        assert f"/admin/kien-cua-toi/{parcel.pk}/" in text
        secrets = (*BUYERS, order.number, order.token, rival.product.title)
        assert [secret for secret in secrets if secret in text] == []
    assert f'<html lang="{language}">' in letter.html_message
    assert f"<b>{letter.subject}.</b>" in letter.html_message


@pytest.mark.parametrize(
    ("sold_in", "read_in", "name", "way"),
    [("en", "vi", "Mẹt tre", "Giao tận nơi"), ("vi", "en", "Bamboo tray", "Delivery to the door")],
)
def test_goods_and_way_are_named_in_the_readers_language(
    own: ProducerAccount, sold_in: str, read_in: str, name: str, way: str
) -> None:
    tray = make_product(title="Mẹt tre", title_en="Bamboo tray", producer=own.page)
    UserProfile.objects.create(user=own.user, preferred_language=read_in)
    with translation.override(sold_in):
        make_order(tray)
    producer_mails.queue_due()
    [letter] = to_producers()
    for text in (letter.message, letter.html_message):
        assert f"{name} × 1" in text
        assert way in text


def test_everybody_of_a_producer_is_told_who_may_act(own: ProducerAccount) -> None:
    for name, fields in {"be": {}, "nghi": {"is_active": False}, "chu": {"is_superuser": True}}.items():
        user = make_user(f"{name}@example.vn")
        type(user).objects.filter(pk=user.pk).update(first_name=name, **fields)
        user.groups.add(own.partner.group)
    make_order(own.product)
    producer_mails.queue_due()
    assert sorted(addresses()) == ["be@example.vn", "lan@example.vn"]


@pytest.mark.parametrize("email", ["", "lienhe@example.vn"])
def test_producer_without_an_account_is_told_at_the_contact_address(email: str) -> None:
    make_order(make_product(producer=make_producer(partner=make_partner(email=email))))
    assert producer_mails.queue_due() == 1
    assert addresses() == ([email] if email else [])
    assert producer_mails.queue_due() == 0


def test_wish_to_send_back_is_told_without_its_words(own: ProducerAccount) -> None:
    parcel = delivered(own)
    ProducerMail.objects.all().delete()
    returns.ask(parcel_id=parcel.pk, by=SYSTEM, reason="Tôi tên Ánh, nắp vỡ")
    assert producer_mails.queue_due() == 1
    [letter] = to_producers()
    assert letter.subject == f"Khách xin trả kiện {parcel.short_code}"
    assert f"/admin/kien-cua-toi/{parcel.pk}/" in letter.message
    assert "Ánh" not in letter.message + letter.html_message


def test_each_request_is_told_of_by_a_message_of_its_own(own: ProducerAccount) -> None:
    """One row stood for all requests of a parcel: when the first was told of was forgotten."""
    parcel = delivered(own)
    line = parcel.lines.get()
    type(line).objects.filter(pk=line.pk).update(quantity=3)
    ProducerMail.objects.all().delete()
    first = returns.ask(parcel_id=parcel.pk, by=SYSTEM, reason="x", units={line.pk: 1})
    returns.refuse(request_id=first.pk, by=SYSTEM, note="không")  # before its mail was queued
    second = returns.ask(parcel_id=parcel.pk, by=SYSTEM, reason="x", units={line.pk: 1})
    assert producer_mails.queue_due() == 2
    assert addresses() == ["lan@example.vn"]
    told = [(mail.reference, mail.queued_at is None) for mail in ProducerMail.objects.order_by("pk")]
    assert told == [(str(first.pk), False), (str(second.pk), False)]


def test_what_is_dealt_with_is_not_told_late(own: ProducerAccount) -> None:
    accepted = make_order(own.product).parcels.get()
    parcels.accept(parcel_id=accepted.pk, by=SYSTEM)
    parcel = delivered(own)
    request = returns.ask(parcel_id=parcel.pk, by=SYSTEM, reason="vỡ")
    returns.refuse(request_id=request.pk, by=SYSTEM, note="đã dùng")
    assert producer_mails.queue_due() == 3
    assert addresses() == []


def test_units_that_were_left_out_are_not_to_be_packed(own: ProducerAccount) -> None:
    other = make_product(title="Lọ hoa", producer=own.page)
    parcel = make_order(own.product, other, quantity=3).parcels.get()
    for product, units in ((own.product, 1), (other, 3)):
        line = parcel.lines.get(product=product)
        parcels.cancel_units(parcel_id=parcel.pk, line_id=line.pk, quantity=units, seen=3, by=SYSTEM)
    producer_mails.queue_due()
    [letter] = to_producers()
    for text in (letter.message, letter.html_message):
        assert f"{own.product.title} × 2" in text
        assert "Lọ hoa" not in text


def test_nothing_is_promised_where_no_parcel_is_cancelled_by_itself(
    own: ProducerAccount, settings: Settings
) -> None:
    settings.PARCEL_ACCEPT_WITHIN_H = 0
    make_order(own.product)
    producer_mails.queue_due()
    assert "trước" not in to_producers()[0].message


def test_one_that_cannot_be_rendered_stops_no_other(
    own: ProducerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (make_order(own.product).parcels.get() for _ in range(2))
    put = producer_mails.mails.put

    def stumble(name: str, context: Any, **facts: Any) -> None:
        if context["code"] == first.short_code:
            raise RuntimeError("broken")
        put(name, context, **facts)

    monkeypatch.setattr(producer_mails.mails, "put", stumble)
    assert producer_mails.queue_due() == 1
    assert [second.short_code in row.subject for row in to_producers()] == [True]
    monkeypatch.undo()
    assert producer_mails.queue_due() == 1


def test_dead_mail_server_loses_nothing(own: ProducerAccount, settings: Settings) -> None:
    works = settings.POST_OFFICE
    settings.POST_OFFICE = works | {"BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}}
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with time_machine.travel(timezone.now(), tick=False) as clock:
        make_order(own.product)
        producer_mails.queue_due()
        timer.send_mail()
        assert [row.status for row in to_producers()] == [STATUS.requeued]
        settings.POST_OFFICE = works
        clock.shift(timedelta(minutes=16))
        timer.send_mail()
    assert [message.to for message in mail.outbox] == [["lan@example.vn"]]
