"""Carriers' lists with headings we do not know, fees under any name, any separator, and what the list comes to."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.core.actors import Actor
from shop.ledger.models import Remittance, RemittanceLine
from shop.ledger.remittances import booking, columns, files, handing_in, reading
from shop.ledger.remittances.totals import totals
from shop.payment.models import BankLine
from tests.integration.test_cash_holders import by_the_hubs_carrier
from tests.integration.test_payouts import staff_browser
from tests.prepaid import COD
from tests.shop import make_market

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    make_market()


@pytest.fixture
def hub() -> Client:
    return staff_browser("view_order", "view_payout", "change_payout")


def read(text: str) -> list[tuple[str, Any, int]]:
    rows = files.read(text.encode())
    return [(row.code, row.collected, int(row.fee)) for row in reading.read(rows, columns.recognise(rows))]


@pytest.mark.parametrize(
    ("heading", "row", "fee"),
    [
        ("Mã vận đơn,Tiền COD,Tổng phí", "A,100000,20000", 20_000),
        ("Mã vận đơn,Tiền COD,Phí dịch vụ,Phí hoàn,Tổng phí", "A,100000,15000,5000,20000", 20_000),
        ("Mã vận đơn,Tiền COD,Tổng cước", "A,100000,20000", 20_000),
        ("Mã vận đơn,Tiền COD,Cước vận chuyển,Phụ phí", "A,100000,15000,5000", 20_000),
        ("Tracking code,COD,Shipping fee,Service charge", "A,100000,15000,5000", 20_000),
        ("Mã vận đơn,Tiền COD,Phí,Thực nhận", "A,100000,20000,80000", 20_000),
        ("Mã vận đơn,Tiền COD,Phí,Tổng số tiền", "A,100000,20000,80000", 20_000),
    ],
)
def test_fee_is_found_under_any_name(heading: str, row: str, fee: int) -> None:
    assert read(f"{heading}\n{row}") == [("A", 100_000, fee)]


@pytest.mark.parametrize("nothing", ["-", "–", "—", "N/A", "", " - "])
def test_dashes_are_no_sum(nothing: str) -> None:
    assert read(f"Mã vận đơn,Tiền COD,Phí\nA,100000,{nothing}") == [("A", 100_000, 0)]


@pytest.mark.parametrize("sign", ",;\t|")
@pytest.mark.parametrize("note", ["", "a, b, c, d; e"])
def test_separator_is_the_one_that_makes_a_table(sign: str, note: str) -> None:
    title = f"Bảng kê, kỳ 1, tháng 11, năm 2026, hãng A, B, C{sign * 2}"
    rows = ["Mã vận đơn", "Tiền COD", "Phí", "Ghi chú"], ["A", "100000", "20000", f'"{note}"']
    text = "\n".join([title, *(sign.join(row) for row in rows)])
    assert read(text) == [("A", 100_000, 20_000)]


def test_pages_and_json_are_opened_as_the_banks_are() -> None:
    page = "<table><tr><th>Mã vận đơn</th><th>Tiền COD</th></tr><tr><td>A</td><td>100.000</td></tr></table>"
    assert read(page) == [("A", 100_000, 0)]
    assert read(json.dumps([{"Mã vận đơn": "A", "Tiền COD": 100000}])) == [("A", 100_000, 0)]
    assert read("sep=;\nMã vận đơn;Tiền COD\nA;100000") == [("A", 100_000, 0)]


# --- headings we do not know ---------------------------------------------------------------------


def hand_in(hub: Client, text: str) -> Remittance:
    file = SimpleUploadedFile("a.csv", text.encode())
    answer = hub.post(reverse("shop_cash:upload"), {"carrier": "GHN", "file": file})
    assert answer.status_code == 302
    return Remittance.objects.get()


def choose(hub: Client, found: Remittance, prefix: int, /, **chosen: Any) -> Any:
    data = {f"table-{prefix}-{name}": value for name, value in chosen.items()}
    return hub.post(reverse("shop_cash:confirm", args=[found.pk]), data, follow=True)


@pytest.mark.parametrize(
    ("text", "heading", "real"),
    [
        ("Ref,Amt,Cost\nGHN1,{total},20000", 0, 0),
        ("Kỳ,1,2\nRef,Amt,Cost\nGHN1,{total},20000", 0, 1),
        ("GHN1,{total},20000\nGHN2,5000,20000", 0, -1),
    ],
)
def test_columns_of_an_unknown_list_are_chosen(hub: Client, text: str, heading: int, real: int) -> None:
    parcel = by_the_hubs_carrier()
    found = hand_in(hub, text.format(total=parcel.total))
    url = reverse("shop_cash:remittance", args=[found.pk])
    page = hub.get(url).content.decode()
    assert "Không nhận ra tiêu đề" in page
    assert 'name="confirm"' not in page
    hub.post(reverse("shop_cash:confirm", args=[found.pk]), {"confirm": ""})
    found.refresh_from_db()
    assert found.confirmed_at is None
    if real != heading:
        choose(hub, found, heading, heading=str(real))
        heading = real
    page = choose(hub, found, heading, heading=str(heading), code="0", collected="1", fees=["2"])
    assert str(parcel) in page.content.decode()
    hub.post(reverse("shop_cash:confirm", args=[found.pk]), {"confirm": ""})
    line = RemittanceLine.objects.get(code="GHN1")
    assert (line.state, line.collected, line.fee) == ("booked", parcel.total, 20_000)


def test_unknown_list_without_columns_chosen_says_so(hub: Client) -> None:
    found = hand_in(hub, "Ref,Amt,Cost\nGHN1,5000,20000")
    answer = choose(hub, found, 0, heading="0", code="0")
    assert answer.status_code == 422
    assert "Chọn một cột mã và một cột tiền" in answer.content.decode()


# --- what it comes to ----------------------------------------------------------------------------


def test_preview_shows_every_row_page_by_page(hub: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.backoffice.cash.remittances.PREVIEWED", 2)
    rows = "\n".join(f"S{number},1000,0" for number in range(5))
    found = hand_in(hub, f"Mã vận đơn,Tiền COD,Phí\n{rows}")
    url = reverse("shop_cash:remittance", args=[found.pk])
    pages = [hub.get(f"{url}?p={number}").content.decode() for number in (1, 2, 3)]
    assert [[f"<td>S{number}</td>" in page for number in range(5)] for page in pages] == [
        [True, True, False, False, False],
        [False, False, True, True, False],
        [False, False, False, False, True],
    ]
    assert all("5 dòng" in page for page in pages)
    assert "p=2" in pages[0]


@pytest.mark.parametrize(("net", "differs"), [("80000", False), ("79000", True), ("", False)])
def test_net_column_is_compared_with_cash_less_fees(hub: Client, net: str, differs: bool) -> None:
    found = hand_in(hub, f"Mã vận đơn,Tiền COD,Phí,Thực nhận\nA,100000,20000,{net}")
    sums = totals(handing_in.rows_of(found))
    assert (sums.due, sums.differs) == (80_000, differs)
    page = hub.get(reverse("shop_cash:remittance", args=[found.pk])).content.decode()
    assert ("không phải thu hộ trừ phí" in page) == differs


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({}, True),
        ({"amount": Decimal(80_001)}, False),
        ({"direction": "out"}, False),
        ({"state": "matched"}, False),
        ({"days": 60}, False),
    ],
)
def test_transfer_of_the_carrier_is_looked_for_at_the_bank(
    hub: Client, facts: dict[str, Any], seen: bool
) -> None:
    day = timezone.localdate() - timedelta(days=facts.pop("days", 1))
    line = {"direction": "in", "amount": Decimal(80_000), "state": "waiting", "reason": "no_order"} | facts
    BankLine.objects.create(
        account_number="1",
        booked_on=day,
        key="k",
        reference="FT99",
        memo="GHN CK",
        source="statement",
        **line,
    )
    found = hand_in(hub, "Mã vận đơn,Tiền COD,Phí\nA,100000,20000")
    booking.confirm(remittance_id=found.pk, by=STAFF)
    page = hub.get(reverse("shop_cash:remittance", args=[found.pk])).content.decode()
    assert ("FT99" in page) == seen
    assert ("Chưa thấy khoản nào" in page) != seen
