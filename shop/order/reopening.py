"""Taking an expired order up again: its money came late, or its buyer came back."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.order import allocation, offer_usage
from shop.order.models import Order, Parcel
from shop.partner import stock
from shop.partner.strategy import is_on_sale


class CannotReopen(Exception):
    """The order cannot be had any more; the message is for people.

    Args:
        words: why, for people.
        code: why, for programs: sold_out, used_up, too_old, not_sold.
        values: what stands in the words.
    """

    def __init__(self, words: str, *, code: str, **values: str) -> None:
        super().__init__(words % values)
        self.code, self.values = code, values


def reopen(order: Order, parcels: Sequence[Parcel]) -> None:
    """Hold stock and uses of an expired order once more; all or nothing, on locked rows.

    Its price is a promise for EXPIRED_PAYABLE_D days; a product that was withdrawn meanwhile is
    not sold.

    Raises:
        CannotReopen: too late, withdrawn, sold out, or an offer is used up.
    """
    _refuse_what_is_not_on_sale(order, parcels)
    try:
        with transaction.atomic():
            allocation.reallocate(parcels)
            offer_usage.reapply(order)
    except stock.OutOfStock as gone:
        raise CannotReopen(_("Đơn đã hết hạn và hàng không còn đủ."), code="sold_out") from gone
    except offer_usage.OfferUsedUp as gone:
        words = _("Đơn đã hết hạn và ưu đãi “%(name)s” đã hết lượt.")
        raise CannotReopen(words, code="used_up", name=str(gone)) from gone


def _refuse_what_is_not_on_sale(order: Order, parcels: Sequence[Parcel]) -> None:
    if order.date_placed < timezone.now() - timedelta(days=settings.EXPIRED_PAYABLE_D):
        raise CannotReopen(_("Đơn đã hết hạn quá lâu. Hãy đặt đơn mới."), code="too_old")
    for parcel in parcels:
        for line in parcel.lines.all():
            if line.product is None or not is_on_sale(line.product) or not line.stockrecord_id:
                raise CannotReopen(_("“%(title)s” không còn bán."), code="not_sold", title=line.title)
