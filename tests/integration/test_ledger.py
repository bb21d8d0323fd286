"""Every đồng has an owner: what comes in, goes to producers and hub, and comes back out again."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalogue.models import Category
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.ledger import posting
from shop.ledger.models import CategoryRate, LedgerEntry
from shop.order.models import Order
from shop.payment import attempts, expiring, settling
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import refunding
from tests.books import assert_balanced, balance, kinds, makers
from tests.factories import make_partner, make_producer, make_product
from tests.prepaid import COD, OTHER_PATH, PATH, OtherPrepaid, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")


@pytest.fixture(autouse=True)
def market(settings: Settings) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH, OTHER_PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()


def goods(price: int = 100_000, percent: str = "10", **facts: Any) -> Any:
    """Return something of a new producer with this commission."""
    producer = make_producer(partner=make_partner(commission_percent=Decimal(percent)))
    return make_product(price=price, producer=producer, **facts)


def order_of(*products: Any, method: str = "prepaid", quantity: int = 1) -> Order:
    return make_order(*products, purchase=make_purchase(method=method), quantity=quantity)


def pay(order: Order, amount: int | None = None, reference: str = "tx-1") -> Payment:
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax) if amount is None else amount, reference)
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def give(payment: Payment, amount: int, **facts: Any) -> Refund:
    """Give money back and let it arrive."""
    with transaction.atomic():
        refund = refunding.request(payment=payment, amount=Decimal(amount), by=STAFF, **facts)
    return refunding.send(refund.pk)


def walk(parcel: Any, *verbs: str) -> None:
    for verb in verbs:
        getattr(parcels, verb)(parcel_id=parcel.pk, by=STAFF)


def test_part_of_the_money_is_held() -> None:
    order = order_of(goods())
    pay(order, 40_000)
    assert kinds() == {"held": 40_000}
    assert kinds(makers(order)[0]) == {}


def test_complete_payment_is_shared_out_once() -> None:
    order = order_of(goods(100_000), goods(33_335, percent="7.5"))
    payment = pay(order)
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    one, two = order.parcels.all()
    assert kinds(one.partner) == {"goods": 100_000, "shipping": one.shipping, "commission": -10_000}
    assert kinds(two.partner) == {"goods": 33_335, "shipping": two.shipping, "commission": -2_500}
    assert kinds() == {"commission": 12_500}


def test_cash_is_shared_out_parcel_by_parcel() -> None:
    order = order_of(goods(1_500_000), goods(), method="cod")
    one, two = order.parcels.all()
    assert (one.surcharge > 0, one.shipping) == (True, 0)
    walk(one, "accept", "pack", "ship", "deliver")
    assert kinds(one.partner) == {"goods": 1_500_000, "commission": -150_000, "cash": -one.total}
    assert kinds() == {"commission": 150_000, "surcharge": one.surcharge}
    walk(two, "accept", "pack", "ship", "return_")
    assert kinds(two.partner) == {}


def test_surplus_is_held_until_it_is_back(django_capture_on_commit_callbacks: Any) -> None:
    order = order_of(goods())
    with django_capture_on_commit_callbacks(execute=False) as later:
        pay(order, int(order.total_incl_tax) + 7_000)
    assert kinds()["held"] == 7_000
    for callback in later:
        callback()
    assert kinds() == {"commission": 10_000}


def test_commission_is_on_what_was_kept() -> None:
    order = order_of(goods(99_999, percent="12.34"))
    payment = pay(order)
    parcel = order.parcels.get()
    for number, amount in enumerate((33_333, 1, 4_444)):
        give(payment, amount, key=f"r{number}", parcel=parcel)
    kept = 99_999 - 37_778
    expected = (Decimal(kept) * Decimal("0.1234")).quantize(Decimal(1))
    assert kinds(parcel.partner) == {"goods": kept, "shipping": parcel.shipping, "commission": -expected}
    assert kinds() == {"commission": expected}


def test_rounding_loses_nothing_when_everything_goes_back_bit_by_bit() -> None:
    order = order_of(goods(10_007, percent="33.33"))
    payment = pay(order)
    parcel = order.parcels.get()
    for number in range(10):
        give(payment, 1_000, key=f"r{number}", parcel=parcel)
    give(payment, 7, key="rest", parcel=parcel)
    give(payment, int(parcel.shipping), key="shipping", parcel=parcel, goods=Decimal(0))
    assert (kinds(parcel.partner), kinds()) == ({}, {})


def test_cancelled_parcel_gives_everything_back_and_the_other_nothing(
    django_capture_on_commit_callbacks: Any,
) -> None:
    order = order_of(goods(), goods(50_000))
    pay(order)
    one, two = order.parcels.all()
    with django_capture_on_commit_callbacks(execute=True):
        parcels.cancel(parcel_id=one.pk, by=STAFF, reason="hết")
    assert kinds(one.partner) == {}
    assert kinds(two.partner) == {"goods": 50_000, "shipping": two.shipping, "commission": -5_000}
    assert kinds() == {"commission": 5_000}


def test_requested_refund_is_not_yet_money() -> None:
    order = order_of(goods())
    pay(order)
    parcels.cancel(parcel_id=order.parcels.get().pk, by=STAFF)
    assert Refund.objects.get().state == "requested"
    assert kinds(makers(order)[0])["goods"] == 100_000


def test_late_money_without_stock_was_never_a_producers(django_capture_on_commit_callbacks: Any) -> None:
    product = goods(stock=1)
    order = order_of(product)
    with time_machine.travel(timezone.now() + timedelta(minutes=36), tick=False):
        assert expiring.expire_due() == 1
    order_of(product)
    pay(order)
    assert kinds() == {"held": order.total_incl_tax}
    refunding.send(Refund.objects.get().pk)
    assert (kinds(), kinds(makers(order)[0])) == ({}, {})


def test_outside_refund_is_shared_by_all_parcels_and_undone_to_the_dong() -> None:
    order = order_of(goods(100_000), goods(33_333, percent="7.77"))
    payment = pay(order)
    before = [kinds(partner) for partner in (None, *makers(order))]
    Prepaid.give(payment, 50_001, "re-out")
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert_balanced()
    one, two = order.parcels.all()
    gone = [parcel.goods - kinds(parcel.partner)["goods"] for parcel in (one, two)]
    assert sum(gone) == 50_001
    assert abs(gone[0] - 50_001 * one.total / order.total_incl_tax) < 1
    assert kinds().keys() == {"commission"}
    Prepaid.known.clear()
    Prepaid.give(payment, 50_001, "re-out", failed=True, done=False)
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert [kinds(partner) for partner in (None, *makers(order))] == before


def test_outside_refund_told_together_with_the_money() -> None:
    order = order_of(goods())
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    Prepaid.give(payment, 20_000, "re-out")
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    maker = makers(order)[0]
    assert kinds(maker) == {"goods": 80_000, "shipping": order.shipping_incl_tax, "commission": -8_000}
    assert kinds() == {"commission": 8_000}


def test_what_no_producer_has_the_hub_bears() -> None:
    order = order_of(goods(50_000), goods(60_000))
    payment = pay(order)
    one, two = order.parcels.all()
    total = int(order.total_incl_tax)
    give(payment, total, key="all", parcel=one, goods=Decimal(total))
    assert (kinds(one.partner), kinds(two.partner), kinds()) == ({}, {}, {})


def test_transfer_for_a_cash_order_pays_only_what_is_still_wanted() -> None:
    order = order_of(goods(), goods(50_000), goods(70_000), method="cod")
    one, two, three = order.parcels.all()
    parcels.cancel(parcel_id=one.pk, by=STAFF)
    walk(two, "accept", "pack", "ship", "return_")
    payment = Payment.objects.create(
        order=order, method="other", amount=order.total_incl_tax, state=Payment.State.PENDING
    )
    OtherPrepaid.receive(payment, int(order.total_incl_tax))
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    refund = Refund.objects.get()
    assert refund.amount == one.total + two.total
    assert [kinds(parcel.partner) for parcel in (one, two)] == [{}, {}]
    assert balance(three.partner) == 70_000 + three.shipping - 7_000
    refunding.send(refund.pk)
    assert "held" not in kinds()


def test_cash_paid_after_a_change_of_method() -> None:
    order = order_of(goods())
    attempts.pay_with(order_id=order.pk, code="cod", by=STAFF)
    walk(order.parcels.get(), "accept", "pack", "ship", "deliver")
    assert kinds(makers(order)[0])["goods"] == 100_000


def test_cash_given_back_by_hand() -> None:
    order = order_of(goods(), method="cod")
    walk(order.parcels.get(), "accept", "pack", "ship", "deliver", "return_")
    refund = Refund.objects.get()
    for _ in range(2):
        refunding.finish(refund_id=refund.pk, answer=RefundAnswer(reference="tay", done=True), by=STAFF)
    assert (kinds(makers(order)[0]), kinds()) == ({"cash": -order.total_incl_tax}, {})


@pytest.mark.parametrize("by_line", [False, True])
def test_cash_that_was_not_collected_is_no_other_producers_to_give(by_line: bool) -> None:
    order = order_of(goods(300_000), goods(100_000), method="cod")
    one, two = order.parcels.all()
    walk(one, "accept", "pack", "ship", "deliver")
    own = kinds(one.partner)
    what = {"line_id": two.lines.get().pk} if by_line else {"parcel_id": two.pk}
    facts = {"order_id": order.pk, "payment_id": order.payments.get().pk, "by": STAFF, "reason": "vỡ"} | what
    with pytest.raises(refunding.TooMuch) as refused:
        refunding.refund_by_staff(amount=Decimal(100_000), key="early", **facts)
    assert (refused.value.left, kinds(one.partner), Refund.objects.count()) == (0, own, 0)
    walk(two, "accept", "pack", "ship", "deliver")
    refund = refunding.refund_by_staff(amount=Decimal(100_000), key="late", **facts)
    refunding.finish(refund_id=refund.pk, answer=RefundAnswer(reference="PC 2", done=True), by=STAFF)
    assert (kinds(one.partner), "goods" in kinds(two.partner)) == (own, False)


# --- rates --------------------------------------------------------------------------------------


def test_rate_is_that_of_the_sale() -> None:
    order = order_of(goods(percent="10"))
    partner = makers(order)[0]
    type(partner).objects.update(commission_percent=90)
    payment = pay(order)
    give(payment, 50_000, key="half", parcel=order.parcels.get())
    assert kinds(partner)["commission"] == -5_000


def test_nearest_class_with_a_rate_beats_the_producers() -> None:
    food = Category.add_root(name="Thực phẩm", code="I")
    tea = food.add_child(name="Chè", code="I.5")
    CategoryRate.objects.create(category=food, percent=20)
    producer = make_producer(partner=make_partner(commission_percent=Decimal(10)))
    products = [
        make_product(price=10_000, producer=producer, category=tea),
        make_product(price=30_000, producer=producer),
    ]
    order = order_of(*products)
    assert [line.commission_percent for line in order.lines.order_by("pk")] == [20, 10]
    CategoryRate.objects.create(category=tea, percent=0)
    payment = pay(order)
    assert kinds(producer.partner)["commission"] == -5_000
    give(payment, 20_000, key="half", parcel=order.parcels.get())
    assert kinds(producer.partner)["commission"] == -2_500
    assert order_of(products[0]).lines.get().commission_percent == 0


# --- by hand ------------------------------------------------------------------------------------


def test_adjustment_moves_money_between_hub_and_producer_once() -> None:
    partner = make_partner()
    for _ in range(2):
        posting.adjust(partner=partner, amount=Decimal(-15_000), reason="vỡ hộp", key="a1", by=STAFF)
    assert (kinds(partner), kinds()) == ({"adjustment": -15_000}, {"adjustment": 15_000})
    assert set(LedgerEntry.objects.values_list("note", "actor_name")) == {("vỡ hộp", "Hoa")}


@pytest.mark.parametrize(("amount", "reason"), [(0, "x"), (5, " "), (Decimal("0.5"), "x")])
def test_adjustment_of_nothing_or_without_reason_is_refused(amount: Any, reason: str) -> None:
    with pytest.raises(posting.NoReason):
        posting.adjust(partner=make_partner(), amount=Decimal(amount), reason=reason, key="a", by=STAFF)
    assert not LedgerEntry.objects.exists()


def test_lines_are_never_changed() -> None:
    pay(order_of(goods()))
    entry = LedgerEntry.objects.first()
    assert entry is not None
    for change in (
        entry.delete,
        entry.save,
        LedgerEntry.objects.all().delete,
        lambda: LedgerEntry.objects.update(amount=1),
    ):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(kind="held", amount=0, reference="nothing")


# --- the proof ----------------------------------------------------------------------------------


def test_command_proves_the_ledger(caplog: pytest.LogCaptureFixture) -> None:
    order = order_of(goods())
    pay(order)
    told = StringIO()
    call_command("check_ledger", stdout=told)
    assert told.getvalue() == f"The ledger holds: {order.total_incl_tax} đồng.\n"


def test_command_names_the_orders_that_differ(caplog: pytest.LogCaptureFixture) -> None:
    order = order_of(goods())
    payment = pay(order)
    extra = payment.receipts.create(source="card", reference="unposted", amount=500)
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("check_ledger", stderr=told)
    total = order.total_incl_tax
    in_all = f"in all: the ledger has {total}, the money kept is {total + 500}"
    assert told.getvalue() == f"order {order.number}: -500\n{in_all}\n"
    assert order.number in caplog.text
    extra.delete()
