"""What staff do with a bank line that fits no order by itself; each verb is one transaction, but for `split`."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.formats import vnd
from shop.core import locking
from shop.core.actors import Actor
from shop.order import audit
from shop.order.models import Order, OrderLog
from shop.payment import bank
from shop.payment.bank import known_money
from shop.payment.bank.deciding import transfer_of
from shop.payment.bank.matching import book, settle_parts
from shop.payment.models import BankLine, BankLinePart, BankStatement, Payment, Receipt, Refund

MAX_REASON = 200
FEWEST = 2  # orders that a line is split between
S = BankLine.State


class CannotMatch(Exception):
    """The bank line is handled already, or no order can take it; the message is for staff."""


def assign(*, line_id: int, number: str, by: Actor, revise: bool = False) -> Payment:
    """Book a line on the order with this code, as if its memo had named it; with a line in the log.

    A line given to an order stays there: money booked wrongly goes back as a refund.

    Args:
        line_id: the waiting line.
        number: the order's code.
        by: who decides.
        revise: whether whoever decides has seen that the line is marked as not ours.

    Raises:
        CannotMatch: somebody has dealt with the line already, or there is no such order.
    """
    with transaction.atomic():
        line = _waiting(line_id, revise=revise)
        payment = _payment_of(line, number, by)
        line.handled_by = by.name
        book(line, payment, by=by)
    payment.refresh_from_db()
    return payment


def split(*, line_id: int, sums: Mapping[str, Decimal], by: Actor, revise: bool = False) -> list[Payment]:
    """Book a line on several orders, the whole of it; then settle each order, in a transaction of its own.

    Args:
        line_id: the waiting line.
        sums: what each order gets, by its code.
        by: who decides.
        revise: as in `assign`.

    Raises:
        CannotMatch: as in `assign`; or the sums do not make up the line.
    """
    with transaction.atomic():
        line = _waiting(line_id, revise=revise)
        if len(sums) < FEWEST or sum(sums.values(), Decimal(0)) != line.amount or min(sums.values()) <= 0:
            raise CannotMatch(
                _("Chia cho ít nhất hai đơn, cộng lại đúng %(amount)s.") % {"amount": vnd(line.amount)}
            )
        ordered = Order.objects.filter(number__in=sums).order_by("pk").values_list("number", flat=True)
        if missing := sorted(set(sums) - set(ordered)):
            raise CannotMatch(_("Không có đơn %(code)s.") % {"code": missing[0]})
        parts = []
        for number in ordered:  # locked in the order of their keys
            payment = _payment_of(line, number, by)
            parts.append(BankLinePart.objects.create(line=line, payment=payment, amount=sums[number]))
        line.move_to(S.MATCHED)
        line.handled_by, line.handled_at, line.reason, line.note = by.name, timezone.now(), "", ""
        line.save(update_fields=["state", "handled_by", "handled_at", "reason", "note"])
    settle_parts(parts, by=by)
    return [part.payment for part in parts]


def confirm_duplicate(*, line_id: int, by: Actor) -> BankLine:
    """Say that a line is the one it looks like, told again: it is booked nowhere.

    Raises:
        CannotMatch: somebody has dealt with it already, or it looks like no other.
    """
    with transaction.atomic():
        line = _waiting(line_id, either_way=True)
        if line.same_as_id is None:
            raise CannotMatch(_("Khoản này không giống khoản nào khác."))
        line.move_to(S.DUPLICATE)
        _note(line, by)
    return line


def told_before(statement: BankStatement) -> QuerySet[BankLine]:
    """Return a statement's lines that look like one told before and wait for a person to say so."""
    rows = statement.lines.filter(state=S.WAITING, reason=BankLine.Reason.DUPLICATE, same_as__isnull=False)
    return rows.select_related("same_as").order_by("pk")


def confirm_duplicates(*, statement_id: int, keys: Collection[int], by: Actor) -> int:
    """Say of several lines of one statement that each was told before; return of how many.

    Args:
        statement_id: whose lines.
        keys: those that whoever decides has seen; others stay.
        by: who decides.
    """
    statement = BankStatement.objects.get(pk=statement_id)
    count = 0
    for pk in list(told_before(statement).filter(pk__in=keys).values_list("pk", flat=True)):
        try:
            confirm_duplicate(line_id=pk, by=by)
        except CannotMatch:  # somebody else has dealt with it meanwhile
            continue
        count += 1
    return count


def set_aside(*, line_id: int, reason: str, by: Actor) -> BankLine:
    """Put a line aside that pays no order, with the reason; who and when stay on the line.

    Raises:
        CannotMatch: somebody has dealt with it already.
    """
    with transaction.atomic():
        line = _waiting(line_id, either_way=True)
        line.move_to(S.SET_ASIDE)
        line.note = reason[:MAX_REASON]
        _note(line, by)
    return line


def note_known(
    *, line_id: int, reason: str, by: Actor, settles: str = "", refund: Refund | None = None
) -> BankLine:
    """Note that a line is money our books know without it: a refund, or what `settles` names, such as "payout:12".

    Raises:
        CannotMatch: somebody has dealt with the line already, or another line is that money.
    """
    with transaction.atomic():
        line = locking.bank_line(line_id)
        if line.state not in BankLine.OPEN or _is_handled_by_earlier_release(line):
            raise CannotMatch(_("Khoản này đã có người xử lý."))
        try:
            return known_money.note(line_id=line_id, settles=settles, refund=refund, by=by, reason=reason)
        except known_money.NotFree as taken:
            raise CannotMatch(_("Một khoản khác ở ngân hàng vừa được khớp với khoản ấy.")) from taken


def _note(line: BankLine, by: Actor) -> None:
    line.handled_by, line.handled_at = by.name, timezone.now()
    line.save(update_fields=["state", "note", "handled_by", "handled_at"])


def _waiting(line_id: int, *, revise: bool = False, either_way: bool = False) -> BankLine:
    """Lock a line that nobody has dealt with, or whose decision is revised; of money in, unless either way will do."""
    line = locking.bank_line(line_id)
    is_open = line.state == S.WAITING or (revise and line.state in {S.SET_ASIDE, S.DUPLICATE})
    if not is_open or _is_handled_by_earlier_release(line):
        raise CannotMatch(_("Khoản này đã có người xử lý."))
    if not (line.is_in or either_way):
        raise CannotMatch(_("Đây là tiền ra."))
    return line


def _is_handled_by_earlier_release(line: BankLine) -> bool:
    """Return whether the release before, while it still serves, has decided what the timer is yet to follow.

    Its row is locked, so that one who books it there just now is waited for.
    """
    row = locking.notice(line.inbox_id) if line.inbox_id else None
    if row and row.done_at and line.state == S.WAITING:
        return True
    return Receipt.objects.filter(source=Receipt.Source.BANK, reference=line.key).exists()


def _payment_of(line: BankLine, number: str, by: Actor) -> Payment:
    """Return the payment by transfer of an order, which is locked, with a line in its log."""
    order = Order.objects.filter(number=number).first()
    if order is None:
        raise CannotMatch(_("Không có đơn %(code)s.") % {"code": number})
    order = locking.order(order.pk)
    payment = transfer_of(order) or _open(order)
    note = _("gán tay: %(memo)s") % {"memo": line.memo[:200]}
    audit.write(order, OrderLog.Verb.NOTE, by=by, reference=line.key, note=note)
    return payment


def _open(order: Order) -> Payment:
    """Write a payment by transfer for a locked order that was to be paid otherwise."""
    parcels = order.parcels.prefetch_related("lines")
    due = sum((parcel.charged for parcel in parcels if parcel.is_wanted), Decimal(0))
    amount = due or order.total_incl_tax
    if not amount:
        raise CannotMatch(_("Đơn %(code)s không phải trả tiền.") % {"code": order.number})
    return Payment.objects.create(order=order, method=bank.METHOD, amount=amount, state=Payment.State.PENDING)
