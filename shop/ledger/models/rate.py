"""Commission that goes with a kind of goods instead of with who makes them."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CategoryRate(models.Model):
    """The commission on goods of one OCOP class and the classes below it that have none of their own.

    It takes the place of the producer's rate. A sale keeps the rate of its day (Line.commission_percent).
    """

    category = models.OneToOneField(
        "catalogue.Category",
        verbose_name=_("nhóm OCOP"),
        on_delete=models.CASCADE,
        related_name="commission_rate",
    )
    percent = models.DecimalField(_("phí sàn, %"), max_digits=5, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = _("phí sàn theo nhóm")
        verbose_name_plural = _("phí sàn theo nhóm")
        ordering = ["category__path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="category_commission_is_percent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.percent} %"
