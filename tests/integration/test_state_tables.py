"""The state tables of orders and returns: what is data, what the verbs allow, what the page of docs shows."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from oscar.apps.order.exceptions import InvalidOrderStatus

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels, returns
from shop.order.models import Order, OrderLog, Parcel, ReturnRequest
from shop.order.transitions import (
    MAY_OVERRULE,
    ORDER_TRANSITIONS,
    PARCEL_TRANSITIONS,
    RETURN_TRANSITIONS,
)
from tests.factories import make_product
from tests.returns import last_request
from tests.shop import make_market, make_order

DOCS = Path(__file__).resolve().parents[2] / "docs" / "orders.md"
NONE = "none"
V = OrderLog.Verb
DECISIONS: dict[str, tuple[OrderLog.Verb, Callable[[int], ReturnRequest]]] = {
    "ask": (V.ASK_RETURN, lambda pk: returns.ask(parcel_id=pk, by=SYSTEM, reason="vỡ")),
    "accept": (V.RETURN, lambda pk: returns.accept(request_id=last_request(pk), by=SYSTEM, note="gửi lại")),
    "overrule": (
        V.RETURN,
        lambda pk: returns.accept(request_id=last_request(pk), by=SYSTEM, note="gửi", overrule=True),
    ),
    "refuse": (V.REFUSE, lambda pk: returns.refuse(request_id=last_request(pk), by=SYSTEM, note="đã dùng")),
}


@pytest.fixture
def parcel(site_root: Any) -> Parcel:
    """Return a parcel that was delivered just now."""
    make_market()
    found = make_order(make_product(stock=5)).parcels.get()
    for verb in (parcels.accept, parcels.pack, parcels.ship, parcels.deliver):
        verb(parcel_id=found.pk, by=SYSTEM)
    return Parcel.objects.get(pk=found.pk)


def names(states: Iterable[str]) -> str:
    return ", ".join(sorted(str(state) for state in states)) or "–"


def tables() -> list[list[str]]:
    """Return the lines of the three tables as docs/orders.md shows them."""
    return [
        [f"| {before} | {names(after)} |" for before, after in ORDER_TRANSITIONS.items()],
        [f"| `{verb}` | {names(step.before)} | {step.after} |" for verb, step in PARCEL_TRANSITIONS.items()],
        [f"| `{verb}` | {names(step.before)} | {step.after} |" for verb, step in RETURN_TRANSITIONS.items()],
    ]


def test_the_docs_show_the_tables() -> None:
    text = DOCS.read_text()
    for lines in tables():
        block = "\n".join(lines)
        assert f"|---|\n{block}\n\n" in text or f"|---|---|\n{block}\n\n" in text, block


def test_every_state_has_its_place() -> None:
    assert set(ORDER_TRANSITIONS) == set(Order.Status)
    reached = {step.after for step in PARCEL_TRANSITIONS.values()}
    assert reached | {Parcel.Status.NEW} == set(Parcel.Status)
    assert {step.after for step in RETURN_TRANSITIONS.values()} == set(ReturnRequest.State)


@pytest.mark.django_db
def test_an_order_goes_only_where_its_table_says(parcel: Parcel) -> None:
    for before in Order.Status:
        for after in set(Order.Status) - {before}:
            Order.objects.filter(pk=parcel.order_id).update(status=before)
            order = Order.objects.get(pk=parcel.order_id)
            if after in ORDER_TRANSITIONS[before]:
                order.set_status(after)
            else:
                with pytest.raises(InvalidOrderStatus):
                    order.set_status(after)
            order.refresh_from_db()
            assert order.status == (after if after in ORDER_TRANSITIONS[before] else before)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [NONE, *ReturnRequest.State])
@pytest.mark.parametrize("decision", DECISIONS)
def test_every_decision_from_every_state_of_a_return(decision: str, state: str, parcel: Parcel) -> None:
    if state != NONE:
        ReturnRequest.objects.create(parcel=parcel, reason="vỡ", state=state)
    verb, act = DECISIONS[decision]
    step = RETURN_TRANSITIONS[verb]
    may = {*(step.before or {NONE}), *(MAY_OVERRULE if decision == "overrule" else ())}
    if state in may:
        assert act(parcel.pk).state == step.after
        assert parcel.log.filter(verb=verb).count() == 1
        return
    lines = parcel.log.count()
    with pytest.raises(parcels.InvalidTransition):
        act(parcel.pk)
    assert list(ReturnRequest.objects.values_list("state", flat=True)) == ([] if state == NONE else [state])
    assert parcel.log.count() == lines
