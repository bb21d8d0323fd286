"""Cash has a holder: what a producer took is not paid out to it, what others hold is not paid out yet."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalogue.models import SalesPoint
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.fulfilment.undelivering import undeliver
from shop.ledger import cash, payouts
from shop.ledger.checking import prove
from shop.ledger.models import CashEntry, CashHolding, Holder, LedgerEntry
from shop.payment import settling
from shop.payment.models import Receipt, Refund
from shop.payment.refunds import refunding
from tests.books import assert_balanced, balance, kinds
from tests.factories import make_commune, make_partner, make_producer, make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")
BANK = {"bank_bin": "970436", "bank_account": "0011001234567", "bank_holder": "HTX GOM"}


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()


def goods(price: int = 400_000, **fields: Any) -> Any:
    """Return something of a new producer with 10 % commission."""
    partner = make_partner(**{"commission_percent": Decimal(10), **BANK, **fields})
    return make_product(producer=make_producer(partner=partner), price=price)


def partner_of(product: Any) -> Any:
    return product.stockrecords.get().partner


def walk(parcel: Any, *verbs: str, **ship: Any) -> Any:
    for verb in verbs:
        more = ship if verb == "ship" else {}
        parcel = getattr(parcels, verb)(parcel_id=parcel.pk, by=STAFF, **more)
    return parcel


def handed_over(product: Any, *, way: str = "", **ship: Any) -> Any:
    """Return a parcel that was handed over for cash."""
    ways = {str(partner_of(product).pk): way} if way else {}
    order = make_order(product, purchase=make_purchase(ways=ways, pickup=bool(way)))
    return walk(order.parcels.get(), "accept", "pack", "ship", "deliver", **ship)


def at_a_sales_point() -> Any:
    commune = make_commune()
    SalesPoint.objects.create(
        slug="quay", name="Quầy Kinh Bắc", kind="shop", commune=commune, address="1", pickup=True
    )
    return handed_over(goods(), way="pickup_point-quay")


def by_the_hubs_carrier(price: int = 400_000, **facts: Any) -> Any:
    return handed_over(
        goods(price), **{"carried_by": "hub", "carrier": "GHN", "tracking_code": "GHN1", **facts}
    )


def run_after_the_window(days: int = 9) -> list[Any]:
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        return payouts.run(by=STAFF).made


def give_back(parcel: Any, *, from_holder: bool, reference: str = "PC 1") -> Refund:
    """Let the buyer send a parcel back and note who gave the money."""
    walk(parcel, "return_")
    refund = Refund.objects.get(parcel=parcel, state="requested")
    holder = cash.giver(refund)
    if from_holder and holder is None:
        raise cash.NoCash
    given_by = holder.key if from_holder and holder else ""
    return cash.note_refund(refund_id=refund.pk, reference=reference, given_by=given_by, by=STAFF)


# --- who holds it -------------------------------------------------------------------------------


def test_cash_that_the_producer_took_is_not_paid_out_to_it_again() -> None:
    parcel = handed_over(goods())
    assert run_after_the_window() == []
    assert balance(parcel.partner) == -40_000
    assert prove().cash.holders == {"producer": parcel.total}


def test_cash_taken_at_the_producers_door_likewise() -> None:
    parcel = handed_over(goods(pickup=True), way="pickup_producer")
    assert (parcel.kind, parcel.cash_holding.holder) == ("pickup_producer", "producer")
    assert run_after_the_window() == []
    assert balance(parcel.partner) == -40_000


@pytest.mark.parametrize(
    ("usual", "chosen", "holder", "name"),
    [
        ("own", "", "producer", ""),
        ("producer", "", "producer_carrier", "GHN"),
        ("hub", "", "hub_carrier", "GHN"),
        ("own", "hub", "hub_carrier", "GHN"),
        ("hub", "own", "producer", ""),
    ],
)
def test_the_producers_contract_or_the_parcels_own_says_who(
    usual: str, chosen: str, holder: str, name: str
) -> None:
    parcel = handed_over(goods(carried_by=usual), carried_by=chosen, carrier="GHN")
    holding = CashHolding.objects.get(parcel=parcel)
    assert (holding.holder, holding.name, holding.in_hand) == (holder, name, parcel.total)
    assert parcel.carried_by == (chosen or usual)


def test_parcel_sent_before_contracts_were_known_goes_as_its_producer_sends() -> None:
    order = make_order(goods(carried_by="hub"))
    parcel = walk(order.parcels.get(), "accept", "pack", "ship")
    type(parcel).objects.update(carried_by="")
    walk(parcel, "deliver")
    assert CashHolding.objects.get().holder == "hub_carrier"


def test_one_holder_and_one_collection_for_a_parcel() -> None:
    parcel = handed_over(goods())
    holding = parcel.cash_holding
    with pytest.raises(IntegrityError), transaction.atomic():
        CashHolding.objects.create(parcel=parcel, receipt=holding.receipt, holder="hub")
    with pytest.raises(IntegrityError), transaction.atomic():
        CashEntry.objects.create(holding=holding, holder="hub", kind="collected", amount=1, reference="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        CashHolding.objects.update(holder="nobody")
    with pytest.raises(TypeError):
        CashEntry.objects.update(amount=1)


# --- what a producer owes is taken from its next payout -------------------------------------------


def test_commission_on_cash_is_taken_from_the_next_payout() -> None:
    product = goods()
    handed_over(product)
    order = make_order(product, purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(payment.amount))
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    paid = walk(order.parcels.get(), "accept", "pack", "ship", "deliver")
    [payout] = run_after_the_window()
    assert payout.total == paid.goods + paid.shipping - 40_000 - 40_000
    payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)
    assert balance(partner_of(product)) == 0


def test_the_cash_fee_in_the_producers_hands_is_the_hubs() -> None:
    parcel = handed_over(goods(1_500_000))
    assert parcel.surcharge > 0
    assert balance(parcel.partner) == -150_000 - parcel.surcharge
    assert kinds() == {"commission": 150_000, "surcharge": parcel.surcharge}


# --- what others hold is paid out when it has come --------------------------------------------------


def test_cash_with_the_hubs_carrier_is_paid_out_when_it_has_come() -> None:
    parcel = by_the_hubs_carrier()
    assert run_after_the_window() == []
    assert balance(parcel.partner) == 360_000
    cash.remit(parcel_id=parcel.pk, amount=parcel.total - 1, key="1", by=STAFF)
    assert run_after_the_window() == []
    cash.remit(parcel_id=parcel.pk, amount=Decimal(1), key="2", by=STAFF)
    [payout] = run_after_the_window()
    assert payout.total == 360_000
    assert (prove().cash.holders, prove().cash.hub) == ({}, parcel.total)


def test_shipping_on_the_hubs_contract_is_the_hubs() -> None:
    parcel = by_the_hubs_carrier()
    assert kinds(parcel.partner) == {"goods": 400_000, "commission": -40_000}
    assert kinds() == {"shipping": parcel.shipping, "commission": 40_000}


def test_shipping_that_was_paid_before_goes_with_who_carries_it() -> None:
    order = make_order(goods(), purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(payment.amount))
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    parcel = order.parcels.get()
    assert kinds(parcel.partner)["shipping"] == parcel.shipping
    walk(parcel, "accept", "pack", "ship", carried_by="hub", carrier="GHN")
    assert "shipping" not in kinds(parcel.partner)
    assert kinds() == {"shipping": parcel.shipping, "commission": 40_000}
    with transaction.atomic():
        refund = refunding.request(
            payment=payment, amount=parcel.total, goods=parcel.goods, parcel=parcel, key="all", by=STAFF
        )
    refunding.send(refund.pk)
    assert (kinds(parcel.partner), kinds()) == ({}, {})


def test_sales_point_hands_over_in_parts() -> None:
    parcel = at_a_sales_point()
    assert (parcel.cash_holding.holder, parcel.cash_holding.name) == ("sales_point", "Quầy Kinh Bắc")
    cash.remit(parcel_id=parcel.pk, amount=Decimal(150_000), key="1", by=STAFF)
    cash.remit(parcel_id=parcel.pk, amount=Decimal(150_000), key="1", by=STAFF)
    assert prove().cash.holders == {"sales_point": parcel.total - 150_000}
    assert run_after_the_window() == []
    with pytest.raises(cash.NoCash):
        cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="2", by=STAFF)
    cash.remit(parcel_id=parcel.pk, amount=parcel.total - 150_000, key="3", by=STAFF)
    assert [payout.total for payout in run_after_the_window()] == [360_000]


def test_the_producer_hands_nothing_over_by_parcel() -> None:
    parcel = handed_over(goods())
    with pytest.raises(cash.NoCash):
        cash.remit(parcel_id=parcel.pk, amount=Decimal(1), key="1", by=STAFF)


def test_what_never_comes_is_the_hubs_loss_and_the_producer_is_paid() -> None:
    parcel = by_the_hubs_carrier()
    cash.remit(parcel_id=parcel.pk, amount=parcel.total - 10_000, key="1", by=STAFF)
    for _ in range(2):
        cash.settle_difference(parcel_id=parcel.pk, key="d", by=STAFF, reason="hãng làm mất")
    assert [payout.total for payout in run_after_the_window()] == [360_000]
    assert kinds()["difference"] == -10_000


# --- correcting the holder -----------------------------------------------------------------------


def test_holder_can_be_corrected_with_a_reason() -> None:
    parcel = handed_over(goods())
    cash.move(parcel_id=parcel.pk, holder=Holder.HUB_CARRIER, name="GHN", reason="gửi hãng", by=STAFF)
    cash.move(parcel_id=parcel.pk, holder=Holder.HUB_CARRIER, name="GHN", reason="gửi hãng", by=STAFF)
    assert kinds(parcel.partner) == {"goods": 400_000, "commission": -40_000}
    assert prove().cash.holders == {"hub_carrier": parcel.total}
    assert list(CashEntry.objects.values_list("kind", "holder", "actor_name", "note"))[1:] == [
        ("moved", "producer", "Hoa", "gửi hãng"),
        ("moved", "hub_carrier", "Hoa", "gửi hãng"),
    ]
    cash.move(parcel_id=parcel.pk, holder=Holder.PRODUCER, reason="nhầm", by=STAFF)
    assert balance(parcel.partner) == -40_000
    assert kinds()["commission"] == 40_000
    assert parcel.order.log.filter(verb="note", actor_name="Hoa").count() == 2


def test_history_stays_the_hubs_until_it_is_corrected() -> None:
    parcel = handed_over(goods())
    forget_holder(parcel)
    assert [payout.total for payout in run_after_the_window()] == [360_000 + parcel.shipping]
    assert prove().cash.hub == parcel.total
    cash.move(parcel_id=parcel.pk, holder=Holder.PRODUCER, reason="cơ sở đã cầm", by=STAFF)
    assert balance(parcel.partner) == -40_000
    assert prove().cash.holders == {"producer": parcel.total}


def forget_holder(parcel: Any) -> None:
    """Turn back to what the release before wrote: a receipt, and no word of who has the money."""
    rows = LedgerEntry.objects.filter(kind="cash", parcel=parcel)
    rows._raw_delete(rows.db)
    entries = CashEntry.objects.filter(holding__parcel=parcel)
    CashEntry.objects.filter(pk__in=list(entries.values_list("pk", flat=True)))._raw_delete(entries.db)
    CashHolding.objects.filter(parcel=parcel).delete()


def test_nothing_to_correct_without_cash() -> None:
    parcel = make_order(goods()).parcels.get()
    with pytest.raises(cash.NoCash):
        cash.move(parcel_id=parcel.pk, holder=Holder.HUB, reason="x", by=STAFF)
    sent = by_the_hubs_carrier()
    cash.remit(parcel_id=sent.pk, amount=sent.total, key="1", by=STAFF)
    with pytest.raises(cash.NoCash):
        cash.move(parcel_id=sent.pk, holder=Holder.PRODUCER, reason="x", by=STAFF)


# --- who gives it back ----------------------------------------------------------------------------


def test_refund_by_the_hub_of_cash_that_the_producer_has_is_its_debt() -> None:
    parcel = handed_over(goods())
    give_back(parcel, from_holder=False)
    assert balance(parcel.partner) == -parcel.total
    assert kinds() == {}


def test_refund_by_the_producer_out_of_its_cash_leaves_nothing() -> None:
    parcel = handed_over(goods())
    give_back(parcel, from_holder=True)
    assert (kinds(parcel.partner), kinds(), prove().cash.given_back) == ({}, {}, parcel.total)


def test_refund_by_the_sales_point_leaves_nothing_to_hand_over() -> None:
    parcel = at_a_sales_point()
    give_back(parcel, from_holder=True)
    assert (kinds(parcel.partner), kinds(), prove().cash.holders) == ({}, {}, {})


def test_refund_by_the_hub_of_cash_with_its_carrier_waits_for_the_carrier() -> None:
    parcel = by_the_hubs_carrier()
    give_back(parcel, from_holder=False)
    assert (kinds(parcel.partner), kinds()) == ({}, {})
    assert prove().cash.holders == {"hub_carrier": parcel.total}
    cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="1", by=STAFF)
    assert prove().cash.hub == parcel.total


def test_nobody_gives_more_than_it_holds() -> None:
    parcel = by_the_hubs_carrier()
    cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="1", by=STAFF)
    with pytest.raises(cash.NoCash):
        give_back(parcel, from_holder=True)


def test_refund_after_the_debt_was_taken_from_a_payout() -> None:
    parcel = handed_over(goods())
    cash_debt = balance(parcel.partner)
    give_back(parcel, from_holder=True)
    assert balance(parcel.partner) - cash_debt == 40_000


def test_cash_is_read_by_nobody_twice() -> None:
    parcel = handed_over(goods())
    assert Receipt.objects.filter(source="cash").count() == CashHolding.objects.count() == 1
    with pytest.raises(parcels.InvalidTransition):
        walk(parcel, "deliver")
    assert CashEntry.objects.count() == 1


def test_cash_of_a_parcel_that_was_not_delivered_after_all_is_with_nobody() -> None:
    parcel = handed_over(goods())
    for _ in range(2):
        undeliver(parcel_id=parcel.pk, by=STAFF, reason="nhầm kiện")
        assert (kinds(parcel.partner), kinds(), prove().cash.holders) == ({}, {}, {})
        assert_balanced()
        walk(parcel, "deliver")
        assert balance(parcel.partner) == -40_000
        assert prove().cash.holders == {"producer": parcel.total}


def test_delivery_is_not_taken_back_once_its_cash_was_handed_over() -> None:
    parcel = by_the_hubs_carrier()
    cash.remit(parcel_id=parcel.pk, amount=Decimal(1), key="1", by=STAFF)
    with pytest.raises(parcels.InvalidTransition):
        undeliver(parcel_id=parcel.pk, by=STAFF, reason="nhầm kiện")
