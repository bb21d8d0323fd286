"""Taking an expired order up again: its money came late, or its buyer came back."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.order import holding, uses
from shop.order.models import Order, Parcel
from shop.partner import stock


class Gone(Exception):  # noqa: N818 - a fact of trade
    """The order cannot be had any more; the message is for people."""


def revive(order: Order, parcels: Sequence[Parcel]) -> None:
    """Hold stock and uses of an expired order once more; all or nothing, on locked rows.

    Its price is a promise for EXPIRED_PAYABLE_D days; a product that was withdrawn meanwhile is
    not sold.

    Raises:
        Gone: too late, withdrawn, sold out, or an offer is used up.
    """
    _insist_on_sale(order, parcels)
    try:
        with transaction.atomic():
            holding.take_again(parcels)
            uses.take_again(order)
    except stock.OutOfStock as gone:
        raise Gone(_("Đơn đã hết hạn và hàng không còn đủ.")) from gone
    except uses.OfferUsedUp as gone:
        raise Gone(_("Đơn đã hết hạn và ưu đãi “%(name)s” đã hết lượt.") % {"name": gone}) from gone


def _insist_on_sale(order: Order, parcels: Sequence[Parcel]) -> None:
    if order.date_placed < timezone.now() - timedelta(days=settings.EXPIRED_PAYABLE_D):
        raise Gone(_("Đơn đã hết hạn quá lâu. Hãy đặt đơn mới."))
    for parcel in parcels:
        for line in parcel.lines.all():
            if line.product is None or not line.product.main.is_public or not line.stockrecord_id:
                raise Gone(_("“%(title)s” không còn bán.") % {"title": line.title})
