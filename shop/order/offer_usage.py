"""Voucher and offer uses come back when their order does not happen, and count again when it does."""

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from oscar.apps.offer.abstract_models import AbstractConditionalOffer
from oscar.apps.order.abstract_models import AbstractOrderDiscount
from oscar.apps.voucher.abstract_models import AbstractVoucher

from shop.core import locking
from shop.order.models import Order


class OfferUsedUp(Exception):
    """An offer's or voucher's limit was reached since its price was shown."""


def revert(order: Order) -> None:
    """Uncount what a cancelled or expired order used of offers and vouchers.

    Runs in the transaction that cancels the order, after its stock was released; offers and
    vouchers are locked in that order. The order keeps its discount rows for the books.
    """
    rows = list(order.discounts.all())
    offers = locking.offers([row.offer_id for row in rows if row.offer_id])
    applications = list(order.voucherapplication_set.all())
    voucher_ids = {row.voucher_id for row in rows if row.voucher_id} | {
        row.voucher_id for row in applications
    }
    vouchers = locking.vouchers(list(voucher_ids))
    for row in rows:
        offer = offers.get(row.offer_id)
        if offer:
            _uncount_offer(offer, row)
        voucher = vouchers.get(row.voucher_id)
        if voucher:
            voucher.total_discount = max(0, voucher.total_discount - row.amount)
    for application in applications:
        voucher = vouchers[application.voucher_id]
        voucher.num_orders = max(0, voucher.num_orders - 1)
        application.delete()
    for voucher in vouchers.values():
        voucher.save(update_fields=["total_discount", "num_orders"])


def _uncount_offer(offer: AbstractConditionalOffer, row: AbstractOrderDiscount) -> None:
    offer.num_applications = max(0, offer.num_applications - (row.frequency or 0))
    offer.total_discount = max(0, offer.total_discount - row.amount)
    offer.num_orders = max(0, offer.num_orders - 1)
    offer.save()  # the row is locked; Oscar's save also opens an offer that was used up


def reapply(order: Order) -> None:
    """Count the uses of an expired order once more: its money came late, or its buyer came back.

    Locks offers, then vouchers, after the stock. All or nothing.

    Raises:
        OfferUsedUp: others have used what was left.
    """
    with transaction.atomic():
        rows = list(order.discounts.all())
        offers = locking.offers([row.offer_id for row in rows if row.offer_id])
        vouchers = locking.vouchers([row.voucher_id for row in rows if row.voucher_id])
        for row in rows:
            if row.offer_id in offers:
                _count_offer(offers[row.offer_id], row)
            if row.voucher_id in vouchers:
                vouchers[row.voucher_id].total_discount += row.amount
        for voucher in vouchers.values():
            _count_voucher(voucher, order)


def _count_offer(offer: AbstractConditionalOffer, row: AbstractOrderDiscount) -> None:
    if (row.frequency or 0) > offer.get_max_applications():
        raise OfferUsedUp(offer.name)
    offer.num_applications += row.frequency or 0
    offer.total_discount += row.amount
    offer.num_orders += 1
    offer.save()


def _count_voucher(voucher: AbstractVoucher, order: Order) -> None:
    user = order.user or AnonymousUser()
    if not voucher.is_available_to_user(user=user)[0]:
        raise OfferUsedUp(voucher.name)
    voucher.applications.create(voucher=voucher, order=order, user=order.user)
    voucher.num_orders += 1
    voucher.save(update_fields=["total_discount", "num_orders"])
