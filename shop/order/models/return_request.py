"""A buyer asks to send goods of a parcel back; its producer or staff decide."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ReturnRequest(models.Model):
    """One wish to send units of a parcel back, of each parcel one at a time; changed only by shop.fulfilment.

    Its lines say how many of what; one without lines, of an earlier release, is about the whole parcel.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("đang xin trả")
        ACCEPTED = "accepted", _("đã nhận trả")
        REFUSED = "refused", _("đã từ chối")

    parcel = models.ForeignKey(
        "order.Parcel", verbose_name=_("kiện"), on_delete=models.CASCADE, related_name="return_requests"
    )
    reason = models.CharField(_("lý do"), max_length=300)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.REQUESTED)
    note = models.CharField(_("trả lời"), max_length=300, blank=True)
    rest_note = models.CharField(
        _("vì sao không nhận phần còn lại"), max_length=300, blank=True, default="", db_default=""
    )
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
        constraints = [
            models.UniqueConstraint(
                fields=["parcel"], condition=Q(state="requested"), name="return_request_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.state}"

    @property
    def units(self) -> dict[int, int]:
        """Return how many units of which order line it is about; empty for the whole parcel."""
        return {line.line_id: line.quantity for line in self.lines.all()}

    @property
    def refused_units(self) -> dict[int, int]:
        """Return how many units of which order line were not taken back: all of a refused one, some of another."""
        if self.state == self.State.REFUSED:
            return self.units
        return {line.line_id: line.rest for line in self.lines.all() if line.rest}


class ReturnLine(models.Model):
    """How many units of one order line a request is about, and how many of them could be sold again."""

    request = models.ForeignKey(
        ReturnRequest, verbose_name=_("yêu cầu"), on_delete=models.CASCADE, related_name="lines"
    )
    line = models.ForeignKey(
        "order.Line", verbose_name=_("dòng hàng"), on_delete=models.PROTECT, related_name="return_lines"
    )
    quantity = models.PositiveIntegerField(_("số lượng"))
    accepted = models.PositiveIntegerField(
        _("nhận lại"), null=True, blank=True, help_text=_("Trống: tất cả, hoặc chưa quyết định.")
    )
    restocked = models.PositiveIntegerField(_("trả vào kho"), default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "order"
        verbose_name = _("món xin trả")
        verbose_name_plural = _("món xin trả")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "line"], name="return_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="return_line_of_something"),
            models.CheckConstraint(
                condition=Q(restocked__lte=F("quantity")), name="return_line_restocked_within_quantity"
            ),
            models.CheckConstraint(
                condition=Q(accepted=None) | Q(accepted__lte=F("quantity")),
                name="return_line_accepted_within_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.quantity} × {self.line_id}"

    @property
    def taken(self) -> int:
        """Return how many are taken back if the request is accepted."""
        return int(self.quantity if self.accepted is None else self.accepted)

    @property
    def rest(self) -> int:
        """Return how many of an accepted request were not taken back."""
        return int(self.quantity) - self.taken


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
