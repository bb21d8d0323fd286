"""The audit log: one line for every change of an order's status or money."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AppendOnly(models.QuerySet[Any]):
    """Rows that are written once."""

    def update(self, **_kwargs: Any) -> NoReturn:
        raise TypeError("The log is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The log is append-only.")


class WrittenOnce(models.Model):
    """A row of a log: never changed, never deleted."""

    objects = AppendOnly.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("The log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError("The log is append-only.")


class OrderLog(WrittenOnce):
    """Who did what to an order, and when; never changed, never deleted."""

    class Verb(models.TextChoices):
        PLACE = "place", _("đặt hàng")
        ACCEPT = "accept", _("nhận đơn")
        PACK = "pack", _("đóng gói")
        SHIP = "ship", _("gửi hàng")
        DELIVER = "deliver", _("giao hàng")
        UNDELIVER = "undeliver", _("bỏ “đã giao”")
        CANCEL = "cancel", _("huỷ")
        CANCEL_UNITS = "leave_out", _("huỷ một phần")
        RETURN = "return", _("trả lại")
        RETURN_UNITS = "units_back", _("trả lại một phần")
        ASK_RETURN = "ask_return", _("xin trả hàng")
        REFUSE = "refuse", _("từ chối trả hàng")
        ADDRESS = "address", _("sửa địa chỉ")
        EXPIRE = "expire", _("hết hạn")
        PAY = "pay", _("thanh toán")
        REFUND = "refund", _("hoàn tiền")
        NOTE = "note", _("ghi chú")

    order = models.ForeignKey(
        "order.Order", verbose_name=_("đơn hàng"), on_delete=models.PROTECT, related_name="log"
    )
    parcel = models.ForeignKey(
        "order.Parcel",
        verbose_name=_("kiện"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="log",
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("tài khoản"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    actor_name = models.CharField(_("ai"), max_length=120, help_text=_("Giữ lại khi tài khoản đã xoá."))
    verb = models.CharField(_("việc"), max_length=10, choices=Verb)
    reference = models.CharField(_("tham chiếu"), max_length=120, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0, null=True, blank=True)

    class Meta:
        app_label = "order"
        verbose_name = _("dòng nhật ký")
        verbose_name_plural = _("nhật ký đơn hàng")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.verb} {self.at:%Y-%m-%d %H:%M}"
