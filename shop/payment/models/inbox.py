"""Notices of money from a payment provider or a bank, stored before anything is done with them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Inbox(models.Model):
    """One notice of money: an event of Stripe's, or a bank line (of a notification or a statement).

    Stored under the sender's own id, so that one that comes twice is one row; `done_at` is when it
    was handled, `error` why it could not be. Bank lines that fit no order wait here for staff.
    Elsewhere: pretix' BankTransaction, an event table of Stripe webhooks.
    """

    class Kind(models.TextChoices):
        STRIPE = "stripe", _("thẻ")
        BANK = "bank", _("ngân hàng")

    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    key = models.CharField(_("mã của bên gửi"), max_length=120)
    body = models.JSONField(_("nội dung"), default=dict)
    payment = models.ForeignKey(
        "payment.Payment",
        verbose_name=_("thanh toán"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notices",
    )
    error = models.CharField(_("vướng gì"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("nhận lúc"), auto_now_add=True)
    done_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)

    class Meta:
        app_label = "payment"
        verbose_name = _("tin báo tiền")
        verbose_name_plural = _("tin báo tiền")
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "id"], condition=Q(done_at=None), name="inbox_waiting")]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="inbox_stored_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
