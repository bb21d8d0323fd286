"""Fewer units are taken back than the buyer asked to return, or of a refusal that is overruled."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from shop.core.actors import BUYER, SYSTEM
from shop.fulfilment import parcels, returns
from shop.fulfilment.unit_returns import return_units
from shop.order.models import Parcel, ReturnRequest
from tests.books import assert_balanced
from tests.integration.test_parcels import stock_of
from tests.producer_accounts import ProducerAccount, log_in
from tests.unit_returns import ask, decide, delivered, give_money_back, hub, lines, own, state

__all__ = ["hub", "own"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]


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
