"""An order's status follows its parcels, whatever steps they take in whatever order."""

from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from shop.backoffice.orders.steps import VERBS
from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.order.models import Order, OrderLog, Parcel
from shop.order.transitions import next_verbs, status_from
from tests.factories import make_product
from tests.integration.test_order_admin import step
from tests.shop import make_order
from tests.staff import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
Pair = tuple[str, ...]


def test_every_step_from_every_pair_of_states() -> None:
    order = make_order(make_product(stock=5), make_product(stock=5))
    seen: dict[Pair, str] = {("new", "new"): order.status}
    steps = walk(order, seen)
    assert len(seen) == len(Parcel.Status) ** 2
    assert set(seen.values()) == {"Placed", "Processing", "Complete", "Cancelled"}
    assert {(before, after) for before, after in steps if before != after} == {
        ("Placed", "Processing"),
        ("Placed", "Cancelled"),
        ("Processing", "Placed"),
        ("Processing", "Complete"),
        ("Processing", "Cancelled"),
        ("Complete", "Processing"),
    }


def walk(order: Order, seen: dict[Pair, str]) -> set[tuple[str, str]]:
    """Take every step that the pages offer, from every pair of states once; return how the status moved."""
    moved = set()
    for parcel in order.parcels.select_related("order"):
        for verb in next_verbs(parcel):
            with transaction.atomic():
                words = {"reason": "giao nhầm"} if verb is OrderLog.Verb.UNDELIVER else {}
                VERBS[verb](parcel_id=parcel.pk, by=SYSTEM, **words)
                after = Order.objects.get(pk=order.pk)
                rows = list(after.parcels.all())
                states = tuple(row.status for row in rows)
                assert after.status == status_from(rows), states
                moved.add((order.status, after.status))
                if states not in seen:
                    seen[states] = after.status
                    moved |= walk(after, seen)
                transaction.set_rollback(True)
    return moved


def test_accepted_parcel_that_is_called_off_leaves_the_other_as_it_was(
    client: Client, django_user_model: Any
) -> None:
    log_in(client, django_user_model, "view_order", "change_order")
    order = make_order(make_product(stock=5), make_product(stock=5))
    one, two = order.parcels.all()
    statuses = [order.status]
    for verb in ("accept", "cancel"):
        assert step(client, one, verb, reason="hết hàng").status_code == 200
        order.refresh_from_db()
        statuses.append(order.status)
    assert list(pairwise(statuses)) == [("Placed", "Processing"), ("Processing", "Placed")]
    two.refresh_from_db()
    assert two.status == "new"
    assert parcels.accept(parcel_id=two.pk, by=SYSTEM).status == "accepted"
