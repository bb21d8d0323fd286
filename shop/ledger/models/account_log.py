"""The logs of what staff say of the hub's accounts: what a line of the bank is, and what was there at first."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.order.models.log import WrittenOnce


class AccountLog(WrittenOnce):
    """Who said something, and when."""

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
        abstract = True


class BankLineLog(AccountLog):
    """What staff said that a line of the bank is, or took back, and why."""

    class Verb(models.TextChoices):
        EXPLAIN = "explain", _("giải thích")
        JOIN = "join", _("nối với khoản đã có trong sổ")
        UNDO = "undo", _("bỏ")

    line = models.ForeignKey(
        "payment.BankLine", verbose_name=_("khoản"), on_delete=models.PROTECT, related_name="log"
    )
    verb = models.CharField(_("việc"), max_length=10, choices=Verb)
    what = models.CharField(
        _("là gì"), max_length=120, help_text=_("Loại của dòng sổ, hoặc khoản đã có: payout:12.")
    )
    reason = models.CharField(_("lý do"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("dòng nhật ký giải thích")
        verbose_name_plural = _("nhật ký giải thích")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line_id} {self.verb} {self.what}"


class OpeningLog(AccountLog):
    """What was noted as the first balance of an account."""

    account = models.ForeignKey(
        "payment.BankAccount",
        verbose_name=_("tài khoản"),
        on_delete=models.PROTECT,
        related_name="opening_log",
    )
    day = models.DateField(_("từ ngày"))
    amount = models.DecimalField(_("số dư đầu ngày, đồng"), max_digits=14, decimal_places=0)

    class Meta:
        verbose_name = _("dòng nhật ký số dư đầu")
        verbose_name_plural = _("nhật ký số dư đầu")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day:%Y-%m-%d}: {self.amount:.0f}"
