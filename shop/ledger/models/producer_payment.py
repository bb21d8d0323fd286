"""What a producer paid to the hub."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ProducerPayment(models.Model):
    """A sum that a producer paid for what it owed, in whole đồng; noted once by staff, undone where that was wrong."""

    partner = models.ForeignKey(
        "partner.Partner", verbose_name=_("cơ sở"), on_delete=models.PROTECT, related_name="payments_in"
    )
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    reference = models.CharField(_("mã giao dịch hoặc số phiếu thu"), max_length=80)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("tài khoản"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    by_name = models.CharField(_("ai ghi"), max_length=120)
    undone_at = models.DateTimeField(_("bỏ lúc"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_by_name = models.CharField(_("ai bỏ"), max_length=120, blank=True, db_default="")
    undone_for = models.CharField(_("lý do bỏ"), max_length=300, blank=True, db_default="")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("khoản cơ sở nộp")
        verbose_name_plural = _("khoản cơ sở nộp")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="producer_payment_positive"),
            models.UniqueConstraint(
                fields=["partner", "reference"],
                condition=Q(undone_at=None),
                name="producer_payment_noted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount:.0f}"
