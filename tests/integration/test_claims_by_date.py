"""Every public page, read on two days to come: no claim past its date, no fresh goods out of season for sale."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.listing.index import forget
from catalogue.listing.rows import rebuild
from catalogue.models import (
    CataloguePage,
    Certification,
    GeographicalIndication,
    IndicationRight,
    Product,
    ProductCertification,
    VillageRecognition,
)
from home.models import HomePage
from tests import factories as make
from tests.claims import untrue_claims, visit

pytestmark = pytest.mark.django_db
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = (date(2026, 12, 20), date(2027, 6, 15), date(2030, 1, 1))


def make_claims(product: Product, *, last: date) -> None:
    """Give a product a certificate, a quality mark and a name that all end on `last`."""
    issued = last.replace(year=last.year - 3)
    make.make_certificate(product=product, stars=4, issued_on=issued, expires_on=last)
    scheme, _made = Certification.objects.get_or_create(code="vietgap", name="VietGAP")
    ProductCertification.objects.create(
        product=product, certification=scheme, number=f"VG-{product.pk}", expires_on=last
    )
    indication = GeographicalIndication.objects.create(name=product.title, register_no=f"DK-{product.pk}")
    IndicationRight.objects.create(
        geographicalindication=indication, partner=product.producer, expires_on=last
    )
    product.geographical_indication = indication
    product.save()


def make_small_market() -> HomePage:
    village = make.make_village(title="Làng vải")
    VillageRecognition.objects.create(
        page=village,
        kind="ocop_tourism",
        name="Tour vườn vải",
        is_checked=True,
        source_url="https://example.vn/tour",
        expires_on=date(2026, 12, 19),
    )
    specialty = make.make_specialty(season_months=[6, 7])
    food = make.make_category(code="I", name="Thực phẩm")
    producer = make.make_producer(village=village)
    common = {"producer": producer, "village": village, "category": food}
    fresh = {"perishable": True, "specialty": specialty, **common}
    sizes = {"1 kg": (90_000, 5), "3 kg": (250_000, 5)}
    goods = [
        make.make_product(title="Vải tươi", variants=sizes, **fresh),
        make.make_product(title="Cà rốt", shelf_life_days=20, page={"season_months": [12, 1]}, **common),
        make.make_product(title="Vải sấy", shelf_life_days=365, specialty=specialty, **common),
        make.make_product(title="Tranh in", **common),
    ]
    for product, last in zip(goods, LAST, strict=True):
        make_claims(product, last=last)
        make.translate(product.pages.get(), title=f"{product.title} (English)")
    home = make.make_home()
    make.make_index(CataloguePage)
    home.body = [
        ("season", {"title": "Tháng này", "link_label": "", "count": 3}),
        ("stars", {"title": "Sao", "link_label": "", "stars": "4", "count": 8}),
        ("groups", {"title": "Nhóm", "link_label": ""}),
    ]
    home.save_revision().publish()
    return home


LAST = (date(2027, 7, 15), date(2026, 12, 19), date(2026, 12, 20), date(2030, 1, 1))


@pytest.mark.parametrize("day", DAYS)
def test_no_page_claims_what_is_over(client: Client, day: date) -> None:
    home = make_small_market()
    rebuild()
    forget()
    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM)):
        pages = visit(client, home.url, *LISTS)
        assert untrue_claims(pages, day) == []
        assert all("Tour vườn vải" not in html for html in pages.values())
        assert "/san-pham/" in pages
        lychee = Product.objects.get(title="Vải tươi")
        closed = day.month != 6
        with translation.override("vi"):
            answer = Client().post(
                reverse("basket:add", args=[lychee.pk]),
                {"quantity": 1, "variant": lychee.children.first().pk},
                HTTP_SEC_FETCH_SITE="same-origin",
            )
        assert ("Hết mùa, mở bán lại tháng 6." in answer.text) is closed
    forget()
    assert len(pages) >= 14  # eight pages of goods, those above them, the lists


LISTS = ("/san-pham/", "/en/", "/tim-kiem/?q=v%E1%BA%A3i")


def test_the_reader_finds_what_is_wrong(client: Client) -> None:
    """The control: the same pages read as of a later day are full of untrue claims."""
    home = make_small_market()
    rebuild()
    forget()
    with time_machine.travel(datetime(2027, 6, 15, 12, tzinfo=VIETNAM)):
        pages = visit(client, home.url)
    forget()
    said = str(untrue_claims(pages, date(2030, 1, 2)))
    for words in (
        "star 4, register None",
        "carries an indication",
        "ended: VG-",
        "JSON-LD: https",
        "on sale",
    ):
        assert words in said
