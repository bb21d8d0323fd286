"""Goods come back unit by unit: what was paid for them goes back, what can be sold again is for sale again."""

import re
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
from shop.order.models import Line, Parcel, ReturnRequest
from shop.payment import settling
from shop.payment.models import Refund
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import cancelling, refunding
from tests.books import assert_balanced, kinds
from tests.factories import make_product
from tests.integration.test_parcels import stock_of
from tests.prepaid import Prepaid
from tests.producer_accounts import ProducerAccount, log_in, make_producer_account
from tests.returns import decide_url, last_request
from tests.shop import make_order, make_purchase
from tests.staff import log_in as log_in_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]


@pytest.fixture
def own() -> ProducerAccount:
    account = make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")
    type(account.partner).objects.filter(pk=account.partner.pk).update(commission_percent=10)
    return account


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in_staff(client, django_user_model, "view_order", "change_order")
    return client


def delivered(account: ProducerAccount, *, method: str = "prepaid", cups: int = 3, more: int = 0) -> Parcel:
    """Return a delivered parcel: `cups` cups and one plate of 50,000, and `more` other things."""
    plate = make_product(producer=account.page, price=50_000, stock=9, title="Đĩa")
    others = [make_product(producer=account.page, stock=9) for _number in range(more)]
    products = [*[account.product] * cups, plate, *others]
    order = make_order(*products, purchase=make_purchase(method=method))
    if method == "prepaid":
        payment = order.payments.get()
        Prepaid.receive(payment, int(order.total_incl_tax), reference=f"tx-{payment.pk}")
        settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    parcel = order.parcels.get()
    for verb in (parcels.accept, parcels.pack, parcels.ship, parcels.deliver):
        verb(parcel_id=parcel.pk, by=SYSTEM)
    return Parcel.objects.get(pk=parcel.pk)


def lines(parcel: Parcel) -> tuple[Line, Line]:
    cup, plate = parcel.lines.order_by("pk")
    return cup, plate


def give_money_back() -> None:
    for refund in Refund.objects.filter(state="requested"):
        answer = RefundAnswer(reference=f"tay-{refund.pk}", done=True)
        refunding.finish(refund_id=refund.pk, answer=answer, by=SYSTEM)


def ask(parcel: Parcel, **units: Any) -> Any:
    name = f"return-{parcel.pk}"
    data = {f"{name}-reason": "vỡ", **{f"{name}-units_{pk}": count for pk, count in units.items()}}
    url = reverse("order:ask_return", args=[parcel.order.token, parcel.pk])
    return Client().post(url, data, follow=True)


def decide(client: Client, parcel: Parcel, *, by_staff: bool, **fields: Any) -> Any:
    prefix = f"decide-{last_request(parcel)}"
    typed = {f"{prefix}-{key}": value for key, value in {"note": "được", **fields}.items()}
    return client.post(decide_url(parcel, by_staff=by_staff), {**typed, "accept": "1"}, follow=True)


def state(parcel: Parcel) -> tuple[str, list[int], list[int]]:
    """Return the parcel's status, what came back of each line, and the sums refunded."""
    parcel = Parcel.objects.get(pk=parcel.pk)
    back = list(parcel.lines.order_by("pk").values_list("returned", flat=True))
    sums = Refund.objects.filter(parcel=parcel).order_by("pk").values_list("amount", flat=True)
    return parcel.status, back, [int(amount) for amount in sums]


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


def shown_form(page: str) -> tuple[str, str]:
    """Return where the one form to decide a return leads, and the name of its note."""
    [found] = re.findall(
        r'<form action="([^"]*/tra-hang/[^"]*)".*?name="(decide-[^"]*-note)"', page, re.DOTALL
    )
    return found


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


@pytest.mark.parametrize("by_staff", [True, False])
def test_fewer_are_taken_back_than_were_asked_for(
    own: ProducerAccount, hub: Client, *, by_staff: bool
) -> None:
    parcel = delivered(own)
    cup, plate = lines(parcel)
    price, stock = cup.price_of(3), stock_of(own.product)[0]
    ask(parcel, **{str(cup.pk): 3, str(plate.pk): 1})
    browser = hub if by_staff else log_in(own.user)
    take = {f"take_{cup.pk}": 2, f"take_{plate.pk}": 0}
    for wrong, words in (
        (take, "Viết lý do"),
        (take | {"rest_note": "x", f"restock_{cup.pk}": 3}, "Không thể nhiều hơn"),
        (take | {"rest_note": "x", f"take_{cup.pk}": 4}, "error-message"),
        ({f"take_{cup.pk}": 0, f"take_{plate.pk}": 0, "rest_note": "x"}, "Từ chối trả”"),
    ):
        page = decide(browser, parcel, by_staff=by_staff, **wrong)
        assert (page.status_code, words in page.content.decode()) == (422, True), wrong
    assert state(parcel) == ("delivered", [0, 0], [])
    decide(
        browser, parcel, by_staff=by_staff, **take, rest_note="đã vỡ ở nhà khách", **{f"restock_{cup.pk}": 1}
    )
    assert state(parcel) == ("delivered", [2, 0], [round(price * 2 / 3)])
    assert stock_of(own.product)[0] == stock + 1
    request = parcel.return_requests.get()
    assert (request.state, request.refused_units) == ("accepted", {cup.pk: 1, plate.pk: 1})
    assert returns.askable(Parcel.objects.get(pk=parcel.pk)) == {cup.pk: 0, plate.pk: 0}
    notes = list(parcel.log.filter(verb="refuse").values_list("note", flat=True))
    assert notes == [f"1 × {cup.title}: đã vỡ ở nhà khách", "1 × Đĩa: đã vỡ ở nhà khách"]
    for seen in (Client().get(parcel.order.get_absolute_url()), browser.get(shown_url(parcel, by_staff))):
        page = seen.content.decode()
        assert ("không nhận 1" in page, "đã vỡ ở nhà khách" in page) == (True, True)
    again = return_units(parcel_id=parcel.pk, units={cup.pk: 1}, restock={}, by=SYSTEM, reason="nghĩ lại")
    assert state(again)[:2] == ("delivered", [3, 0])
    give_money_back()
    assert_balanced()


def shown_url(parcel: Parcel, by_staff: bool) -> str:
    if by_staff:
        return reverse("shop_orders:detail", args=[parcel.order_id])
    return reverse("producer_parcels:detail", args=[parcel.pk])


def test_request_of_an_earlier_release_is_taken_in_part_too(own: ProducerAccount, hub: Client) -> None:
    parcel = delivered(own)
    cup, plate = lines(parcel)
    asked = returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x")
    asked.lines.all().delete()
    decide(hub, parcel, by_staff=True, **{f"take_{cup.pk}": 3, f"take_{plate.pk}": 0, "rest_note": "vỡ"})
    assert state(parcel)[:2] == ("delivered", [3, 0])
    assert ReturnRequest.objects.get().refused_units == {plate.pk: 1}


def test_refusal_is_overruled_for_what_did_not_come_back_otherwise(own: ProducerAccount, hub: Client) -> None:
    """The form offered more than the buyer has, and what was not typed counted as not taken back."""
    parcel = delivered(own)
    cup, _plate = lines(parcel)
    asked = returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={cup.pk: 3})
    returns.refuse(request_id=asked.pk, by=SYSTEM, note="đã dùng")
    return_units(parcel_id=parcel.pk, units={cup.pk: 2}, restock={}, by=SYSTEM, reason="vỡ")
    page = hub.get(shown_url(parcel, by_staff=True)).content.decode()
    assert re.search(rf'name="decide-{asked.pk}-take_{cup.pk}" value="1"', page)
    assert decide(hub, parcel, by_staff=True, **{f"take_{cup.pk}": 2}).status_code == 422
    decide(hub, parcel, by_staff=True, **{f"take_{cup.pk}": 1})
    assert state(parcel)[:2] == ("delivered", [3, 0])
    asked.refresh_from_db()
    assert (asked.state, asked.units, asked.refused_units) == ("accepted", {cup.pk: 1}, {})
    assert parcel.log.filter(verb="refuse").count() == 1  # that of the whole request, before
    again = decide(hub, parcel, by_staff=True)
    assert "Không có yêu cầu trả hàng nào" in again.content.decode()


def test_line_that_came_back_otherwise_is_no_part_of_a_refusal_that_is_overruled(
    own: ProducerAccount, hub: Client
) -> None:
    parcel = delivered(own)
    cup, plate = lines(parcel)
    asked = returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={cup.pk: 2, plate.pk: 1})
    returns.refuse(request_id=asked.pk, by=SYSTEM, note="đã dùng")
    return_units(parcel_id=parcel.pk, units={plate.pk: 1}, restock={}, by=SYSTEM, reason="vỡ")
    with pytest.raises(parcels.InvalidTransition):
        returns.accept(request_id=asked.pk, by=SYSTEM, note="x", units={plate.pk: 1}, overrule=True)
    decide(hub, parcel, by_staff=True)
    assert (state(parcel)[:2], asked.units) == (("delivered", [2, 1]), {cup.pk: 2})
    assert asked.refused_units == {}


def test_nothing_is_offered_of_a_refusal_whose_units_all_came_back(own: ProducerAccount, hub: Client) -> None:
    parcel = delivered(own)
    cup, _plate = lines(parcel)
    asked = returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={cup.pk: 3})
    returns.refuse(request_id=asked.pk, by=SYSTEM, note="đã dùng")
    return_units(parcel_id=parcel.pk, units={cup.pk: 3}, restock={}, by=SYSTEM, reason="vỡ")
    page = hub.get(shown_url(parcel, by_staff=True)).content.decode()
    assert f"decide-{asked.pk}-" not in page
    assert "Số lượng đã khác" in decide(hub, parcel, by_staff=True).content.decode()


@pytest.mark.parametrize("units", [{}, {"cup": 0}, {"cup": 3}, {"cup": -1}])
def test_nothing_and_more_than_asked_for_are_not_taken(own: ProducerAccount, units: dict[str, int]) -> None:
    parcel = delivered(own)
    cup, _plate = lines(parcel)
    asked = returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={cup.pk: 2})
    taken = {cup.pk: units["cup"]} if units else {}
    with pytest.raises(parcels.InvalidTransition):
        returns.accept(request_id=asked.pk, by=SYSTEM, note="x", units=taken, rest_note="y")
    asked.refresh_from_db()
    assert (asked.state, asked.rest_note, state(parcel)[1]) == ("requested", "", [0, 0])


@pytest.mark.usefixtures("mail_queue")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_mail_names_what_is_not_taken_and_why(
    own: ProducerAccount, language: str, django_capture_on_commit_callbacks: Any
) -> None:
    parcel = delivered(own)
    type(parcel.order).objects.filter(pk=parcel.order_id).update(language=language)
    cup, plate = lines(parcel)
    with django_capture_on_commit_callbacks(execute=True):
        asked = returns.ask(parcel_id=parcel.pk, by=BUYER, reason="x", units={cup.pk: 3, plate.pk: 1})
        returns.accept(
            request_id=asked.pk, by=SYSTEM, note="được", units={cup.pk: 2}, rest_note="đã vỡ ở nhà khách"
        )
    mail = Email.objects.get(to=parcel.order.email, message__contains="đã vỡ ở nhà khách")
    for text in (mail.message, mail.html_message):
        taken, rest = text.split("đã vỡ ở nhà khách")
        assert (f"2 × {cup.title}" in taken, "Đĩa" in taken) == (True, False)
        assert (f"1 × {cup.title}" in rest, "1 × Đĩa" in rest) == (True, True)
