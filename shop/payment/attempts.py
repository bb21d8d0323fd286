"""Paying an order that waits for money, by the method it has or by another one: same order, same stock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.core import locking
from shop.core.actors import Actor, in_shop_language
from shop.order import allocation, audit, mails, producer_mails, reopening
from shop.order.models import Order, OrderLog, OrderMail, Parcel
from shop.payment import balances, closing, expiring, held, settling, unpaid
from shop.payment.models import Payment
from shop.payment.models.payment import LIVE
from shop.payment.providers import offered, provider
from shop.payment.providers.base import Bill, PaymentProvider

MAX_ATTEMPTS = 12  # of one order: who needs more needs a person
MAX_HOLD = timedelta(days=2)  # stock is held no longer by changing the method
LEAST_HOLD = timedelta(minutes=40)  # what a card page needs, with its half hour and some
PAYABLE = frozenset({Order.Status.PENDING_PAYMENT, Order.Status.EXPIRED})


class CannotPay(Exception):
    """The order cannot be paid so; the message is for the buyer."""


def bill(order: Order) -> Bill:
    """Return what is left to pay, as providers judge it."""
    lines = list(order.lines.select_related("product__parent", "parcel"))
    products = [(line.product.main, line.parcel) for line in lines if line.product]
    address = order.shipping_address
    return Bill(
        total=order.total_incl_tax,
        age_restricted=any(
            product.age_restricted and not (parcel and parcel.is_pickup) for product, parcel in products
        ),
        made_to_order=any(product.made_to_order for product, _parcel in products),
        bookable=any(product.bookable for product, _parcel in products),
        phone=str(address.phone_number) if address and address.phone_number else "",
    )


def payable_methods(order: Order) -> list[PaymentProvider]:
    """Return the methods by which this order can be paid now."""
    if order.status not in PAYABLE or needs_review(order):
        return []
    todo = bill(order)
    return [method for method in offered().values() if not _refusal(order, method, todo)]


def needs_review(order: Order) -> bool:
    """Return whether money has come for which a person must look: paying again would be paying twice."""
    return any(
        balances.needs_review(payment) for payment in order.payments.filter(state=Payment.State.REVIEW)
    )


def _refusal(order: Order, method: PaymentProvider, todo: Bill) -> str:
    """Return why an order with its total fixed cannot be paid so: a fee must have been in it from the start."""
    refusal = method.refusal(todo)
    if refusal or not method.fee(todo):
        return refusal
    surcharge = sum((parcel.surcharge for parcel in order.parcels.all()), Decimal(0))
    return "" if surcharge else _("Cách này có phí, phải chọn từ lúc đặt.")


def begin(order: Order) -> str:
    """Start the order's open payment and return where to send the buyer.

    Uses the network: call it outside transactions.

    Raises:
        PaymentUnavailable: the provider does not answer; the order stands.
    """
    payment = order.payment
    method = provider(payment.method) if payment and payment.is_live else None
    url = method.begin(payment) if method and payment else ""
    return url or order.get_absolute_url()


def pay_with(*, order_id: int, code: str, by: Actor) -> Payment:
    """Prepare the payment of an order by method `code`; the caller then asks the provider to begin.

    Looks at the payment that is open and stops the other methods first (network); then, in one
    transaction, takes the stock again if the order had expired and writes the payment. The same
    method while it is still open gives the same payment: two tabs, one session at the provider.
    A part that came by another method goes back.

    Raises:
        CannotPay: paid already, its money waits for a person, over, sold out meanwhile, or not by this method.
        PaymentUnavailable: this method's own provider does not answer; another one's is not waited for.
    """
    method = provider(code)
    order = Order.objects.get(pk=order_id)
    if method is None or not method.is_set_up or _refusal(order, method, bill(order)):
        raise CannotPay(_("Đơn này không trả được bằng cách đó."))
    _look_at_budget(order_id, method)
    live = order.payments.filter(method=code, state__in=LIVE).order_by("-pk").first()
    if live and not settling.fetch_and_settle(payment_id=live.pk, by=by).is_live:
        live = None  # its page at the provider closed meanwhile, or was paid in another tab
    if not expiring.cancel_live_payments(order_id=order_id, by=by, but=live.pk if live else None):
        raise CannotPay(_("Tiền của đơn này đã đến hoặc đang đến."))
    with transaction.atomic():
        return _write(locking.order(order_id), method, by)


def _look_at_budget(order_id: int, method: PaymentProvider) -> None:
    """Refuse before another method's page is closed for it; what is written is looked at once more."""
    with transaction.atomic():
        order = locking.order(order_id)
        if order.status in PAYABLE:
            _hold_within_budget(order, locking.parcels(order), method)


def _write(order: Order, method: PaymentProvider, by: Actor) -> Payment:
    payments = locking.payments(order)
    parcels = locking.parcels(order)
    if order.status not in PAYABLE or any(payment.state == Payment.State.PAID for payment in payments):
        raise CannotPay(_("Đơn này không chờ thanh toán."))
    if any(balances.needs_review(payment) for payment in payments):
        raise CannotPay(_("Tiền của đơn này đã đến và đang được kiểm tra. Đừng trả lần nữa."))
    most = _hold_within_budget(order, parcels, method)
    if order.status == Order.Status.EXPIRED:
        _revive(order, parcels)
    same = _close_others(payments, method, by)
    if same:
        return same
    if len(payments) >= MAX_ATTEMPTS:
        raise CannotPay(_("Đơn này đã thử trả quá nhiều lần. Hãy gọi cho chợ."))
    payment = Payment.objects.create(
        order=order,
        method=method.code,
        amount=order.total_incl_tax,
        state=Payment.State.PENDING,
        deadline=_deadline(order, payments, parcels, method, most),
    )
    _note_choice(order, method, by)
    if method.order_status == Order.Status.PLACED:
        order.mark_placed()
        producer_mails.new_parcels(parcels)
        mails.write(order, OrderMail.Kind.PLACED, reference=str(payment.pk))
    return payment


@in_shop_language
def _note_choice(order: Order, method: PaymentProvider, by: Actor) -> None:
    audit.write(order, OrderLog.Verb.PAY, by=by, reference=method.code, note=_("chọn cách trả"))


def _close_others(payments: Sequence[Payment], method: PaymentProvider, by: Actor) -> Payment | None:
    """End what is open by other methods; return the open payment by this one."""
    same = None
    for payment in payments:
        if payment.is_live and payment.method == method.code:
            same = payment
        elif payment.is_live:
            closing.close(payment, state=Payment.State.CANCELLED, by=by)
    return same


def _deadline(
    order: Order,
    payments: Sequence[Payment],
    parcels: Sequence[Parcel],
    method: PaymentProvider,
    most: timedelta | None,
) -> datetime | None:
    """Return until when stock is held now: changing the method does not prolong it without end.

    What was tried before the order last expired does not count: its stock was free since.
    """
    now = timezone.now()
    deadline = method.deadline(now)
    if deadline and most:
        return min(deadline, now + most)
    freed_at = held.freed_at(order)
    tried = (payment.created_at for payment in payments)
    held_since = min((at for at in tried if freed_at is None or at > freed_at), default=now)
    longest = min(MAX_HOLD, allocation.max_hold(parcels) or MAX_HOLD)
    return min(deadline, max(held_since + longest, now + LEAST_HOLD)) if deadline else None


def _hold_within_budget(order: Order, parcels: Sequence[Parcel], method: PaymentProvider) -> timedelta | None:
    """Return how long the goods may be held by this method, None for as long as it holds them.

    Raises:
        CannotPay: whoever pays holds too much unpaid already.
    """
    todo = bill(order)
    try:
        return unpaid.check_again(order, parcels, method, todo)
    except unpaid.OverBudget as over:
        words = _("Bạn đang giữ nhiều đơn hoặc nhiều hàng chưa trả tiền quá.")
        names = [way.name() for way in over.other_ways if not _refusal(order, way, todo)]
        ways = _("Đơn này vẫn trả được bằng: %(ways)s.") % {"ways": ", ".join(names)} if names else ""
        if over.by_code and order.email and order.status == Order.Status.EXPIRED:
            first = _("Đơn này đã hết hạn: hãy đặt lại đơn mới, có mã gửi tới email là đặt được.")
        else:
            first = _("Hãy trả các đơn đang chờ trước.")
        raise CannotPay(" ".join(filter(None, [words, first, ways]))) from over


def _revive(order: Order, parcels: Sequence[Parcel]) -> None:
    try:
        reopening.reopen(order, parcels)
    except reopening.CannotReopen as gone:
        raise CannotPay(str(gone)) from gone
    order.set_status(Order.Status.PENDING_PAYMENT)
