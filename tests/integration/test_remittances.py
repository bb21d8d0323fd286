"""Carriers' lists of cash: read as they come, booked row by row, once; what does not fit waits for a person."""

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from shop.backoffice.attention.cash import lines
from shop.core.actors import Actor
from shop.ledger import cash
from shop.ledger.checking import prove
from shop.ledger.models import CashHolding, Holder, LedgerEntry, Remittance, RemittanceLine
from shop.ledger.remittances import booking, columns, files, handing_in, reading
from shop.payment.bank.statement import Unreadable
from tests.books import kinds
from tests.integration.test_cash_holders import (
    by_the_hubs_carrier,
    goods,
    handed_over,
    run_after_the_window,
    walk,
)
from tests.prepaid import COD
from tests.producer_accounts import log_in
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")
GHTK = "Mã đơn GHTK,Mã đơn shop,Ngày giao,Tiền thu hộ,Phí dịch vụ,Phí bảo hiểm,Phí hoàn,Thanh toán"


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    make_market()


@pytest.fixture
def hub() -> Client:
    user = get_user_model().objects.create_user("hoa@example.vn", "mat-khau-dai")
    names = ["access_admin", "view_order", "change_order", "view_payout", "change_payout"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return log_in(user)


def csv(*rows: str, heading: str = GHTK) -> bytes:
    return "\r\n".join([heading, *rows]).encode("utf-8-sig")


def sent(code: str = "S1.A1.1", **facts: Any) -> Any:
    return by_the_hubs_carrier(tracking_code=code, **facts)


def take(data: bytes, name: str = "doi-soat.csv") -> Remittance:
    found = handing_in.upload(carrier="ghn ", name=name, data=data, by=STAFF)
    booking.confirm(remittance_id=found.pk, by=STAFF)
    return found


def vtp(parcel: Any) -> bytes:
    """Return a list of Viettel Post's: a table of cash, one of fees, a conclusion."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    day = datetime(2026, 11, 29)  # noqa: DTZ001 - as spreadsheets have it
    total = int(parcel.total)
    for row in (
        ["BẢNG KÊ ĐỐI SOÁT THANH TOÁN"],
        ["Mã khách hàng:", "K1"],
        ["CHI TIẾT SỐ TIỀN COD"],
        ["STT", "Số BILL", "Ngày gửi", "Dịch vụ", "Ngày phát thành công", "Số tiền COD", "Ghi chú"],
        ["1", "1684000000001", "27/11/2026", "VCN", day, total, ""],
        ["", "TỔNG CỘNG", "", "", "", total, ""],
        ["CHI TIẾT TIỀN CƯỚC"],
        ["STT", "Số BILL", "Ngày gửi", "Dịch vụ", "Trọng lượng", "Cước phí", "Cước đã thu", "Giảm giá",
         "Tổng số tiền", "Ghi chú"],
        ["1", 1684000000001, "27/11/2026", "VCN", 900, 28704, 0, 0, 28704, ""],
        ["", "TỔNG CỘNG", "", "", "", 28704, 0, 0, 28704, ""],
        ["KẾT LUẬN ĐỐI SOÁT"],
        ["1. Số tiền COD phải trả", total],
        ["3. Số tiền còn lại", total - 28704],
    ):  # fmt: skip
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


# --- reading -------------------------------------------------------------------------------------


def read(data: bytes) -> list[tuple[str, Any, int]]:
    rows = files.read(data)
    found = reading.read(rows, columns.recognise(rows))
    return [(row.code, row.collected, int(row.fee)) for row in found]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (csv("S1.A1.1,K7M2QX9A-1,30/11/2026,163000,30000,500,0,132500"), [("S1.A1.1", 163_000, 30_500)]),
        (csv('S1.A1.1,,,"163.000",30.000,,,'), [("S1.A1.1", 163_000, 30_000)]),
        (csv("S1.A1.1;;;163.000 đ;30000;0;0;").replace(b",", b";"), [("S1.A1.1", 163_000, 30_000)]),
        (
            csv("GY1\t163000\t30000", heading="Tracking code\tCOD\tFee").decode("utf-8-sig").encode("utf-16"),
            [("GY1", 163_000, 30_000)],
        ),
        (csv("A,0,5000,hoàn", heading="Mã vận đơn,Tiền thu hộ,Phí,Trạng thái"), [("A", 0, 5_000)]),
    ],
)
def test_lists_are_read_by_their_headings(data: bytes, expected: Any) -> None:
    assert read(data) == expected


@pytest.mark.parametrize(
    "data", [b"\xd0\xcf\x11\xe0xx", b"PK\x03\x04xx", b"a\n1", b"%PDF-1.7", b"\x00\x01\x00", b""]
)
def test_what_is_no_list_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(Unreadable):
        handing_in.upload(carrier="x", name="x", data=data, by=STAFF)


# --- booking -------------------------------------------------------------------------------------


def test_list_with_two_tables_settles_cash_and_fee() -> None:
    parcel = sent("1684000000001")
    found = take(vtp(parcel), "BangKeChiCOD_1.xlsx")
    line = found.lines.get()
    assert (line.state, line.collected, line.fee, line.parcel) == ("booked", parcel.total, 28_704, parcel)
    assert kinds()["carrier_fee"] == -28_704
    assert (prove().cash.holders, prove().cash.hub) == ({}, parcel.total)
    assert [payout.total for payout in run_after_the_window()] == [360_000]


def test_the_same_list_twice_and_confirmed_twice_books_once() -> None:
    parcel = sent()
    data = csv(f"S1.A1.1,,,{parcel.total},30000,0,0,")
    first = take(data)
    assert take(data) == first
    assert RemittanceLine.objects.count() == 1
    assert CashHolding.objects.get().entries.count() == 2
    assert LedgerEntry.objects.filter(kind="carrier_fee").count() == 1


def test_booking_that_was_killed_half_way_goes_on() -> None:
    parcel = sent()
    found = take(csv(f"S1.A1.1,,,{parcel.total},30000,0,0,"))
    late = sent("S1.A1.2")
    found.lines.create(number=9, code="S1.A1.2", collected=late.total, parcel=late)
    booking.confirm(remittance_id=found.pk, by=STAFF)
    assert set(found.lines.values_list("state", flat=True)) == {"booked"}


def test_parcels_are_found_by_our_own_code_too() -> None:
    parcel = sent("")
    found = take(csv(f"S1.A1.77,{parcel},,{parcel.total},0,0,0,"))
    assert found.lines.get().state == "booked"


def test_fee_alone_of_a_parcel_that_came_back_is_the_hubs_cost_once() -> None:
    parcel = walk(
        make_order(goods()).parcels.get(),
        "accept",
        "pack",
        "ship",
        "return_",
        carried_by="hub",
        tracking_code="R1",
    )
    take(csv("R1,,,0,15000,0,0,", "R1,,,,,,,"))
    assert kinds() == {"carrier_fee": -15_000}
    again = take(csv("R1,,,0,15000,0,0,", "x,,,,,,,"))
    assert again.lines.get().reason == "second_fee"
    assert parcel.remittance_lines.filter(state="booked").count() == 1


def unknown() -> tuple[Any, str]:
    return None, "S9,,,100000,0,0,0,"


def less() -> tuple[Any, str]:
    parcel = sent()
    return parcel, f"S1.A1.1,,,{parcel.total - 1000},30000,0,0,"


def more() -> tuple[Any, str]:
    parcel = sent()
    return parcel, f"S1.A1.1,,,{parcel.total + 1000},30000,0,0,"


def refused() -> tuple[Any, str]:
    return sent(), "S1.A1.1,,,0,30000,0,0,"


def twice() -> tuple[Any, str]:
    parcel = sent()
    take(csv(f"S1.A1.1,,,{parcel.total},30000,0,0,"))
    return parcel, f"S1.A1.1,,,{parcel.total},0,0,0,"


def not_delivered() -> tuple[Any, str]:
    parcel = make_order(goods()).parcels.get()
    parcel = walk(parcel, "accept", "pack", "ship", carried_by="hub", tracking_code="S1.A1.1")
    return parcel, f"S1.A1.1,,,{parcel.total},30000,0,0,"


def other_holder() -> tuple[Any, str]:
    parcel = handed_over(goods(), tracking_code="S1.A1.1")
    return parcel, f"S1.A1.1,,,{parcel.total},30000,0,0,"


def unreadable() -> tuple[Any, str]:
    return sent(), "S1.A1.1,,,trăm nghìn,30000,0,0,"


DIFFERENCES = (unknown, less, more, refused, twice, not_delivered, other_holder, unreadable)


@pytest.mark.parametrize("what", DIFFERENCES)
def test_differences_wait_for_a_person_and_book_nothing(what: Any, hub: Client) -> None:
    _parcel, row = what()
    entries, fees = CashHolding.objects.values_list("entries"), kinds().get("carrier_fee")
    before = list(entries)
    line = take(csv(row), "b.csv").lines.get()
    assert (line.state, line.reason) == ("waiting", what.__name__)
    assert (list(CashHolding.objects.values_list("entries")), kinds().get("carrier_fee")) == (before, fees)
    [(text, url, _at)] = lines().rows
    assert line.code in text
    assert hub.get(url).status_code == 200
    assert hub.get(reverse("shop_cash:waiting")).status_code == 200
    assert decide(hub, line, "aside", note="").status_code == 422
    decide(hub, line, "aside", note="hãng ghi nhầm")
    line.refresh_from_db()
    assert (line.state, line.note, line.decided_by_name) == ("set_aside", "hãng ghi nhầm", "hoa@example.vn")
    assert decide(hub, line, "accept", note="x", reading="paid").status_code == 422
    assert lines().rows == []


def decide(hub: Client, line: RemittanceLine, what: str, **data: str) -> Any:
    data = {f"{what}-{name}": value for name, value in data.items()}
    return hub.post(reverse(f"shop_cash:{what}", args=[line.pk]), data)


@pytest.mark.parametrize(
    ("what", "left", "difference"), [(less, 1_000, 0), (more, 0, 1_000), (twice, 0, None)]
)
def test_person_takes_a_line_as_the_carrier_says(
    what: Any, left: int, difference: int | None, hub: Client
) -> None:
    parcel, row = what()
    line = take(csv(row), "b.csv").lines.get()
    decide(hub, line, "accept", note="đã gọi hãng", reading="paid")
    line.refresh_from_db()
    assert line.state == "booked"
    assert parcel.cash_holding.in_hand == left
    assert kinds()["carrier_fee"] == -30_000
    assert kinds().get("difference", 0) == (parcel.total if difference is None else difference)


def test_person_puts_our_books_right_and_tries_again(hub: Client) -> None:
    parcel, row = other_holder()
    line = take(csv(row)).lines.get()
    decide(hub, line, "retry")
    line.refresh_from_db()
    assert line.state == "waiting"
    cash.move(parcel_id=parcel.pk, holder=Holder.HUB_CARRIER, name="GHN", reason="gửi hãng", by=STAFF)
    decide(hub, line, "retry")
    line.refresh_from_db()
    assert (line.state, parcel.cash_holding.in_hand) == ("booked", 0)


def test_person_names_the_parcel_of_an_unknown_code(hub: Client) -> None:
    parcel = sent("GHN7")
    line = take(csv(f"S9,,,{parcel.total},0,0,0,")).lines.get()
    assert decide(hub, line, "retry", code="nonsense").status_code == 422
    decide(hub, line, "retry", code=str(parcel))
    line.refresh_from_db()
    assert (line.state, line.parcel) == ("booked", parcel)


# --- the pages -----------------------------------------------------------------------------------


def test_staff_hand_a_list_in_look_and_confirm(hub: Client) -> None:
    parcel = sent()
    data = csv(f"S1.A1.1,,,{parcel.total},30000,0,0,", "S9,,,5000,0,0,0,")
    page = hub.post(
        reverse("shop_cash:upload"),
        {"carrier": "GHN", "file": SimpleUploadedFile("a.csv", data)},
        follow=True,
    )
    text = page.content.decode()
    assert str(parcel) in text
    assert "không có kiện nào mang mã này" in text
    assert kinds().get("carrier_fee") is None
    found = Remittance.objects.get()
    page = hub.post(reverse("shop_cash:confirm", args=[found.pk]), {"confirm": ""}, follow=True)
    assert "Đã ghi 1 dòng; 1 dòng chờ người xem." in page.content.decode()
    assert prove().cash.hub == parcel.total
    assert str(found) in hub.get(reverse("shop_cash:remittances")).content.decode()


def test_staff_choose_other_columns(hub: Client) -> None:
    parcel = sent()
    data = csv(f"S1.A1.1,1,{parcel.total},30000", heading="Mã vận đơn,Tiền thu hộ,Thực thu,Phí")
    found = handing_in.upload(carrier="x", name="x", data=data, by=STAFF)
    url = reverse("shop_cash:confirm", args=[found.pk])
    wrong = {"table-0-code": "", "table-0-collected": "2"}
    assert hub.post(url, wrong).status_code == 422
    chosen = {"table-0-code": "0", "table-0-collected": "2", "table-0-fees": ["3"]}
    assert hub.post(url, chosen).status_code == 302
    found.refresh_from_db()
    [row] = handing_in.rows_of(found)
    assert (row.collected, row.fee) == (parcel.total, Decimal(30_000))


@pytest.mark.parametrize("data", [b"", b"a\n1"])
def test_wrong_file_says_so_beside_its_field_and_keeps_the_carrier(hub: Client, data: bytes) -> None:
    file = SimpleUploadedFile("a.csv", data)
    page = hub.post(reverse("shop_cash:upload"), {"carrier": "GHTK", "file": file})
    assert page.status_code == 422
    assert 'value="GHTK"' in page.content.decode()
