"""VAT rates with the days on which they hold."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.formats import percent
from catalogue.models import Product


class VatRate(models.Model):
    """The rate of one class of goods from one day to another, both included.

    Without a percentage the class is not subject to VAT, which is not the same as 0 %. A sale
    keeps the rate of its day (Line.vat_percent).
    """

    vat_class = models.CharField(_("nhóm thuế"), max_length=20, choices=Product.VatClass)
    percent = models.DecimalField(
        _("thuế suất, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Trống: không chịu thuế."),
    )
    valid_from = models.DateField(_("từ ngày"))
    valid_until = models.DateField(_("đến hết ngày"), null=True, blank=True)
    basis = models.CharField(_("căn cứ"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("thuế suất GTGT")
        verbose_name_plural = _("thuế suất GTGT")
        ordering = ["vat_class", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["vat_class", "valid_from"], name="vat_rate_begins_once"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gte=0, percent__lte=100), name="vat_rate_is_percent"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="vat_rate_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        rate = "-" if self.percent is None else percent(self.percent)
        return f"{self.get_vat_class_display()}: {rate} ({self.valid_from:%Y-%m-%d})"

    def holds_on(self, day: date) -> bool:
        """Return whether `day` is one of its days."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
