"""How the admin speaks of a line of the bank."""

from decimal import Decimal

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shop.payment.models import Inbox, Payment
from shop.payment.providers.vietqr.provider import VietQR

STATES = {
    "waiting": (Q(done_at=None), _("chờ người xem")),
    "matched": (Q(payment__isnull=False), _("đã vào đơn")),
    "not_ours": (Q(done_at__isnull=False, payment=None), _("không phải tiền đơn")),
}


def bank_lines() -> QuerySet[Inbox]:
    """Return the lines, those that wait first, then the newest."""
    rows = Inbox.objects.filter(kind=Inbox.Kind.BANK).select_related("payment__order")
    return rows.order_by(F("done_at").desc(nulls_first=True), "-pk")


def state_of(row: Inbox) -> str:
    """Return the line's state in words."""
    if row.payment_id:
        return str(STATES["matched"][1])
    return str(STATES["not_ours" if row.done_at else "waiting"][1])


def amount_of(row: Inbox) -> Decimal:
    """Return the sum, in đồng."""
    return Decimal(row.body["amount"])


def order_of(row: Inbox) -> str:
    """Return the code of the order that got the money."""
    return row.payment.order.number if row.payment else ""


def uneven_payments() -> QuerySet[Payment]:
    """Return payments by transfer that got too little, too much, or need a person, newest first."""
    odd = Q(received__gt=F("amount")) | Q(received__gt=0, received__lt=F("amount"))
    rows = Payment.objects.filter(odd | Q(state=Payment.State.REVIEW), method=VietQR.code)
    return rows.select_related("order").order_by("-pk")


def unevenness(payment: Payment) -> str:
    """Return whether money is missing or too much."""
    if payment.received > payment.amount:
        return str(_("thừa"))
    return str(_("thiếu")) if payment.received < payment.amount else payment.doubt
