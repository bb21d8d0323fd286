"""What becomes of a bank line by itself: decided here alone, when it is stored and again when it is booked.

In between an order may have come or gone, and lines of an earlier release are decided for the first time when booked.
"""

from collections.abc import Sized

from shop.order.models import Order
from shop.payment import bank
from shop.payment.bank import memo
from shop.payment.bank.duplicates import Likeness
from shop.payment.bank.transactions import plain
from shop.payment.models import BankLine, Payment, Refund

S, R = BankLine.State, BankLine.Reason


def decide(
    line: BankLine,
    *,
    orders: Sized,
    conflict: bool,
    same: Likeness | None,
    refund: Refund | None,
    impossible_day: bool = False,
) -> None:
    """Give a new line its state: twice told, money out, for a person; it stays *new* where it is for one order.

    Args:
        line: not saved yet.
        orders: those that it names.
        conflict: whether its number, the bank's or the service's, is known with another sum.
        same: the stored line that it may be.
        refund: of ours, that it made.
        impossible_day: whether its source named a day that cannot be.
    """
    if conflict and line.is_in:
        line.move_to(S.WAITING)
        line.reason = R.CONFLICT
    elif same:
        line.same_as, line.reason = same.line, R.DUPLICATE
        line.move_to(S.DUPLICATE if same.sure else S.WAITING)
    elif not line.is_in:
        line.refund = refund
        line.move_to(S.MATCHED if refund else S.RECORDED)
    elif why := why_waits(line, orders) or (R.DAY if impossible_day else None):
        line.move_to(S.WAITING)
        line.reason = why


def why_waits(line: BankLine, orders: Sized) -> BankLine.Reason | None:
    """Return why money in waits for a person, given the orders that it names; None: it is for the one."""
    if line.account_id is None:
        return R.ACCOUNT
    if memo.is_of_refund(line.memo) and orders:
        return R.RETURNED
    if len(orders) != 1:
        return R.SEVERAL if orders else R.NO_ORDER
    return None


def payment_for(line: BankLine) -> Payment | BankLine.Reason:
    """Return the payment that stored money in is for, or why it waits."""
    orders = orders_named(line)
    return why_waits(line, orders) or transfer_of(orders[0]) or R.NO_TRANSFER


def codes_named(code: str, text: str) -> list[str]:
    """Return everything that could be an order's code: what the service found, then what stands in the memo."""
    said = [plain(code)] if code else []
    return list(dict.fromkeys(said + memo.codes_in(text)))


def orders_named(line: BankLine) -> list[Order]:
    """Return the orders whose codes a line names."""
    codes = codes_named(line.order_code, line.memo)
    return list(Order.objects.filter(number__in=codes).order_by("pk"))


def transfer_of(order: Order) -> Payment | None:
    """Return the order's payment by transfer, the one that is open or else the latest."""
    payments = list(order.payments.filter(method=bank.METHOD).order_by("pk"))
    return next((payment for payment in payments if payment.is_live), payments[-1] if payments else None)
