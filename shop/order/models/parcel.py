"""What one producer sends for one order."""

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.partner.carriage import CarriedBy


class Parcel(models.Model):
    """One producer's share of an order: goods, shipping, status; amounts in whole đồng, VAT included.

    Status changes only through the verbs of shop.fulfilment.parcels; prices and the commission
    rate are frozen at the sale.
    """

    class Status(models.TextChoices):
        NEW = "new", _("Mới")
        ACCEPTED = "accepted", _("Đã nhận đơn")
        PACKED = "packed", _("Đã đóng gói")
        SHIPPED = "shipped", _("Đã gửi")
        DELIVERED = "delivered", _("Đã giao")
        CANCELLED = "cancelled", _("Đã huỷ")
        RETURNED = "returned", _("Đã trả lại")

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("giao tận nơi")
        PICKUP_PRODUCER = "pickup_producer", _("nhận tại nơi làm")
        PICKUP_POINT = "pickup_point", _("nhận tại điểm bán")
        NONE = "none", _("không cần giao")

    order = models.ForeignKey(
        "order.Order", verbose_name=_("đơn hàng"), on_delete=models.CASCADE, related_name="parcels"
    )
    partner = models.ForeignKey(
        "partner.Partner", verbose_name=_("cơ sở"), on_delete=models.PROTECT, related_name="parcels"
    )
    number = models.PositiveSmallIntegerField(_("kiện số"), help_text=_("1, 2, 3… trong một đơn"))
    status = models.CharField(_("tình trạng"), max_length=10, choices=Status, default=Status.NEW)
    goods = models.DecimalField(_("tiền hàng, đồng"), max_digits=12, decimal_places=0)
    shipping = models.DecimalField(_("phí giao, đồng"), max_digits=12, decimal_places=0)
    surcharge = models.DecimalField(
        _("phí thu hộ, đồng"), max_digits=12, decimal_places=0, default=Decimal(0)
    )
    commission_percent = models.DecimalField(_("phí sàn, %"), max_digits=5, decimal_places=2)
    shipping_code = models.CharField(_("mã cách giao"), max_length=128)
    shipping_name = models.CharField(_("cách giao"), max_length=200)
    kind = models.CharField(_("hình thức"), max_length=20, choices=Kind, default=Kind.DELIVERY)
    sales_point = models.ForeignKey(
        "catalogue.SalesPoint",
        verbose_name=_("điểm nhận"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="parcels",
    )
    min_days = models.PositiveSmallIntegerField(_("giao sớm nhất, ngày"), null=True, blank=True)
    max_days = models.PositiveSmallIntegerField(_("giao muộn nhất, ngày"), null=True, blank=True)
    weight_g = models.PositiveIntegerField(_("khối lượng tính phí, g"), default=0)
    carrier = models.CharField(_("đơn vị vận chuyển"), max_length=80, blank=True)
    tracking_code = models.CharField(_("mã vận đơn"), max_length=60, blank=True)
    carried_by = models.CharField(
        _("ai giao"),
        max_length=8,
        choices=CarriedBy,
        blank=True,
        default="",
        db_default="",
        help_text=_("Ghi khi gửi; trống: như cơ sở thường giao."),
    )
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    accepted_at = models.DateTimeField(_("nhận đơn lúc"), null=True, blank=True)
    packed_at = models.DateTimeField(_("đóng gói lúc"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("giao lúc"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("huỷ lúc"), null=True, blank=True)
    returned_at = models.DateTimeField(_("trả lại lúc"), null=True, blank=True)

    wagtail_reference_index_ignore = True  # placing an order would write the editors' index of uses

    class Meta:
        app_label = "order"
        verbose_name = _("kiện hàng")
        verbose_name_plural = _("kiện hàng")
        ordering = ["order", "number"]
        indexes = [models.Index(fields=["partner", "status"], name="parcel_partner_status")]
        constraints = [
            models.UniqueConstraint(fields=["order", "partner"], name="parcel_one_per_producer"),
            models.CheckConstraint(
                condition=Q(goods__gte=0, shipping__gte=0, surcharge__gte=0),
                name="parcel_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(commission_percent__gte=0, commission_percent__lte=100),
                name="parcel_commission_is_percent",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["shipped", "delivered", "returned"]) | Q(shipped_at__isnull=False),
                name="parcel_gone_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number}-{self.number}"

    @property
    def short_code(self) -> str:
        """Return the end of the order's code and the parcel's number: a name that opens no order."""
        return f"…{self.order.number[-4:]}-{self.number}"

    @property
    def total(self) -> Decimal:
        """Return what the buyer was to pay for this parcel at the sale, in đồng."""
        return self.goods + self.shipping + self.surcharge

    @property
    def units(self) -> int:
        """Return how many units are still wanted."""
        return sum(line.units for line in self.lines.all())

    @property
    def cancelled_amount(self) -> Decimal:
        """Return the price of the units that were cancelled, in đồng."""
        return sum((line.cancelled_amount for line in self.lines.all()), Decimal(0))

    @property
    def left(self) -> Decimal:
        """Return the price of what is still wanted of it, shipping and fee with it."""
        return self.total - self.cancelled_amount

    @property
    def charged_goods(self) -> Decimal:
        """Return what the buyer has paid or will pay for its goods; what is paid goes back as refunds."""
        return self.goods - sum((line.uncharged for line in self.lines.all()), Decimal(0))

    @property
    def charged(self) -> Decimal:
        """Return what the buyer has paid or will pay for it in all."""
        return self.charged_goods + self.shipping + self.surcharge

    @property
    def is_pickup(self) -> bool:
        """Return whether the buyer fetches it or comes for it."""
        return self.kind != self.Kind.DELIVERY

    @property
    def carrier_contract(self) -> CarriedBy:
        """Return who carries it, as noted when it was sent or as its producer usually does."""
        return CarriedBy(self.carried_by or self.partner.carried_by)

    @property
    def is_carried_for_hub(self) -> bool:
        """Return whether a carrier on the hub's contract brings it: then its shipping is the hub's."""
        return self.kind == self.Kind.DELIVERY and self.carrier_contract == CarriedBy.HUB

    @property
    def pickup_place(self) -> str:
        """Return where it is fetched, in one line; empty for one that is delivered."""
        parts: list[str] = []
        if point := self.sales_point:
            parts = [point.local_name, point.address, point.commune.full_name, point.phone]
        elif self.kind == self.Kind.PICKUP_PRODUCER:
            commune = self.partner.commune
            parts = [self.partner.address, commune.full_name if commune else ""]
        return ", ".join(part for part in parts if part)

    @property
    def is_cancelled(self) -> bool:
        """Return whether it was cancelled before it left."""
        return self.status == self.Status.CANCELLED

    @property
    def is_wanted(self) -> bool:
        """Return whether the buyer has it or gets it: neither cancelled nor sent back."""
        return self.status not in {self.Status.CANCELLED, self.Status.RETURNED}

    @property
    def timeline(self) -> list[tuple[str, datetime | None]]:
        """Return the steps that happened and those still to come (time None), in order."""
        end = {
            self.Status.CANCELLED: [(self.Status.CANCELLED, self.cancelled_at)],
            self.Status.RETURNED: [(self.Status.RETURNED, self.returned_at)],
        }.get(self.Status(self.status), [])
        steps = [
            (_("Đặt hàng"), self.created_at),
            (self.Status.ACCEPTED.label, self.accepted_at),
            (self.Status.PACKED.label, self.packed_at),
            (_("Sẵn sàng để nhận") if self.is_pickup else self.Status.SHIPPED.label, self.shipped_at),
            (_("Đã nhận") if self.is_pickup else self.Status.DELIVERED.label, self.delivered_at),
        ]
        if end:
            steps = [step for step in steps if step[1]] + [(status.label, at) for status, at in end]
        return [(str(label), at) for label, at in steps]
