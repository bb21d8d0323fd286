"""Placing an order: one transaction, after which it exists with its stock, or nothing changed.

Order first, payment after: nothing here touches a network. docs/orders.md describes the whole way.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from oscar.core.loading import get_class
from oscar.core.prices import Price

from catalogue.languages import reading_language
from shop.basket.line_notes import out_of_season
from shop.basket.models import Basket
from shop.checkout.addresses import save_address
from shop.checkout.order_creator import OrderCreator, OrderNumberGenerator
from shop.checkout.purchase import Purchase
from shop.checkout.quote import Quote, Shown, quote
from shop.checkout.quote_changes import describe_changes
from shop.core import actors, locking
from shop.core.http import Visitor
from shop.ledger import withholding
from shop.order import allocation, audit, consents, mails, producer_mails
from shop.order.models import Order, OrderLog, OrderMail
from shop.order.offer_usage import OfferUsedUp
from shop.partner import stock
from shop.payment import unpaid
from shop.payment.models import Payment


@dataclass(frozen=True)
class Asker:
    """A stranger who orders: from which network, and whether the code from the mailbox was right."""

    network: str = ""
    confirmed: bool = False


class BasketGone(Exception):
    """The basket is empty, or was merged or saved away in another tab."""


class QuoteChanged(Exception):
    """The order would not be what the buyer was shown; `sentences` say what is different."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def place(
    *,
    basket_id: int,
    purchase: Purchase,
    shown: Shown | None,
    user: Visitor,
    adult: bool = False,
    entered_by: actors.Actor | None = None,
    asked_by: Asker | None = None,
    language: str = "",
) -> Order:
    """Turn a basket into an order with parcels, stock and a payment; all of it or nothing.

    One transaction (docs/orders.md, "From basket to order"): lock the basket, look again at prices, rates and
    offers, allocate the stock, write the order, submit the basket. The mail is a row of the same
    transaction and goes out after the commit. Call it outside transactions.

    Args:
        basket_id: which basket; a basket that was already ordered gives that same order.
        purchase: the checkout's data.
        shown: what the review page showed, from `quote.unsign`.
        user: who is signed in, or AnonymousUser.
        adult: the buyer confirmed to be 18 or older.
        entered_by: who of the staff enters it for a buyer on the telephone; the log names them.
        asked_by: the stranger whose budgets hold; None for an order that staff enter: it has none.
        language: the buyer's, where somebody else reads the page; order and mails are in it, exceptions in
            the reader's.

    Raises:
        BasketGone: nothing to order.
        QuoteChanged: something differs from `shown`, or cannot be ordered (so) any more.
        stock.OutOfStock: another buyer was faster.
        OfferUsedUp: the last use of an offer or voucher has just gone.
        unpaid.OverBudget: more would be held unpaid than `asked_by` may.
    """
    in_buyers_language = partial(override, language or get_language())
    with transaction.atomic():
        basket = locking.basket(basket_id)
        if basket.status == basket.SUBMITTED:
            return Order.objects.get(basket=basket)
        if basket.status != basket.OPEN:
            raise BasketGone
        with in_buyers_language():
            now = _quote_locked(basket, purchase, user)
        _refuse_unseen_changes(now, shown, adult=adult)
        subjects, most = _check_budgets(now, user, asked_by)
        stock.allocate(_units(now))
        _check_vouchers(now, user)
        with in_buyers_language():
            order = _create_order(now, user, adult=adult, entered_by=entered_by, most=most)
        unpaid.note(order, subjects)
        basket.submit()
        mails.write(order, OrderMail.Kind.PLACED)
        if order.status == Order.Status.PLACED:
            producer_mails.new_parcels(order.parcels.all())
    return order


def _quote_locked(basket: Basket, purchase: Purchase, user: Visitor) -> Quote:
    """Quote the locked basket with prices, rates and offers of this moment."""
    basket.strategy = get_class("partner.strategy", "Selector")().strategy(user=user)
    if basket.is_empty:
        raise BasketGone
    apply_offers(basket, user)
    return quote(basket, purchase)


def apply_offers(basket: Basket, user: Visitor) -> None:
    """Apply today's offers and the basket's vouchers to it, as Oscar's middleware does."""
    get_class("offer.applicator", "Applicator")().apply(basket, user)


def _refuse_unseen_changes(now: Quote, shown: Shown | None, *, adult: bool) -> None:
    """Refuse what the buyer has not seen so, or what cannot be ordered so."""
    sentences = [*describe_changes(shown, now.shown()), *out_of_season(now.basket)]
    if sentences or not now.is_complete or (now.age_restricted and not adult):
        raise QuoteChanged(sentences or [now.method.refusal(now.bill) if now.method and now.refusal else ""])


def _check_budgets(
    now: Quote, user: Visitor, asked_by: Asker | None
) -> tuple[unpaid.Subjects, timedelta | None]:
    """Return by whom the order will count, and how long it may be held, once it is within their budgets."""
    if asked_by is None or not now.total:
        return {}, None
    if now.method is None:
        raise ValueError("An order without a way to pay")
    subjects = unpaid.subjects(
        phone=now.purchase.phone, email=now.purchase.email, account=user.pk, network=asked_by.network
    )
    wish = unpaid.Wish(now.method, now.total, _units(now), confirmed=asked_by.confirmed)
    return subjects, unpaid.check(wish, subjects, now.bill)


def _units(now: Quote) -> Counter[int]:
    """Count the units that are wanted by stock record."""
    wanted: Counter[int] = Counter()
    for parcel in now.parcels:
        for line in parcel.goods.lines:
            wanted[line.stockrecord_id] += line.quantity
    return wanted


def _check_vouchers(now: Quote, user: Visitor) -> None:
    """Lock offers and vouchers, after the stock, and look at them again."""
    locking.offers([row["offer"].pk for row in now.basket.offer_applications])
    used = {row["voucher"].pk for row in now.basket.offer_applications if row["voucher"]}
    now.basket.vouchers.set(used)  # one that gives nothing is neither used nor in the way
    for voucher in locking.vouchers(list(used)).values():
        if not voucher.is_active() or not voucher.is_available_to_user(user=user)[0]:
            raise OfferUsedUp(voucher.name)


def _create_order(
    now: Quote,
    user: Visitor,
    *,
    adult: bool,
    entered_by: actors.Actor | None,
    most: timedelta | None,
) -> Order:
    """Write order, parcels, lines, discounts, address, payment and the first line of the log."""
    if now.method is None:
        raise ValueError("An order without a way to pay")
    purchase, moment = now.purchase, timezone.now()
    free = not now.total
    status = Order.Status.PLACED if free else now.method.order_status
    order: Order = OrderCreator(now).place_order(
        basket=now.basket,
        total=_oscar_price(now.total),
        shipping_method=_ShippingMethod(now),
        shipping_charge=_oscar_price(now.shipping),
        user=user,
        shipping_address=save_address(purchase),
        order_number=OrderNumberGenerator().order_number(now.basket),
        status=status,
        placed_at=moment if status == Order.Status.PLACED else None,
        surcharges=_surcharges(now),
        guest_email=purchase.email,
        language=reading_language(),
        gift_message=purchase.gift_message,
        marketing_consent=purchase.marketing_consent,
        terms_accepted_at=moment,
        age_confirmed_at=moment if adult and now.age_restricted else None,
        entered_by=entered_by.name if entered_by else "",
        **_invoice(purchase),
    )
    if order.marketing_consent:
        consents.give(order)
    withholding.freeze(order)
    if not free:
        Payment.objects.create(
            order=order,
            method=now.method.code,
            amount=now.total,
            state=Payment.State.PENDING,
            deadline=_deadline(now, order, moment, most),
        )
    by = entered_by or actors.buyer(user)
    audit.write(order, OrderLog.Verb.PLACE, by=by, reference=order.number, amount=now.total)
    return order


def _deadline(now: Quote, order: Order, moment: datetime, most: timedelta | None) -> datetime | None:
    """Return until when the unpaid order holds its stock; `most`: no longer than so."""
    deadline = now.method.deadline(moment) if now.method else None
    if deadline is None:
        return None
    scarce = allocation.max_hold(list(order.parcels.prefetch_related("lines")))
    return min([deadline, *(moment + limit for limit in (most, scarce) if limit)])


def _invoice(purchase: Purchase) -> dict[str, str]:
    if not purchase.wants_invoice:
        return {}
    names = ("invoice_name", "invoice_tax_code", "invoice_address")
    return {name: getattr(purchase, name) for name in names}


def _oscar_price(amount: Decimal) -> Price:
    """Return Oscar's price for an amount that has its tax inside."""
    return Price(currency="VND", excl_tax=amount, incl_tax=amount)


class _ShippingMethod:
    """All parcels' shipping as the one method Oscar's order has room for."""

    code = "by-parcel"
    name = "Giao từng kiện"

    def __init__(self, now: Quote) -> None:
        self._discount = now.shipping_discount

    def discount(self, basket: Basket) -> Any:
        return self._discount


class _Surcharge:
    """The fee of a payment method, in the shape Oscar's creator writes down."""

    def __init__(self, now: Quote) -> None:
        self.surcharge = self
        self.name, self.code = now.method.name(), now.method.code  # type: ignore[union-attr]
        self.price = _oscar_price(now.surcharge)


def _surcharges(now: Quote) -> list[_Surcharge] | None:
    return [_Surcharge(now)] if now.surcharge else None


__all__ = ["Asker", "BasketGone", "OfferUsedUp", "QuoteChanged", "place"]
