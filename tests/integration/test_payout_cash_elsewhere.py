"""A payout whose cash turned out to lie elsewhere goes into no file, and is noted as paid when it was paid."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from shop.core import locking
from shop.ledger import cash, doubts, payouts, transfer_files
from shop.ledger.models import Holder, Payout, PayoutLog, TransferFile
from tests.books import balance
from tests.integration.test_payouts import STAFF, WEEK, delivered, maker, run_in, staff_browser
from tests.prepaid import COD
from tests.shop import make_market

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    make_market()


@pytest.fixture
def hub() -> Client:
    return staff_browser("view_payout", "change_payout")


def drawn_up(holder: str, name: str = "") -> tuple[Any, Payout]:
    """Return a parcel and its open payout; somebody else than the hub turned out to have its cash."""
    parcel = delivered(maker())
    [payout] = run_in(WEEK)
    cash.move(parcel_id=parcel.pk, holder=Holder(holder), name=name, reason="hỏi lại", by=STAFF)
    return parcel, payout


HOLDERS = [("producer", ""), ("hub_carrier", "GHN"), ("sales_point", "Quầy")]


@pytest.mark.parametrize(("holder", "name"), HOLDERS)
def test_it_goes_into_no_file_and_its_page_says_why(hub: Client, holder: str, name: str) -> None:
    parcel, payout = drawn_up(holder, name)
    page = hub.get(reverse("shop_payouts:detail", args=[payout.pk])).content.decode()
    assert parcel.order.number in page
    assert "tiền mặt không ở sàn" in page
    page = hub.post(reverse("shop_payouts:files"), follow=True).content.decode()
    assert "không vào tệp" in page
    assert not TransferFile.objects.exists()


@pytest.mark.parametrize(("holder", "name"), HOLDERS)
def test_transfer_that_was_made_is_noted_when_staff_say_so(hub: Client, holder: str, name: str) -> None:
    parcel, payout = drawn_up(holder, name)
    url = reverse("shop_payouts:pay", args=[payout.pk])
    answer = hub.post(url, {"reference": "FT1"})
    assert (answer.status_code, Payout.objects.get().state) == (422, "open")
    assert f"Tiền của đơn {parcel.order.number} đang có vướng mắc" in answer.content.decode()
    hub.post(url, {"reference": "FT1", "despite_doubts": "on"})
    assert Payout.objects.get().state == "paid"
    assert "tiền mặt không ở sàn" in PayoutLog.objects.get(verb="pay").note
    charged = {"producer": parcel.total, "hub_carrier": parcel.shipping}.get(holder, 0)
    assert balance(parcel.partner) == -charged


def test_cash_that_has_come_meanwhile_is_in_no_doubt(hub: Client) -> None:
    parcel, payout = drawn_up("sales_point", "Quầy")
    cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="1", by=STAFF)
    assert doubts.doubtful_orders(payout) == []
    hub.post(reverse("shop_payouts:files"))
    assert TransferFile.objects.get().count == 1


def test_log_is_in_the_shops_language_and_names_every_order() -> None:
    producer = maker()
    parcels = [delivered(producer) for _ in range(12)]
    [payout] = run_in(WEEK)
    with translation.override("en"):
        for parcel in parcels:
            cash.move(parcel_id=parcel.pk, holder=Holder.PRODUCER, reason="asked", by=STAFF)
        with pytest.raises(payouts.InDoubt, match="in doubt"):
            payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)
        payouts.pay(payout_id=payout.pk, reference="F" * 120, by=STAFF, despite_doubts=True)
    line = PayoutLog.objects.get(verb="pay")
    assert line.reference == "F" * 120
    assert line.note.startswith("dù đơn")
    assert all(parcel.order.number in line.note for parcel in parcels)
    note = parcels[0].order.log.get(reference="cash-holder", actor_name="Hoa", note__contains="asked").note
    assert note.startswith("cơ sở")


def test_file_looks_for_doubts_after_its_lock_in_as_many_queries_for_one_as_for_three(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            transfer_files.waiting()
            transfer_files.left_out()
        return len(counted)

    parcel = delivered(maker())
    run_in(WEEK)
    one = queries()
    for _ in range(2):
        delivered(maker())
    run_in(WEEK)
    assert queries() == one
    lock = locking.payouts

    def moved_while_waiting(rows: Any) -> list[Any]:
        cash.move(parcel_id=parcel.pk, holder=Holder.PRODUCER, reason="hỏi lại", by=STAFF)
        return lock(rows)

    monkeypatch.setattr(locking, "payouts", moved_while_waiting)
    file = transfer_files.make_file(by=STAFF)
    assert file is not None
    assert file.count == 2
    assert [payout.partner for payout in transfer_files.left_out()] == [parcel.partner]


def test_discarded_it_is_drawn_up_anew_when_the_cash_has_come() -> None:
    parcel, payout = drawn_up("hub_carrier", "GHN")
    payouts.discard(payout_id=payout.pk, by=STAFF)
    assert run_in(WEEK) == []
    cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="1", by=STAFF)
    with time_machine.travel(timezone.now() + WEEK + timedelta(days=1), tick=False):
        [again] = payouts.run(by=STAFF).made
    assert again.total == parcel.goods - parcel.goods / 10
