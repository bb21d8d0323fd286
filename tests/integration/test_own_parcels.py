"""Producers handle their own parcels in the desk: all they need, and nothing of anybody else's."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.users.models import UserProfile

from catalogue.models import SalesPoint
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels, returns
from shop.order.models import Order, OrderLog, Parcel
from shop.payment import settling
from tests.factories import make_commune, make_product
from tests.prepaid import Prepaid
from tests.producer_accounts import MARK, ProducerAccount, log_in, make_producer_account
from tests.returns import decide_url
from tests.shop import make_order, make_purchase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]
LIST = "/admin/kien-cua-toi/"


@pytest.fixture
def own() -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


@pytest.fixture
def rival(own: ProducerAccount) -> ProducerAccount:
    return make_producer_account(email="cuc@example.vn", name=f"{MARK} Cạnh Tranh")


@pytest.fixture
def maker(own: ProducerAccount) -> Client:
    return log_in(own.user)


def parcel_of(order: Order, account: ProducerAccount) -> Parcel:
    return order.parcels.get(partner=account.partner)


def page_of(maker: Client, parcel: Parcel) -> Any:
    return maker.get(reverse("producer_parcels:detail", args=[parcel.pk]))


def step(maker: Client, parcel: Parcel, verb: str, **data: Any) -> Any:
    data = {f"{verb}-{parcel.pk}-{name}": value for name, value in data.items()}
    return maker.post(reverse("producer_parcels:step", args=[parcel.pk, verb]), data, follow=True)


def test_the_address_is_the_one_in_the_menu(maker: Client) -> None:
    assert reverse("producer_parcels:index") == LIST
    home = maker.get(reverse("wagtailadmin_home")).content.decode()
    assert LIST in home
    assert reverse("producer_statements:statements") in home


def test_page_says_what_to_pack_and_where_it_goes(own: ProducerAccount, maker: Client) -> None:
    purchase = make_purchase(note="Gọi trước", gift_message="Chúc mừng <b>tân gia</b>")
    parcel = parcel_of(make_order(own.product, quantity=3, purchase=purchase), own)
    assert parcel.short_code in maker.get(LIST).content.decode()
    page = page_of(maker, parcel)
    text = page.content.decode()
    for word in ("3 ×", own.product.title, "Nguyễn Thị Ánh", "0912 345 678", "Thôn Đoàn Kết", "Gọi trước"):
        assert word in text, word
    assert "Chúc mừng &lt;b&gt;tân gia&lt;/b&gt;" in text
    assert "private, no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    ("sold_in", "read_in", "words"),
    [
        ("en", "vi", ("Mẹt tre", "Giao tận nơi")),
        ("vi", "en", ("Bamboo tray", "Delivery to the door")),
        ("en", "en", ("Bamboo tray", "Delivery to the door")),
    ],
)
def test_goods_and_way_are_named_in_the_readers_language(
    own: ProducerAccount, maker: Client, sold_in: str, read_in: str, words: tuple[str, str]
) -> None:
    name, way = words
    tray = make_product(title="Mẹt tre", title_en="Bamboo tray", producer=own.page)
    UserProfile.objects.create(user=own.user, preferred_language=read_in)
    with translation.override(sold_in):
        parcel = parcel_of(make_order(tray, quantity=2), own)
    page = page_of(maker, parcel).content.decode()
    assert f"<strong>2 ×</strong> {name}" in page
    assert f"2 × {name}</option>" in page
    assert f"<dd>{way} (" in page
    assert f"{name} × 2" in maker.get(LIST).content.decode()


def test_variant_and_haste_are_named_too(own: ProducerAccount, maker: Client) -> None:
    fish = make_product(
        title="Cá kho", title_en="Fish", producer=own.page, perishable=True, variants={"1 kg": (90_000, 5)}
    )
    with translation.override("en"):
        parcel = parcel_of(make_order(fish.children.get()), own)
    page = page_of(maker, parcel).content.decode()
    assert "Cá kho, 1 kg" in page
    assert "Giao tận nơi, hoả tốc (" in page


def test_a_point_of_sale_is_named_too(own: ProducerAccount, maker: Client) -> None:
    with translation.override("en"):
        parcel = parcel_of(make_order(own.product), own)
    point = SalesPoint.objects.create(
        name="Quầy Kinh Bắc", name_en="Kinh Bắc stand", slug="quay", commune=make_commune()
    )
    Parcel.objects.update(kind="pickup_point", shipping_name="Kinh Bắc stand", sales_point=point)
    assert "<dd>Quầy Kinh Bắc (nhận tại điểm bán)" in page_of(maker, parcel).content.decode()


def test_goods_that_are_no_more_keep_the_name_they_were_sold_by(own: ProducerAccount, maker: Client) -> None:
    tray = make_product(title="Mẹt tre", title_en="Bamboo tray", producer=own.page)
    with translation.override("en"):
        parcel = parcel_of(make_order(tray), own)
    parcel.lines.update(product=None)
    assert "Bamboo tray" in page_of(maker, parcel).content.decode()


def test_a_parcel_is_walked_to_the_buyer(own: ProducerAccount, maker: Client) -> None:
    order = make_order(own.product)
    parcel = parcel_of(order, own)
    for verb in ("accept", "pack"):
        assert step(maker, parcel, verb).status_code == 200
    step(maker, parcel, "ship", carrier="GHN", tracking_code="GHN 123")
    page = step(maker, parcel, "deliver")
    parcel.refresh_from_db()
    assert (parcel.status, parcel.carrier, parcel.tracking_code) == ("delivered", "GHN", "GHN 123")
    assert "Đã giao" in page.content.decode()
    assert list(order.log.values_list("verb", "actor__email"))[1:] == [
        (verb, "lan@example.vn") for verb in ("accept", "pack", "ship", "pay", "deliver", "pay")
    ]
    line = parcel.lines.get()
    back = {f"back_{line.pk}": 1, f"restock_{line.pk}": 1, "seen": f"{line.pk}:1"}
    step(maker, parcel, "return", reason="khách đổi ý", **back)
    parcel.refresh_from_db()
    assert parcel.status == "returned"
    assert parcel.short_code not in maker.get(LIST).content.decode()
    assert parcel.short_code in maker.get(LIST, {"xem": "xong"}).content.decode()


def test_cancel_needs_a_reason_and_hides_the_address(own: ProducerAccount, maker: Client) -> None:
    order = make_order(own.product)
    parcel = parcel_of(order, own)
    page = step(maker, parcel, "cancel", reason="")
    parcel.refresh_from_db()
    assert (page.status_code, parcel.status) == (422, "new")
    page = step(maker, parcel, "cancel", reason="hết men")
    order.refresh_from_db()
    assert (page.status_code, order.status) == (200, "Cancelled")
    assert "0912 345 678" not in page.content.decode()


def test_late_click_changes_nothing(own: ProducerAccount, maker: Client) -> None:
    parcel = parcel_of(make_order(own.product), own)
    step(maker, parcel, "accept")
    assert "không làm việc này được" in step(maker, parcel, "accept").content.decode()
    assert parcel.log.filter(verb="accept").count() == 1


def test_nothing_of_the_rest_of_the_order_is_shown(
    own: ProducerAccount, rival: ProducerAccount, maker: Client
) -> None:
    order = make_order(own.product, rival.product)
    mine = parcel_of(order, own)
    for page in (maker.get(LIST), page_of(maker, mine), step(maker, mine, "accept")):
        text = page.content.decode()
        secrets = (MARK, order.number, order.token, order.email, str(parcel_of(order, rival)))
        assert [word for word in secrets if word in text] == []
        assert f"{order.total_incl_tax:,.0f}".replace(",", ".") not in text
    assert f"{mine.total:,.0f}".replace(",", ".") in page_of(maker, mine).content.decode()


def test_foreign_and_unknown_parcels_are_not_found(
    own: ProducerAccount, rival: ProducerAccount, maker: Client
) -> None:
    foreign = parcel_of(make_order(own.product, rival.product), rival)
    mine, before = parcel_of(foreign.order, own), OrderLog.objects.count()
    for pk in (foreign.pk, 999_999):
        assert maker.get(reverse("producer_parcels:detail", args=[pk])).status_code == 404
        for verb in ("accept", "pack", "ship", "deliver", "cancel", "return"):
            url = reverse("producer_parcels:step", args=[pk, verb])
            assert maker.post(url, {f"{verb}-{pk}-reason": "x"}).status_code == 404
    for verb in ("place", "nonsense"):
        assert maker.post(reverse("producer_parcels:step", args=[mine.pk, verb])).status_code == 404
    assert maker.get(reverse("producer_parcels:step", args=[mine.pk, "accept"])).status_code == 405
    foreign.refresh_from_db()
    mine.refresh_from_db()
    assert (foreign.status, mine.status, OrderLog.objects.count()) == ("new", "new", before)


def test_unpaid_orders_are_not_there_before_nor_after_their_end(own: ProducerAccount, maker: Client) -> None:
    order = make_order(own.product, purchase=make_purchase(method="prepaid"))
    parcel = parcel_of(order, own)
    for _ in range(2):
        assert page_of(maker, parcel).status_code == 404
        for query in ({}, {"xem": "xong"}):
            assert parcel.short_code not in maker.get(LIST, query).content.decode()
        parcels.cancel_all(order_id=order.pk, by=SYSTEM)


def test_a_paid_order_is_there_and_has_nothing_to_collect(own: ProducerAccount, maker: Client) -> None:
    order = make_order(own.product, purchase=make_purchase(method="prepaid"))
    payment, parcel = order.payments.get(), parcel_of(order, own)
    Prepaid.receive(payment, int(order.total_incl_tax))
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert "Thu của người nhận" not in page_of(maker, parcel).content.decode()
    parcels.cancel_all(order_id=order.pk, by=SYSTEM)
    assert page_of(maker, parcel).status_code == 200


def test_only_producers_come_in(own: ProducerAccount, client: Client, django_user_model: Any) -> None:
    parcel = parcel_of(make_order(own.product), own)
    boss = django_user_model.objects.create_superuser("ba@example.vn", "mat-khau-dai-10")
    urls = [LIST, reverse("producer_parcels:detail", args=[parcel.pk])]
    assert {client.get(url).status_code for url in urls} == {302}
    assert {log_in(boss).get(url).status_code for url in urls} <= {302, 403}
    assert log_in(boss).post(reverse("producer_parcels:step", args=[parcel.pk, "accept"])).status_code in {
        302,
        403,
    }
    parcel.refresh_from_db()
    assert parcel.status == "new"


def test_costs_the_same_for_one_and_three(own: ProducerAccount, maker: Client) -> None:
    counts = []
    for number in (1, 2):
        for _ in range(number):
            order = make_order(own.product, make_product())
        urls = [LIST, reverse("producer_parcels:detail", args=[parcel_of(order, own).pk])]
        for url in urls:
            maker.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert {maker.get(url).status_code for url in urls} == {200}
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40, counts


def test_pages_take_nonsense(own: ProducerAccount, maker: Client) -> None:
    for query in ("p=x", "p=-1", "p=999", "xem=%00"):
        assert maker.get(f"{LIST}?{query}").status_code == 200


def test_a_return_that_a_buyer_asks_for_is_in_a_list_and_on_the_first_page(
    maker: Client, own: ProducerAccount, rival: ProducerAccount
) -> None:
    found = [
        parcel_of(make_order(account.product, purchase=make_purchase(method="cod")), account)
        for account in (own, rival)
    ]
    for row in found:
        for verb in (parcels.accept, parcels.pack, parcels.ship, parcels.deliver):
            verb(parcel_id=row.pk, by=SYSTEM)
    assert "Việc chờ bạn" not in maker.get(reverse("wagtailadmin_home")).content.decode()
    for row in found:
        returns.ask(parcel_id=row.pk, reason="Vỡ miệng bình", by=Actor(name="người mua"))
    mine, other = found
    page = maker.get(f"{LIST}?xem=tra").content.decode()
    assert mine.short_code in page
    assert "khách xin trả hàng" in page
    assert other.short_code not in page
    assert "Khách xin trả (1)" in maker.get(LIST).content.decode()
    home = maker.get(reverse("wagtailadmin_home")).content.decode()
    assert f'href="{LIST}?xem=tra">Khách xin trả: 1' in home
    decide = {f"decide-{mine.return_requests.get().pk}-note": "Gửi ảnh rõ hơn giúp chúng tôi"}
    maker.post(decide_url(mine, by_staff=False), {**decide, "refuse": "1"})
    assert "Khách xin trả (0)" in maker.get(LIST).content.decode()
