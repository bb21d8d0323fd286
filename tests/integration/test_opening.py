"""A new shop: its legal pages are there, and its checkout is shut until a person has opened it."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings
from wagtail.models import Page
from wagtail.rich_text import RichText

from home import opening, site_setup, starter_pages
from home.models import MarketSettings, StandardPage
from shop.shipping.models import ShippingTariff
from shop.users.models import User
from tests.factories import make_product
from tests.shop import fill_basket, make_market, make_order, walk_to_review
from tests.transfers import make_account

pytestmark = pytest.mark.django_db
SHUT = ("checkout:index", "checkout:shipping-address", "checkout:shipping-method", "checkout:preview")


@pytest.fixture
def production(settings: Settings) -> None:
    settings.OPENING_CHECK = settings.MAIL_GOES_OUT = True


@pytest.fixture
def new_shop(production: None, root_page: Page) -> MarketSettings:
    """What load_reference leaves behind."""
    site_setup.build()
    starter_pages.write()
    make_market()
    ShippingTariff.objects.update(is_illustrative=True)
    return opening.market()


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("an@example.com", "mat-khau-rat-dai"))
    return client


def done() -> list[bool]:
    return [step.done for step in opening.steps()]


def do_everything(chosen: MarketSettings) -> None:
    """Do what the list asks for, step by step."""
    for name in opening.OWNER:
        setattr(chosen, name, "an@example.com" if name == "email" else "0222 1234")
    chosen.save()
    for page in opening.marked():
        page.body = [("text", RichText("<p>Đã xem.</p>"))]
        page.save_revision().publish()
    make_account()
    ShippingTariff.objects.update(is_illustrative=False)


def test_a_new_shop_has_the_pages_that_the_law_asks_for(new_shop: MarketSettings, client: Client) -> None:
    rows = starter_pages.rows()
    addresses = [f"/{row['slug']}/" for row in rows] + [f"/en/{row['slug_en']}/" for row in rows]
    assert {"/dieu-khoan/", "/doi-tra/", "/bao-ve-du-lieu/", "/cach-thanh-toan/"} < set(addresses)
    assert {client.get(address).status_code for address in addresses} == {200}
    assert new_shop.terms_page.slug == "dieu-khoan"
    assert len(opening.marked()) == 12
    assert starter_pages.MARK["vi"] in client.get("/dieu-khoan/").content.decode()


@pytest.mark.parametrize(
    ("address", "ways"),
    [
        ("/cach-thanh-toan/", ["Trả khi nhận", "Chuyển khoản", "Thẻ"]),
        ("/en/payment/", ["Cash on delivery", "Bank transfer", "Card"]),
    ],
)
def test_the_page_on_payment_names_every_way(
    new_shop: MarketSettings, client: Client, address: str, ways: list[str]
) -> None:
    page = client.get(address).content.decode()
    assert [f">{way}</h2>" in page for way in ways] == [True] * 3


def test_what_editors_deleted_stays_away(new_shop: MarketSettings) -> None:
    for page in StandardPage.objects.all():
        page.delete()
    assert starter_pages.write() == 0
    assert not StandardPage.objects.exists()


def test_a_shop_with_pages_of_its_own_gets_none(production: None, root_page: Page) -> None:
    home = site_setup.build()
    home.add_child(instance=StandardPage(title="Của chợ", slug="cua-cho"))
    assert starter_pages.write() == 0
    assert StandardPage.objects.count() == 1


def test_the_checkout_is_shut_and_the_basket_is_not(new_shop: MarketSettings, client: Client) -> None:
    fill_basket(client, make_product())
    assert client.get(reverse("basket:summary")).status_code == 200
    for name in SHUT:
        page = client.get(reverse(name))
        assert (page.status_code, "Chợ sắp mở" in page.content.decode()) == (503, True), name
    assert client.post(reverse("checkout:preview"), {"terms": "on"}).status_code == 503
    assert client.get(reverse("checkout:communes"), {"province": "24"}).status_code == 200  # of address books


def test_it_opens_when_all_is_done_and_not_before(new_shop: MarketSettings, admin: Client) -> None:
    address = reverse("opening")
    assert done() == [False] * 5
    page = admin.get(address).content.decode()
    assert (page.count("Chưa xong."), "Mở chợ" in page) == (5, False)
    admin.post(address, {"verb": "open"})
    assert not opening.is_open()

    do_everything(new_shop)
    assert done() == [True, True, True, True, False]
    admin.post(address, {"verb": "mail"})
    assert [sent.to for sent in mail.outbox] == [["an@example.com"]]
    assert done() == [True] * 5
    assert "Mở chợ" in admin.get(address).content.decode()
    admin.post(address, {"verb": "open"})
    assert opening.is_open()
    assert "Chợ đã mở từ" in admin.get(address).content.decode()

    fill_basket(admin, make_product())
    assert walk_to_review(admin).status_code == 200


def test_the_list_asks_each_thing_once(new_shop: MarketSettings) -> None:
    opening.steps()
    with CaptureQueriesContext(connection) as asked:
        opening.steps()
    questions = [query["sql"] for query in asked.captured_queries]
    assert sorted(questions) == sorted(set(questions))


def test_a_mail_that_does_not_go_is_told(new_shop: MarketSettings, admin: Client, settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    settings.POST_OFFICE = settings.POST_OFFICE | {
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}
    }
    page = admin.post(reverse("opening"), {"verb": "mail"}, follow=True)
    assert "Thư không gửi được" in page.content.decode()
    assert not done()[4]


def test_mail_that_stays_on_the_machine_opens_nothing(
    new_shop: MarketSettings, admin: Client, settings: Settings
) -> None:
    do_everything(new_shop)
    admin.post(reverse("opening"), {"verb": "mail"})
    assert done() == [True] * 5
    settings.MAIL_GOES_OUT = False  # EMAIL_URL=file:///…
    mail.outbox.clear()
    page = admin.post(reverse("opening"), {"verb": "mail"}, follow=True)
    assert "EMAIL_URL chưa nêu máy chủ thư." in page.content.decode()
    assert (mail.outbox, done()[4]) == ([], False)
    admin.post(reverse("opening"), {"verb": "open"})
    assert not opening.is_open()


def test_one_marked_page_in_one_language_keeps_it_shut(new_shop: MarketSettings) -> None:
    do_everything(new_shop)
    page = StandardPage.objects.get(slug="terms")
    page.body = [("text", RichText(f"<p>{starter_pages.MARK['en']}</p>"))]
    page.save_revision().publish()
    assert done()[1] is False
    page.unpublish()
    assert done()[1] is True


def test_only_who_may_change_the_settings_opens(new_shop: MarketSettings, client: Client) -> None:
    user = User.objects.create_user("binh@example.com", "mat-khau-rat-dai")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    assert client.post(reverse("opening"), {"verb": "mail"}).status_code in {302, 403, 404}
    assert mail.outbox == []


def test_outside_production_nobody_is_asked(settings: Settings) -> None:
    assert not settings.OPENING_CHECK
    assert opening.is_open()


@pytest.mark.parametrize("sold", [False, True])
def test_a_shop_that_sells_stays_open_through_the_upgrade(
    production: None, site_root: Page, sold: bool
) -> None:
    if sold:
        make_market()
        make_order()
    migration: Any = import_module("home.migrations.0004_opening")
    migration.shops_that_sell_are_open(apps, None)
    assert opening.is_open() is sold
