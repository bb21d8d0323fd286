"""Goods come back unit by unit: what was paid for them goes back, what can be sold again is for sale again."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email
from pytest_django.fixtures import Settings

from shop.core.actors import BUYER, SYSTEM
from shop.fulfilment import parcels, returns
from shop.fulfilment.unit_returns import return_units
from shop.ledger import payouts
from shop.ledger.models import LedgerEntry
from shop.order.models import Line, Parcel
from shop.payment.models import Refund
from shop.payment.refunds import cancelling, refunding
from tests.books import assert_balanced, kinds
from tests.integration.test_parcels import stock_of
from tests.producer_accounts import ProducerAccount, log_in
from tests.returns import decide_url, last_request
from tests.shop import make_order
from tests.unit_returns import ask, decide, delivered, give_money_back, hub, lines, own, shown_form, state

__all__ = ["hub", "own"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]


@pytest.mark.parametrize("method", ["prepaid", "cod"])
def test_two_of_three_come_back_and_one_of_them_can_be_sold_again(own: ProducerAccount, method: str) -> None:
    parcel = delivered(own, method=method)
    cup, plate = lines(parcel)
    price, stock = int(cup.line_price_incl_tax), stock_of(own.product)[0]
    page = ask(parcel, **{str(cup.pk): 2, str(plate.pk): 0})
    assert "Đã gửi yêu cầu" in page.content.decode()
    assert f"2 × {cup.title}" in page.content.decode()
    assert parcel.return_requests.get().units == {cup.pk: 2}
    seen = log_in(own.user).get(reverse("producer_parcels:detail", args=[parcel.pk])).content.decode()
    assert f"2 × {cup.title}" in seen
    decide(log_in(own.user), parcel, by_staff=False, **{f"restock_{cup.pk}": 1})
    worth = round(price * 2 / 3)
    assert state(parcel) == ("delivered", [2, 0], [worth])
    assert stock_of(own.product)[0] == stock + 1
    refund = Refund.objects.get()
    assert (refund.line_id, refund.quantity, refund.called_off) == (cup.pk, 2, False)
    request = parcel.return_requests.get()
    assert (request.state, request.lines.get().restocked) == ("accepted", 1)
    assert parcel.log.get(verb="units_back").amount == worth
    give_money_back()
    assert_balanced()
    held = kinds(own.partner)
    goods = int(parcel.goods) - worth
    assert (held["goods"], held["commission"]) == (goods, -round(goods / 10))
    parcel.order.refresh_from_db()
    assert parcel.order.status == "Complete"
    assert "đã trả lại 2" in Client().get(parcel.order.get_absolute_url()).content.decode()


def test_several_returns_one_after_another_end_with_the_whole_parcel(
    own: ProducerAccount, hub: Client
) -> None:
    parcel = delivered(own)
    cup, plate = lines(parcel)
    for cups in (1, 1):
        ask(parcel, **{str(cup.pk): cups, str(plate.pk): 0})
        decide(hub, parcel, by_staff=True)
    status, back, sums = state(parcel)
    assert (status, back, len(sums)) == ("delivered", [2, 0], 2)
    assert parcel.order.mails.filter(kind="return_few").count() == 2
    ask(parcel, **{str(cup.pk): 1, str(plate.pk): 1})
    decide(hub, parcel, by_staff=True, **{f"restock_{plate.pk}": 1})
    status, back, sums = state(parcel)
    assert (status, back, sum(sums)) == ("returned", [3, 1], int(parcel.total))
    assert parcel.order.mails.filter(kind="return_ok").count() == 1
    assert [request.state for request in parcel.return_requests.all()] == ["accepted"] * 3
    give_money_back()
    assert_balanced()
    assert LedgerEntry.objects.filter(partner=own.partner).total() == 0


@pytest.mark.parametrize("by_staff", [True, False])
def test_second_press_and_old_page_decide_about_no_other_request(
    own: ProducerAccount, hub: Client, *, by_staff: bool
) -> None:
    parcel = delivered(own)
    cup, plate = lines(parcel)
    returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={cup.pk: 2})
    returns.refuse(request_id=last_request(parcel), by=SYSTEM, note="đã dùng")
    ask(parcel, **{str(cup.pk): 1, str(plate.pk): 0})
    browser = hub if by_staff else log_in(own.user)
    name, args = ("shop_orders", [parcel.order_id]) if by_staff else ("producer_parcels", [parcel.pk])
    url, note = shown_form(browser.get(reverse(f"{name}:detail", args=args)).content.decode())
    for _press in range(2):
        browser.post(url, {note: "được", "accept": "1"}, follow=True)
    assert state(parcel)[:2] == ("delivered", [1, 0])
    ask(parcel, **{str(cup.pk): 0, str(plate.pk): 1})
    page = browser.post(url, {note: "được", "accept": "1"}, follow=True)
    assert "Không có yêu cầu trả hàng nào chờ quyết định." in page.content.decode()
    browser.post(url, {note: "không", "refuse": "1"})
    states = list(parcel.return_requests.values_list("state", flat=True))
    assert (states, state(parcel)[1]) == (["refused", "accepted", "requested"], [1, 0])


def test_refusal_is_not_overruled_beside_an_open_request(own: ProducerAccount) -> None:
    parcel = delivered(own)
    cup, plate = lines(parcel)
    refused = returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={cup.pk: 1})
    returns.refuse(request_id=last_request(parcel), by=SYSTEM, note="đã dùng")
    returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={plate.pk: 1})
    with pytest.raises(parcels.InvalidTransition, match="trả lời yêu cầu đó trước"):
        returns.accept(request_id=refused.pk, by=SYSTEM, note="x", overrule=True)
    assert state(parcel) == ("delivered", [0, 0], [])


def test_never_more_than_the_buyer_has(own: ProducerAccount) -> None:
    parcel = delivered(own)
    cup, plate = lines(parcel)
    assert ask(parcel, **{str(cup.pk): 4, str(plate.pk): 0}).status_code == 422
    empty = ask(parcel, **{str(cup.pk): 0, str(plate.pk): ""})
    assert (empty.status_code, "ít nhất một món" in empty.content.decode()) == (422, True)
    assert "vỡ</textarea>" in empty.content.decode()
    with pytest.raises(parcels.InvalidTransition):
        returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={cup.pk: 4})
    with pytest.raises(parcels.InvalidTransition):
        returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={lines(delivered(own))[0].pk: 1})
    ask(parcel, **{str(cup.pk): 2, str(plate.pk): 0})
    returns.refuse(request_id=last_request(parcel), by=SYSTEM, note="đã dùng")
    left = ask(parcel, **{str(cup.pk): 2, str(plate.pk): 0})
    assert left.status_code == 422  # two were refused: one cup and the plate may still be asked for
    ask(parcel, **{str(cup.pk): 1, str(plate.pk): 0})
    returns.accept(request_id=last_request(parcel), by=SYSTEM, note="x")
    assert state(parcel)[:2] == ("delivered", [1, 0])
    refused = parcel.return_requests.get(state="refused")
    returns.accept(request_id=refused.pk, by=SYSTEM, note="x", overrule=True)
    assert state(parcel)[:2] == ("delivered", [3, 0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.filter(pk=cup.pk).update(returned=4)


def test_units_called_off_before_packing_do_not_come_back(own: ProducerAccount) -> None:
    order = make_order(own.product, quantity=3)
    parcel = order.parcels.get()
    line = parcel.lines.get()
    parcels.cancel_units(parcel_id=parcel.pk, line_id=line.pk, quantity=1, seen=3, by=SYSTEM)
    for verb in (parcels.accept, parcels.pack, parcels.ship, parcels.deliver):
        verb(parcel_id=parcel.pk, by=SYSTEM)
    with pytest.raises(parcels.InvalidTransition):
        returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={line.pk: 3})
    returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={line.pk: 1})
    returns.accept(request_id=last_request(parcel), by=SYSTEM, note="x", restock={line.pk: 1})
    assert state(parcel) == ("delivered", [1], [int(line.line_price_incl_tax / 3)])
    give_money_back()
    assert_balanced()


def test_what_was_given_back_before_is_not_given_twice(own: ProducerAccount) -> None:
    parcel = delivered(own, cups=2)
    cup, plate = lines(parcel)
    payment = parcel.order.payments.get()
    refunding.refund_by_staff(
        order_id=parcel.order_id,
        payment_id=payment.pk,
        key="x",
        by=SYSTEM,
        reason="vỡ",
        line_id=cup.pk,
        quantity=1,
    )
    units = {cup.pk: 2, plate.pk: 0}
    return_units(parcel_id=parcel.pk, units=units, restock={}, by=SYSTEM, reason="trả")
    status, back, sums = state(parcel)
    assert (status, back, sum(sums)) == ("delivered", [2, 0], int(cup.line_price_incl_tax))
    give_money_back()
    assert_balanced()


def give_for_a_cup(parcel: Parcel, key: str) -> None:
    """Staff give back for one cup, which the buyer keeps for now."""
    refunding.refund_by_staff(
        order_id=parcel.order_id,
        payment_id=parcel.order.payments.get().pk,
        key=key,
        by=SYSTEM,
        reason="vỡ",
        line_id=lines(parcel)[0].pk,
        quantity=1,
    )


@pytest.mark.parametrize(
    ("events", "units"),
    [
        (["refund", "return"], 1),  # that cup was paid back before it came
        (["return", "refund"], 2),  # staff give for another one, which the buyer keeps
        (["return", "refund", "return"], 2),  # … and brings in the end
        (["refund", "return", "return"], 2),
        (["refund", "return", "refund", "return"], 2),
        (["refund", "return", "refund", "return", "return"], 3),
    ],
)
def test_unit_that_was_paid_back_before_it_came_is_not_paid_again(
    own: ProducerAccount, events: list[str], units: int
) -> None:
    parcel = delivered(own)
    cup, _plate = lines(parcel)
    for number, event in enumerate(events):
        if event == "refund":
            give_for_a_cup(parcel, f"k{number}")
        else:
            return_units(parcel_id=parcel.pk, units={cup.pk: 1}, restock={}, by=SYSTEM, reason="trả")
    assert state(parcel)[1] == [events.count("return"), 0]
    assert sum(state(parcel)[2]) == cup.price_of(3) - cup.price_of(3 - units)
    give_money_back()
    assert_balanced()


def test_units_that_come_after_a_dropped_refund_are_paid_for_themselves_alone(own: ProducerAccount) -> None:
    parcel = delivered(own, method="cod")
    cup, _plate = lines(parcel)
    return_units(parcel_id=parcel.pk, units={cup.pk: 1}, restock={}, by=SYSTEM, reason="vỡ")
    cancelling.cancel(refund_id=Refund.objects.get().pk, by=SYSTEM, reason="khách giữ lại")
    return_units(parcel_id=parcel.pk, units={cup.pk: 1}, restock={}, by=SYSTEM, reason="vỡ")
    assert [int(row.amount) for row in Refund.objects.effective()] == [round(cup.price_of(3) / 3)]


def step(client: Client, parcel: Parcel, **fields: Any) -> Any:
    kept = ",".join(f"{line.pk}:{line.kept}" for line in parcel.lines.all())
    data = {"reason": "khách mang tới", "seen": kept, **fields}
    typed = {f"return-{parcel.pk}-{name}": value for name, value in data.items()}
    return client.post(
        reverse("shop_orders:step", args=[parcel.order_id, parcel.pk, "return"]), typed, follow=True
    )


def test_staff_take_units_back_once(own: ProducerAccount, hub: Client) -> None:
    parcel = delivered(own)
    cup, plate = lines(parcel)
    seen = f"{cup.pk}:3,{plate.pk}:1"
    wrong = step(hub, parcel, **{f"back_{cup.pk}": 1, f"restock_{cup.pk}": 2, f"back_{plate.pk}": 0})
    assert (wrong.status_code, "Không thể nhiều hơn số trả lại." in wrong.content.decode()) == (422, True)
    for _press in range(2):
        page = step(
            hub, parcel, seen=seen, **{f"back_{cup.pk}": 1, f"restock_{cup.pk}": 1, f"back_{plate.pk}": 0}
        )
    assert "Số lượng đã khác lúc bạn xem" in page.content.decode()
    nothing = step(hub, parcel, **{f"back_{cup.pk}": 0, f"back_{plate.pk}": 0})
    assert "Ghi số lượng trả lại, ít nhất một món." in nothing.content.decode()
    assert state(parcel)[:2] == ("delivered", [1, 0])
    ask(parcel, **{str(cup.pk): 1, str(plate.pk): 0})
    page = step(hub, parcel, **{f"back_{cup.pk}": 1, f"back_{plate.pk}": 0})
    assert "trả lời yêu cầu đó trước" in page.content.decode()
    step(hub, parcel, **{f"back_{cup.pk}": 2, f"back_{plate.pk}": 1})
    assert state(parcel)[:2] == ("returned", [3, 1])
    assert parcel.return_requests.get().state == "accepted"


def test_payout_waits_and_then_pays_what_is_kept(own: ProducerAccount) -> None:
    parcel = delivered(own)
    cup, plate = lines(parcel)
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):
        ask(parcel, **{str(cup.pk): 1, str(plate.pk): 0})
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert payouts.ready(own.partner).total() == 0
        returns.accept(request_id=last_request(parcel), by=SYSTEM, note="x")
        assert payouts.ready(own.partner).total() == 0
        give_money_back()
        left = parcel.goods - Refund.objects.get().amount
        assert payouts.ready(own.partner).total() == left + parcel.shipping - round(left / Decimal(10))


def test_window_ends_for_what_is_left_too(own: ProducerAccount, settings: Settings) -> None:
    parcel = delivered(own)
    cup, plate = lines(parcel)
    returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={cup.pk: 1})
    returns.accept(request_id=last_request(parcel), by=SYSTEM, note="x")
    url = parcel.order.get_absolute_url()
    assert "Trả thêm món khác" in Client().get(url).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=settings.RETURN_WINDOW_DAYS, minutes=1)):
        assert "Trả thêm món khác" not in Client().get(url).content.decode()
        with pytest.raises(parcels.InvalidTransition):
            returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={plate.pk: 1})


def test_dropped_refund_of_units_that_came_back_is_shown_to_a_person(own: ProducerAccount) -> None:
    parcel = delivered(own, method="cod")
    cup, _plate = lines(parcel)
    return_units(parcel_id=parcel.pk, units={cup.pk: 1}, restock={}, by=SYSTEM, reason="vỡ")
    refund = cancelling.cancel(refund_id=Refund.objects.get().pk, by=SYSTEM, reason="nhầm")
    assert "kiện đã trả về" in refund.payment.doubt_words


@pytest.mark.usefixtures("mail_queue")
@pytest.mark.parametrize(("language", "words"), [("vi", "một phần kiện"), ("en", "part of parcel")])
def test_mails_name_what_comes_back_each_time(
    own: ProducerAccount, language: str, words: str, django_capture_on_commit_callbacks: Any
) -> None:
    parcel = delivered(own)
    type(parcel.order).objects.filter(pk=parcel.order_id).update(language=language)
    cup, plate = lines(parcel)
    for line, note in ((cup, "lần một"), (plate, "lần hai")):
        with django_capture_on_commit_callbacks(execute=True):
            returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={line.pk: 1})
        with django_capture_on_commit_callbacks(execute=True):
            returns.accept(request_id=last_request(parcel), by=SYSTEM, note=note)
    one, two = Email.objects.filter(subject__contains=words).order_by("pk")
    assert ("lần một" in one.message, f"1 × {cup.title}" in one.message) == (True, True)
    assert ("lần hai" in two.message, "1 × Đĩa" in two.html_message) == (True, True)
    assert Email.objects.filter(to="lan@example.vn", subject__contains=parcel.short_code).count() == 2


def test_pages_cost_the_same_for_one_and_three_requests(own: ProducerAccount, hub: Client) -> None:
    parcel = delivered(own)
    cup, _plate = lines(parcel)
    urls = [reverse("shop_orders:detail", args=[parcel.order_id]), parcel.order.get_absolute_url()]
    counts = []
    for times in (1, 2):
        for _time in range(times):
            returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={cup.pk: 1})
            returns.refuse(request_id=last_request(parcel), by=SYSTEM, note="x")
        for url in urls:
            hub.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert [hub.get(url).status_code for url in urls] == [200, 200]
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_deciding_costs_the_same_for_one_and_three_lines(own: ProducerAccount, hub: Client) -> None:
    counts = []
    for extra in (0, 2):
        parcel = delivered(own, more=extra)
        returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x")
        url = decide_url(parcel, by_staff=True)
        hub.post(url, {"accept": "1"})
        with CaptureQueriesContext(connection) as queries:
            assert hub.post(url, {"accept": "1"}).status_code == 422
        counts.append(len(queries))
    assert counts[0] == counts[1]
