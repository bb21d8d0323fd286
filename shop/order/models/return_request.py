"""A buyer asks to send a parcel back; its producer or staff decide."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReturnRequest(models.Model):
    """One for each parcel; changed only by the verbs of shop.order.returns and shop.order.parcels."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("đang xin trả")
        ACCEPTED = "accepted", _("đã nhận trả")
        REFUSED = "refused", _("đã từ chối")

    parcel = models.OneToOneField(
        "order.Parcel", verbose_name=_("kiện"), on_delete=models.CASCADE, related_name="return_request"
    )
    reason = models.CharField(_("lý do"), max_length=300)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.REQUESTED)
    note = models.CharField(_("trả lời"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("xin lúc"), auto_now_add=True)
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("tài khoản"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_by_name = models.CharField(_("ai quyết định"), max_length=120, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "order"
        verbose_name = _("yêu cầu trả hàng")
        verbose_name_plural = _("yêu cầu trả hàng")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.state}"


class ReturnPhoto(models.Model):
    """A picture of what is wrong, as a small JPEG without metadata.

    In the database and not among the media, which anybody may read who has the address.
    """

    request = models.ForeignKey(
        ReturnRequest, verbose_name=_("yêu cầu"), on_delete=models.CASCADE, related_name="photos"
    )
    data = models.BinaryField(_("ảnh JPEG"))

    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "order"
        verbose_name = _("ảnh trả hàng")
        verbose_name_plural = _("ảnh trả hàng")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.pk}"
