"""Money back: the row first, the provider after the commit, the same key until it answers."""

import logging
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from shop.core import locking, second_person
from shop.core.actors import Actor, in_shop_language
from shop.order.models import Line, Order, Parcel
from shop.payment import balances, doubting
from shop.payment.models import Doubt, Payment, Refund, RefundApproval
from shop.payment.providers import provider
from shop.payment.providers.base import PaymentUnavailable, RefundAnswer, RefundHeld
from shop.payment.refunds import answers, limits, refund_accounts

logger = logging.getLogger(__name__)


class TooMuch(Exception):
    """More was to go back than is left of what came in; `left` says how much is."""

    def __init__(self, left: Decimal) -> None:
        super().__init__(_("Chỉ còn hoàn được %(left)s đồng.") % {"left": left})
        self.left = left


class Closed(Exception):
    """A refund by hand is over, made or cancelled by somebody else; the message is for people."""

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

    What the hub's people give back of one payment above SECOND_PERSON_ABOVE waits for a second person before.

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
    left = balances.kept(payment)
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
        reason=reason[: answers.MAX_NOTE],
    )
    if second_person.is_needed(payment.refunds.effective().filter(external=False).total(), by=by):
        RefundApproval.objects.create(refund=refund, by=by.user, by_name=by.name)
    answers.log(refund, payment.order, by=by, note=reason)
    refund_accounts.prepare(refund)
    transaction.on_commit(lambda: send(refund.pk), robust=True)
    return refund


def refund_by_staff(
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
        if parcel and not limits.has_money_of(parcel, payment):
            raise TooMuch(Decimal(0))
        amount = _checked_amount(line or parcel, amount, quantity)
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


def _checked_amount(target: Line | Parcel | None, amount: Decimal | None, quantity: int | None) -> Decimal:
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


@in_shop_language
def send(pk: int) -> Refund:
    """Ask the provider for a refund that waits; again and again with the same key, by the timer.

    Uses the network: call it outside transactions. What goes back by hand is left to staff. While a
    dispute of its payment is undecided nothing is sent: the buyer might have the money twice.
    """
    refund = Refund.objects.select_related("payment__order").get(pk=pk)
    method = provider(refund.payment.method)
    ours = refund.way == Refund.Way.CARD and not refund.external  # what others asked for, others send
    if refund.state != Refund.State.REQUESTED or not ours or method is None or refund.is_unapproved:
        return refund
    by = Actor(name=refund.payment.method)
    if balances.has_open_dispute(refund.payment):
        return _hold(pk, by=by)
    try:
        answer = method.refund(refund)
    except RefundHeld as held:
        return _hold(pk, by=by, told=held)
    except PaymentUnavailable as silent:
        answer = RefundAnswer(error=str(silent))
    return finish(refund_id=pk, answer=answer, by=by)


@in_shop_language
def _hold(refund_id: int, *, by: Actor, told: RefundHeld | None = None) -> Refund:
    """Let a refund wait for the end of a dispute, which the provider may have told of before its notice came."""
    with transaction.atomic():
        order, refund = _lock(refund_id)
        if told:
            answers.record(refund.payment, told.disputes, order=order, by=by)
            if not refund.payment.has_seen(str(told)):
                doubting.note(refund.payment, str(told), by=by)
        if refund.state == Refund.State.REQUESTED:
            refund.error = Doubt.HELD.of()
            refund.save(update_fields=["error"])
    return refund


def _lock(refund_id: int) -> tuple[Order, Refund]:
    """Lock a refund's order and its payments, in the caller's transaction; return order and refund."""
    order = locking.order(Payment.objects.filter(refunds=refund_id).values_list("order_id", flat=True).get())
    locking.payments(order)
    return order, Refund.objects.select_related("payment").get(pk=refund_id)


@in_shop_language
def finish(*, refund_id: int, answer: RefundAnswer, by: Actor) -> Refund:
    """Note what became of a refund: the provider's answer, or the staff's own transfer. One transaction.

    Raises:
        Closed: one by hand is over already, and not made under this reference.
        NotConfirmed: it waits for a second person.
    """
    with transaction.atomic():
        order, refund = _lock(refund_id)
        if refund.is_unapproved and by.user is not None:
            raise second_person.not_yet()
        if refund.state == Refund.State.REQUESTED:
            answers.note_answer(refund, answer, order, by)
        elif refund.way != Refund.Way.CARD and not _is_noted(refund, answer):
            raise Closed(refund)
    return refund


def _is_noted(refund: Refund, answer: RefundAnswer) -> bool:
    return refund.state == Refund.State.DONE and refund.reference == answer.reference
