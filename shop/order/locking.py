"""The only place where rows of orders are locked; docs/locking.md has the rules.

Order of locks: notice of money, basket, order, payments, parcels, stock records by key, offers, vouchers. Every
helper evaluates its query and refuses to run outside a transaction. PostgreSQL locks rows with
FOR NO KEY UPDATE, so that inserts which only refer to them go on; SQLite has one write lock for
all, taken at BEGIN (transaction_mode IMMEDIATE).
"""

from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.db.transaction import TransactionManagementError
from oscar.core.loading import get_model

from shop.order.models import Order, Parcel
from shop.payment.models import Inbox, Payment


def notice(pk: int) -> Inbox:
    """Lock one line of the bank or event of a provider, before the order it is for. Raises Inbox.DoesNotExist."""
    row: Inbox = _locked(Inbox.objects.filter(pk=pk)).get()
    return row


def basket(pk: int) -> Any:
    """Lock one basket. Raises Basket.DoesNotExist."""
    return _locked(get_model("basket", "Basket").objects.filter(pk=pk)).get()


def order(pk: int) -> Order:
    """Lock one order. Raises Order.DoesNotExist."""
    return _locked(Order.objects.filter(pk=pk)).get()


def payments(of: Order) -> list[Payment]:
    """Lock the payments of a locked order, oldest first."""
    return list(_locked(Payment.objects.filter(order=of).order_by("pk")))


def parcels(of: Order) -> list[Parcel]:
    """Lock the parcels of a locked order, in the order of their numbers, lines read with them."""
    rows = _locked(Parcel.objects.filter(order=of).order_by("pk"))
    return list(rows.prefetch_related("lines"))


def offers(pks: list[int]) -> dict[int, Any]:
    """Lock offers by key; after the stock, before vouchers."""
    rows = get_model("offer", "ConditionalOffer").objects.filter(pk__in=pks).order_by("pk")
    return {offer.pk: offer for offer in _locked(rows)}


def vouchers(pks: list[int]) -> dict[int, Any]:
    """Lock vouchers by key, last of all."""
    rows = get_model("voucher", "Voucher").objects.filter(pk__in=pks).order_by("pk")
    return {voucher.pk: voucher for voucher in _locked(rows)}


def partner(pk: int) -> Any:
    """Lock one producer while its ledger lines are put into a payout; alone, no order is locked with it."""
    return _locked(get_model("partner", "Partner").objects.filter(pk=pk)).get()


def payout(pk: int) -> Any:
    """Lock one payout, after its producer if both are needed. Raises Payout.DoesNotExist."""
    return _locked(get_model("ledger", "Payout").objects.filter(pk=pk)).get()


def payouts(of: Sequence[Any]) -> list[Any]:
    """Lock these payouts by key and return them as they are now."""
    rows = get_model("ledger", "Payout").objects.filter(pk__in=[payout.pk for payout in of])
    return list(_locked(rows.order_by("pk")))


def _locked(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("Rows are locked inside a transaction.")
    return rows.select_for_update(no_key=True)
