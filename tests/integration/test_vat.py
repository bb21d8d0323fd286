"""VAT is inside the price, at the rate of the day of sale, and known to the e-invoice."""

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shop.backoffice.attention import system
from shop.backoffice.invoices import export
from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.order.models import Order
from shop.tax.models import VatRate
from shop.tax.rates import inside, load_rates
from tests.factories import make_commune, make_product
from tests.producer_accounts import log_in, make_producer_account
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(autouse=True)
def market(site_root: Any) -> None:
    make_market()
    assert (load_rates(), load_rates()) == (4, 0)


def sold(vat_class: str, day: datetime | None = None, **facts: Any) -> Any:
    """Return the order line of something sold on a day."""
    product = make_product(vat_class=vat_class, **facts)
    with time_machine.travel(day or datetime(2026, 11, 22, tzinfo=HANOI), tick=False):
        return make_order(product).lines.get()


@pytest.mark.parametrize(
    ("vat_class", "day", "percent", "vat"),
    [
        ("reduced_8", datetime(2026, 12, 31, 23, 59, tzinfo=HANOI), 8, 7_407),
        ("reduced_8", datetime(2027, 1, 1, 0, 1, tzinfo=HANOI), 10, 9_091),
        ("standard_10", datetime(2026, 12, 31, 23, 59, tzinfo=HANOI), 10, 9_091),
        ("agri_unprocessed", datetime(2026, 12, 1, tzinfo=HANOI), None, 0),
        ("standard_10", datetime(2024, 1, 1, tzinfo=HANOI), None, 0),
    ],
)
def test_rate_of_the_day_of_sale(vat_class: str, day: datetime, percent: int | None, vat: int) -> None:
    line = sold(vat_class, day)
    assert (line.vat_percent, line.vat, line.tax_code) == (percent, vat, vat_class)
    assert line.line_price_incl_tax == 100_000


def test_class_whose_rate_ran_out_is_sold_at_the_last_one() -> None:
    VatRate.objects.filter(vat_class="reduced_8", percent=10).delete()
    line = sold("reduced_8", datetime(2027, 3, 1, tzinfo=HANOI))
    assert (line.vat_percent, line.vat) == (8, 7_407)


@pytest.mark.parametrize(
    ("day", "waiting"),
    [
        (datetime(2026, 11, 30, tzinfo=HANOI), 0),
        (datetime(2026, 12, 5, tzinfo=HANOI), 1),
        (datetime(2027, 3, 1, tzinfo=HANOI), 1),
    ],
)
def test_staff_see_a_class_whose_rate_ends(day: datetime, waiting: int) -> None:
    VatRate.objects.filter(vat_class="reduced_8", percent=10).delete()
    make_product(vat_class="reduced_8")
    matter = system.vat_rates(day)
    assert ([text for text, _url, _at in matter.rows], matter.count) == (
        ["được giảm thuế"] * waiting,
        waiting,
    )


def test_class_that_nobody_sells_needs_no_rate() -> None:
    VatRate.objects.all().delete()
    make_product(vat_class="reduced_8", is_public=False)
    assert system.vat_rates(datetime(2026, 12, 1, tzinfo=HANOI)).count == 0


def test_variant_has_the_rate_of_its_parent() -> None:
    parent = make_product(vat_class="reduced_8", variants={"1 kg": (54_000, 5)})
    assert make_order(parent.children.get()).lines.get().vat == 4_000


def test_sale_keeps_its_rate() -> None:
    line = sold("reduced_8")
    VatRate.objects.all().delete()
    line.refresh_from_db()
    assert (line.vat_percent, line.vat) == (8, 7_407)


@pytest.mark.parametrize(
    ("amount", "percent", "vat"), [(108, 8, 8), (1, 10, 0), (6, 10, 1), (0, 8, 0), (9, 0, 0)]
)
def test_tax_inside_a_price(amount: int, percent: int, vat: int) -> None:
    assert inside(Decimal(amount), Decimal(percent)) == vat


def test_rates_make_sense() -> None:
    day = datetime(2028, 1, 1, tzinfo=HANOI).date()
    for wrong in ({"percent": 101}, {"valid_until": datetime(2027, 1, 1, tzinfo=HANOI).date()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VatRate.objects.create(**{"vat_class": "reduced_8", "percent": 8, "valid_from": day, **wrong})


def today(order: Order) -> date:
    return timezone.localdate(order.placed_at)


def staff() -> Client:
    user = get_user_model().objects.create_user("hoa@example.vn", "mat-khau-dai")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "view_order", "change_order"])
    )
    return log_in(user)


def test_order_page_and_desk_show_rate_and_amount(client: Client) -> None:
    line, other = sold("reduced_8"), sold("standard_10")
    page = client.get(line.order.get_absolute_url()).content.decode()
    assert "gồm 8 % thuế GTGT: 7.407" in page
    assert "gồm 10 % thuế GTGT: 9.091" in client.get(other.order.get_absolute_url()).content.decode()
    desk = staff().get(reverse("shop_orders:detail", args=[line.order_id])).content.decode()
    assert "8 %, 7.407" in desk


def test_file_for_e_invoices() -> None:
    purchase = make_purchase(
        wants_invoice=True,
        invoice_name="Công ty Sao",
        invoice_tax_code="0101234567",
        invoice_address="Hà Nội",
    )
    one, two = make_product(vat_class="reduced_8"), make_product(price=20_000)
    order = make_order(one, two, purchase=purchase)
    parcel = order.parcels.get(partner=two.stockrecords.get().partner)
    parcels.cancel(parcel_id=parcel.pk, by=SYSTEM)
    kept = order.parcels.exclude(pk=parcel.pk).get()
    browser = staff()
    assert browser.get(reverse("shop_invoices")).status_code == 200
    day = f"{order.date_placed.astimezone(HANOI):%Y-%m-%d}"
    file = browser.get(reverse("shop_invoices"), {"tu": day, "den": day}).content.decode("utf-8-sig")
    table = list(csv.reader(StringIO(file)))[1:]
    assert [row[9:15] for row in table] == [
        [one.title, "1", "100000", "8", "7407", "92593"],
        [kept.shipping_name, "1", f"{kept.shipping:f}", "", "", ""],
    ]
    assert table[0][:6] == [order.number, str(kept.number), day, "Công ty Sao", "0101234567", "Hà Nội"]
    empty = browser.get(reverse("shop_invoices"), {"tu": "2020-01-01", "den": "2020-01-31"})
    assert len(list(csv.reader(StringIO(empty.content.decode())))) == 1


def test_file_says_unit_price_payment_and_where_the_seller_is() -> None:
    product = make_product(price=21_000, vat_class="reduced_8", unit="hộp 1 kg")
    partner = product.stockrecords.get().partner
    partner.address, partner.commune = "Số 5", make_commune()
    partner.save()
    order = make_order(product, quantity=3)
    rows = list(export.rows(today(order), today(order)))
    facts = dict(zip(rows[0], rows[1], strict=True))
    assert facts["Đơn vị tính"] == "hộp 1 kg"
    assert (facts["Số lượng"], facts["Đơn giá gồm thuế, đồng"]) == (3, 21_000)
    assert facts["Cách trả"] == "Tiền mặt khi nhận hàng"
    assert (
        facts["Địa chỉ người bán"]
        == f"Số 5, {partner.commune.full_name}, {partner.commune.province.full_name}"
    )
    assert [row[19] for row in rows[2:]] == [order.parcels.get().shipping]


def test_sale_counts_on_the_day_the_order_was_placed() -> None:
    order = make_order(make_product())
    ordered, placed = today(order), today(order) + timedelta(days=3)
    Order.objects.filter(pk=order.pk).update(placed_at=order.placed_at + timedelta(days=3))
    assert len(list(export.rows(ordered, ordered))) == 1
    assert [row[2] for row in export.rows(placed, placed)][1] == f"{placed:%Y-%m-%d}"
    Order.objects.filter(pk=order.pk).update(placed_at=None)
    assert len(list(export.rows(ordered, placed))) == 1


def test_parcel_that_comes_back_later_is_taken_off_where_it_comes_back() -> None:
    order = make_order(make_product(vat_class="reduced_8"))
    sold, back = today(order), today(order) + timedelta(days=40)
    parcel = order.parcels.get()
    before = list(export.rows(sold, sold))
    with time_machine.travel(order.placed_at + timedelta(days=40), tick=False):
        for verb in ("accept", "pack", "ship", "deliver", "return_"):
            getattr(parcels, verb)(parcel_id=parcel.pk, by=SYSTEM)
    assert list(export.rows(sold, sold)) == before
    taken_off = list(export.rows(back, back))[1:]
    assert [[row[2], *row[10:15], row[20]] for row in taken_off] == [
        [f"{back:%Y-%m-%d}", -1, -100_000, "8", -7_407, -92_593, "trả lại"],
        [f"{back:%Y-%m-%d}", -1, -parcel.shipping, "", "", "", "trả lại"],
    ]
    assert len(list(export.rows(sold, back))) == 1  # sold and back in one period: neither


def test_order_cancelled_in_the_next_month_is_taken_off_there() -> None:
    order = make_order(make_product())
    day = today(order) + timedelta(days=1)
    with time_machine.travel(order.placed_at + timedelta(days=1), tick=False):
        parcels.cancel_all(order_id=order.pk, by=SYSTEM)
    assert len(list(export.rows(today(order), today(order)))) == 3
    assert [row[20] for row in export.rows(day, day)][1:] == ["huỷ", "huỷ"]


def test_units_left_out_in_the_next_month_are_taken_off_there() -> None:
    order = make_order(make_product(vat_class="reduced_8"), quantity=5)
    sold, later = today(order), today(order) + timedelta(days=40)
    parcel, line = order.parcels.get(), order.lines.get()
    cancel_units(order, 1, seen=5)
    before = list(export.rows(sold, sold))
    assert [row[10:15] for row in before[1:2]] == [[4, 400_000, "8", 29_630, 370_370]]
    with time_machine.travel(order.placed_at + timedelta(days=40), tick=False):
        cancel_units(order, 2, seen=4)
    assert list(export.rows(sold, sold)) == before
    assert [[row[2], *row[10:16], row[19], row[20]] for row in export.rows(later, later)][1:] == [
        [f"{later:%Y-%m-%d}", -2, -200_000, "8", -14_815, -185_185, "", 100_000, "huỷ"]
    ]
    assert [row[10:13] for row in export.rows(sold, later)][1:2] == [[2, 200_000, "8"]]
    with time_machine.travel(order.placed_at + timedelta(days=41), tick=False):
        parcels.cancel(parcel_id=parcel.pk, by=SYSTEM)
    taken_off = [row for row in export.rows(later, later + timedelta(days=1)) if row[9] == line.title]
    assert [row[10:13] for row in taken_off] == [[-4, -400_000, "8"]]
    next_day = [row[10:12] for row in export.rows(later + timedelta(days=1), later + timedelta(days=1))]
    assert next_day[1] == [-2, -200_000]


def cancel_units(order: Order, quantity: int, *, seen: int) -> None:
    line = order.lines.get()
    parcels.cancel_units(parcel_id=line.parcel_id, line_id=line.pk, quantity=quantity, seen=seen, by=SYSTEM)


@pytest.mark.parametrize(
    "period", [{"tu": "x", "den": "y"}, {"tu": "2026-02-02", "den": "2026-02-01"}, {"tu": ""}]
)
def test_nonsense_periods_get_no_file(period: dict[str, str]) -> None:
    assert staff().get(reverse("shop_invoices"), period).status_code == 422


def test_producers_get_no_file() -> None:
    account = make_producer_account(email="lan@example.vn", name="Gốm Lan")
    assert log_in(account.user).get(reverse("shop_invoices")).status_code == 403
