"""What became of refunds, as the provider says: of our own, and of those that others made."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.core.actors import SYSTEM, Actor
from shop.order import audit, mails
from shop.order.models import Order, OrderLog, OrderMail
from shop.payment import signals
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import Outgoing, RefundAnswer

logger = logging.getLogger(__name__)
MAX_NOTE = 300


def note_answer(
    refund: Refund, answer: RefundAnswer, order: Order, by: Actor, *, notify: bool = True
) -> None:
    """Note what became of a refund that waits; its order is locked. The buyer gets a mail once it is done."""
    refund.attempts += 1
    refund.error = answer.error[:MAX_NOTE]
    refund.reference = answer.reference or refund.reference
    if answer.done:
        refund.move_to(Refund.State.DONE)
        refund.done_at = timezone.now()
    elif answer.failed:
        refund.move_to(Refund.State.FAILED)
        logger.warning("Refund %s of order %s failed: %s", refund.key, order.number, answer.error)
    refund.save()
    if refund.state != Refund.State.REQUESTED:
        log(refund, order, by=by, note=f"{refund.get_state_display()} {answer.error}".strip())
    if refund.state == Refund.State.DONE:
        signals.refund_completed.send(Refund, refund=refund)
        if notify:
            mails.write(order, OrderMail.Kind.REFUNDED, reference=refund.key)


@dataclass
class RefundChanges:
    """What the provider's report changed: refunds made outside the shop, and refunds whose money came back."""

    external: list[Refund] = field(default_factory=list)
    reversed: list[Refund] = field(default_factory=list)


def record(payment: Payment, outgoing: Sequence[Outgoing], *, order: Order, by: Actor) -> RefundChanges:
    """Record what the provider refunded: our own refunds by key, its dashboard's and disputes as new rows.

    Runs inside `settle`, on locked rows. External refunds limit what may still be refunded. The
    buyer gets a mail about refunds, not about disputes.
    """
    changes = RefundChanges()
    for sent in outgoing:
        refund = payment.refunds.filter(key=sent.key).first() if sent.key else None
        refund = refund or payment.refunds.filter(reference=sent.reference).first()
        if refund is None and not sent.failed:
            refund = _record_external(payment, sent, order, by)
            changes.external.append(refund)
        if refund and refund.disputed and refund.dispute_open != sent.undecided:
            refund.dispute_open = sent.undecided
            refund.save(update_fields=["dispute_open"])
        if refund and refund.state == Refund.State.REQUESTED:
            answer = RefundAnswer(reference=sent.reference, done=sent.done, failed=sent.failed)
            note_answer(refund, answer, order, by, notify=not sent.disputed)
            if refund.external and sent.failed:
                changes.reversed.append(refund)
        elif refund and refund.state == Refund.State.DONE and sent.failed:
            _reverse(refund, order, by)
            changes.reversed.append(refund)
    return changes


def _record_external(payment: Payment, sent: Outgoing, order: Order, by: Actor) -> Refund:
    dispute, dashboard = _("Chủ thẻ khiếu nại, ngân hàng lấy lại tiền."), _("Làm ở trang của bên thu tiền.")
    refund = Refund.objects.create(
        payment=payment,
        key=f"external-{sent.reference}",
        amount=sent.amount,
        goods=sent.amount,
        way=Refund.Way.CARD,
        reference=sent.reference,
        external=True,
        disputed=sent.disputed,
        dispute_open=sent.undecided,
        reason=dispute if sent.disputed else dashboard,
    )
    log(refund, order, by=by, note=refund.reason)
    return refund


def _reverse(refund: Refund, order: Order, by: Actor) -> None:
    """A refund failed after it was done, or a dispute was won: the money is ours again."""
    refund.move_to(Refund.State.FAILED)
    refund.save(update_fields=["state"])
    signals.refund_reversed.send(Refund, refund=refund)
    log(refund, order, by=by, note=_("không thành"))


def log(refund: Refund, order: Order, *, by: Actor = SYSTEM, note: str = "") -> None:
    """Write a line of the order's log."""
    audit.write(
        order,
        OrderLog.Verb.REFUND,
        by=by,
        parcel=refund.parcel,
        reference=refund.key,
        amount=refund.amount,
        note=note,
    )
