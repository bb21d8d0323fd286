"""Which order a line of the bank pays; what fits none waits for staff.

A line is a row of the inbox: fresh (no `why`, not done), waiting for a person (`why`), given to a
payment, or marked as not ours. Its lock comes before the order's (docs/locking.md), so that the
same line told twice, or taken up by two people, is dealt with once.
"""

import logging

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.order import locking
from shop.order.audit import Actor
from shop.order.models import Order
from shop.payment import inbox, settling
from shop.payment.models import BankAccount, Inbox, Payment
from shop.payment.providers.base import Standing
from shop.payment.providers.vietqr import telling_twice
from shop.payment.providers.vietqr.lines import BankLine, plain
from shop.payment.providers.vietqr.memo import codes_in
from shop.payment.providers.vietqr.provider import VietQR, incoming

logger = logging.getLogger(__name__)
BANK = Actor(name="ngân hàng")


class Why(models.TextChoices):
    """Why a line waits for a person."""

    NO_ORDER = "no_order", _("không có mã của đơn nào")
    SEVERAL = "several", _("có mã của nhiều đơn")
    NO_TRANSFER = "no_transfer", _("đơn không trả bằng chuyển khoản")
    ACCOUNT = "account", _("tài khoản không phải của chợ")
    CONFLICT = "conflict", _("mã giao dịch đã có với số tiền khác")
    TWICE = "twice", _("có lẽ là khoản đã báo dưới mã khác")


def take(line: BankLine, *, via: str) -> Inbox | None:
    """Store a line and give it to its order; None for money that went out."""
    row = store(line, via=via)
    return match(row.pk) if row else None


def store(line: BankLine, *, via: str) -> Inbox | None:
    """Keep a line under the bank's own id; None for money that went out, which is no affair of orders.

    Args:
        line: what the bank says.
        via: who told us, for staff: "webhook" or "csv".
    """
    if line.amount <= 0:
        return None
    body = line.to_body() | {"via": via}
    if other := telling_twice.told(line):
        body |= {"why": Why.TWICE.value, telling_twice.SAME_AS: other}
    row = inbox.receive(kind=Inbox.Kind.BANK, key=line.key, body=body)
    if BankLine.from_body(row.body).amount == line.amount:
        return row
    body["why"] = Why.CONFLICT.value
    return inbox.receive(kind=Inbox.Kind.BANK, key=f"{line.key[:100]}#{line.amount:.0f}", body=body)


def match(pk: int) -> Inbox:
    """Give a fresh line to the order that its memo names, and settle; otherwise note why it waits."""
    with transaction.atomic():
        row = locking.notice(pk)
        if row.done_at or row.error:
            return row
        found = Why(row.body["why"]) if "why" in row.body else _find(BankLine.from_body(row.body))
        if isinstance(found, Payment):
            give(row, found, by=BANK)
        else:
            _wait(row, found)
    return row


def match_fresh() -> int:
    """Match what a crash left between storing and matching; return how many."""
    done = 0
    fresh = Inbox.objects.filter(kind=Inbox.Kind.BANK, done_at=None, error="")
    for pk in list(fresh.values_list("pk", flat=True)):
        try:
            match(pk)
            done += 1
        except Exception:
            logger.exception("The bank's line %s cannot be matched", pk)
    return done


def give(row: Inbox, payment: Payment, *, by: Actor) -> None:
    """Book a locked line on a payment: the receipt and all that follows, in the caller's transaction."""
    row.payment, row.done_at, row.error = payment, timezone.now(), ""
    row.save(update_fields=["payment", "done_at", "error"])
    settling.settle(payment_id=payment.pk, standing=Standing(incoming=(incoming(row),), open=True), by=by)


def transfer_of(order: Order) -> Payment | None:
    """Return the order's payment by transfer, the one that is open or else the latest."""
    payments = list(order.payments.filter(method=VietQR.code).order_by("pk"))
    return next((payment for payment in payments if payment.is_live), payments[-1] if payments else None)


def _find(line: BankLine) -> Payment | Why:
    if not BankAccount.objects.filter(number=plain(line.account)).exists():
        return Why.ACCOUNT
    orders = list(Order.objects.filter(number__in=codes_in(line.memo))[:2])
    if len(orders) != 1:
        return Why.SEVERAL if orders else Why.NO_ORDER
    return transfer_of(orders[0]) or Why.NO_TRANSFER


def _wait(row: Inbox, why: Why) -> None:
    row.body = row.body | {"why": why.value}
    row.error = str(why.label)
    row.save(update_fields=["body", "error"])
    logger.warning("The bank's line %s waits for staff: %s", row.key, why.value)
