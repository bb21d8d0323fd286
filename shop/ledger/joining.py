"""A line of the bank that is money our books enter without it: a payout, a refund, a payout of Stripe's.

Staff name it where memo, number and sum did not. The line says what it is and nothing is entered twice; an entry is
made only where there is none: for what was noted before accounts had books, or came from Stripe in another currency.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop.core import locking
from shop.core.actors import Actor
from shop.ledger import accounts, bank_lines
from shop.ledger.accounts import CannotExplain
from shop.ledger.models import AccountEntry, BankLineLog, Payout
from shop.payment.bank import manual_matching, outgoing, stripe_payouts
from shop.payment.models import BankLine, Refund

K = AccountEntry.Kind
REFUND = "refund"
SHOWN = 50  # of each kind, the newest


@dataclass(frozen=True)
class Known:
    """What of ours a line may be: `key` as a line names it ("payout:12"), and the words for staff."""

    key: str
    words: str


def candidates(line: BankLine) -> list[Known]:
    """Return what of the same sum a line may be and no other line is, the newest first."""
    return list(_from_stripe(line)) if line.is_in else [*_payouts(line), *_refunds(line)]


def join(*, line_id: int, key: str, reason: str, by: Actor) -> BankLine:
    """Note which of the candidates a line is; what staff said of it before is taken back. One transaction.

    Raises:
        CannotExplain: the line is explained already, of no account of the hub's, or is not what was named.
    """
    with transaction.atomic():
        line = locking.bank_line(line_id)
        if line.account is None or key not in {one.key for one in candidates(line)}:
            raise CannotExplain(_("Khoản này không phải khoản đã chọn, hoặc khoản ấy vừa được khớp."))
        accounts.take_back(line)
        kind, _colon, what = key.partition(":")
        if line.is_in:
            _join_stripe(line, what, reason, by)
        elif kind == REFUND:
            _join_refund(line, int(what), reason, by)
        else:
            _join_payout(line, int(what), reason, by)
        accounts.note_said(line, BankLineLog.Verb.JOIN, key, reason, by)
    return BankLine.objects.get(pk=line_id)


def _join_stripe(line: BankLine, subject: str, reason: str, by: Actor) -> None:
    payout = stripe_payouts.candidates(line).filter(subject=subject)[0]
    _note(line, reason, by, settles=stripe_payouts.settles(subject))
    accounts.came_from_stripe(line, payout)


def _join_refund(line: BankLine, pk: int, reason: str, by: Actor) -> None:
    refund = Refund.objects.select_related("payment").get(pk=pk)
    locking.order(refund.payment.order_id)
    refund = Refund.objects.select_related("payment").get(pk=pk)
    if refund.state not in outgoing.OPEN:
        raise CannotExplain(_("Khoản hoàn này đã bị bỏ hoặc không thành."))
    _note(line, reason, by, refund=refund)
    if refund.state == Refund.State.DONE:
        accounts.refunded(refund)


def _join_payout(line: BankLine, pk: int, reason: str, by: Actor) -> None:
    try:
        payout: Payout = locking.payout(pk)
    except Payout.DoesNotExist as gone:
        raise CannotExplain(_("Khoản chi trả này đã bị bỏ.")) from gone
    _note(line, reason, by, settles=bank_lines.name(payout))
    if payout.is_paid:
        accounts.paid_out(payout)


def _note(line: BankLine, reason: str, by: Actor, *, settles: str = "", refund: Refund | None = None) -> None:
    try:
        manual_matching.note_known(line_id=line.pk, settles=settles, refund=refund, reason=reason, by=by)
    except manual_matching.CannotMatch as cannot:
        raise CannotExplain(str(cannot)) from cannot


def _payouts(line: BankLine) -> Iterator[Known]:
    settled = BankLine.objects.exclude(settles="").values("settles")
    named = Concat(Value(bank_lines.name(None)), Cast("pk", CharField()), output_field=CharField())
    rows: QuerySet[Any] = (
        Payout.objects.annotate(named=named).filter(total=line.amount).exclude(named__in=settled)
    )
    for payout in rows.select_related("partner").order_by("-pk")[:SHOWN]:
        yield Known(bank_lines.name(payout), f"{K.PAYOUT.label}: {payout} ({payout.get_state_display()})")


def _refunds(line: BankLine) -> Iterator[Known]:
    rows = Refund.objects.filter(
        way=Refund.Way.BANK, state__in=outgoing.OPEN, amount=line.amount, bank_lines=None, uncollected=False
    )
    for refund in rows.select_related("payment__order").order_by("-pk")[:SHOWN]:
        order, state = refund.payment.order.number, refund.get_state_display()
        yield Known(f"{REFUND}:{refund.pk}", f"{K.REFUND.label}: {order} ({state})")


def _from_stripe(line: BankLine) -> Iterator[Known]:
    for one in stripe_payouts.candidates(line)[:SHOWN]:
        day = date_format(one.arrives_on or timezone.localdate(one.created_at), "SHORT_DATE_FORMAT")
        words = f"{K.PROVIDER.label}: {day}, {one.subject}"
        yield Known(stripe_payouts.settles(one.subject), words)
