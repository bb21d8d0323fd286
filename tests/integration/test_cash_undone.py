"""What staff noted wrongly about cash is taken back: handed over, written off, paid in, a line or a whole list."""

import logging
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django.fixtures import Settings

from shop.core.actors import Actor
from shop.ledger import cash, debts, jobs, payouts, posting
from shop.ledger.checking import prove
from shop.ledger.models import CashEntry, Holder, LedgerEntry, ProducerPayment, Remittance, RemittanceLine
from shop.ledger.remittances import booking, deciding, handing_in, lines, taking_back
from tests.books import balance, kinds
from tests.integration.test_cash_holders import (
    at_a_sales_point,
    by_the_hubs_carrier,
    goods,
    handed_over,
    run_after_the_window,
)
from tests.integration.test_payouts import staff_browser
from tests.prepaid import COD
from tests.shop import make_market

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")
HEADING = "Mã vận đơn,Tiền thu hộ,Phí"


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    make_market()


@pytest.fixture
def hub() -> Client:
    return staff_browser("view_order", "view_payout", "change_payout")


def undo(hub: Client, entry: CashEntry, reason: str = "ghi nhầm kiện") -> Any:
    url = reverse("shop_cash:undo", args=[entry.holding.parcel_id, entry.pk])
    return hub.post(url, {"undo-reason": reason}, follow=True)


# --- handed over, written off --------------------------------------------------------------------


@pytest.mark.parametrize("part", [0, 1_000])
def test_what_was_noted_as_handed_over_is_with_its_holder_again(hub: Client, part: int) -> None:
    parcel = at_a_sales_point()
    cash.remit(parcel_id=parcel.pk, amount=parcel.total - part, key="1", by=STAFF)
    entry = CashEntry.objects.get(kind="remitted")
    page = hub.get(reverse("shop_cash:parcel", args=[parcel.pk])).content.decode()
    assert page.count("Bỏ ghi") == 1
    assert undo(hub, entry, "").status_code == 422
    for words in ("Đã bỏ; người giữ lại còn tiền", "Dòng này không bỏ được"):
        assert words in undo(hub, entry).content.decode()
        assert (prove().cash.holders, prove().cash.hub) == ({"sales_point": parcel.total}, 0)
    assert run_after_the_window() == []
    assert "Bỏ ghi" not in hub.get(reverse("shop_cash:parcel", args=[parcel.pk])).content.decode()
    assert "ghi nhầm kiện" in parcel.order.log.get(reference="cash-undone").note
    cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="2", by=STAFF)
    assert [payout.total for payout in run_after_the_window()] == [360_000]


def test_what_was_written_off_is_owed_again(hub: Client) -> None:
    parcel = by_the_hubs_carrier()
    cash.settle_difference(parcel_id=parcel.pk, key="d", by=STAFF, reason="mất")
    undo(hub, CashEntry.objects.get(kind="difference"))
    assert "difference" not in kinds()
    assert parcel.cash_holding.in_hand == parcel.total


def test_payout_drawn_up_meanwhile_is_in_doubt() -> None:
    parcel = by_the_hubs_carrier()
    cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="1", by=STAFF)
    [payout] = run_after_the_window()
    cash.undo(entry_id=CashEntry.objects.get(kind="remitted").pk, by=STAFF, reason="nhầm")
    with pytest.raises(payouts.InDoubt):
        payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)


def test_money_in_other_hands_by_now_is_not_taken_back(hub: Client) -> None:
    parcel = by_the_hubs_carrier()
    cash.remit(parcel_id=parcel.pk, amount=Decimal(1_000), key="1", by=STAFF)
    cash.move(parcel_id=parcel.pk, holder=Holder.HUB_CARRIER, name="GHTK", reason="nhầm", by=STAFF)
    answer = undo(hub, CashEntry.objects.get(kind="remitted"))
    assert answer.status_code == 422
    assert "Tiền đã đổi người giữ" in answer.content.decode()
    collected = CashEntry.objects.get(kind="collected")
    answer = undo(hub, collected)
    assert (answer.status_code, "Dòng này không bỏ được" in answer.content.decode()) == (200, True)


def test_log_of_what_was_taken_back_is_in_the_shops_language() -> None:
    parcel = by_the_hubs_carrier()
    cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="1", by=STAFF)
    with translation.override("en"):
        cash.undo(entry_id=CashEntry.objects.get(kind="remitted").pk, by=STAFF, reason="x")
    assert parcel.order.log.get(reference="cash-undone").note == "bỏ “nộp về sàn”: x"


def test_only_staff_who_may_change_payouts_take_back() -> None:
    parcel = by_the_hubs_carrier()
    cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="1", by=STAFF)
    looker = staff_browser("view_order", "view_payout")
    undo(looker, CashEntry.objects.get(kind="remitted"))
    assert CashEntry.objects.count() == 2
    assert "Bỏ ghi" not in looker.get(reverse("shop_cash:parcel", args=[parcel.pk])).content.decode()


# --- paid in -------------------------------------------------------------------------------------


def test_payment_of_a_producer_is_taken_back_and_its_number_is_free(hub: Client) -> None:
    parcel = handed_over(goods())
    other = handed_over(goods())
    debts.pay_in(partner_id=parcel.partner_id, amount=Decimal(40_000), reference="FT 7", by=STAFF)
    payment = ProducerPayment.objects.get()
    url = reverse("shop_payouts:undo_pay_in", args=[parcel.partner_id, payment.pk])
    assert hub.post(url, {"undo-reason": ""}).status_code == 422
    for _ in range(2):
        hub.post(url, {"undo-reason": "của cơ sở khác"})
    assert balance(parcel.partner) == -40_000
    page = hub.get(reverse("shop_payouts:debt", args=[parcel.partner_id])).content.decode()
    assert "của cơ sở khác" in page
    assert (
        hub.post(reverse("shop_payouts:undo_pay_in", args=[other.partner_id, payment.pk])).status_code == 404
    )
    debts.pay_in(partner_id=parcel.partner_id, amount=Decimal(30_000), reference="FT 7", by=STAFF)
    debts.pay_in(partner_id=other.partner_id, amount=Decimal(40_000), reference="FT 7", by=STAFF)
    assert (balance(parcel.partner), balance(other.partner)) == (-10_000, 0)
    assert debts.bill(parcel.partner).owed == 10_000


def test_payment_in_an_open_payout_is_not_taken_back_before_it(hub: Client) -> None:
    """The payout went out with it, and only the next one would have been less by its sum."""
    partner = handed_over(goods()).partner
    posting.adjust(partner=partner, amount=Decimal(50_000), reason="thưởng", key="1", by=STAFF)
    debts.pay_in(partner_id=partner.pk, amount=Decimal(30_000), reference="FT 7", by=STAFF)
    (payout,) = payouts.run(by=STAFF).made
    url = reverse("shop_payouts:undo_pay_in", args=[partner.pk, ProducerPayment.objects.get().pk])
    page = hub.post(url, {"undo-reason": "của cơ sở khác"}, follow=True).content.decode()
    assert ("bỏ khoản chi trả đó trước" in page, balance(partner)) == (True, 40_000)
    payouts.discard(payout_id=payout.pk, by=STAFF)
    hub.post(url, {"undo-reason": "của cơ sở khác"})
    assert [made.total for made in payouts.run(by=STAFF).made] == [10_000]


def test_payment_in_a_payout_that_was_made_is_taken_from_the_next(hub: Client) -> None:
    partner = handed_over(goods()).partner
    posting.adjust(partner=partner, amount=Decimal(50_000), reason="thưởng", key="1", by=STAFF)
    debts.pay_in(partner_id=partner.pk, amount=Decimal(30_000), reference="FT 7", by=STAFF)
    (payout,) = payouts.run(by=STAFF).made
    payouts.pay(payout_id=payout.pk, reference="FT 8", by=STAFF)
    debts.undo_pay_in(payment_id=ProducerPayment.objects.get().pk, reason="của cơ sở khác", by=STAFF)
    assert balance(partner) == -30_000


# --- lines and lists -----------------------------------------------------------------------------


def take(*rows: str, carrier: str = "GHN") -> Remittance:
    data = "\n".join([HEADING, *rows]).encode()
    found = handing_in.upload(carrier=carrier, name="a.csv", data=data, by=STAFF)
    booking.confirm(remittance_id=found.pk, by=STAFF)
    return found


def test_line_booked_on_the_wrong_parcel_is_taken_back_and_booked_on_the_right_one(hub: Client) -> None:
    wrong, right = by_the_hubs_carrier(tracking_code="S1"), by_the_hubs_carrier(tracking_code="S2")
    line = take(f"S1,{wrong.total},20000").lines.get()
    page = hub.get(reverse("shop_cash:parcel", args=[wrong.pk])).content.decode()
    assert reverse("shop_cash:remittance_line", args=[line.pk]) in page
    entry = CashEntry.objects.get(kind="remitted")
    assert "Dòng này không bỏ được" in undo(hub, entry).content.decode()
    url = reverse("shop_cash:take_back", args=[line.pk])
    hub.post(url, {"take_back-note": "hãng ghi nhầm mã"})
    line.refresh_from_db()
    assert (line.state, line.reason, kinds().get("carrier_fee")) == ("waiting", "taken_back", None)
    assert wrong.cash_holding.in_hand == wrong.total
    hub.post(reverse("shop_cash:retry", args=[line.pk]), {"retry-code": "S2"})
    line.refresh_from_db()
    assert (line.state, line.parcel, kinds()["carrier_fee"]) == ("booked", right, -20_000)
    assert (wrong.cash_holding.in_hand, right.cash_holding.in_hand) == (wrong.total, 0)
    for _ in range(2):  # there and back again
        deciding.take_back(line_id=line.pk, by=STAFF, note="nhầm")
        deciding.retry(line_id=line.pk, by=STAFF)
    assert (right.cash_holding.in_hand, kinds()["carrier_fee"]) == (0, -20_000)
    with pytest.raises(lines.CannotBook):
        deciding.set_aside(line_id=line.pk, by=STAFF, note="x")


def test_surplus_and_fee_alone_are_taken_back(hub: Client) -> None:
    parcel = by_the_hubs_carrier()
    line = take(f"GHN1,{parcel.total + 5_000},20000").lines.get()
    deciding.accept(line_id=line.pk, by=STAFF, note="hãng trả thừa")
    fee = take("GHN1,,0", f"GHN1,{parcel.total},0").lines.last()
    assert fee is not None
    deciding.take_back(line_id=line.pk, by=STAFF, note="nhầm")
    assert (kinds().get("difference"), parcel.cash_holding.in_hand) == (None, parcel.total)


def test_whole_list_of_the_wrong_carrier_is_taken_back_and_handed_in_anew(hub: Client) -> None:
    parcels = [by_the_hubs_carrier(tracking_code=f"S{number}") for number in range(3)]
    rows = [f"{parcel.tracking_code},{parcel.total},10000" for parcel in parcels]
    found = take(*rows, "S9,5000,0")
    before = prove().cash.hub
    assert before == sum(parcel.total for parcel in parcels)
    url = reverse("shop_cash:take_back_list", args=[found.pk])
    assert hub.post(url, {"undo-reason": ""}).status_code == 422
    page = hub.post(url, {"undo-reason": "của hãng khác"}, follow=True).content.decode()
    assert "Bảng kê này đã bỏ" in page
    assert set(found.lines.values_list("state", flat=True)) == {"set_aside"}
    assert (prove().cash.hub, kinds().get("carrier_fee")) == (0, None)
    assert "đã bỏ" in hub.get(reverse("shop_cash:remittances")).content.decode()
    for parcel in parcels:
        cash.move(parcel_id=parcel.pk, holder=Holder.HUB_CARRIER, name="VTP", reason="VTP giao", by=STAFF)
    file = SimpleUploadedFile("a.csv", "\n".join([HEADING, *rows, "S9,5000,0"]).encode())
    hub.post(reverse("shop_cash:upload"), {"carrier": "VTP", "file": file})
    again = Remittance.objects.get(taken_back_at=None)
    booking.confirm(remittance_id=again.pk, by=STAFF)
    assert (prove().cash.hub, kinds()["carrier_fee"]) == (before, -30_000)


def test_list_is_taken_back_on_by_the_timer_and_booked_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    parcels = [by_the_hubs_carrier(tracking_code=f"S{number}") for number in range(4)]
    monkeypatch.setattr(booking, "AT_ONCE_S", 0)
    monkeypatch.setattr(taking_back, "AT_ONCE_S", 0)
    found = take(*(f"{parcel.tracking_code},{parcel.total},0" for parcel in parcels))
    assert found.lines.filter(state="new").count() == 3
    assert taking_back.take_back(remittance_id=found.pk, by=STAFF, reason="nhầm") == 3
    assert booking.confirm(remittance_id=found.pk, by=STAFF)["booked"] == 0
    jobs.book_remittances()
    assert set(found.lines.values_list("state", flat=True)) == {"set_aside"}
    assert prove().cash.hub == 0
    [line] = found.lines.all()[:1]
    with pytest.raises(lines.CannotBook):
        deciding.retry(line_id=line.pk, by=STAFF)


def test_row_whose_cash_went_on_stays_booked(hub: Client) -> None:
    moved, other = by_the_hubs_carrier(tracking_code="S1"), by_the_hubs_carrier(tracking_code="S2")
    found = take(f"S1,{moved.total - 1_000},0", f"S2,{other.total},0")
    deciding.accept(line_id=found.lines.get(code="S1").pk, by=STAFF, note="nộp thiếu")
    cash.move(parcel_id=moved.pk, holder=Holder.HUB_CARRIER, name="VTP", reason="x", by=STAFF)
    url = reverse("shop_cash:take_back_list", args=[found.pk])
    page = hub.post(url, {"undo-reason": "nhầm"}, follow=True).content.decode()
    assert "còn 1 dòng" in page
    assert list(found.lines.values_list("code", "state")) == [("S1", "booked"), ("S2", "set_aside")]
    jobs.book_remittances()


# --- a row that fails ----------------------------------------------------------------------------


def test_row_that_fails_waits_and_those_behind_it_are_booked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    parcels = [by_the_hubs_carrier(tracking_code=f"S{number}") for number in range(3)]
    remit = cash.remit

    def fail(**facts: Any) -> Any:
        if facts["parcel_id"] == parcels[0].pk:
            raise ZeroDivisionError
        return remit(**facts)

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(cash, "remit", fail)
        found = take(*(f"{parcel.tracking_code},{parcel.total},0" for parcel in parcels))
    assert list(found.lines.values_list("state", "reason")) == [
        ("waiting", "failed"),
        ("booked", ""),
        ("booked", ""),
    ]
    assert "cannot be booked" in caplog.text
    first = found.lines.first()
    assert first is not None
    assert deciding.retry(line_id=first.pk, by=STAFF).state == "booked"


def test_busy_database_leaves_the_rows_for_the_next_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    parcel = by_the_hubs_carrier()

    def fail(**_facts: Any) -> Any:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(cash, "remit", fail)
        with pytest.raises(OperationalError):
            take(f"GHN1,{parcel.total},0")
    assert RemittanceLine.objects.get().state == "new"
    assert jobs.book_remittances() == 1
    assert LedgerEntry.objects.filter(kind="cash").count() == 0
