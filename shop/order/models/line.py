"""A line of an order: what of which product, in which parcel."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.order.abstract_models import AbstractLine

from catalogue.languages import reading_language
from shop.tax.rates import inside


class Line(AbstractLine):
    """Oscar's line, packed in the parcel of its producer.

    Quantity, price and tax are frozen at the sale; what is cancelled later is counted beside them.
    """

    parcel = models.ForeignKey(
        "order.Parcel",
        verbose_name=_("kiện"),
        null=True,  # Oscar's own factories make lines without one
        blank=True,
        on_delete=models.PROTECT,
        related_name="lines",
    )

    commission_percent = models.DecimalField(
        _("phí sàn, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Của ngày bán; trống: theo kiện."),
    )
    vat_percent = models.DecimalField(
        _("thuế suất GTGT, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Của ngày bán; trống: không chịu thuế."),
    )
    vat = models.DecimalField(
        _("thuế GTGT trong tiền hàng, đồng"), max_digits=12, decimal_places=0, default=Decimal(0)
    )
    called_off = models.PositiveIntegerField(
        _("số lượng đã huỷ"), default=0, help_text=_("Thiếu hàng: bớt khỏi kiện trước khi đóng gói.")
    )
    returned = models.PositiveIntegerField(
        _("số lượng đã trả lại"), default=0, db_default=0, help_text=_("Đã gửi đi rồi trở về.")
    )
    hub_discount = models.DecimalField(
        _("giảm giá sàn chịu, đồng"),
        max_digits=12,
        decimal_places=0,
        default=Decimal(0),
        db_default=0,
        help_text=_("Của ngày bán, cho cả dòng; phần giảm giá còn lại là của cơ sở."),
    )
    uncharged = models.DecimalField(
        _("không phải trả, đồng"),
        max_digits=12,
        decimal_places=0,
        default=Decimal(0),
        help_text=_("Tiền của phần huỷ trước khi trả; huỷ sau khi trả thì là khoản hoàn."),
    )

    wagtail_reference_index_ignore = True  # placing an order would write the editors' index of uses

    class Meta(AbstractLine.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(called_off__lte=F("quantity")), name="line_called_off_within_quantity"
            ),
            models.CheckConstraint(
                condition=Q(returned__lte=F("quantity") - F("called_off")),
                name="line_returned_within_units",
            ),
            models.CheckConstraint(condition=Q(hub_discount__gte=0), name="line_hub_discount_not_negative"),
            models.CheckConstraint(
                condition=Q(uncharged__gte=0) & Q(uncharged__lte=F("line_price_incl_tax")),
                name="line_uncharged_within_price",
            ),
        ]

    @property
    def local_title(self) -> str:
        """Return what was sold: as the buyer read it, its product's name where the reader's language is another."""
        sold_in = (self.parcel or self).order.language
        if self.product is None or sold_in == reading_language():
            return str(self.title)
        return str(self.product.local_title)

    @property
    def units(self) -> int:
        """Return how many are still wanted, or were sent."""
        return int(self.quantity - self.called_off)

    @property
    def kept(self) -> int:
        """Return how many of those did not come back."""
        return self.units - int(self.returned)

    @property
    def cancelled_amount(self) -> Decimal:
        """Return the price of the units that were cancelled, in đồng."""
        return self.price_of(self.called_off)

    @property
    def amount(self) -> Decimal:
        """Return the price of what is still wanted, in đồng."""
        return self.price_of(self.quantity) - self.cancelled_amount

    @property
    def charged(self) -> Decimal:
        """Return what the buyer has paid or will pay for the line; what is paid goes back as refunds."""
        return self.price_of(self.quantity) - self.uncharged

    @property
    def vat_kept(self) -> Decimal:
        """Return the tax inside `amount`."""
        return inside(self.amount, self.vat_percent) if self.called_off else self.vat

    def price_of(self, units: int) -> Decimal:
        """Return the price of the first so many units, in whole đồng.

        A step from `a` to `b` units is worth price_of(b) - price_of(a): whatever the steps are,
        together they are the line's price, discounts taken off.
        """
        share = self.line_price_incl_tax * units / self.quantity
        return share.quantize(Decimal(1), rounding=ROUND_HALF_UP)
