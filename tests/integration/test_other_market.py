"""A market of another province with another name shows nothing of the first one."""

import html
import json
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polib
import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Site

from catalogue.access.permissions import grant_hub_staff
from catalogue.models import GeographicalIndication
from catalogue.reference import load_claims
from config import market
from home import site_setup
from shop.ledger.models import Payout
from shop.order import mails
from shop.order.models import Order, OrderMail
from shop.shipping.models import ShippingZone
from shop.shipping.tariff import Tariff
from tests import factories
from tests.pages import TODAY, one_of_each
from tests.producer_accounts import log_in, make_user
from tests.shop import fill_basket, make_market, make_order, make_purchase, walk_to_review

pytestmark = pytest.mark.django_db

FIRST = market.MARKETS / "bac_ninh"
TRACE = re.compile(r"b[ắa]c[\s_+-]*ninh", re.IGNORECASE)
PROFILE = {
    "slug": "cho-xu-thu",
    "name": "Chợ Xứ Thử",
    "name_en": "Trial Land Market",
    "province": {"code": "82", "kind": "tinh", "name": "Xứ Thử", "name_en": "Trial Land"},
    "email": "cho@xuthu.example",
    "home_page": {
        language: {
            "slug": slug,
            "hero_title": f"Hero {language}",
            "hero_text": f"Text {language}",
            "search_description": f"Description {language}",
        }
        for language, slug in (("vi", "trang-chu"), ("en", "home"))
    },
}


@pytest.fixture(autouse=True)
def other(tmp_path: Path, settings: Any) -> None:
    """The shop under another profile, set up from nothing."""
    (tmp_path / "market.json").write_text(json.dumps(PROFILE), encoding="utf-8")
    (tmp_path / "claims.json").write_text('{"geographical_indications": []}', encoding="utf-8")
    shutil.copy(FIRST / "shipping_zones.json", tmp_path)
    for name, value in market.settings_of(market.read(str(tmp_path))).items():
        setattr(settings, name, value)
    site_setup.build()


def traces(text: str | bytes) -> list[str]:
    """Return where a text names the first market, however it is written or escaped."""
    words = text.decode("utf-8") if isinstance(text, bytes) else text
    plain = unicodedata.normalize("NFC", unquote(html.unescape(words)))
    return [plain[max(0, found.start() - 60) : found.end() + 20] for found in TRACE.finditer(plain)]


def seen(client: Client, addresses: list[str], *, status: int = 200) -> dict[str, list[str]]:
    """Open each address and return those that name the first market."""
    found = {}
    for address in addresses:
        response = client.get(address, follow=status == 200)
        assert response.status_code == status, address
        if names := traces(response.content):
            found[address] = names
    return found


def in_both_languages(name: str, *args: Any) -> list[str]:
    addresses = []
    for language in ("vi", "en"):
        with override(language):
            addresses.append(reverse(name, args=args))
    return addresses


def test_the_search_finds_what_it_must() -> None:
    assert traces("Chợ B&#7855;c Ninh")
    assert traces("cho-bac-ninh")
    assert traces("?q=B%E1%BA%AFc%20Ninh")
    assert not traces("Bắc Giang, Ninh Bình")


def test_no_page_of_any_type_names_the_first_market(client: Client) -> None:
    pages = one_of_each()
    home = next(page for page in pages.values() if page.depth == 2)
    english = [
        page.get_translation_or_none(home.get_translation(2).locale)
        or factories.translate(page, title=f"English {page.pk}")
        for page in sorted(pages.values(), key=lambda page: page.depth)
    ]
    addresses = [page.get_url() for page in [*pages.values(), *english]]
    assert len(set(addresses)) == 2 * len(pages)
    assert seen(client, addresses) == {}
    shown = client.get("/").content.decode()
    assert re.search(r"<title>[^<]*Chợ Xứ Thử\s*</title>", shown)
    assert "Hero vi" in shown
    assert "sản phẩm OCOP và làng nghề Xứ Thử" in shown
    english_home = client.get("/en/").content.decode()
    assert "craft villages of Trial Land" in english_home


def test_basket_checkout_and_order_name_this_market(client: Client) -> None:
    make_market()
    product = factories.make_product(photo=True)
    fill_basket(client, product)
    assert seen(client, in_both_languages("basket:summary")) == {}
    review = walk_to_review(client, province="82")
    assert traces(review.content) == []
    steps = ("checkout:shipping-address", "checkout:shipping-method", "checkout:preview")
    assert seen(client, [url for step in steps for url in in_both_languages(step)]) == {}
    order = make_order(product, purchase=make_purchase(province="82"))
    for language, words in (("vi", "Đơn {}, in ngày"), ("en", "Order {}, printed on")):
        with override(language):
            address = order.get_absolute_url()
        shown = client.get(address).content.decode()
        assert f"Chợ Xứ Thử. {words.format(order.number)}" in shown
        assert traces(shown) == []


def test_views_that_are_no_pages_name_this_market(client: Client) -> None:
    names = ("search:search", "customer:login", "order:lookup", "password-reset")
    assert seen(client, [url for name in names for url in in_both_languages(name)]) == {}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_mail_comes_from_this_market(language: str, mail_queue: None) -> None:
    from post_office.models import Email

    make_market()
    order = make_order(factories.make_product(), purchase=make_purchase(province="82"))
    Order.objects.update(language=language)
    OrderMail.objects.all().delete()
    parcel = order.parcels.get()
    for kind in OrderMail.Kind:
        OrderMail.objects.create(order=order, parcel=parcel, kind=kind)
    mails.queue_due()
    letters = list(Email.objects.all())
    assert len(letters) == len(OrderMail.Kind)
    for letter in letters:
        assert letter.from_email == "Chợ Xứ Thử <cho@xuthu.example>"
        assert traces(f"{letter.subject}\n{letter.message}\n{letter.html_message}") == []
        assert "Chợ Xứ Thử" in letter.html_message


def test_the_admin_names_this_market(client: Client) -> None:
    binh = make_user("binh@example.vn")
    grant_hub_staff(users=[binh])
    boss = get_user_model().objects.create_superuser("chu@example.vn", "một hai ba bốn")
    front = ["/admin/", "/admin/reports/du-lieu-kem-theo/", "/admin/pages/"]
    assert seen(log_in(binh), front) == {}
    assert seen(log_in(boss), [*front, "/dashboard/", "/django-admin/", "/admin/sites/"]) == {}
    assert seen(client, ["/admin/login/", "/django-admin/login/"]) == {}
    assert Site.objects.get(is_default_site=True).site_name == "Chợ Xứ Thử"


def test_what_machines_read_names_this_market(client: Client) -> None:
    page = factories.make_event(title="Hội Lim", in_days=3)
    calendar = client.get(f"/lich/{page.slug}.ics").content.decode()
    assert "PRODID:-//Cho Xu Thu//su kien//VI" in calendar
    assert "@cho-xu-thu" in calendar
    assert traces(calendar) == []
    assert seen(client, ["/robots.txt", "/sitemap.xml"]) == {}
    assert seen(client, ["/khong-co/", "/en/nothing/", "/lich/khong-co.ics"], status=404) == {}
    for name in ("400.html", "403.html", "403_csrf.html", "500.html", "maintenance.html"):
        assert traces(render_to_string(name)) == []


def test_the_home_province_has_a_zone_of_its_own() -> None:
    make_market()
    tariff = Tariff()
    zone = tariff.zone_of("82")
    assert (zone.name, zone.name_en, zone.is_home) == ("Trong Xứ Thử", "Within Trial Land", True)
    assert [link.province_id for link in zone.provinces.all()] == ["82"]
    assert not any(traces(f"{zone.name} {zone.name_en}") for zone in ShippingZone.objects.all())


def test_register_entries_are_this_markets_own() -> None:
    load_claims()
    assert not GeographicalIndication.objects.exists()


def test_transfers_to_producers_name_this_market() -> None:
    assert Payout(pk=123_456, run=TODAY).memo == "CHO XU THU 211126 3456"


def test_templates_static_files_and_translations_name_no_market() -> None:
    root = Path(django_settings.BASE_DIR)
    files = [file for folder in ("templates", "static") for file in (root / folder).rglob("*.*")]
    texts = [file for file in files if file.suffix in {".html", ".txt", ".svg", ".js", ".css", ".json"}]
    assert len(texts) > 100
    named = [str(file) for file in texts if traces(file.read_text(encoding="utf-8"))]
    for catalogue in (root / "locale").rglob("*.po"):
        named += [entry.msgid for entry in polib.pofile(str(catalogue)) if traces(entry.msgid + entry.msgstr)]
    assert named == []
