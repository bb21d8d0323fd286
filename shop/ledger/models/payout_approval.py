"""The second person of a large payout."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.core.second_person import Approval


class PayoutApproval(Approval):
    """Until it is confirmed its payout goes into no file and is not noted as paid."""

    payout = models.OneToOneField(
        "ledger.Payout", verbose_name=_("khoản chi trả"), on_delete=models.CASCADE, related_name="approval"
    )

    class Meta:
        verbose_name = _("người thứ hai của khoản chi trả")
        verbose_name_plural = _("người thứ hai của khoản chi trả")

    def __str__(self) -> str:
        return f"{self.payout_id} {self.by_name}"
