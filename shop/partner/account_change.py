"""A change of the bank account to which a producer is paid: what it was, what it is, who made it, who has confirmed it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AccountChange(models.Model):
    """Rows are made by shop.partner.payout_accounts and never changed but to note the second person.

    Accounts are written masked: who reads logs and mails needs to know them again, not to use them.
    """

    partner = models.ForeignKey(
        "partner.Partner", verbose_name=_("cơ sở"), on_delete=models.CASCADE, related_name="account_changes"
    )
    old = models.CharField(_("tài khoản cũ"), max_length=160, blank=True)
    new = models.CharField(_("tài khoản mới"), max_length=160, blank=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ai đổi"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    by_name = models.CharField(_("tên người đổi"), max_length=120)
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    confirmed_by_name = models.CharField(_("tên người xác nhận"), max_length=120, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "partner"
        verbose_name = _("lần đổi tài khoản nhận tiền")
        verbose_name_plural = _("các lần đổi tài khoản nhận tiền")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"

    @property
    def waits_until(self) -> datetime:
        """Return when the account may be used without a second person."""
        return self.at + timedelta(hours=settings.PAYOUT_ACCOUNT_WAIT_H)
