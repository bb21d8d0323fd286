"""Tax that the hub withholds from household and individual sellers: rates, those of a sale, what the office got."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

IS_PERCENT = Q(vat_percent__gte=0, vat_percent__lte=100, pit_percent__gte=0, pit_percent__lte=100)


class WithholdingKind(models.TextChoices):
    """What is sold, as the rates tell it apart."""

    GOODS = "goods", _("hàng hoá")
    SERVICE = "service", _("dịch vụ")
    SHIPPING = "shipping", _("giao hàng do cơ sở làm")


class Percents(models.Model):
    """Two taxes in percent of the seller's revenue."""

    vat_percent = models.DecimalField(_("thuế GTGT theo doanh thu, %"), max_digits=5, decimal_places=2)
    pit_percent = models.DecimalField(_("thuế TNCN theo doanh thu, %"), max_digits=5, decimal_places=2)

    class Meta:
        abstract = True


class WithholdingRate(Percents):
    """What is withheld on one kind of sale from one day to another, both included.

    A sale keeps the rates of its day (SaleWithholding); a change here touches no sale before it.
    """

    kind = models.CharField(_("loại"), max_length=10, choices=WithholdingKind)
    valid_from = models.DateField(_("từ ngày"))
    valid_until = models.DateField(_("đến hết ngày"), null=True, blank=True)
    basis = models.CharField(_("căn cứ"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tỷ lệ khấu trừ thuế")
        verbose_name_plural = _("tỷ lệ khấu trừ thuế")
        ordering = ["kind", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "valid_from"], name="withholding_rate_begins_once"),
            models.CheckConstraint(condition=IS_PERCENT, name="withholding_rate_is_percent"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="withholding_rate_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        day = date_format(self.valid_from, "SHORT_DATE_FORMAT")
        return f"{self.get_kind_display()}, {day}"

    def holds_on(self, day: date) -> bool:
        """Return whether `day` is one of its days."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class SaleWithholding(Percents):
    """The rates of one line of a sale from which tax is withheld, or of its shipping (without a line).

    Written when the order is placed, for household and individual sellers, and never changed. Without
    such a row nothing is withheld.
    """

    parcel = models.ForeignKey(
        "order.Parcel", verbose_name=_("kiện"), on_delete=models.CASCADE, related_name="withholding"
    )
    line = models.OneToOneField(
        "order.Line",
        verbose_name=_("dòng hàng"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="withholding",
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("tỷ lệ khấu trừ của đơn")
        verbose_name_plural = _("tỷ lệ khấu trừ của đơn")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=IS_PERCENT, name="sale_withholding_is_percent"),
            models.UniqueConstraint(
                fields=["parcel"], condition=Q(line=None), name="sale_withholding_of_shipping_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id}: {self.vat_percent} % + {self.pit_percent} %"


class TaxPaymentQuerySet(models.QuerySet["TaxPayment"]):
    """Payments to the tax office."""

    def standing(self) -> Self:
        """Return those that nobody undid."""
        return self.filter(undone_at=None)

    def total(self) -> Decimal:
        """Return the sum of those that nobody undid, in đồng."""
        return self.standing().aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


class TaxPayment(models.Model):
    """What the hub paid to the tax office of what it had withheld in one month, in whole đồng; undone where wrong."""

    month = models.DateField(_("tháng"), help_text=_("Ngày đầu tháng."))
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    reference = models.CharField(_("mã giao dịch hoặc số giấy nộp tiền"), max_length=120)
    at = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(_("ai ghi"), max_length=120)
    undone_at = models.DateTimeField(_("bỏ lúc"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_by_name = models.CharField(_("ai bỏ"), max_length=120, blank=True, db_default="")
    undone_for = models.CharField(_("lý do bỏ"), max_length=300, blank=True, db_default="")

    objects = TaxPaymentQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("khoản thuế đã nộp")
        verbose_name_plural = _("thuế đã nộp")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="tax_payment_positive"),
            models.CheckConstraint(condition=~Q(reference=""), name="tax_payment_has_a_reference"),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(undone_at=None), name="tax_payment_noted_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="tax_payment_for_a_whole_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.amount:.0f}"
