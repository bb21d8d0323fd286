"""Tax of household and individual sellers is withheld by the day's rates, given back with the goods, and declared."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oscar.test.factories import BenefitFactory, ConditionalOfferFactory, ConditionFactory, RangeFactory
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.ledger import payouts, tax_months
from shop.ledger.checking import prove
from shop.ledger.models import LedgerEntry, OfferFunding, SaleWithholding, TaxPayment, WithholdingRate
from shop.ledger.tax_proof import wrong_taxes
from shop.ledger.withholding import load_withholding_rates, without_rate
from shop.order.models import Order
from shop.partner.models import Partner
from shop.payment import settling
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import Outgoing, PaymentReport
from shop.payment.refunds import refunding
from tests.books import assert_balanced, balance, kinds
from tests.factories import make_partner, make_producer, make_product
from tests.integration.test_cash_holders import BANK
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
HOUSEHOLD, INDIVIDUAL = Partner.LegalForm.HOUSEHOLD_BUSINESS, Partner.LegalForm.INDIVIDUAL
OFFICE = ("tax_vat", "tax_pit")


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH]
    settings.WITHHOLD_TAX_FROM = date(2025, 7, 1)
    Prepaid.forget()
    make_market()
    assert (load_withholding_rates(), load_withholding_rates()) == (3, 0)
    yield
    assert_balanced()
    Prepaid.forget()


def goods(price: int = 100_000, *, legal_form: str = HOUSEHOLD, product: Any = None, **fields: Any) -> Any:
    """Return something of a new producer without commission, fetched or carried by itself."""
    partner = make_partner(legal_form=legal_form, **{**BANK, **fields})
    return make_product(price=price, producer=make_producer(partner=partner), **(product or {}))


def buy(*products: Any, method: str = "prepaid", quantity: int = 1) -> Order:
    return make_order(*products, purchase=make_purchase(method=method), quantity=quantity)


def pay(order: Order) -> Payment:
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def give(payment: Payment, amount: int | Decimal, **facts: Any) -> Refund:
    with transaction.atomic():
        refund = refunding.request(payment=payment, amount=Decimal(amount), by=STAFF, **facts)
    return refunding.send(refund.pk)


def walk(parcel: Any, *verbs: str, **ship: Any) -> None:
    for verb in verbs:
        getattr(parcels, verb)(parcel_id=parcel.pk, by=STAFF, **(ship if verb == "ship" else {}))


def office() -> dict[str, int]:
    """Return the account of the tax office by kind."""
    return {kind: amount for kind, amount in kinds().items() if kind.startswith("tax")}


def taxes(partner: Any) -> tuple[int, int]:
    """Return VAT and personal income tax that a producer gave."""
    found = kinds(partner)
    return -found.get("tax_vat", 0), -found.get("tax_pit", 0)


def half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding="ROUND_HALF_UP"))


# --- who and when -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("legal_form", "withheld"),
    [
        ("household_business", True),
        ("individual", True),
        ("cooperative", False),
        ("cooperative_group", False),
        ("company", False),
    ],
)
def test_only_households_and_individuals(legal_form: str, withheld: bool) -> None:
    order = buy(goods(legal_form=legal_form))
    pay(order)
    parcel = order.parcels.get()
    vat = 1_000 + half_up(parcel.shipping * 3 / 100) if withheld else 0
    pit = 500 + half_up(parcel.shipping * Decimal("1.5") / 100) if withheld else 0
    assert taxes(parcel.partner) == (vat, pit)
    assert office() == ({"tax_vat": vat, "tax_pit": pit} if withheld else {})
    assert balance(parcel.partner) == 100_000 + parcel.shipping - vat - pit


def test_off_by_default(settings: Settings) -> None:
    settings.WITHHOLD_TAX_FROM = None
    order = buy(goods())
    pay(order)
    assert (taxes(order.parcels.get().partner), SaleWithholding.objects.count()) == ((0, 0), 0)


def test_setting_is_off_where_nobody_set_it() -> None:
    from config.settings import base

    assert base.WITHHOLD_TAX_FROM is None


def test_turned_on_within_a_month_it_touches_sales_from_that_day_only(settings: Settings) -> None:
    settings.WITHHOLD_TAX_FROM = date(2026, 12, 15)
    product = goods()
    with time_machine.travel(datetime(2026, 12, 14, 23, 59, tzinfo=HANOI), tick=False):
        before = buy(product)
    with time_machine.travel(datetime(2026, 12, 15, 0, 1, tzinfo=HANOI), tick=False):
        after = buy(product)
        pay(before)
        assert office() == {}
        Prepaid.receive(after.payments.get(), int(after.total_incl_tax), "tx-2")
        settling.fetch_and_settle(payment_id=after.payments.get().pk, by=SYSTEM)
    assert office()["tax_vat"] == 1_000 + half_up(after.shipping_incl_tax * 3 / 100)
    month = tax_months.of_month(date(2026, 12, 1))
    assert [one.revenue for one in month.producers] == [after.total_incl_tax]


def test_sale_keeps_its_rates_its_sellers_form_and_the_switch(settings: Settings) -> None:
    order = buy(goods())
    WithholdingRate.objects.update(vat_percent=50, pit_percent=50)
    partner = order.parcels.get().partner
    Partner.objects.filter(pk=partner.pk).update(legal_form="company")
    settings.WITHHOLD_TAX_FROM = None
    payment = pay(order)
    assert taxes(partner)[0] == 1_000 + half_up(order.shipping_incl_tax * 3 / 100)
    give(payment, payment.amount, key="all", parcel=order.parcels.get())
    assert (kinds(partner), office()) == ({}, {})


def test_rate_of_the_day_of_sale_the_last_one_where_none_holds() -> None:
    WithholdingRate.objects.filter(kind="goods").update(valid_until=date(2026, 12, 31))
    WithholdingRate.objects.create(kind="goods", vat_percent=2, pit_percent=1, valid_from=date(2027, 2, 1))
    product = goods()
    found = []
    for month, day, hour in ((12, 31, 23), (1, 15, 12), (2, 1, 0)):
        now = datetime(2026 + (month < 12), month, day, hour, 30, tzinfo=HANOI)
        with time_machine.travel(now, tick=False):
            line = buy(product).lines.get()
            found.append((line.withholding.vat_percent, line.withholding.pit_percent))
    assert found == [(1, Decimal("0.5")), (1, Decimal("0.5")), (2, 1)]
    assert without_rate(date(2027, 1, 15)) == ["hàng hoá"]


def test_kind_without_any_rate_is_noted_with_nothing() -> None:
    WithholdingRate.objects.all().delete()
    order = buy(goods())
    pay(order)
    partner = order.parcels.get().partner
    assert taxes(partner) == (0, 0)
    assert tax_months.of_month(timezone.localdate().replace(day=1)).producers[0].revenue == balance(partner)


def test_each_kind_of_sale_has_its_own_rate() -> None:
    order = buy(goods(200_000, product={"bookable": True}))
    pay(order)
    assert taxes(order.parcels.get().partner) == (10_000, 4_000)


def test_shipping_on_the_hubs_contract_is_not_the_sellers_revenue() -> None:
    order = buy(goods())
    pay(order)
    parcel = order.parcels.get()
    walk(parcel, "accept", "pack", "ship", carried_by="hub", carrier="GHN", tracking_code="G1")
    assert taxes(parcel.partner) == (1_000, 500)
    assert office() == {"tax_vat": 1_000, "tax_pit": 500}


def test_what_the_hub_pays_of_the_price_is_revenue() -> None:
    everything = RangeFactory(includes_all_products=True)
    offer = ConditionalOfferFactory(
        name="Tết",
        offer_type="Site",
        benefit=BenefitFactory(range=everything, type="Percentage", value=20, max_affected_items=None),
        condition=ConditionFactory(range=everything, type="Count", value=1),
    )
    OfferFunding.objects.create(offer=offer, paid_by="hub")
    order = buy(goods(200_000, product={"bookable": True}))
    payment = pay(order)
    assert taxes(order.parcels.get().partner) == (10_000, 4_000)
    give(payment, 80_000, key="half", parcel=order.parcels.get())
    assert taxes(order.parcels.get().partner) == (5_000, 2_000)


# --- booked, given back, netted -----------------------------------------------------------------


def test_cash_in_the_producers_hand_makes_it_owe_the_tax() -> None:
    order = buy(goods(), method="cod")
    parcel = order.parcels.get()
    assert office() == {}
    walk(parcel, "accept", "pack", "ship", "deliver")
    assert -balance(parcel.partner) == sum(taxes(parcel.partner)) + parcel.surcharge
    walk(parcel, "return_")
    refund = Refund.objects.get()
    refunding.finish(refund_id=refund.pk, answer=refunding.RefundAnswer(reference="1", done=True), by=STAFF)
    assert (taxes(parcel.partner), office()) == ((0, 0), {})


def test_what_goes_back_takes_its_part_and_brings_it_again_to_the_dong() -> None:
    order = buy(goods(33_335), quantity=3)
    payment = pay(order)
    parcel = order.parcels.get()
    before = kinds(parcel.partner)
    refund = give(payment, 10_001, key="r", parcel=parcel, line=order.lines.get())
    shipping = parcel.shipping * 3
    assert taxes(parcel.partner)[0] == half_up((100_005 - 10_001 + shipping) / Decimal(100))
    failed = Outgoing(reference=refund.reference or "x", amount=refund.amount, key="r", failed=True)
    settling.settle(payment_id=payment.pk, report=PaymentReport(outgoing=(failed,)), by=SYSTEM)
    assert kinds(parcel.partner) == before
    give(payment, payment.amount, key="all", parcel=parcel)
    assert (kinds(parcel.partner), office()) == ({}, {})


def test_payout_is_less_by_the_tax() -> None:
    order = buy(goods())
    pay(order)
    parcel = order.parcels.get()
    walk(parcel, "accept", "pack", "ship", "deliver")
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        [payout] = payouts.run(by=STAFF).made
    assert payout.total == parcel.total - sum(taxes(parcel.partner))
    payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)
    assert balance(parcel.partner) == 0


@pytest.mark.parametrize("seed", range(6))
def test_what_was_withheld_is_the_sum_over_parcels(seed: int) -> None:
    """Whatever is bought, given back and taken back: the office has what producers gave, and each gave what is due."""
    dice = random.Random(seed)
    forms = [HOUSEHOLD, INDIVIDUAL, "company", HOUSEHOLD]
    products = [goods(dice.randint(10_001, 999_999), legal_form=form) for form in forms]
    order = buy(*products, quantity=dice.randint(1, 3))
    payment = pay(order)
    for number in range(6):
        parcel = dice.choice(list(order.parcels.all()))
        left = LedgerEntry.objects.filter(parcel=parcel, kind="goods").total()
        amount = dice.randint(1, max(1, int(left)))
        if left <= 0:
            continue
        line = parcel.lines.get() if dice.random() < 0.5 else None
        refund = give(payment, amount, key=f"r{number}", parcel=parcel, line=line)
        if dice.random() < 0.3:
            undone = Outgoing(reference=refund.reference, amount=refund.amount, key=refund.key, failed=True)
            settling.settle(payment_id=payment.pk, report=PaymentReport(outgoing=(undone,)), by=SYSTEM)
    assert_balanced()
    expected = {"tax_vat": 0, "tax_pit": 0}
    for parcel in order.parcels.all():
        kept = LedgerEntry.objects.filter(parcel=parcel, partner=parcel.partner)
        revenue = [kept.filter(kind=kind).total() for kind in ("goods", "shipping")]
        withheld = taxes(parcel.partner)
        if parcel.partner.legal_form == "company":
            assert withheld == (0, 0)
            continue
        assert withheld[0] == half_up((revenue[0] + 3 * revenue[1]) / 100)
        assert withheld[1] == half_up((revenue[0] + 3 * revenue[1]) / 200)
        expected = {
            "tax_vat": expected["tax_vat"] + withheld[0],
            "tax_pit": expected["tax_pit"] + withheld[1],
        }
    assert office() == {kind: amount for kind, amount in expected.items() if amount}
    month = tax_months.of_month(timezone.localdate().replace(day=1))
    assert month.withheld == sum(one.total for one in month.producers) == sum(expected.values())


# --- months and the tax office ------------------------------------------------------------------


def test_month_of_the_refund_is_less_and_not_that_of_the_sale() -> None:
    with time_machine.travel(datetime(2026, 11, 30, 23, 0, tzinfo=HANOI), tick=False):
        order = buy(goods())
        payment = pay(order)
    november = tax_months.of_month(date(2026, 11, 1))
    with time_machine.travel(datetime(2026, 12, 1, 0, 30, tzinfo=HANOI), tick=False):
        give(payment, 100_000, key="goods", parcel=order.parcels.get())
    assert tax_months.of_month(date(2026, 11, 1)) == november
    [back] = tax_months.of_month(date(2026, 12, 1)).producers
    assert (back.revenue, back.vat, back.pit) == (-100_000, -1_000, -500)
    assert tax_months.months() == [date(2026, 12, 1), date(2026, 11, 1)]


def test_tax_office_is_paid_once() -> None:
    order = buy(goods())
    pay(order)
    first = timezone.localdate().replace(day=1)
    month = tax_months.of_month(first)
    for _ in range(2):
        tax_months.pay(month=first, amount=month.left, reference=" NT 1 ", by=STAFF)
    assert (TaxPayment.objects.count(), tax_months.of_month(first).left) == (1, 0)
    assert LedgerEntry.objects.all().of_tax_office().total() == 0
    with pytest.raises(tax_months.TaxPaymentKnown):
        tax_months.pay(month=first, amount=Decimal(5), reference="NT 1", by=STAFF)


def test_proof_names_the_parcel_whose_tax_is_off() -> None:
    order = buy(goods())
    payment = pay(order)
    parcel = order.parcels.get()
    facts = {"parcel": parcel, "order": order, "payment": payment, "kind": "tax_vat"}
    LedgerEntry.objects.create(partner=parcel.partner, amount=-7, reference="by hand 1", **facts)
    LedgerEntry.objects.create(amount=7, reference="by hand 2", **facts)
    assert (prove().taxes, prove().orders) == ({str(parcel): 7}, {})
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("check_ledger", stderr=told)
    assert told.getvalue() == f"tax of parcel {parcel}: +7\n"
    LedgerEntry.objects.create(partner=parcel.partner, amount=7, reference="by hand 3", **facts)
    LedgerEntry.objects.create(amount=-7, reference="by hand 4", **facts)


def test_proof_asks_the_same_for_one_and_three_payments(django_assert_num_queries: Any) -> None:
    pay(buy(goods()))
    with CaptureQueriesContext(connection) as one:
        assert wrong_taxes() == {}
    for _ in range(2):
        pay(buy(goods()))
    with django_assert_num_queries(len(one)):
        assert wrong_taxes() == {}


@pytest.mark.parametrize("office", [True, False], ids=["withheld-wrongly", "between-producer-and-office"])
def test_too_much_of_one_tax_does_not_hide_too_little_of_the_other(*, office: bool) -> None:
    order = buy(goods())
    payment = pay(order)
    parcel = order.parcels.get()
    facts = {"parcel": parcel, "order": order, "payment": payment}

    def post(words: str, vat: int) -> None:
        for kind, amount in (("tax_vat", vat), ("tax_pit", -vat)):
            reference = f"{words} {kind}"
            LedgerEntry.objects.create(
                partner=parcel.partner, kind=kind, amount=-amount, reference=reference, **facts
            )
            if office:
                LedgerEntry.objects.create(
                    kind=kind, amount=amount, reference=f"{reference}, office", **facts
                )

    post("by hand", 100)
    assert (prove().taxes, prove().orders) == ({str(parcel): 200}, {})
    post("taken back", -100)


def test_rates_make_sense() -> None:
    day = date(2028, 1, 1)
    for wrong in ({"vat_percent": 101}, {"pit_percent": -1}, {"valid_until": date(2027, 1, 1)}):
        facts = {"kind": "goods", "vat_percent": 1, "pit_percent": 1, "valid_from": day, **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            WithholdingRate.objects.create(**facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxPayment.objects.create(month=date(2026, 12, 2), amount=1, reference="x", by_name="x")
