"""The second person of a large refund."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.core.second_person import Approval


class RefundApproval(Approval):
    """Until it is confirmed its refund is neither sent nor noted as made."""

    refund = models.OneToOneField(
        "payment.Refund", verbose_name=_("khoản hoàn"), on_delete=models.CASCADE, related_name="approval"
    )

    class Meta:
        app_label = "payment"
        verbose_name = _("người thứ hai của khoản hoàn")
        verbose_name_plural = _("người thứ hai của khoản hoàn")

    def __str__(self) -> str:
        return f"{self.refund_id} {self.by_name}"
