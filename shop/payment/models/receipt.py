"""Money that came in: what happened, appended and never changed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Receipt(models.Model):
    """One sum received for one payment, in whole đồng; the provider's own reference makes it unique.

    A bank transfer may come short, long or in parts; cash comes parcel by parcel.
    """

    class Source(models.TextChoices):
        CARD = "card", _("thẻ")
        BANK = "bank", _("chuyển khoản")
        CASH = "cash", _("tiền mặt")

    payment = models.ForeignKey(
        "payment.Payment", verbose_name=_("thanh toán"), on_delete=models.PROTECT, related_name="receipts"
    )
    source = models.CharField(_("từ đâu"), max_length=10, choices=Source)
    reference = models.CharField(_("tham chiếu"), max_length=120)
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    at = models.DateTimeField(_("lúc"), default=timezone.now)

    class Meta:
        app_label = "payment"
        verbose_name = _("khoản thu")
        verbose_name_plural = _("khoản thu")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_amount_positive"),
            models.CheckConstraint(condition=~Q(reference=""), name="receipt_has_a_reference"),
            models.UniqueConstraint(fields=["source", "reference"], name="receipt_booked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}: {self.amount:.0f}"
