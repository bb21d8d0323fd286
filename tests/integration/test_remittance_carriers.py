"""Carriers' lists: only the carrier's own cash, a request's share and the timer's, in few queries."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from shop.core.actors import Actor
from shop.core.states import TransitionError
from shop.ledger import cash, jobs
from shop.ledger.checking import prove
from shop.ledger.models import CashHolding, Holder, Remittance, RemittanceLine
from shop.ledger.remittances import booking, deciding, handing_in
from tests.books import kinds
from tests.integration.test_cash_holders import by_the_hubs_carrier, goods, walk
from tests.prepaid import COD
from tests.producer_accounts import log_in
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")
HEADING = "Mã vận đơn,Tiền thu hộ,Phí"


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    cache.clear()
    make_market()


@pytest.fixture
def hub() -> Client:
    user = get_user_model().objects.create_user("hoa@example.vn", "mat-khau-dai")
    names = ["access_admin", "view_order", "change_order", "view_payout", "change_payout"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return log_in(user)


def csv(*rows: str) -> bytes:
    return "\r\n".join([HEADING, *rows]).encode()


def take(data: bytes, carrier: str = "GHN") -> Remittance:
    found = handing_in.upload(carrier=carrier, name="a.csv", data=data, by=STAFF)
    booking.confirm(remittance_id=found.pk, by=STAFF)
    return found


def sent(code: str, carrier: str = "GHN") -> Any:
    return by_the_hubs_carrier(carrier=carrier, tracking_code=code)


def hand_in(hub: Client, data: bytes, carrier: str) -> str:
    file = SimpleUploadedFile("a.csv", data)
    page = hub.post(reverse("shop_cash:upload"), {"carrier": carrier, "file": file}, follow=True)
    return page.content.decode()


# --- whose cash ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held_by", "list_of", "state"),
    [
        ("GHN", "Viettel Post", "waiting"),
        ("", "GHN", "waiting"),
        ("GHN", " ghn", "booked"),
        ("Bưu điện", "BUU DIEN", "booked"),
    ],
)
def test_list_books_the_carriers_own_cash_only(held_by: str, list_of: str, state: str) -> None:
    parcel = sent("S1", held_by)
    line = take(csv(f"S1,{parcel.total},30000"), list_of).lines.get()
    assert (line.state, line.reason) == (state, "other_holder" if state == "waiting" else "")
    assert parcel.cash_holding.in_hand == (parcel.total if state == "waiting" else 0)


def test_fee_of_a_parcel_that_another_carrier_took_waits() -> None:
    parcel = make_order(goods()).parcels.get()
    walk(parcel, "accept", "pack", "ship", "return_", carried_by="hub", carrier="GHN", tracking_code="S1")
    assert take(csv("S1,0,15000"), "Viettel Post").lines.get().reason == "other_holder"
    assert (
        take(csv("S1,0,15000"), "ghn").lines.get().reason == "other_holder"
    )  # the same file: the first list
    assert take(csv("S1,0,15001"), "ghn").lines.get().state == "booked"


def test_person_notes_the_carrier_and_judges_again(hub: Client) -> None:
    parcel = sent("S1", "")
    line = take(csv(f"S1,{parcel.total},0")).lines.get()
    cash.move(parcel_id=parcel.pk, holder=Holder.HUB_CARRIER, name="Ghn", reason="hỏi hãng", by=STAFF)
    hub.post(reverse("shop_cash:retry", args=[line.pk]))
    line.refresh_from_db()
    assert line.state == "booked"


def test_same_file_under_another_carrier_says_so(hub: Client) -> None:
    data = csv("S1,100000,0")
    hand_in(hub, data, "GHN")
    assert "Tệp này đã nhập trước đó." in hand_in(hub, data, "ghn")
    assert "Tệp này đã nhập cho hãng GHN. Nay ghi là của Viettel Post." in hand_in(hub, data, "Viettel Post")
    found = Remittance.objects.get()
    assert found.carrier == "Viettel Post"
    booking.confirm(remittance_id=found.pk, by=STAFF)
    page = hand_in(hub, data, "GHN")
    assert "Tệp này đã nhập và xác nhận cho hãng Viettel Post; không nhập lại cho GHN." in page
    found.refresh_from_db()
    assert found.carrier == "Viettel Post"


# --- a request's share and the timer's -----------------------------------------------------------


def test_request_books_for_some_seconds_and_the_timer_goes_on(
    hub: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = ["S1", "S2", "S3"]
    rows = [f"{code},{sent(code).total},1000" for code in codes]
    hand_in(hub, csv("S9,5,0", *rows), "GHN")
    found = Remittance.objects.get()
    assert jobs.book_remittances() == 0  # nobody has confirmed it
    monkeypatch.setattr(booking, "AT_ONCE_S", 0)
    url = reverse("shop_cash:confirm", args=[found.pk])
    page = hub.post(url, {"confirm": ""}, follow=True).content.decode()
    assert "Đã ghi 1 dòng; 1 dòng chờ người xem. 2 dòng còn lại được ghi tiếp tự động." in page
    assert jobs.book_remittances() == 1
    assert list(found.lines.values_list("state", flat=True)) == ["waiting", "booked", "booked", "booked"]
    assert set(found.lines.filter(state="booked").values_list("decided_by_name", flat=True)) == {
        "hoa@example.vn"
    }
    assert (jobs.book_remittances(), prove().cash.holders) == (0, {})


def test_timer_goes_on_with_a_booking_that_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"{code},{sent(code).total},1000" for code in ("S1", "S2")]

    def die(**_facts: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(cash, "remit", die)
        with pytest.raises(KeyboardInterrupt):
            take(csv(*rows))
    assert CashHolding.objects.filter(entries__kind="remitted").count() == 0
    assert jobs.book_remittances() == 1
    assert kinds()["carrier_fee"] == -2_000


def queries(act: Any) -> int:
    with CaptureQueriesContext(connection) as counted:
        act()
    return len(counted)


def test_preview_and_rows_that_wait_cost_the_same_for_two_and_eight(hub: Client) -> None:
    total = int(sent("S0").total)
    sent("S1")

    def costs(count: int) -> tuple[int, int]:
        rows = [f"S{number % 2},{total + count},0" for number in range(count)]
        found = handing_in.upload(carrier="GHN", name="a", data=csv(*rows), by=STAFF)
        url = reverse("shop_cash:remittance", args=[found.pk])
        seen = queries(lambda: hub.get(url))
        return seen, queries(lambda: booking.confirm(remittance_id=found.pk, by=STAFF))

    hub.get(reverse("shop_cash:remittances"))
    costs(1)
    assert costs(2) == costs(8)


def test_row_that_fits_costs_few_queries() -> None:
    codes = ["S1", "S2", "S3"]
    rows = {code: f"{code},{sent(code).total},0" for code in codes}
    one = queries(lambda: take(csv(rows["S1"])))
    assert queries(lambda: take(csv(rows["S2"], rows["S3"]))) - one <= 30


def test_line_that_is_decided_changes_no_more() -> None:
    sent("S1")
    line = take(csv("S1,5,0")).lines.get()
    deciding.set_aside(line_id=line.pk, by=STAFF, note="x")
    line = RemittanceLine.objects.get()
    with pytest.raises(TransitionError):
        line.move_to("booked")
