"""Bank lines as the admin lists and words them, and transfers of another sum than asked."""

from django.db.models import Case, F, Q, QuerySet, When
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from catalogue.formats import vnd
from shop.payment.models import BankLine, Payment
from shop.payment.providers.vietqr.provider import VietQR

S = BankLine.State
MEMO = 60  # characters of a memo in the list


def all_lines() -> QuerySet[BankLine]:
    """Return the lines, those that wait first, then the newest."""
    rows = BankLine.objects.select_related("payment__order", "refund__payment__order")
    waiting = Case(When(state__in=[S.WAITING, S.NEW], then=0), default=1)
    return rows.prefetch_related("parts__payment__order").order_by(waiting, "-pk")


def amount_of(line: BankLine) -> str:
    """Return the sum with its sign."""
    return vnd(line.amount) if line.is_in else f"−{vnd(line.amount)}"


def address_of(line: BankLine) -> str:
    """Return the address of the line's page."""
    return reverse("shop_bank_lines:line", args=[line.pk])


def day_of(line: BankLine) -> str:
    """Return the bank's day, or the day the line was told of where the bank named none."""
    return date_format(line.booked_on or localdate(line.received_at), "SHORT_DATE_FORMAT")


def short_memo_of(line: BankLine) -> str:
    """Return the beginning of the memo; the line's page has all of it."""
    return Truncator(line.memo).chars(MEMO)


def why_of(line: BankLine) -> str:
    """Return why a line waits, or why it was put aside."""
    if line.state == S.WAITING:
        return str(line.get_reason_display())
    return line.note


def orders_of(line: BankLine) -> str:
    """Return the codes of the orders that got the money, or gave it back."""
    payments = [line.payment] if line.payment else [part.payment for part in line.parts.all()]
    if line.refund:
        payments.append(line.refund.payment)
    return ", ".join(payment.order.number for payment in payments)


def uneven_payments() -> QuerySet[Payment]:
    """Return payments by transfer that got too little, too much, or need a person, newest first."""
    odd = Q(received__gt=F("amount")) | Q(received__gt=0, received__lt=F("amount"))
    rows = Payment.objects.filter(odd | Q(state=Payment.State.REVIEW), method=VietQR.code)
    return rows.select_related("order").order_by("-pk")


def unevenness(payment: Payment) -> str:
    """Return whether money is missing or too much."""
    if payment.received > payment.amount:
        return str(_("thừa"))
    return str(_("thiếu")) if payment.received < payment.amount else payment.doubt_words
