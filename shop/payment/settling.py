"""The one path on which money enters: browser return, notification, timer and staff all end here.

`look` asks the provider, outside every transaction; `settle` books what it said, in one. Both may be
called any number of times, in any order, by several processes at once: a receipt is booked once, by
its reference, and everything else follows from the receipts.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.templatetags.market import vnd
from shop.ledger import posting
from shop.order import audit, locking, mails, reviving, stall_mails
from shop.order.audit import Actor, in_shop_language
from shop.order.models import Order, OrderLog, OrderMail, Parcel
from shop.payment import books, closing, limits, refunding
from shop.payment.models import Payment, Receipt, Refund
from shop.payment.providers import provider
from shop.payment.providers.base import Incoming, Standing

logger = logging.getLogger(__name__)
S = Payment.State
UNSENT = frozenset({Order.Status.PLACED, Order.Status.PROCESSING})
CLOSED = frozenset({Order.Status.CANCELLED, Order.Status.COMPLETE})


@dataclass
class Case:
    """One payment with everything that is locked to decide on it."""

    order: Order
    payment: Payment
    payments: Sequence[Payment]
    parcels: Sequence[Parcel]
    by: Actor

    def log(
        self, verb: OrderLog.Verb, *, reference: str = "", note: str = "", amount: Decimal | None = None
    ) -> None:
        """Write a line of the audit log."""
        audit.write(self.order, verb, by=self.by, reference=reference, note=note, amount=amount)


@in_shop_language
def look(*, payment_id: int, by: Actor) -> Payment:
    """Ask the provider what it knows of a payment, and settle that.

    Uses the network: call it outside transactions.

    Raises:
        PaymentUnavailable: the provider does not answer; nothing is changed.
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    method = provider(payment.method)
    if method is None:
        logger.error("Payment %s was made by the unknown method %r", payment.pk, payment.method)
        return payment
    if method.collects_on_delivery:  # booked where it is handed over (shop.order.money), never here
        return payment
    return settle(payment_id=payment_id, standing=method.ask(payment), by=by)


@in_shop_language
def settle(*, payment_id: int, standing: Standing, by: Actor) -> Payment:
    """Book what is known of a payment and let its order follow. One transaction, no network.

    Money that fits places the order; too little waits; money for an expired order takes the stock
    again; whatever fits nowhere waits for a person (REVIEW) with a refund already asked for.
    """
    with transaction.atomic():
        case = open_case(payment_id, by)
        payment = case.payment
        new = [receipt for incoming in standing.incoming if (receipt := _book(case, incoming))]
        noted = refunding.note(payment, standing.outgoing, order=case.order, by=by)
        payment.received = books.received(payment)
        doubted = bool(standing.doubt) and _review(case, standing.doubt, again=bool(new))
        _follow(case, standing, new)
        if noted.taken and not doubted:
            _taken_back(case, noted.taken)
        if noted.taken and books.kept(payment) < 0:
            _review(case, _("Đã hoàn quá số tiền nhận được; kiểm tra trước khi chuyển khoản thêm."))
        if noted.ours_again:
            _ours_again(case)
        payment.save(update_fields=["state", "received", "doubt", "changed_at"])
    return payment


def _follow(case: Case, standing: Standing, new: Sequence[Receipt]) -> None:
    """Let state and order follow from what is booked; from doubtful money nothing follows by itself."""
    payment = case.payment
    if payment.state == S.PAID:
        _again(case, new)
    elif standing.doubt:
        return
    elif books.is_funded(payment, _due(case)):
        if payment.state != S.REVIEW or new:
            complete(case)
    elif new and books.kept(payment) > 0:
        _short(case)
    elif standing.failed and payment.is_live and not payment.received:
        payment.state = S.FAILED
        case.log(OrderLog.Verb.PAY, reference=payment.method, note=_("không thành"))


def open_case(payment_id: int, by: Actor) -> Case:
    """Lock a payment with its order, the other payments and the parcels, in the caller's transaction."""
    order = locking.order(Payment.objects.values_list("order_id", flat=True).get(pk=payment_id))
    payments = locking.payments(order)
    parcels = locking.parcels(order)
    payment = next(row for row in payments if row.pk == payment_id)
    return Case(order, payment, payments, parcels, by)


def _book(case: Case, incoming: Incoming) -> Receipt | None:
    """Append a receipt; None when it is already there."""
    receipt, created = Receipt.objects.get_or_create(
        source=incoming.source,
        reference=incoming.reference,
        defaults={"payment": case.payment, "amount": incoming.amount},
    )
    if created:
        posting.received(receipt)
        case.log(OrderLog.Verb.PAY, reference=incoming.reference, amount=incoming.amount)
        return receipt
    if (receipt.payment_id, receipt.amount) != (case.payment.pk, incoming.amount):
        why = _("Khoản thu %(reference)s đã ghi khác trước.") % {"reference": incoming.reference}
        _review(case, why, again=False)
    return None


def complete(case: Case) -> None:
    """All the money is there: it pays the order, or goes back."""
    order = case.order
    if any(other.state == S.PAID for other in case.payments if other is not case.payment):
        _give_back(case, _("Đơn đã được trả bằng cách khác."))
    elif order.status == Order.Status.PENDING_PAYMENT:
        _place(case)
    elif order.status == Order.Status.EXPIRED:
        _place_late(case)
    elif order.status in UNSENT and not any(
        _has_money(other) for other in case.payments if other is not case.payment
    ):
        _replace_cash(case)
    else:
        _give_back(case, _("Tiền đến khi đơn đã đóng."))


def _due(case: Case) -> Decimal:
    """Return what pays: the payment's sum, or less once parcels or units of an order for cash are called off."""
    if case.order.status not in UNSENT:
        return case.payment.amount
    return min(case.payment.amount, _wanted(case))


def _wanted(case: Case) -> Decimal:
    return sum((parcel.charged for parcel in case.parcels if parcel.is_wanted), Decimal(0))


def _has_money(payment: Payment) -> bool:
    return bool(payment.received)


def _place(case: Case) -> None:
    """The order is paid: producers may begin."""
    _pay(case, due=case.payment.amount)
    case.order.begin()
    stall_mails.new_parcels(case.parcels)
    mails.write(case.order, OrderMail.Kind.PAID)


def _place_late(case: Case) -> None:
    """The money came after the stock was let go: take the stock again, or give the money back."""
    try:
        reviving.revive(case.order, case.parcels)
    except reviving.Gone as gone:
        _give_back(case, _("Tiền đến sau hạn. %(why)s") % {"why": gone})
    else:
        _place(case)


def _replace_cash(case: Case) -> None:
    """A transfer came for an order that was to be paid at the door: then it is paid now."""
    _pay(case, due=_wanted(case))
    mails.write(case.order, OrderMail.Kind.PAID)


def _pay(case: Case, *, due: Decimal) -> None:
    case.payment.state, case.payment.doubt = S.PAID, ""
    case.payment.save(update_fields=["state", "doubt", "changed_at"])
    posting.paid(case.payment, case.parcels)
    closing.close_others(case.payments, paid=case.payment, by=case.by)
    _surplus(case, books.kept(case.payment) - due)


def _again(case: Case, new: Sequence[Receipt]) -> None:
    """More money for what is paid already: all of it goes back, whatever went back before."""
    more = sum((receipt.amount for receipt in new), Decimal(0))
    if more and case.order.status in CLOSED:
        _review(case, _("Tiền đến khi đơn đã đóng."))
    _surplus(case, min(more, books.kept(case.payment)))


def _short(case: Case) -> None:
    """New money that does not complete the payment: the buyer is told, or it goes back."""
    payment = case.payment
    if case.order.status == Order.Status.PENDING_PAYMENT and payment.is_live:
        mails.write(case.order, OrderMail.Kind.SHORT, reference=f"{payment.pk}-{payment.received:.0f}")
    else:
        _give_back(case, _("Tiền đến thiếu, cho đơn không còn chờ thanh toán."))


def _taken_back(case: Case, taken: Sequence[Refund]) -> None:
    """The provider gave money back that nobody here decided on: a person looks before the goods leave."""
    if any(parcel.is_wanted and not parcel.shipped_at for parcel in case.parcels):
        amount = sum((refund.amount for refund in taken), Decimal(0))
        _review(case, _("Bên thu tiền đã trả lại %(amount)s; hàng chưa gửi.") % {"amount": vnd(amount)})


def _ours_again(case: Case) -> None:
    """Money that had gone back is ours again: what was called off or sent back meanwhile is still to be paid."""
    sent = sum((limits.to_keep(parcel) for parcel in case.parcels if parcel.is_wanted), Decimal(0))
    if (over := books.kept(case.payment) - sent) > 0:
        _review(
            case,
            _("Tiền đã trả lại nay về lại; %(amount)s là của hàng đã huỷ hoặc trả về.")
            % {"amount": vnd(over)},
        )


def _surplus(case: Case, over: Decimal) -> None:
    """Money beyond what is due is listed for refund."""
    if over > 0:
        count = case.payment.receipts.count()
        refunding.request(
            payment=case.payment,
            amount=over,
            key=f"over-{case.payment.pk}-{count}",
            by=case.by,
            reason=_("Chuyển thừa."),
        )


def _give_back(case: Case, why: str) -> None:
    """Money without an order to pay: a person looks, and all of it goes back."""
    _review(case, why)
    left = books.kept(case.payment)
    if left > 0:
        # What was dropped or failed counts, too: after it, this is another refund.
        count = f"{case.payment.receipts.count()}-{case.payment.refunds.count()}"
        refunding.request(
            payment=case.payment, amount=left, key=f"all-{case.payment.pk}-{count}", by=case.by, reason=why
        )


def _review(case: Case, why: str, *, again: bool = True) -> bool:
    """Let a person look, and return whether there is something to look at; a paid payment stays paid.

    Args:
        case: whose payment.
        why: for staff.
        again: whether the same words tell of something new; else who has seen them once is not asked again.
    """
    payment = case.payment
    if not again and why in payment.doubts_seen:
        return False
    if not payment.call(why):
        return True
    if payment.state != S.PAID:
        payment.state = S.REVIEW
    payment.save(update_fields=["state", "doubt", "changed_at"])
    case.log(OrderLog.Verb.NOTE, reference=payment.method, note=why)
    logger.warning("Payment %s of order %s needs a person: %s", payment.pk, case.order.number, why)
    return True
