"""A buyer sends a parcel back: asks with pictures, is answered, gets the money; staff may overrule."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from post_office.models import Email
from pytest_django.fixtures import Settings
from wagtail.users.models import UserProfile

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels, returns
from shop.order.models import Order, OrderLog, Parcel, ReturnPhoto, ReturnRequest
from shop.payment import settling
from shop.payment.models import Refund
from tests.picture_files import LYING, uploaded
from tests.prepaid import Prepaid
from tests.producer_accounts import ProducerAccount, log_in, make_producer_account
from tests.returns import decide_url, last_request
from tests.shop import make_order, make_purchase
from tests.staff import log_in as log_in_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]


@pytest.fixture
def own() -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in_staff(client, django_user_model, "view_order", "change_order")
    return client


def delivered(account: ProducerAccount, *, method: str = "prepaid") -> Parcel:
    order = make_order(account.product, purchase=make_purchase(method=method))
    if method == "prepaid":
        payment = order.payments.get()
        Prepaid.receive(payment, int(order.total_incl_tax), reference=f"tx-{payment.pk}")
        settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    parcel = order.parcels.get()
    for verb in (parcels.accept, parcels.pack, parcels.ship, parcels.deliver):
        verb(parcel_id=parcel.pk, by=SYSTEM)
    return Parcel.objects.get(pk=parcel.pk)


def photo(*, size: tuple[int, int] = (40, 30), kind: str = "JPEG", name: str = "a.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "BIMAT"  # turned on its side; the camera's maker
    Image.new("RGB", size, "red").save(file, kind, exif=exif)
    return SimpleUploadedFile(name, file.getvalue())


def ask(parcel: Parcel, *pictures: Any, reason: str = "vỡ miệng") -> Any:
    name = f"return-{parcel.pk}"
    data = {f"{name}-reason": reason, f"{name}-pictures": list(pictures)}
    url = reverse("order:ask_return", args=[parcel.order.token, parcel.pk])
    return Client().post(url, data, follow=True)


def decide(client: Client, url: str, parcel: Parcel, **fields: Any) -> Any:
    data = {"note": "gửi lại cho chúng tôi", **fields}
    buttons = {name: data.pop(name) for name in ("accept", "refuse") if name in data}
    typed = {f"decide-{last_request(parcel)}-{name}": value for name, value in data.items()}
    return client.post(url, typed | buttons, follow=True)


def maker_url(parcel: Parcel) -> str:
    return decide_url(parcel, by_staff=False)


def hub_url(parcel: Parcel) -> str:
    return decide_url(parcel, by_staff=True)


def state(parcel: Parcel) -> tuple[str, str, int]:
    """Return the parcel's status, its request's state, and how many refunds there are."""
    parcel = Parcel.objects.get(pk=parcel.pk)
    return parcel.status, parcel.return_requests.get().state, Refund.objects.filter(parcel=parcel).count()


def test_buyer_asks_and_the_producer_takes_it_back(own: ProducerAccount) -> None:
    parcel, maker = delivered(own), log_in(own.user)
    assert "Đã gửi yêu cầu" in ask(parcel, photo(), photo(kind="PNG")).content.decode()
    assert state(parcel) == ("delivered", "requested", 0)
    page = maker.get(reverse("producer_parcels:detail", args=[parcel.pk])).content.decode()
    assert "vỡ miệng" in page
    first = ReturnPhoto.objects.first()
    picture = maker.get(reverse("producer_parcels:photo", args=[parcel.pk, first.pk]))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert decide(maker, maker_url(parcel), parcel, accept="1").status_code == 200
    assert state(parcel) == ("returned", "accepted", 1)
    refund = Refund.objects.get()
    assert (refund.amount, refund.payment.order_id) == (parcel.total, parcel.order_id)
    request = parcel.return_requests.get()
    assert (request.decided_by, request.note) == (own.user, "gửi lại cho chúng tôi")
    assert list(parcel.log.values_list("verb", flat=True))[-3:] == ["ask_return", "refund", "return"]
    decide(maker, maker_url(parcel), parcel, accept="1")
    assert state(parcel) == ("returned", "accepted", 1)
    assert parcel.order.mails.filter(kind="return_ok").count() == 1


def test_pictures_lose_their_metadata_and_stand_upright(own: ProducerAccount) -> None:
    ask(delivered(own), photo(size=(4000, 3000)))
    data = bytes(ReturnPhoto.objects.get().data)
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (1200, 1600), {})
    assert b"BIMAT" not in data


@pytest.mark.parametrize(
    "files",
    [
        *([uploaded(name, data)] for name, data in LYING.items() if data and name != "other.png"),
        [SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>")],
        [SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"x" * (8 * 1024 * 1024))],
        [SimpleUploadedFile("a.jpg", b"\xff\xd8\xff\xe0")],
    ],
)
def test_other_files_are_refused(own: ProducerAccount, files: list[SimpleUploadedFile]) -> None:
    assert ask(delivered(own), *files).status_code == 422
    assert (ReturnRequest.objects.count(), ReturnPhoto.objects.count()) == (0, 0)


def test_too_many_or_too_large_pictures_are_refused(own: ProducerAccount) -> None:
    parcel = delivered(own)
    assert ask(parcel, *(photo() for _ in range(5))).status_code == 422
    assert ask(parcel, photo(size=(9000, 6000), kind="PNG")).status_code == 422
    assert ask(parcel, photo(kind="GIF")).status_code == 422
    assert ask(parcel, reason="").status_code == 422
    assert ReturnRequest.objects.count() == 0
    assert ask(parcel, *(photo() for _ in range(4))).status_code == 200
    assert ReturnPhoto.objects.count() == 4


def test_one_wish_for_each_parcel(own: ProducerAccount) -> None:
    parcel = delivered(own)
    ask(parcel)
    assert "không xin trả được nữa" in ask(parcel).content.decode()
    assert ReturnRequest.objects.count() == OrderLog.objects.filter(verb="ask_return").count() == 1


def test_only_within_the_window_and_only_what_arrived(own: ProducerAccount, settings: Settings) -> None:
    settings.RETURN_WINDOW_DAYS = 3
    parcel, new = delivered(own), make_order(own.product).parcels.get()
    address = parcel.order.get_absolute_url()
    assert "Trả lại kiện này" in Client().get(address).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        assert "Trả lại kiện này" not in Client().get(address).content.decode()
        ask(parcel)
    ask(new)
    url = reverse("order:ask_return", args=[new.order.token, parcel.pk])
    assert Client().post(url, {f"return-{parcel.pk}-reason": "x"}).status_code == 404
    assert ReturnRequest.objects.count() == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "Có ký tự ẩn không in ra được. Hãy gõ lại."), ("en", "There are hidden characters")],
)
@pytest.mark.parametrize("by_staff", [True, False])
def test_answer_that_is_refused_comes_back_as_typed(
    own: ProducerAccount, hub: Client, language: str, words: str, *, by_staff: bool
) -> None:
    parcel = delivered(own)
    ask(parcel)
    browser, url = (hub, hub_url(parcel)) if by_staff else (log_in(own.user), maker_url(parcel))
    for user in get_user_model().objects.all():
        UserProfile.objects.create(user=user, preferred_language=language)
    restock = f"restock_{parcel.lines.get().pk}"
    page = decide(browser, url, parcel, refuse="1", note="Đã xem kỹ\u200b", **{restock: "1"})
    assert (page.status_code, state(parcel)) == (422, ("delivered", "requested", 0))
    text = page.content.decode()
    assert words in text
    assert 'value="Đã xem kỹ\u200b"' in text
    field = re.search(rf'<input[^>]*name="decide-{last_request(parcel)}-{restock}"[^>]*>', text)
    assert field
    assert 'value="1"' in field[0]


def test_refusal_is_told_and_staff_overrule_it(own: ProducerAccount, hub: Client) -> None:
    parcel, maker = delivered(own), log_in(own.user)
    ask(parcel)
    decide(maker, maker_url(parcel), parcel, refuse="1", note="")
    assert state(parcel) == ("delivered", "requested", 0)
    decide(maker, maker_url(parcel), parcel, refuse="1", note="hàng đã dùng")
    assert state(parcel) == ("delivered", "refused", 0)
    assert "hàng đã dùng" in Client().get(parcel.order.get_absolute_url()).content.decode()
    decide(maker, maker_url(parcel), parcel, accept="1")
    assert state(parcel) == ("delivered", "refused", 0)
    decide(hub, hub_url(parcel), parcel, refuse="1")
    assert state(parcel) == ("delivered", "refused", 0)
    decide(hub, hub_url(parcel), parcel, accept="1")
    assert state(parcel) == ("returned", "accepted", 1)
    kinds = list(parcel.order.mails.values_list("kind", flat=True))
    assert kinds[-2:] == ["return_no", "return_ok"]
    assert [entry.actor_name for entry in parcel.log.filter(verb__in=["refuse", "return"])] == [
        "Gốm nhà Lan",
        "hoa@example.vn",
    ]


def test_cash_parcel_gives_back_what_was_collected(own: ProducerAccount) -> None:
    parcel = delivered(own, method="cod")
    ask(parcel)
    decide(log_in(own.user), maker_url(parcel), parcel, accept="1")
    assert Refund.objects.get().amount == parcel.total


def test_parcel_taken_back_by_the_plain_step_answers_the_wish(own: ProducerAccount) -> None:
    parcel = delivered(own)
    ask(parcel)
    parcels.return_(parcel_id=parcel.pk, by=SYSTEM, reason="khách gọi")
    assert state(parcel) == ("returned", "accepted", 1)
    with pytest.raises(parcels.InvalidTransition):
        returns.refuse(request_id=last_request(parcel), by=SYSTEM, note="x")
    assert state(parcel) == ("returned", "accepted", 1)


def test_other_people_decide_and_see_nothing(
    own: ProducerAccount, client: Client, django_user_model: Any
) -> None:
    rival = log_in(make_producer_account(email="cuc@example.vn", name="Gốm Cúc").user)
    parcel = delivered(own)
    ask(parcel, photo())
    picture = ReturnPhoto.objects.get().pk
    assert decide(rival, maker_url(parcel), parcel, accept="1").status_code == 404
    assert rival.get(reverse("producer_parcels:photo", args=[parcel.pk, picture])).status_code == 404
    assert decide(rival, hub_url(parcel), parcel, accept="1").status_code == 403
    log_in_staff(client, django_user_model, "view_order")
    decide(client, hub_url(parcel), parcel, accept="1")
    assert state(parcel) == ("delivered", "requested", 0)
    args = [parcel.order_id, parcel.pk, picture]
    assert client.get(reverse("shop_orders:photo", args=args)).status_code == 200
    mine = delivered(make_producer_account(email="ba@example.vn", name="Gốm Ba"))
    args = [mine.order_id, mine.pk, picture]
    assert client.get(reverse("shop_orders:photo", args=args)).status_code == 404
    assert Client().get(reverse("producer_parcels:photo", args=[parcel.pk, picture])).status_code == 302


@pytest.mark.usefixtures("mail_queue")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_mails_say_the_decision(
    own: ProducerAccount, language: str, django_capture_on_commit_callbacks: Any
) -> None:
    parcel = delivered(own)
    type(parcel.order).objects.filter(pk=parcel.order_id).update(language=language)
    ask(parcel)
    with django_capture_on_commit_callbacks(execute=True):
        returns.refuse(request_id=last_request(parcel), by=SYSTEM, note="<b>đã dùng</b>")
    with django_capture_on_commit_callbacks(execute=True):
        returns.accept(request_id=last_request(parcel), by=SYSTEM, note="nhận lại", overrule=True)
    refused, accepted = [Email.objects.filter(subject__contains=word).first() for word in WORDS[language]]
    assert "<b>đã dùng</b>" in refused.message
    assert "&lt;b&gt;đã dùng" in refused.html_message
    assert "nhận lại" in accepted.message


WORDS = {"vi": ("bị từ chối", "Nhận trả lại"), "en": ("was refused", "We take back")}


def test_who_has_no_email_is_told_by_telephone(own: ProducerAccount, hub: Client) -> None:
    parcel = delivered(own)
    ask(parcel)
    Order.objects.update(guest_email="")
    page = decide(log_in(own.user), maker_url(parcel), parcel, accept="1")
    assert "Đã ghi quyết định. Người mua không có email: hãy gọi điện báo." in page.content.decode()


def test_payout_waits_for_the_decision(own: ProducerAccount) -> None:
    from shop.ledger import payouts

    parcel = delivered(own)
    ask(parcel)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert payouts.ready(own.partner).total() == 0
        returns.refuse(request_id=last_request(parcel), by=SYSTEM, note="x")
        assert payouts.ready(own.partner).total() > 0
