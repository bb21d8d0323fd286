"""What a carrier's row means: nothing is made up of its words, and no cash is lost by them."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from shop.fulfilment.undelivering import undeliver
from shop.ledger import cash
from shop.ledger.models import RemittanceLine
from shop.ledger.remittances import booking, deciding, handing_in
from tests.books import balance, kinds
from tests.integration.test_cash_holders import STAFF, by_the_hubs_carrier, goods, walk
from tests.prepaid import COD
from tests.producer_accounts import log_in
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db
CASH = "Mã vận đơn,Tiền thu hộ,Phí,Trạng thái"


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    make_market()


def lines_of(*rows: str) -> list[RemittanceLine]:
    """Return the lines of a list of the carrier's that was handed in and confirmed."""
    data = "\n".join([CASH, *rows]).encode()
    found = handing_in.upload(carrier="GHN", name="a.csv", data=data, by=STAFF)
    booking.confirm(remittance_id=found.pk, by=STAFF)
    return list(found.lines.all())


def line_of(row: str) -> RemittanceLine:
    [line] = lines_of(row)
    return line


def hub() -> Client:
    user = get_user_model().objects.create_user("hoa@example.vn", "mat-khau-dai")
    names = ["access_admin", "view_order", "view_payout", "change_payout"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return log_in(user)


def accept(line: RemittanceLine, reading: str) -> RemittanceLine:
    return deciding.accept(line_id=line.pk, by=STAFF, note="đã gọi hãng", reading=reading)


@pytest.mark.parametrize(
    "status",
    ["Hoàn thành", "Đã giao - huyện Tiên Du", "Đã giao thành công / Đã hoàn tất đối soát", "Đã hoàn", "?"],
)
def test_cash_noted_by_hand_before_makes_no_surplus_without_a_person(status: str) -> None:
    parcel = by_the_hubs_carrier()
    cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="1", by=STAFF, note="FT1")
    before = balance()
    line = line_of(f"GHN1,{parcel.total},20000,{status}")
    assert (line.state, line.reason, balance()) == ("waiting", "twice", before)


@pytest.mark.parametrize("status", ["Hoàn thành", "Đã giao - huyện Tiên Du", "Hoàn tất giao hàng", ""])
def test_cash_of_a_completed_delivery_is_booked(status: str) -> None:
    parcel = by_the_hubs_carrier()
    assert line_of(f"GHN1,{parcel.total},20000,{status}").state == "booked"
    assert parcel.cash_holding.in_hand == 0


def test_parcel_that_came_back_brings_its_fee_and_no_cash() -> None:
    parcel = by_the_hubs_carrier()
    undeliver(parcel_id=parcel.pk, by=STAFF, reason="nhầm")
    line = line_of(f"GHN1,{parcel.total},20000,Chuyển hoàn thành công")
    assert (line.state, kinds()) == ("booked", {"carrier_fee": -20_000})


def test_old_line_that_is_accepted_books_nothing_another_list_has_booked() -> None:
    parcel = by_the_hubs_carrier()
    old = line_of(f"GHN1,{parcel.total},20000,Đã hoàn")
    assert old.reason == "refused"
    assert line_of(f"GHN1,{parcel.total},20000,Giao thành công").state == "booked"
    before = kinds()
    again = accept(old, "paid")
    assert (again.state, again.reason, kinds()) == ("waiting", "twice", before)


def test_person_reads_a_refused_line_as_paid() -> None:
    parcel = by_the_hubs_carrier()
    line = line_of(f"GHN1,{parcel.total},20000,Trả hàng")
    assert accept(line, "paid").state == "booked"
    assert parcel.cash_holding.in_hand == 0
    assert "difference" not in kinds()


@pytest.mark.parametrize("collected", [0, 463_000])
def test_line_read_as_refused_stays_open_while_the_carrier_has_cash(collected: int) -> None:
    parcel = by_the_hubs_carrier()
    client = hub()
    line = line_of(f"GHN1,{collected},20000,Trả hàng")
    answer = decide(client, line, "refused")
    assert answer.status_code == 422
    assert "hãng còn cầm" in answer.content.decode()
    line.refresh_from_db()
    assert (line.state, kinds().get("carrier_fee")) == ("waiting", None)
    undeliver(parcel_id=parcel.pk, by=STAFF, reason="khách không nhận")
    decide(client, line, "refused")
    line.refresh_from_db()
    assert (line.state, kinds()) == ("booked", {"carrier_fee": -20_000})


def test_line_written_off_is_read_as_refused_with_its_fee() -> None:
    parcel = by_the_hubs_carrier()
    cash.settle_difference(parcel_id=parcel.pk, key="1", by=STAFF, reason="hãng không nộp")
    line = line_of(f"GHN1,{parcel.total},20000,Trả hàng")
    assert line.reason == "twice"
    before = kinds()["difference"]
    assert accept(line, "refused").state == "booked"
    assert (kinds()["carrier_fee"], kinds()["difference"]) == (-20_000, before)


def decide(client: Client, line: RemittanceLine, reading: str) -> Any:
    data = {"accept-note": "đã gọi hãng", "accept-reading": reading}
    return client.post(reverse("shop_cash:accept", args=[line.pk]), data)


# --- fees ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", ["GHN1,0,20000,", "GHN1,0,25000,", "GHN1,,25000,"])
def test_second_fee_of_a_parcel_waits(again: str) -> None:
    parcel = by_the_hubs_carrier()
    assert line_of(f"GHN1,{parcel.total},20000,").state == "booked"
    line = line_of(again)
    assert (line.state, line.reason, kinds()["carrier_fee"]) == ("waiting", "second_fee", -20_000)
    assert accept(line, "refused").state == "booked"
    assert kinds()["carrier_fee"] == -20_000 - int(line.fee)


def test_same_row_of_a_parcel_that_came_back_brings_its_fee_once() -> None:
    parcel = by_the_hubs_carrier()
    undeliver(parcel_id=parcel.pk, by=STAFF, reason="nhầm")
    row = f"GHN1,{parcel.total},20000,Đã hoàn"
    assert [line.reason for line in lines_of(row, row)] == ["", "second_fee"]
    assert kinds()["carrier_fee"] == -20_000


def test_fee_with_the_rest_of_the_cash_waits_when_one_is_booked() -> None:
    parcel = by_the_hubs_carrier()
    first = line_of(f"GHN1,{parcel.total - 1000},20000,")
    accept(first, "paid")
    line = line_of("GHN1,1000,20000,Giao thành công")
    assert (line.state, line.reason) == ("waiting", "second_fee")
    assert parcel.cash_holding.in_hand == 1000


@pytest.mark.parametrize(
    ("fee", "state"), [(99_000_000, "waiting"), (30_001, "waiting"), (30_000, "booked"), (-5_000, "waiting")]
)
def test_fee_above_the_limit_or_below_nothing_waits(fee: int, state: str, settings: Settings) -> None:
    settings.CARRIER_FEE_LIMIT = 30_000
    parcel = by_the_hubs_carrier()
    line = line_of(f"GHN1,{parcel.total},{fee},Đã giao")
    assert line.state == state
    assert kinds().get("carrier_fee", 0) == (-fee if state == "booked" else 0)
    assert line.reason == {30_000: "", -5_000: "unreadable"}.get(fee, "high_fee")


def test_fee_above_the_parcels_price_waits_and_its_page_says_so_beside_another_reason() -> None:
    parcel = by_the_hubs_carrier()
    line = line_of(f"GHN1,{parcel.total - 1},{parcel.total + 1},Đã giao")
    assert line.reason == "less"
    page = hub().get(reverse("shop_cash:remittance_line", args=[line.pk]))
    assert "phí cao bất thường" in page.content.decode()


@pytest.mark.parametrize("reading", ["paid", "refused"])
def test_high_fee_of_a_parcel_that_came_back_is_taken_without_cash(reading: str) -> None:
    parcel = make_order(goods()).parcels.get()
    walk(parcel, "accept", "pack", "ship", "return_", carried_by="hub", carrier="GHN", tracking_code="R1")
    line = line_of("R1,100000,600000,Đã hoàn")
    assert line.reason == "high_fee"
    assert accept(line, reading).state == "booked"
    assert kinds() == {"carrier_fee": -600_000}
