"""A file of transfers that staff took to the bank."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TransferFile(models.Model):
    """Which payouts went to the bank in one file, when and by whom; a payout is in one file at most.

    Count and sum are those of the day it was made, whatever was discarded since.
    """

    made_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("tài khoản"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    by_name = models.CharField(_("ai"), max_length=120)
    count = models.PositiveIntegerField(_("số khoản"))
    total = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("tệp chuyển khoản")
        verbose_name_plural = _("tệp chuyển khoản")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}, {self.made_at:%Y-%m-%d}"
