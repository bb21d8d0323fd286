"""What page, review, mail, order and policy promise is one thing; measures, strength and age as they are."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email
from pytest_django.fixtures import Settings
from wagtail.models import Page
from wagtail_localize.models import Translation

from catalogue.access.permissions import grant_hub_staff, grant_moderators
from catalogue.claim_periods import rule
from catalogue.formats import percent, volume
from home import site_setup, starter_pages
from home.models import StandardPage
from shop.fulfilment.returns import askable, may_ask
from shop.order.mails import queue
from shop.order.models import OrderMail, Parcel
from shop.payment.providers.cash_on_delivery import CashOnDelivery
from shop.shipping.models import ShippingTariff
from shop.tax.models import VatRate
from tests import factories as make
from tests.markup import flat
from tests.producer_accounts import log_in, make_producer_account, make_user
from tests.shop import fill_basket, make_order, walk_to_review

pytestmark = pytest.mark.django_db
FRESH = "báo trong 24 giờ từ lúc nhận, kèm ảnh"
OTHERS = "báo trong 7 ngày từ lúc nhận, kèm ảnh"
BOTH = "báo trong 24 giờ từ lúc nhận với hàng tươi, hàng lạnh, trong 7 ngày với hàng khác"


def test_no_page_or_mail_names_a_period_of_its_own() -> None:
    """The periods stand in one module and two settings: no template or starter page has its own."""
    own = re.compile(r"(báo|trả|hoàn|khiếu nại)[^.%]{0,60}\b\d+ (giờ|ngày)\b")
    shown = [str(page) for page in starter_pages.PAGES.parents[2].glob("templates/**/*.[ht][tx]*")]
    found = [name for name in shown if "backoffice" not in name and own.search(_text(name))]
    assert [name for name in found if "30 ngày" not in own.search(_text(name)).group()] == []  # type: ignore[union-attr]


def _text(name: str) -> str:
    return " ".join(Path(name).read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"perishable": True}, FRESH),
        ({"cold_chain": True}, FRESH),
        ({"storage_class": "chilled"}, FRESH),
        ({}, OTHERS),
    ],
)
@pytest.mark.usefixtures("market")
def test_page_review_and_mail_say_the_same(client: Client, facts: dict[str, Any], words: str) -> None:
    site_setup.build()
    starter_pages.write()
    product = make.make_product(**facts)
    assert words in flat(client.get(product.pages.get().url))
    fill_basket(client, product)
    assert words in flat(walk_to_review(client))
    order = make_order(product)
    queue(OrderMail.objects.get(order=order).pk)
    for body in (Email.objects.latest("pk").message, flat(Email.objects.latest("pk").html_message)):
        assert words in " ".join(body.split())


def test_policy_and_mixed_orders_name_both_periods(settings: Settings) -> None:
    fresh, dry = make.make_product(perishable=True), make.make_product()
    assert BOTH in rule([fresh, dry])
    settings.CLAIM_FRESH_WITHIN_H, settings.RETURN_WINDOW_DAYS = 12, 10
    assert "12 giờ" in rule([fresh])
    assert "10 ngày" in rule([dry])
    policy = next(row for row in starter_pages.rows() if row["slug"] == "doi-tra")
    for language, periods in (("vi", ("12 giờ", "10 ngày")), ("en", ("12 hours", "10 days"))):
        for part in ("intro", "body"):
            assert all(period in policy[f"{part}_{language}"] for period in periods)


@pytest.mark.usefixtures("market")
def test_the_order_takes_back_what_the_words_promise() -> None:
    producer = make.make_producer()
    fresh = make.make_product(producer=producer, perishable=True, variants={"1 kg": (90_000, 5)})
    dry = make.make_product(producer=producer)
    order = make_order(fresh.children.get(), dry)
    parcel = order.parcels.get()
    lines = {line.product.main.pk: line.pk for line in parcel.lines.all()}
    for hours, counts in ((23, (1, 1)), (25, (0, 1)), (24 * 7 + 1, (0, 1))):
        came = timezone.now() - timedelta(hours=hours)
        Parcel.objects.update(status=Parcel.Status.DELIVERED, shipped_at=came, delivered_at=came)
        parcel = order.parcels.get()
        assert tuple(askable(parcel)[lines[product.pk]] for product in (fresh, dry)) == counts
        assert may_ask(parcel) is (hours < 24 * 7)


def test_liquids_have_a_volume_others_a_weight(client: Client) -> None:
    honey = make.make_product(net_weight_g=700, net_volume_ml=500, variants={"1 lít": (310_000, 5)})
    bread = make.make_product(net_weight_g=350)
    html = flat(client.get(honey.pages.get().url))
    assert "<dt>Dung tích thực</dt><dd>500\u00a0ml</dd>" in html
    assert "Khối lượng tịnh" not in html
    assert "<dt>Khối lượng tịnh</dt><dd>350\u00a0g</dd>" in flat(client.get(bread.pages.get().url))
    assert volume(1500) == "1,5\u00a0lít"
    with translation.override("en"):
        assert volume(1500) == "1.5\u00a0l"


def test_strength_stands_beside_the_price_and_age_as_it_is(client: Client) -> None:
    wine = make.make_product(age_restricted=True, alcohol_percent="12.5")
    html = flat(client.get(wine.pages.get().url))
    assert html.index("12,5\u00a0% vol") < html.index("Giá đã gồm thuế GTGT")
    assert "khi đặt, bạn xác nhận đã đủ 18 và trả tiền trước" in html
    assert "xuất trình" not in html
    assert "% vol" not in flat(client.get(make.make_product().pages.get().url))


def test_percentages_have_a_comma(market: None) -> None:
    ShippingTariff.objects.update(cod_fee_percent="0.8")
    assert "Phí thu hộ 0,8\u00a0% phần vượt" in CashOnDelivery().explanation()
    assert "7,5\u00a0%" in str(VatRate(vat_class="reduced_8", percent="7.5", valid_from=timezone.localdate()))
    assert percent("8.00") == "8\u00a0%"
    with translation.override("en"):
        assert "0.8% of what exceeds" in CashOnDelivery().explanation()


def test_a_new_shop_leads_to_how_one_pays(client: Client) -> None:
    site_setup.build()
    starter_pages.write()
    assert 'href="/cach-thanh-toan/"' in client.get("/").text
    assert client.get("/cach-thanh-toan/").status_code == 200


@pytest.mark.parametrize("kind", ["product", "standard", "with its parent"])
def test_deleting_a_page_takes_its_translation_off(client: Client, kind: str) -> None:
    producer = make.make_producer()
    product = make.make_product(producer=producer)
    vietnamese: Page = product.pages.get()
    if kind == "standard":
        vietnamese = make.make_home().add_child(instance=StandardPage(title="Giới thiệu", slug="gioi-thieu"))
    english = make.translate(vietnamese, title="English")
    assert client.get(english.url).status_code == 200
    (producer if kind == "with its parent" else vietnamese).delete()
    assert not Page.objects.get(pk=english.pk).live
    assert client.get(english.url).status_code == 404


def test_deleting_the_translation_leaves_the_page(client: Client) -> None:
    page = make.make_product().pages.get()
    make.translate(page, title="English").delete()
    assert client.get(page.url).status_code == 200


def test_translate_is_offered_to_whoever_may(client: Client) -> None:
    account = make_producer_account(email="lan@example.vn", name="HTX Lan")
    kind = ContentType.objects.get_for_model(Translation)
    Permission.objects.get_or_create(
        content_type=kind, codename="submit_translation", defaults={"name": "Dịch"}
    )
    staff, moderator = make_user("binh@example.vn"), make_user("duyet@example.vn")
    grant_hub_staff(users=[staff])
    grant_moderators(users=[moderator])
    page = account.product_page
    submit = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    for user, may in ((account.user, False), (moderator, False), (staff, True)):
        browser = log_in(user)
        listed = browser.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk]))
        assert (submit in listed.text) is may
        assert (browser.get(submit).status_code == 200) is may
