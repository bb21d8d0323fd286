"""The only place where rows of orders are locked; docs/locking.md has the rules.

Order of locks: bank account, bank line, notice of money, line of a carrier's list, basket, order, payments, parcels, subjects
of budgets, stock records by key, offers, vouchers. Every helper evaluates its query and refuses to run outside a transaction. PostgreSQL locks rows with
FOR NO KEY UPDATE, so that inserts which only refer to them go on; SQLite has one write lock for
all, taken at BEGIN (transaction_mode IMMEDIATE).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models, transaction
from django.db.transaction import TransactionManagementError

if TYPE_CHECKING:  # this room knows the others' rows by name alone
    from shop.order.models import Order, Parcel
    from shop.payment.models import BankAccount, BankLine, Inbox, Payment


def notice(pk: int) -> "Inbox":
    """Lock one row of the inbox, after the bank line that came from it, before the order. Raises Inbox.DoesNotExist."""
    row: Inbox = _locked(_rows("payment", "Inbox").filter(pk=pk)).get()
    return row


def bank_accounts(number: str) -> list["BankAccount"]:
    """Lock the hub's accounts with a number while lines of theirs are stored; before any line."""
    return list(_locked(_rows("payment", "BankAccount").filter(number=number).order_by("pk")))


def bank_line(pk: int) -> "BankLine":
    """Lock one line of the bank, before the order that it pays. Raises BankLine.DoesNotExist."""
    row: BankLine = _locked(_rows("payment", "BankLine").filter(pk=pk)).get()
    return row


def basket(pk: int) -> Any:
    """Lock one basket. Raises Basket.DoesNotExist."""
    return _locked(_rows("basket", "Basket").filter(pk=pk)).get()


def baskets_to_join(*, owner: int, left: int | None) -> list[Any]:
    """Lock an account's open baskets, and the one `left` from before its log-in, by key."""
    own = models.Q(owner=owner, status="Open")
    return list(_locked(_rows("basket", "Basket").filter(own | models.Q(pk=left)).order_by("pk")))


def order(pk: int) -> "Order":
    """Lock one order. Raises Order.DoesNotExist."""
    row: Order = _locked(_rows("order", "Order").filter(pk=pk)).get()
    return row


def payments(of: "Order") -> list["Payment"]:
    """Lock the payments of a locked order, oldest first."""
    return list(_locked(_rows("payment", "Payment").filter(order=of).order_by("pk")))


def parcels(of: "Order") -> list["Parcel"]:
    """Lock the parcels of a locked order, in the order of their numbers, lines read with them."""
    rows = _locked(_rows("order", "Parcel").filter(order=of).order_by("pk"))
    return list(rows.prefetch_related("lines"))


def subjects(digests: Sequence[str]) -> None:
    """Lock the telephones, mailboxes and networks whose unpaid orders are counted; before the stock.

    Their rows are made where missing; one that the timer removed while we waited is made again.
    """
    wanted = sorted(set(digests))
    rows = _rows("users", "BudgetUse").filter(scope="unpaid", digest__in=wanted).order_by("digest")
    while True:
        made = [rows.model(scope="unpaid", digest=digest) for digest in wanted]
        rows.model._default_manager.bulk_create(made, ignore_conflicts=True)
        if len(_locked(rows)) == len(wanted):
            return


def baskets(pks: Sequence[int]) -> list[Any]:
    """Lock baskets by key, skipping those that somebody uses just now."""
    rows = _rows("basket", "Basket").filter(pk__in=pks).order_by("pk")
    return list(_locked(rows, skip_locked=True))


def offers(pks: list[int]) -> dict[int, Any]:
    """Lock offers by key; after the stock, before vouchers."""
    rows = _rows("offer", "ConditionalOffer").filter(pk__in=pks).order_by("pk")
    return {offer.pk: offer for offer in _locked(rows)}


def vouchers(pks: list[int]) -> dict[int, Any]:
    """Lock vouchers by key, last of all."""
    rows = _rows("voucher", "Voucher").filter(pk__in=pks).order_by("pk")
    return {voucher.pk: voucher for voucher in _locked(rows)}


def partner(pk: int) -> Any:
    """Lock one producer while its ledger lines are put into a payout; alone, no order is locked with it."""
    return _locked(_rows("partner", "Partner").filter(pk=pk)).get()


def payout(pk: int) -> Any:
    """Lock one payout, after its producer if both are needed. Raises Payout.DoesNotExist."""
    return _locked(_rows("ledger", "Payout").filter(pk=pk)).get()


def payouts(of: Sequence[Any]) -> list[Any]:
    """Lock these payouts by key and return them as they are now."""
    rows = _rows("ledger", "Payout").filter(pk__in=[payout.pk for payout in of])
    return list(_locked(rows.order_by("pk")))


def remittance(pk: int) -> Any:
    """Lock one list of a carrier's while its lines are written; before any order."""
    return _locked(_rows("ledger", "Remittance").filter(pk=pk)).get()


def remittance_line(pk: int) -> Any:
    """Lock one line of a carrier's list, before the order of its parcel. Raises RemittanceLine.DoesNotExist."""
    return _locked(_rows("ledger", "RemittanceLine").filter(pk=pk)).get()


def _rows(app_label: str, model: str) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = apps.get_model(app_label, model)._default_manager.all()
    return rows


def _locked(rows: models.QuerySet[Any], *, skip_locked: bool = False) -> models.QuerySet[Any]:
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("Rows are locked inside a transaction.")
    return rows.select_for_update(no_key=True, skip_locked=skip_locked)
