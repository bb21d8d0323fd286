"""The proof names what differs when only cash is off."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.ledger.checking import prove
from shop.ledger.models import CashEntry
from tests.integration.test_cash_holders import by_the_hubs_carrier, give_back
from tests.prepaid import COD
from tests.shop import make_market

pytestmark = pytest.mark.django_db


@pytest.mark.ledger_off
@pytest.mark.parametrize(
    ("kind", "beyond"),
    [("moved", False), ("remitted", True)],
)
def test_command_and_log_name_the_parcel_whose_cash_is_off(
    settings: Settings, site_root: Any, caplog: pytest.LogCaptureFixture, kind: str, beyond: bool
) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    make_market()
    parcel = by_the_hubs_carrier()
    amount = -parcel.total - 500 if beyond else -500
    holding = parcel.cash_holding
    facts = {"holder": holding.holder, "name": holding.name, "amount": amount, "actor_name": "x"}
    CashEntry.objects.create(holding=holding, kind=kind, reference="by hand", **facts)
    assert prove().orders == {}
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("check_ledger", stderr=told)
    first = f"cash of parcel {parcel}: {parcel.total + amount} by its entries"
    lines = [first] if beyond else [first, "cash: +500 of what was collected is nowhere"]
    assert told.getvalue().splitlines() == lines
    assert first in caplog.text


@pytest.mark.ledger_off
@pytest.mark.parametrize(
    "what", ["no refund", "refund not done", "another sum", "none of what was never collected"]
)
def test_cash_given_back_without_a_refund_that_says_so_is_named(
    settings: Settings, site_root: Any, what: str
) -> None:
    settings.PAYMENT_PROVIDERS = [COD]
    make_market()
    parcel = by_the_hubs_carrier()
    refund = {
        "no refund": lambda: None,
        "refund not done": lambda: parcel.refunds.create(**wrong(parcel, state="requested")),
        "another sum": lambda: give_back(parcel, from_holder=True),
        "none of what was never collected": lambda: parcel.refunds.create(
            **wrong(parcel, state="done", done_at=timezone.now(), uncollected=True)
        ),
    }[what]()
    if what != "none of what was never collected":
        holding = parcel.cash_holding
        facts = {"holder": holding.holder, "name": holding.name, "actor_name": "x", "refund": refund}
        amount = -1_000 if what == "refund not done" or refund is None else 1_000
        CashEntry.objects.create(
            holding=holding, kind="returned", reference="by hand", amount=amount, **facts
        )
    assert str(parcel) in prove().parcels


def wrong(parcel: Any, **facts: Any) -> dict[str, Any]:
    payment = parcel.order.payments.get()
    return {"payment": payment, "key": "x", "amount": 1_000, "way": "cash", "reason": "x", **facts}
