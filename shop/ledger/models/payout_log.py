"""The audit log of payouts; it outlives those that are discarded."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.order.models.log import WrittenOnce


class PayoutLog(WrittenOnce):
    """Who did what to a payout, and when; the payout is named by its number, for it may be gone."""

    class Verb(models.TextChoices):
        MAKE = "make", _("lập")
        ADD_TO_FILE = "hand_over", _("đưa vào tệp")
        CONFIRM = "confirm", _("người thứ hai xác nhận")
        PAY = "pay", _("đã chuyển")
        DISCARD = "discard", _("bỏ")

    partner = models.ForeignKey(
        "partner.Partner", verbose_name=_("cơ sở"), on_delete=models.PROTECT, related_name="payout_log"
    )
    number = models.PositiveIntegerField(_("số của khoản chi trả"), db_index=True)
    verb = models.CharField(_("việc"), max_length=10, choices=Verb)
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    reference = models.CharField(_("tham chiếu"), max_length=120, blank=True)
    note = models.TextField(_("ghi chú"), blank=True, db_default="")
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("tài khoản"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    actor_name = models.CharField(_("ai"), max_length=120, help_text=_("Giữ lại khi tài khoản đã xoá."))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("dòng nhật ký chi trả")
        verbose_name_plural = _("nhật ký chi trả")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.at:%Y-%m-%d %H:%M}"
