"""The buyer's bank account for refunds by bank: asked for by mail, given on the order's page, later forgotten."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shop.core import locking
from shop.core.actors import Actor
from shop.order import audit, mails
from shop.order.models import Order, OrderLog, OrderMail
from shop.payment.models import Refund, RefundAccount
from shop.timer import clock


class NothingDue(Exception):
    """No refund of the order waits for a transfer any more; the message is for people."""


def waiting(order: Order) -> list[Refund]:
    """Return the order's refunds that are still to be transferred, oldest first, with their accounts."""
    rows = Refund.objects.to_transfer().filter(payment__order=order)
    return list(rows.select_related("account").order_by("pk"))


def account_of(refund: Refund) -> RefundAccount | None:
    """Return where a refund goes, None while nobody has said."""
    found: RefundAccount | None = getattr(refund, "account", None)
    return found


def prepare(refund: Refund) -> None:
    """See to an account for a new refund, in the caller's transaction.

    One that was given for an earlier refund of the order serves again. Otherwise the buyer gets a
    mail, one for all refunds that wait at the same time.
    """
    if refund.way != Refund.Way.BANK:
        return
    order = refund.payment.order
    earlier = RefundAccount.of(order)
    if earlier:
        _note(refund, earlier)
    elif waiting(order) == [refund]:
        mails.write(order, OrderMail.Kind.REFUND_DUE, reference=refund.key)


def save_account(*, order_id: int, account: RefundAccount, by: Actor) -> None:
    """Note where all refunds of an order go that wait for a transfer. One transaction.

    The buyer gets a mail, where the order has an address; log and mail name the bank and the end of
    the number only. Whether a buyer may say so is proven before (shop.customer.orders.proof).

    Args:
        order_id: whose refunds.
        account: bank, number and holder as typed, checked, not saved.
        by: who says so.

    Raises:
        NothingDue: nothing waits for a transfer; nothing is noted.
    """
    with transaction.atomic():
        order = locking.order(order_id)
        locking.payments(order)
        refunds = waiting(order)
        if not refunds:
            raise NothingDue(_("Không còn khoản hoàn nào chờ chuyển khoản."))
        if all(_is_noted(refund, account) for refund in refunds):
            return
        for refund in refunds:
            _note(refund, account)
        words = _("Tài khoản nhận tiền hoàn: %(account)s") % {"account": account.masked}
        line = audit.write(order, OrderLog.Verb.NOTE, by=by, note=words)
        mails.write(order, OrderMail.Kind.REFUND_TO, reference=f"{refunds[0].pk}-{line.pk}")


def forget_old() -> int:
    """Delete the accounts of refunds that were transferred long ago, or came to nothing; return how many."""
    until = clock.for_deadlines() - timedelta(days=settings.REFUND_ACCOUNT_KEEP_D)
    over = Q(refund__done_at__lt=until) | Q(refund__done_at=None, given_at__lt=until)
    count, _models = RefundAccount.objects.exclude(refund__state=Refund.State.REQUESTED).filter(over).delete()
    return count


def _note(refund: Refund, account: RefundAccount) -> None:
    facts = {"bank": account.bank, "number": account.number, "holder": account.holder}
    RefundAccount.objects.update_or_create(refund=refund, defaults=facts)


def _is_noted(refund: Refund, account: RefundAccount) -> bool:
    noted = account_of(refund)
    same = (account.bank, account.number, account.holder)
    return noted is not None and (noted.bank, noted.number, noted.holder) == same
