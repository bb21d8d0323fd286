"""Money back: the row first, the provider after the commit, the same key until it answers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.ledger import posting
from shop.order import audit, locking, mails
from shop.order.audit import SYSTEM, Actor, in_shop_language
from shop.order.models import Line, Order, OrderLog, OrderMail, Parcel
from shop.payment import books, limits, refund_accounts
from shop.payment.models import Payment, Refund
from shop.payment.providers import provider
from shop.payment.providers.base import Outgoing, PaymentUnavailable, RefundAnswer

logger = logging.getLogger(__name__)
MAX_NOTE = 300


class TooMuch(Exception):  # noqa: N818 - a fact of trade
    """More was to go back than is left of what came in; `left` says how much is."""

    def __init__(self, left: Decimal) -> None:
        super().__init__(_("Chỉ còn hoàn được %(left)s đồng.") % {"left": left})
        self.left = left


class Closed(Exception):  # noqa: N818 - a fact of trade
    """A refund by hand is over, made or dropped by somebody else; the message is for people."""

    def __init__(self, refund: Refund) -> None:
        super().__init__(refund)
        self.refund = refund

    def __str__(self) -> str:
        state = f"{self.refund.get_state_display()} {self.refund.reference}".strip()
        return _(
            "Không ghi được, khoản hoàn này: %(state)s. Tiền đã chuyển thì lập khoản hoàn mới rồi ghi mã ở đó."
        ) % {"state": state}


def request(
    *,
    payment: Payment,
    amount: Decimal,
    key: str,
    by: Actor,
    reason: str = "",
    parcel: Parcel | None = None,
    goods: Decimal | None = None,
    line: Line | None = None,
    quantity: int | None = None,
    called_off: bool = False,
    way: Refund.Way | None = None,
) -> Refund:
    """Decide that `amount` goes back, in the caller's transaction, and send it after the commit.

    The caller holds the locks of order and payment. The same key gives the same row, so that a
    second press gives nothing back twice.

    Args:
        payment: whose money.
        amount: whole đồng, above zero, at most what is kept of the payment.
        key: what this refund is for, unique for ever.
        by: who decides.
        reason: for the log and the buyer.
        parcel: which producer's goods it is for.
        goods: how much of it is for goods, the rest being shipping; all of it without a word.
        line: which line of the parcel it is for.
        quantity: how many units of the line.
        called_off: these units are not sent at all.
        way: how it goes back; the provider's own way without a word.

    Raises:
        TooMuch: more than is left; nothing is changed.
    """
    if found := Refund.objects.filter(key=key).first():
        return found
    left = books.kept(payment)
    if amount > left:
        raise TooMuch(left)
    method = provider(payment.method)
    refund = Refund.objects.create(
        payment=payment,
        parcel=parcel,
        line=line,
        quantity=quantity,
        called_off=called_off,
        key=key,
        amount=amount,
        goods=amount if goods is None else goods,
        way=way or (method.refund_way if method else Refund.Way.BANK),
        reason=reason[:MAX_NOTE],
    )
    _log(refund, payment.order, by=by, note=reason)
    refund_accounts.prepare(refund)
    transaction.on_commit(lambda: send(refund.pk), robust=True)
    return refund


def give(
    *,
    order_id: int,
    payment_id: int,
    amount: Decimal | None = None,
    key: str,
    by: Actor,
    reason: str,
    parcel_id: int | None = None,
    line_id: int | None = None,
    quantity: int | None = None,
    way: Refund.Way | None = None,
) -> Refund:
    """Give money back by the staff's decision, for a line, a parcel or the order; one transaction.

    Args:
        order_id: which order.
        payment_id: which of its payments.
        amount: whole đồng; without it what `quantity` units of the line are worth.
        key: of the form that was pressed: pressed twice, it gives once.
        by: who decides.
        reason: for the log.
        parcel_id: whose goods it is for; a line names its own.
        line_id: which line it is for.
        quantity: how many units of it.
        way: how it goes back.

    Raises:
        TooMuch: more than is left of the payment, or of the price of parcel or line, or its cash has not come.
        Payment.DoesNotExist, Parcel.DoesNotExist, Line.DoesNotExist: not of this order.
    """
    with transaction.atomic():
        order = locking.order(order_id)
        locking.payments(order)
        payment = order.payments.get(pk=payment_id)
        if found := Refund.objects.filter(key=key).first():
            return found
        line = order.lines.get(pk=line_id, parcel__order=order) if line_id else None
        parcel = line.parcel if line else order.parcels.get(pk=parcel_id) if parcel_id else None
        if parcel and not limits.has_come(parcel, payment):
            raise TooMuch(Decimal(0))
        amount = _within(line or parcel, amount, quantity)
        return request(
            payment=payment,
            amount=amount,
            key=key,
            by=by,
            reason=reason,
            parcel=parcel,
            goods=min(amount, limits.goods_of(parcel)) if parcel else None,
            line=line,
            quantity=quantity,
            way=way,
        )


def _within(target: Line | Parcel | None, amount: Decimal | None, quantity: int | None) -> Decimal:
    """Return the sum that goes back for `target`. Raises TooMuch: more than is left of its price or units."""
    if quantity is not None and isinstance(target, Line):
        if not 1 <= quantity <= limits.units_of(target):
            raise TooMuch(limits.of_line(target))
        amount = limits.worth(target, quantity)
    if not amount:
        raise TooMuch(Decimal(0))
    if target is None:
        return amount
    left = limits.of_line(target) if isinstance(target, Line) else limits.of_parcel(target)
    if amount > left:
        raise TooMuch(left)
    return amount


def send(pk: int) -> Refund:
    """Ask the provider for a refund that waits; again and again with the same key, by the timer.

    Uses the network: call it outside transactions. What goes back by hand is left to staff.
    """
    refund = Refund.objects.select_related("payment__order").get(pk=pk)
    method = provider(refund.payment.method)
    ours = refund.way == Refund.Way.CARD and not refund.external  # what others asked for, others send
    if refund.state != Refund.State.REQUESTED or not ours or method is None:
        return refund
    try:
        answer = method.refund(refund)
    except PaymentUnavailable as silent:
        answer = RefundAnswer(error=str(silent))
    return finish(refund_id=pk, answer=answer, by=Actor(name=refund.payment.method))


@in_shop_language
def finish(*, refund_id: int, answer: RefundAnswer, by: Actor) -> Refund:
    """Note what became of a refund: the provider's answer, or the staff's own transfer. One transaction.

    Raises:
        Closed: one by hand is over already, and not made under this reference.
    """
    with transaction.atomic():
        order = locking.order(
            Payment.objects.filter(refunds=refund_id).values_list("order_id", flat=True).get()
        )
        locking.payments(order)
        refund = Refund.objects.select_related("payment").get(pk=refund_id)
        if refund.state == Refund.State.REQUESTED:
            _finish(refund, answer, order, by)
        elif refund.way != Refund.Way.CARD and not _is_noted(refund, answer):
            raise Closed(refund)
    return refund


def _is_noted(refund: Refund, answer: RefundAnswer) -> bool:
    return refund.state == Refund.State.DONE and refund.reference == answer.reference


def _finish(refund: Refund, answer: RefundAnswer, order: Order, by: Actor, *, tell: bool = True) -> None:
    refund.attempts += 1
    refund.error = answer.error[:MAX_NOTE]
    refund.reference = answer.reference or refund.reference
    if answer.done:
        refund.state, refund.done_at = Refund.State.DONE, timezone.now()
    elif answer.failed:
        refund.state = Refund.State.FAILED
        logger.warning("Refund %s of order %s failed: %s", refund.key, order.number, answer.error)
    refund.save()
    if refund.state != Refund.State.REQUESTED:
        _log(refund, order, by=by, note=f"{refund.get_state_display()} {answer.error}".strip())
    if refund.state == Refund.State.DONE:
        posting.refunded(refund)
        if tell:
            mails.write(order, OrderMail.Kind.REFUNDED, reference=refund.key)


@dataclass
class Noted:
    """What was news: refunds that nobody here decided on, and money that had gone and is ours again."""

    taken: list[Refund] = field(default_factory=list)
    ours_again: list[Refund] = field(default_factory=list)


def note(payment: Payment, outgoing: Sequence[Outgoing], *, order: Order, by: Actor) -> Noted:
    """Note what the provider gave back: our own refunds by key, its dashboard's and disputes as new rows.

    Runs inside `settle`, on locked rows. What others took limits what may still go back. The buyer
    is told of refunds, not of disputes.
    """
    noted = Noted()
    for fact in outgoing:
        own = payment.refunds.filter(key=fact.key).first() if fact.key else None
        own = own or payment.refunds.filter(reference=fact.reference).first()
        if own is None and not fact.failed:
            own = _note_foreign(payment, fact, order, by)
            noted.taken.append(own)
        if own and own.state == Refund.State.REQUESTED:
            answer = RefundAnswer(reference=fact.reference, done=fact.done, failed=fact.failed)
            _finish(own, answer, order, by, tell=not fact.disputed)
            if own.external and fact.failed:
                noted.ours_again.append(own)
        elif own and own.state == Refund.State.DONE and fact.failed:
            _undo(own, order, by)
            noted.ours_again.append(own)
    return noted


def _note_foreign(payment: Payment, fact: Outgoing, order: Order, by: Actor) -> Refund:
    dispute, dashboard = _("Chủ thẻ khiếu nại, ngân hàng lấy lại tiền."), _("Làm ở trang của bên thu tiền.")
    refund = Refund.objects.create(
        payment=payment,
        key=f"external-{fact.reference}",
        amount=fact.amount,
        goods=fact.amount,
        way=Refund.Way.CARD,
        reference=fact.reference,
        external=True,
        disputed=fact.disputed,
        reason=dispute if fact.disputed else dashboard,
    )
    _log(refund, order, by=by, note=refund.reason)
    return refund


def _undo(refund: Refund, order: Order, by: Actor) -> None:
    """A refund that was done came back, or a dispute was won: the money is ours again."""
    refund.state = Refund.State.FAILED
    refund.save(update_fields=["state"])
    posting.undone(refund)
    _log(refund, order, by=by, note=_("không thành"))


def _log(refund: Refund, order: Order, *, by: Actor = SYSTEM, note: str = "") -> None:
    audit.write(
        order,
        OrderLog.Verb.REFUND,
        by=by,
        parcel=refund.parcel,
        reference=refund.key,
        amount=refund.amount,
        note=note,
    )
