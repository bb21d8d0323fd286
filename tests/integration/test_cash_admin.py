"""Each holder of cash from the door to the payout, through the pages of producers and staff."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.backoffice.attention.cash import late
from shop.backoffice.attention.page import waiting_items
from shop.ledger import cash
from shop.ledger.checking import prove
from shop.ledger.models import CashEntry, CashHolding, Payout
from shop.order.models import Parcel
from shop.payment.models import Refund
from shop.payment.refunds import refunding
from tests.books import balance
from tests.integration.test_cash_holders import (
    STAFF,
    at_a_sales_point,
    forget_holder,
    goods,
    handed_over,
    walk,
)
from tests.prepaid import COD
from tests.producer_accounts import ProducerAccount, log_in, make_producer_account
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
ACCOUNT = {"bank_bin": "970436", "bank_account": "0011001234567", "bank_holder": "HTX GOM"}


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    make_market()


@pytest.fixture
def own() -> ProducerAccount:
    account = make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")
    facts = {**ACCOUNT, "commission_percent": Decimal(10), "pickup": True}
    type(account.partner).objects.filter(pk=account.partner.pk).update(**facts)
    account.partner.refresh_from_db()
    return account


@pytest.fixture
def maker(own: ProducerAccount) -> Client:
    return log_in(own.user)


def staff(*codenames: str) -> Client:
    user = get_user_model().objects.create_user("hoa@example.vn", "mat-khau-dai")
    names = ["access_admin", "view_order", "change_order", *codenames]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return log_in(user)


@pytest.fixture
def hub() -> Client:
    return staff("view_payout", "change_payout")


def sell(own: ProducerAccount, way: str = "") -> Parcel:
    ways = {str(own.partner.pk): way} if way else {}
    return make_order(own.product, purchase=make_purchase(ways=ways, pickup=bool(way))).parcels.get()


def step(maker: Client, parcel: Parcel, verb: str, **data: str) -> None:
    data = {f"{verb}-{parcel.pk}-{name}": value for name, value in data.items()}
    page = maker.post(reverse("producer_parcels:step", args=[parcel.pk, verb]), data)
    assert page.status_code == 302, page.content.decode()


def to_the_door(maker: Client, parcel: Parcel, **ship: str) -> None:
    """Let the producer walk a parcel to the buyer on its own pages."""
    step(maker, parcel, "accept")
    step(maker, parcel, "pack")
    step(maker, parcel, "ship", **ship)
    step(maker, parcel, "deliver")
    parcel.refresh_from_db()


def make_payouts(hub: Client) -> list[Payout]:
    """Press "Lập bảng chi trả" nine days from now."""
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        hub.force_login(get_user_model().objects.get(email="hoa@example.vn"))
        hub.post(reverse("shop_payouts:run"))
    return list(Payout.objects.order_by("pk"))


def send(hub: Client, url: str, parcel: Parcel, form: str, **data: Any) -> Any:
    data = {f"{form}-{key}": value for key, value in data.items()}
    return hub.post(reverse(f"shop_cash:{url}", args=[parcel.pk]), data, follow=True)


KEYS = {"key": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}


# --- walks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["", "pickup_producer"])
def test_producer_takes_the_cash_and_pays_its_bill(
    own: ProducerAccount, maker: Client, hub: Client, way: str
) -> None:
    parcel = sell(own, way)
    to_the_door(maker, parcel, **({} if way else {"carried_by": "own"}))
    assert make_payouts(hub) == []
    owed = int(parcel.goods / 10)
    page = maker.get(reverse("producer_statements:statements")).content.decode()
    assert "Tiền mặt cơ sở đã cầm" in page
    assert "Cơ sở còn nợ sàn" in page
    assert maker.get(reverse("producer_statements:bill", args=[own.partner.pk])).status_code == 200
    listed = hub.get(reverse("shop_payouts:debts")).content.decode()
    assert own.partner.name in listed
    hub.post(reverse("shop_payouts:pay_in", args=[own.partner.pk]), {"amount": owed, "reference": "FT 7"})
    hub.post(reverse("shop_payouts:pay_in", args=[own.partner.pk]), {"amount": owed, "reference": "FT 7"})
    assert balance(own.partner) == 0
    assert own.partner.name not in hub.get(reverse("shop_payouts:debts")).content.decode()


def test_cash_with_the_producers_own_carrier_is_its_own_matter(
    own: ProducerAccount, maker: Client, hub: Client
) -> None:
    parcel = sell(own)
    to_the_door(maker, parcel, carried_by="producer", carrier="Viettel Post", tracking_code="VTP1")
    holding = CashHolding.objects.get()
    assert (holding.holder, holding.name) == ("producer_carrier", "Viettel Post")
    assert make_payouts(hub) == []
    assert balance(own.partner) == -parcel.goods / 10


def test_cash_with_the_hubs_carrier_is_paid_out_when_staff_note_it(
    own: ProducerAccount, maker: Client, hub: Client
) -> None:
    parcel = sell(own)
    to_the_door(maker, parcel, carried_by="hub", carrier="GHN", tracking_code="GHN1")
    assert make_payouts(hub) == []
    assert (
        "hãng vận chuyển hoặc điểm bán"
        in maker.get(reverse("producer_statements:statements")).content.decode()
    )
    desk = hub.get(reverse("shop_cash:index")).content.decode()
    assert "GHN" in desk
    assert str(parcel) in desk
    assert "phiếu" in hub.get(reverse("shop_cash:parcel", args=[parcel.pk])).content.decode()
    for _ in range(2):
        send(hub, "remit", parcel, "remit", amount=int(parcel.total), note="PT 1", **KEYS)
    [payout] = make_payouts(hub)
    assert payout.total == parcel.goods - parcel.goods / 10
    hub.post(reverse("shop_payouts:pay", args=[payout.pk]), {"reference": "FT1"})
    assert (balance(own.partner), prove().cash.hub) == (0, parcel.total)


def test_sales_point_hands_over_in_two_parts(hub: Client) -> None:
    parcel = at_a_sales_point()
    send(hub, "remit", parcel, "remit", amount=100_000, note="PT 1", **KEYS)
    page = send(hub, "remit", parcel, "remit", amount=int(parcel.total), note="PT 2", key="x")
    assert page.status_code == 422
    other = {"key": "7f9619ff-8b86-4d01-b42d-00cf4fc964ff"}
    page = send(hub, "remit", parcel, "remit", amount=int(parcel.total), note="PT 2", **other)
    assert page.status_code == 422
    assert 'value="PT 2"' in page.content.decode()
    assert make_payouts(hub) == []
    send(hub, "remit", parcel, "remit", amount=int(parcel.total) - 100_000, note="PT 2", **other)
    assert [payout.total for payout in make_payouts(hub)] == [360_000]


def test_what_never_comes(hub: Client) -> None:
    parcel = at_a_sales_point()
    send(hub, "difference", parcel, "difference", reason="quầy cháy", **KEYS)
    assert prove().cash.difference == -parcel.total
    assert [payout.total for payout in make_payouts(hub)] == [360_000]


# --- correcting ----------------------------------------------------------------------------------


def test_holder_is_corrected_with_a_reason(own: ProducerAccount, maker: Client, hub: Client) -> None:
    parcel = sell(own)
    to_the_door(maker, parcel)
    page = send(hub, "move", parcel, "move", holder="hub_carrier", name="GHN", reason="")
    assert page.status_code == 422
    assert 'value="GHN"' in page.content.decode()
    assert CashHolding.objects.get().holder == "producer"
    send(hub, "move", parcel, "move", holder="hub_carrier", name="GHN", reason="gửi hãng của sàn")
    assert CashHolding.objects.get().holder == "hub_carrier"
    order = hub.get(reverse("shop_orders:detail", args=[parcel.order_id])).content.decode()
    assert "gửi hãng của sàn" in order
    assert reverse("shop_cash:parcel", args=[parcel.pk]) in order


def test_payouts_of_before_are_shown_until_somebody_has_looked(settings: Settings, hub: Client) -> None:
    parcel = handed_over(goods())
    forget_holder(parcel)
    [payout] = make_payouts(hub)
    assert "Khoản chi trả có tiền mặt chưa rõ ai giữ" in titles()
    assert str(parcel) in hub.get(f"{reverse('shop_cash:index')}?xem=unknown").content.decode()
    send(hub, "move", parcel, "move", holder="producer", reason="cơ sở cầm")
    page = hub.post(reverse("shop_payouts:pay", args=[payout.pk]), {"reference": "FT1"}, follow=True)
    assert page.status_code == 422
    assert "tiền mặt không ở sàn" in page.content.decode()
    hub.post(reverse("shop_payouts:discard", args=[payout.pk]))
    assert make_payouts(hub) == []
    assert balance(parcel.partner) == -40_000
    assert "Khoản chi trả có tiền mặt chưa rõ ai giữ" not in titles()


def titles() -> list[str]:
    return [item.title for item in waiting_items(timezone.now())]


def test_cash_that_does_not_come_is_shown(hub: Client) -> None:
    parcel = handed_over(goods(), carried_by="hub", carrier="GHN")
    assert late(timezone.now() + timedelta(days=13)).rows == []
    [row] = late(timezone.now() + timedelta(days=15)).rows
    assert str(parcel) in row[0]
    assert hub.get(row[1]).status_code == 200


# --- giving back ---------------------------------------------------------------------------------


HOLDER = "producer:"


@pytest.mark.parametrize(("given_by", "left"), [(HOLDER, False), ("hub", True)])
def test_staff_note_who_gave_the_buyer_the_money(hub: Client, given_by: str, left: bool) -> None:
    parcel = handed_over(goods())
    walk(parcel, "return_")
    refund = Refund.objects.get()
    page = hub.get(reverse("shop_orders:detail", args=[parcel.order_id])).content.decode()
    assert re.search(rf'<option value="{HOLDER}"[^>]*>cơ sở</option>', page)
    note = {f"note-{refund.pk}-reference": "PC 1"}
    url = reverse("shop_orders:note_refund", args=[parcel.order_id, refund.pk])
    assert hub.post(url, note).status_code == 422
    hub.post(url, note | {f"note-{refund.pk}-given_by": given_by})
    refund.refresh_from_db()
    assert (refund.state, balance(parcel.partner)) == ("done", -parcel.total if left else 0)


@pytest.mark.parametrize("new", ["hub", "sales_point"])
def test_cash_in_other_hands_meanwhile_changes_not_who_gave_it(hub: Client, new: str) -> None:
    """The page said "the producer"; the hub was noted instead, or whoever had the cash by then."""
    parcel = handed_over(goods())
    walk(parcel, "return_")
    refund = Refund.objects.get()
    send(hub, "move", parcel, "move", holder=new, name="Quầy" if new == "sales_point" else "", reason="nhầm")
    note = {f"note-{refund.pk}-reference": "PC 1", f"note-{refund.pk}-given_by": HOLDER}
    url = reverse("shop_orders:note_refund", args=[parcel.order_id, refund.pk])
    page = hub.post(url, note)
    assert (page.status_code, "đã sang tay người khác" in page.content.decode()) == (422, True)
    refund.refresh_from_db()
    assert refund.state == "requested"
    with pytest.raises(cash.NoCash):
        cash.note_refund(refund_id=refund.pk, reference="PC 1", given_by=HOLDER, by=STAFF)
    hub.post(url, note | {f"note-{refund.pk}-given_by": "hub"})
    refund.refresh_from_db()
    assert (refund.state, CashEntry.objects.filter(kind="returned").count()) == ("done", 0)


def test_second_press_after_the_holder_gave_all_of_it_says_that_it_is_noted(hub: Client) -> None:
    """It said that the cash is in other hands, under a form that was no longer there."""
    parcel = handed_over(goods())
    walk(parcel, "return_")
    refund = Refund.objects.get()
    note = {f"note-{refund.pk}-reference": "PC 1", f"note-{refund.pk}-given_by": HOLDER}
    url = reverse("shop_orders:note_refund", args=[parcel.order_id, refund.pk])
    for _ in range(2):
        page = hub.post(url, note, follow=True)
        assert (page.status_code, "Đã ghi là đã hoàn tiền" in page.content.decode()) == (200, True)
    assert CashEntry.objects.filter(kind="returned").count() == 1
    page = hub.post(url, note | {f"note-{refund.pk}-reference": "PC 2"}, follow=True).content.decode()
    assert "Không ghi được, khoản hoàn này" in page


def test_number_stays_typed_when_the_cash_goes_into_other_hands_at_that_moment(
    hub: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = handed_over(goods())
    walk(parcel, "return_")
    refund = Refund.objects.get()

    def too_late(**_kwargs: Any) -> None:
        raise cash.NoCash("đã sang tay người khác")

    monkeypatch.setattr(cash, "note_refund", too_late)
    note = {f"note-{refund.pk}-reference": "PC 1", f"note-{refund.pk}-given_by": HOLDER}
    page = hub.post(reverse("shop_orders:note_refund", args=[parcel.order_id, refund.pk]), note)
    words = page.content.decode()
    assert (page.status_code, 'value="PC 1"' in words, "đã sang tay người khác" in words) == (422, True, True)


def test_second_press_with_another_giver_changes_nothing(hub: Client) -> None:
    parcel = handed_over(goods())
    walk(parcel, "return_")
    refund = Refund.objects.get()
    for given_by in ("", HOLDER, ""):
        cash.note_refund(refund_id=refund.pk, reference="PC 1", given_by=given_by, by=STAFF)
    with pytest.raises(refunding.Closed):
        cash.note_refund(refund_id=refund.pk, reference="PC 2", given_by=HOLDER, by=STAFF)
    assert CashEntry.objects.filter(kind="returned").count() == 0


# --- who may, how fast ---------------------------------------------------------------------------


def test_producers_and_others_see_no_cash_of_the_hub(own: ProducerAccount, maker: Client) -> None:
    parcel = handed_over(goods())
    urls = [
        reverse("shop_cash:index"),
        reverse("shop_cash:parcel", args=[parcel.pk]),
        reverse("shop_payouts:debts"),
        reverse("shop_payouts:debt", args=[parcel.partner_id]),
    ]
    looker = staff("view_payout")
    for url in urls:
        assert maker.get(url).status_code in {302, 403, 404}
        assert looker.get(url).status_code == 200
    for name, form in (("remit", "remit"), ("move", "move"), ("difference", "difference")):
        send(looker, name, parcel, form, holder="hub", reason="x", amount=1, **KEYS)
    assert CashHolding.objects.get().entries.count() == 1
    assert maker.get(reverse("producer_statements:bill", args=[parcel.partner_id])).status_code == 404


def test_list_costs_the_same_for_one_and_three(hub: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert hub.get(reverse("shop_cash:index")).status_code == 200
        return len(counted)

    handed_over(goods(), carried_by="hub", carrier="GHN")
    hub.get(reverse("shop_cash:index"))
    one = queries()
    for _ in range(2):
        handed_over(goods(), carried_by="hub", carrier="GHTK")
    assert queries() == one


def test_page_of_a_parcels_cash_takes_no_post(own: ProducerAccount, maker: Client, hub: Client) -> None:
    parcel = sell(own)
    to_the_door(maker, parcel)
    assert hub.post(reverse("shop_cash:parcel", args=[parcel.pk])).status_code == 405
