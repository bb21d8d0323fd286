"""Signals: connected in one place, in one order, and none that runs on every deletion of anything."""

from typing import Any
from weakref import ReferenceType

import pytest
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch.dispatcher import NONE_ID
from wagtail.signals import page_published

from catalogue.models import ProductPage
from config import receivers
from shop.payment import checks, signals

OURS = ("catalogue", "home", "shop", "config")


def ours(signal: Any) -> list[tuple[Any, Any]]:
    """Return receiver and sender key of what we connected to a signal, in order."""
    found = []
    for (_receiver_id, sender_id), receiver, *_rest in signal.receivers:
        function = receiver() if isinstance(receiver, ReferenceType) else receiver
        if function is not None and function.__module__.split(".")[0] in OURS:
            found.append((function, sender_id))
    return found


@pytest.mark.parametrize("signal", [pre_delete, post_delete, pre_save, post_save])
def test_no_receiver_runs_for_every_model(signal: Any) -> None:
    connected = ours(signal)
    assert connected
    assert [function for function, sender_id in connected if sender_id == NONE_ID] == []


def test_a_published_product_is_in_step_before_its_listing_row_is_asked_for() -> None:
    names = [
        function.__qualname__
        for function, sender_id in ours(page_published)
        if sender_id in {NONE_ID, id(ProductPage)}
    ]
    assert names == ["sync_product", "make_page_renditions", "_page_changed", "forget_header_footer"]


def test_connecting_again_adds_nothing() -> None:
    before = [len(ours(signal)) for signal in (pre_delete, post_save, page_published, signals.money_received)]
    receivers.connect()
    after = [len(ours(signal)) for signal in (pre_delete, post_save, page_published, signals.money_received)]
    assert after == before


def test_money_without_a_ledger_stops_the_start() -> None:
    from shop.ledger.receivers import connect

    assert checks.ledger_listens(None) == []
    assert signals.refund_reversed.disconnect(dispatch_uid="ledger")
    try:
        assert [error.id for error in checks.ledger_listens(None)] == ["payment.E006"]
    finally:
        connect()
