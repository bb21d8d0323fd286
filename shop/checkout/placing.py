"""Placing an order: one transaction, after which it exists with its stock, or nothing changed.

Order first, payment after: nothing here touches a network. docs/orders.md tells the whole way.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from oscar.core.loading import get_class
from oscar.core.prices import Price

from shop.order import audit, holding, locking, mails, stall_mails
from shop.order.addresses import save_address
from shop.order.changes import changes
from shop.order.models import Order, OrderLog, OrderMail
from shop.order.purchase import Purchase
from shop.order.quote import Quote, Shown, quote
from shop.order.uses import OfferUsedUp
from shop.order.utils import OrderCreator, OrderNumberGenerator
from shop.partner import stock
from shop.payment.models import Payment


class BasketGone(Exception):  # noqa: N818 - a fact of trade
    """The basket is empty, or was merged or saved away in another tab."""


class Changed(Exception):  # noqa: N818
    """The order would not be what the buyer was shown; `sentences` say what is different."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def place(
    *,
    basket_id: int,
    purchase: Purchase,
    shown: Shown | None,
    user: Any,
    adult: bool = False,
) -> Order:
    """Turn a basket into an order with parcels, stock and a payment; all of it or nothing.

    One transaction (T1 of docs/orders.md): lock the basket, look again at prices, rates and
    offers, allocate the stock, write the order, submit the basket. The mail is a row of the same
    transaction and goes out after the commit. Call it outside transactions.

    Args:
        basket_id: which basket; a basket that was already ordered gives that same order.
        purchase: the checkout's data.
        shown: what the review page showed, from `quote.unsign`.
        user: who is signed in, or AnonymousUser.
        adult: the buyer confirmed to be 18 or older.

    Raises:
        BasketGone: nothing to order.
        Changed: something differs from `shown`, or cannot be ordered (so) any more.
        stock.OutOfStock: another buyer was faster.
        OfferUsedUp: the last use of an offer or voucher has just gone.
    """
    with transaction.atomic():
        basket = locking.basket(basket_id)
        if basket.status == basket.SUBMITTED:
            return Order.objects.get(basket=basket)
        if basket.status != basket.OPEN:
            raise BasketGone
        now = _price(basket, purchase, user)
        _insist(now, shown, adult=adult)
        _take(now, user)
        order = _write(now, user, adult=adult)
        basket.submit()
        mails.write(order, OrderMail.Kind.PLACED)
        if order.status == Order.Status.PLACED:
            stall_mails.new_parcels(order.parcels.all())
    return order


def _price(basket: Any, purchase: Purchase, user: Any) -> Quote:
    """Quote the locked basket with prices, rates and offers of this moment."""
    basket.strategy = get_class("partner.strategy", "Selector")().strategy(user=user)
    if basket.is_empty:
        raise BasketGone
    apply_offers(basket, user)
    return quote(basket, purchase)


def apply_offers(basket: Any, user: Any) -> None:
    """Apply today's offers and the basket's vouchers to it, as Oscar's middleware does."""
    get_class("offer.applicator", "Applicator")().apply(basket, user)


def _insist(now: Quote, shown: Shown | None, *, adult: bool) -> None:
    """Refuse what the buyer has not seen so, or what cannot be ordered so."""
    sentences = changes(shown, now.shown())
    if sentences or not now.is_complete or (now.age_restricted and not adult):
        raise Changed(sentences or [now.refusal])


def _take(now: Quote, user: Any) -> None:
    """Allocate the stock of all lines, then lock offers and vouchers and look at them again."""
    wanted: Counter[int] = Counter()
    for parcel in now.parcels:
        for line in parcel.goods.lines:
            wanted[line.stockrecord_id] += line.quantity
    stock.allocate(wanted)
    locking.offers([row["offer"].pk for row in now.basket.offer_applications])
    used = {row["voucher"].pk for row in now.basket.offer_applications if row["voucher"]}
    now.basket.vouchers.set(used)  # one that gives nothing is neither used nor in the way
    for voucher in locking.vouchers(list(used)).values():
        if not voucher.is_active() or not voucher.is_available_to_user(user=user)[0]:
            raise OfferUsedUp(voucher.name)


def _write(now: Quote, user: Any, *, adult: bool) -> Order:
    """Write order, parcels, lines, discounts, address, payment and the first line of the log."""
    if now.method is None:
        raise ValueError("An order without a way to pay")
    purchase, moment = now.purchase, timezone.now()
    free = not now.total
    status = Order.Status.PLACED if free else now.method.order_status
    order: Order = OrderCreator(now).place_order(
        basket=now.basket,
        total=_plain(now.total),
        shipping_method=_Way(now),
        shipping_charge=_plain(now.shipping),
        user=user,
        shipping_address=save_address(purchase),
        order_number=OrderNumberGenerator().order_number(now.basket),
        status=status,
        placed_at=moment if status == Order.Status.PLACED else None,
        surcharges=_surcharges(now),
        guest_email=purchase.email,
        language=(get_language() or "vi")[:2],
        gift_message=purchase.gift_message,
        marketing_consent=purchase.marketing_consent,
        terms_accepted_at=moment,
        age_confirmed_at=moment if adult and now.age_restricted else None,
        **_invoice(purchase),
    )
    if not free:
        Payment.objects.create(
            order=order,
            method=now.method.code,
            amount=now.total,
            state=Payment.State.PENDING,
            deadline=_deadline(now, order, moment),
        )
    audit.write(order, OrderLog.Verb.PLACE, by=audit.buyer(user), reference=order.number, amount=now.total)
    return order


def _deadline(now: Quote, order: Order, moment: datetime) -> datetime | None:
    """Return until when the unpaid order holds its stock."""
    deadline = now.method.deadline(moment) if now.method else None
    most = holding.limit(list(order.parcels.prefetch_related("lines"))) if deadline else None
    return min(deadline, moment + most) if deadline and most else deadline


def _invoice(purchase: Purchase) -> dict[str, str]:
    if not purchase.wants_invoice:
        return {}
    names = ("invoice_name", "invoice_tax_code", "invoice_address")
    return {name: getattr(purchase, name) for name in names}


def _plain(amount: Any) -> Price:
    """Return Oscar's price for an amount that has its tax inside."""
    return Price(currency="VND", excl_tax=amount, incl_tax=amount)


class _Way:
    """All parcels' shipping as the one method Oscar's order has room for."""

    code = "by-parcel"
    name = "Giao từng kiện"

    def __init__(self, now: Quote) -> None:
        self._discount = now.shipping_discount

    def discount(self, basket: Any) -> Any:
        return self._discount


class _Surcharge:
    """The fee of a payment method, in the shape Oscar's creator writes down."""

    def __init__(self, now: Quote) -> None:
        self.surcharge = self
        self.name, self.code = now.method.name(), now.method.code  # type: ignore[union-attr]
        self.price = _plain(now.surcharge)


def _surcharges(now: Quote) -> list[_Surcharge] | None:
    return [_Surcharge(now)] if now.surcharge else None


__all__ = ["BasketGone", "Changed", "OfferUsedUp", "place"]
