"""What the ledger holds, in words short enough for an assert."""

from decimal import Decimal
from typing import Any

from django.db.models import Sum

from shop.ledger.checking import prove
from shop.ledger.models import CashEntry, LedgerEntry, Payout, ProducerPayment, RemittanceLine
from shop.order.models import Order
from shop.payment.models import Receipt, Refund


def balance(partner: Any = None, **filters: Any) -> Decimal:
    """Return what an account holds, the hub's without a partner."""
    return LedgerEntry.objects.filter(partner=partner, **filters).total()


def kinds(partner: Any = None, **filters: Any) -> dict[str, int]:
    """Return the sums of an account by kind, without those that are nothing."""
    rows = LedgerEntry.objects.filter(partner=partner, **filters).order_by()
    sums = rows.values_list("kind").annotate(sum=Sum("amount"))
    return {kind: int(amount) for kind, amount in sums if amount}


def assert_balanced() -> None:
    """The ledger is the money kept, in all and by order; no paid payout is off; all cash is somewhere."""
    proof = prove()
    assert (proof.ledger - proof.kept, proof.orders, proof.payouts) == (0, {}, {})
    assert (proof.cash.missing, proof.parcels) == (0, {})
    assert proof.holds


def differences() -> list[str]:
    """Return what the daily proof finds wrong, nothing where no money was moved."""
    moved = (Receipt, Refund, LedgerEntry, CashEntry, Payout, ProducerPayment, RemittanceLine)
    return prove().differences() if any(model.objects.exists() for model in moved) else []


def makers(order: Order) -> list[Any]:
    """Return the producers of an order, by parcel."""
    return [parcel.partner for parcel in order.parcels.all()]
