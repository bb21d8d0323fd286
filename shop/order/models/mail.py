"""News for a buyer, to be mailed: written with the change itself, so that no crash swallows a mail."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OrderMail(models.Model):
    """One message about one order, at most once of each kind for each parcel and matter.

    The row is part of the transaction that makes the news. `shop.order.mails` turns it into a
    mail of django-post-office's queue after the commit; the timer repeats what a crash cut short.
    """

    class Kind(models.TextChoices):
        PLACED = "placed", _("đã đặt")
        SHIPPED = "shipped", _("đã gửi")
        CANCELLED = "cancelled", _("đã huỷ")
        ADDRESS = "address", _("đã sửa địa chỉ")
        FEWER = "fewer", _("giao thiếu")
        PAID = "paid", _("đã nhận tiền")
        SHORT = "short", _("tiền còn thiếu")
        REMIND = "remind", _("sắp hết hạn thanh toán")
        EXPIRED = "expired", _("hết hạn thanh toán")
        REFUND_DUE = "refund_due", _("hỏi tài khoản nhận tiền hoàn")
        REFUND_TO = "refund_to", _("đã ghi tài khoản nhận tiền hoàn")
        REFUNDED = "refunded", _("đã hoàn tiền")
        RETURN_OK = "return_ok", _("nhận trả hàng")
        RETURN_PART = "return_few", _("nhận trả một phần")
        RETURN_NO = "return_no", _("từ chối trả hàng")

    order = models.ForeignKey(
        "order.Order", verbose_name=_("đơn hàng"), on_delete=models.CASCADE, related_name="mails"
    )
    parcel = models.ForeignKey(
        "order.Parcel",
        verbose_name=_("kiện"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mails",
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    reference = models.CharField(
        _("về việc gì"), max_length=120, blank=True, help_text=_("Khoá của khoản hoàn, số tiền đã đến…")
    )
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    queued_at = models.DateTimeField(_("vào hàng chờ lúc"), null=True, blank=True)

    class Meta:
        app_label = "order"
        verbose_name = _("thư về đơn hàng")
        verbose_name_plural = _("thư về đơn hàng")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(queued_at=None), name="order_mail_not_queued")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "parcel", "kind", "reference"], name="order_mail_once_per_parcel"
            ),
            models.UniqueConstraint(
                fields=["order", "kind", "reference"],
                condition=Q(parcel=None),
                name="order_mail_once_per_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"
