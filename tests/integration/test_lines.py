"""Some units of a line are called off before packing, or given back on afterwards: goods, stock and money."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.order.models import Line, Order, Parcel
from shop.partner.models import StockRecord
from shop.payment import settling
from shop.payment.bank import manual_matching
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import Incoming, PaymentReport
from shop.payment.refunds import cancelling, refunding
from shop.tax.rates import load_rates
from tests.books import assert_balanced, kinds
from tests.factories import make_partner, make_producer, make_product
from tests.markup import flat
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")
ODD = 33_335  # of seven units; no unit's price is whole


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [PATH, COD]
    Prepaid.forget()
    make_market()
    load_rates()
    yield
    assert_balanced()
    Prepaid.forget()


def maker(percent: str = "10") -> Any:
    return make_producer(partner=make_partner(commission_percent=Decimal(percent)))


def ordered(*products: Any, method: str = "cod", quantity: int = 3) -> Order:
    goods = products or (make_product(title="Mật ong", price=100_000, stock=20),)
    return make_order(*goods, quantity=quantity, purchase=make_purchase(method=method))


def paid(*products: Any, quantity: int = 3) -> Order:
    """Return an order whose money has come."""
    return pay(ordered(*products, method="prepaid", quantity=quantity))


def pay(order: Order) -> Order:
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax), f"tx-{order.pk}")
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    order.refresh_from_db()
    return order


def send() -> None:
    """Let the provider answer what a commit would ask it."""
    for refund in Refund.objects.filter(state="requested", way="card"):
        refunding.send(refund.pk)


def cancel_units(line: Line, quantity: int = 1, seen: int | None = None) -> Parcel:
    line.refresh_from_db()
    parcel = parcels.cancel_units(
        parcel_id=line.parcel_id or 0,
        line_id=line.pk,
        quantity=quantity,
        seen=line.units if seen is None else seen,
        by=STAFF,
        reason="hết",
    )
    send()
    return parcel


def give(line: Line, *, key: str = "k", **what: Any) -> Refund:
    payment = line.order.payments.get()
    refund = refunding.refund_by_staff(
        order_id=line.order_id, payment_id=payment.pk, line_id=line.pk, key=key, by=STAFF, reason="vỡ", **what
    )
    return refunding.send(refund.pk)


def walk(parcel: Parcel, *verbs: str) -> None:
    for verb in verbs:
        getattr(parcels, verb)(parcel_id=parcel.pk, by=STAFF)
    send()


def held(line: Line) -> tuple[int, int]:
    record = StockRecord.objects.get(pk=line.stockrecord_id)
    return record.num_in_stock or 0, record.num_allocated or 0


def test_cash_order_owes_less() -> None:
    order = ordered()
    line, parcel = order.lines.get(), order.parcels.get()
    assert held(line) == (20, 3)
    cancel_units(line)
    line.refresh_from_db()
    assert (line.units, line.called_off, line.amount, line.charged) == (2, 1, 200_000, 200_000)
    assert (line.quantity, line.line_price_incl_tax, held(line)) == (3, 300_000, (20, 2))
    assert not Refund.objects.exists()
    walk(parcel, "accept", "pack", "ship", "deliver")
    payment = order.payments.get()
    assert (payment.state, payment.received) == ("paid", 200_000 + parcel.shipping + parcel.surcharge)
    assert held(line) == (18, 0)
    log = order.log.get(verb="leave_out")
    assert (log.note, log.amount, log.actor_name) == ("1 × Mật ong: hết", 100_000, "Hoa")
    assert list(order.mails.values_list("kind", flat=True)) == ["placed", "fewer", "shipped"]


@pytest.mark.parametrize("steps", [(1, 1, 1, 3, 1), (3, 4), (6, 1), (2, 2, 2, 1)])
def test_whatever_the_steps_all_units_are_the_line(steps: tuple[int, ...]) -> None:
    """A discount leaves a price that units do not divide; another product keeps the parcel alive."""
    producer = maker("12.34")
    goods = [make_product(producer=producer, price=price, stock=9) for price in (4_763, 10_000)]
    order = ordered(*goods, method="prepaid", quantity=7)
    line = order.lines.order_by("pk")[0]
    Line.objects.filter(pk=line.pk).update(line_price_incl_tax=ODD)
    Parcel.objects.update(goods=70_000 + ODD)
    pay(order)
    for step in steps:
        cancel_units(line, step)
    line.refresh_from_db()
    refunds = Refund.objects.filter(line=line, state="done", called_off=True)
    assert refunds.total() == line.line_price_incl_tax
    assert [refund.quantity for refund in refunds] == list(steps)
    assert (line.units, line.amount, line.vat_kept, held(line)) == (0, 0, 0, (9, 0))
    kept = kinds(producer.partner)
    assert (kept["goods"], kept["commission"]) == (70_000, -8_638)


@pytest.mark.parametrize("price", [70_000, 80_000])  # a third ends in 333,3 and in 666,7
@pytest.mark.parametrize("steps", ["gcg", "cgc", "ccg", "ggc", "gcc", "cgg", "d!ggg", "gd!gc", "cd!gg"])
def test_units_called_off_and_given_back_are_the_line_in_any_order(price: int, steps: str) -> None:
    """Of three units: c calls one off, g gives one back; d! does so by bank, and drops it again."""
    producer = maker()
    goods = [make_product(producer=producer, price=each, stock=9) for each in (33_333, 10_000)]
    order = ordered(*goods, method="prepaid")
    line = order.lines.order_by("pk")[0]
    Line.objects.filter(pk=line.pk).update(line_price_incl_tax=price)
    Parcel.objects.update(goods=30_000 + price)
    pay(order)
    for number, step in enumerate(steps.replace("d!", "d")):
        if step == "c":
            cancel_units(line)
        elif step == "g":
            give(line, key=f"{number}", quantity=1)
        else:
            refund = give(line, key=f"{number}", quantity=1, way=Refund.Way.BANK)
            cancelling.cancel(refund_id=refund.pk, by=STAFF, reason="nhầm")
    assert Refund.objects.effective().filter(line=line).total() == price


def test_last_units_call_the_parcel_off_with_its_shipping() -> None:
    order = paid()
    line, parcel = order.lines.get(), order.parcels.get()
    cancel_units(line, 2)
    assert Refund.objects.total() == 200_000
    assert cancel_units(line, 1).status == "cancelled"
    order.refresh_from_db()
    assert (order.status, Refund.objects.total()) == ("Cancelled", order.total_incl_tax)
    assert held(line) == (20, 0)
    assert kinds(parcel.partner) == {}
    assert list(order.log.filter(verb="leave_out").values_list("amount", flat=True)) == [200_000]


def test_cancelled_after_units_were_called_off_gives_the_rest_once() -> None:
    order = paid()
    cancel_units(order.lines.get())
    walk(order.parcels.get(), "cancel")
    assert [int(refund.amount) for refund in Refund.objects.order_by("pk")] == [
        100_000,
        int(order.total_incl_tax) - 100_000,
    ]
    assert held(order.lines.get()) == (20, 0)


def test_returned_parcel_puts_back_what_it_held() -> None:
    order = paid()
    line, parcel = order.lines.get(), order.parcels.get()
    cancel_units(line)
    walk(parcel, "accept", "pack", "ship", "deliver", "return_")
    assert held(line) == (20, 0)
    assert Refund.objects.total() == order.total_incl_tax


@pytest.mark.parametrize(("quantity", "seen"), [(0, 3), (-1, 3), (4, 3), (10**9, 3), (1, 2), (1, 4), (1, -1)])
def test_nonsense_numbers_change_nothing(quantity: int, seen: int) -> None:
    line = paid().lines.get()
    with pytest.raises(parcels.InvalidTransition):
        cancel_units(line, quantity, seen)
    line.refresh_from_db()
    assert (line.units, held(line), Refund.objects.count()) == (3, (20, 3), 0)


def test_second_press_finds_fewer() -> None:
    line = paid().lines.get()
    cancel_units(line, 1, seen=3)
    with pytest.raises(parcels.InvalidTransition):
        cancel_units(line, 1, seen=3)
    assert (Refund.objects.get().amount, held(line)) == (100_000, (20, 2))


@pytest.mark.parametrize("verbs", [("accept", "pack"), ("accept", "pack", "ship"), ("cancel",)])
def test_packed_or_gone_is_too_late(verbs: tuple[str, ...]) -> None:
    order = ordered()
    walk(order.parcels.get(), *verbs)
    with pytest.raises(parcels.InvalidTransition):
        cancel_units(order.lines.get())
    assert not order.log.filter(verb="leave_out").exists()


def test_unpaid_order_is_not_touched() -> None:
    line = ordered(method="prepaid").lines.get()
    with pytest.raises(parcels.InvalidTransition):
        cancel_units(line)
    assert held(line) == (20, 3)


def test_line_of_another_parcel_is_not_found() -> None:
    one, two = ordered().lines.get(), ordered().lines.get()
    with pytest.raises(parcels.InvalidTransition):
        parcels.cancel_units(parcel_id=one.parcel_id, line_id=two.pk, quantity=1, seen=3, by=STAFF)


def test_transfer_for_a_cash_order_with_fewer_units() -> None:
    """Called off before it was paid and again after: each unit counts once."""
    order = ordered()
    line, parcel = order.lines.get(), order.parcels.get()
    cancel_units(line)
    due = 200_000 + parcel.shipping + parcel.surcharge
    with transaction.atomic():
        payment = manual_matching._open(order)
    assert payment.amount == due
    Payment.objects.filter(pk=payment.pk).update(method="prepaid")
    money = PaymentReport(incoming=(Incoming("bank", "FT1", due),))
    settling.settle(payment_id=payment.pk, report=money, by=SYSTEM)
    assert kinds(parcel.partner)["goods"] == 200_000
    cancel_units(line)
    assert (Refund.objects.get().amount, kinds(parcel.partner)["goods"]) == (100_000, 100_000)
    walk(parcel, "cancel")
    assert (Refund.objects.total(), kinds(parcel.partner)) == (due, {})


def test_commission_goes_back_at_the_lines_own_rate() -> None:
    producer = maker("10")
    dear, cheap = (make_product(producer=producer, price=100_000, stock=5) for _ in range(2))
    order = ordered(dear, cheap, method="prepaid", quantity=1)
    one, two = order.lines.order_by("pk")
    Line.objects.filter(pk=one.pk).update(commission_percent=30)  # frozen at the sale
    pay(order)
    walk(order.parcels.get(), "accept", "pack", "ship", "deliver")
    give(two, key="a", amount=Decimal(50_000))
    assert kinds(producer.partner)["commission"] == -(30_000 + 5_000)
    give(one, key="b", amount=Decimal(100_000))
    assert kinds(producer.partner)["commission"] == -5_000
    entry = Refund.objects.get(line=two).ledger.get(kind="goods")
    assert (entry.line, entry.parcel, entry.note) == (two, two.parcel, f"{two.title}: vỡ")


def test_refund_of_a_line_that_fails_gives_everybody_their_part_again() -> None:
    order = paid()
    line, parcel = order.lines.get(), order.parcels.get()
    before = kinds(parcel.partner)
    refund = give(line, quantity=2)
    assert (refund.state, refund.amount) == ("done", 200_000)
    Prepaid.give(refund.payment, 200_000, refund.reference, key=refund.key, failed=True)
    settling.fetch_and_settle(payment_id=refund.payment_id, by=SYSTEM)
    assert kinds(parcel.partner) == before
    assert give(line, key="again", quantity=3).amount == 300_000


def test_units_and_sums_of_a_line_never_exceed_it() -> None:
    producer = maker()
    goods = [make_product(producer=producer, price=price, stock=9) for price in (10_001, 90_000)]
    line = paid(*goods).lines.order_by("pk")[0]
    assert give(line, key="1", quantity=1).amount == 10_001
    assert give(line, key="2", amount=Decimal(15_000)).amount == 15_000
    assert give(line, key="3", quantity=2).amount == 30_003 - 25_001
    for number, what in enumerate(({"quantity": 1}, {"amount": Decimal(1)}, {})):
        with pytest.raises(refunding.TooMuch):
            give(line, key=f"more-{number}", **what)
    assert Refund.objects.filter(line=line).total() == 30_003


def test_called_off_after_a_goodwill_refund_gives_what_is_left() -> None:
    line = paid().lines.get()
    give(line, amount=Decimal(250_000))
    cancel_units(line)
    assert [int(row.amount) for row in Refund.objects.order_by("pk")] == [250_000, 50_000]
    with pytest.raises(refunding.TooMuch):
        give(line, key="more", amount=Decimal(1))


def test_the_database_guards_lines_and_refunds() -> None:
    line = paid().lines.get()
    refund = give(line, quantity=1)
    for change in ({"called_off": 4}, {"uncharged": -1}, {"uncharged": 300_001}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Line.objects.filter(pk=line.pk).update(**change)
    for change in ({"goods": 1}, {"parcel": None}, {"line": None}, {"quantity": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Refund.objects.filter(pk=refund.pk).update(**change)


def test_buyer_reads_what_is_left_and_what_is_due(client: Client) -> None:
    order = ordered()
    cancel_units(order.lines.get())
    parcel = order.parcels.get()
    page = client.get(order.get_absolute_url())
    text = flat(page)
    assert "<s>Mật ong × 1</s> đã huỷ, bớt 100.000" in text
    assert "Mật ong × 2" in text
    due = 200_000 + parcel.shipping + parcel.surcharge
    assert (page.context["total"], page.context["left_to_pay"]) == (due, due)
    assert "Có phần đã huỷ; bạn chỉ trả" in text
