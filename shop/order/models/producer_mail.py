"""What a parcel's producer must be told: written with the change itself, like the buyer's mail."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StallMail(models.Model):
    """One message about one parcel to who works for its producer, at most once of each kind.

    The row is part of the transaction that makes the news; `shop.order.stall_mails` turns it into
    mail after the commit, and the timer repeats what a crash cut short.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("kiện mới")
        RETURN = "return", _("khách xin trả")

    parcel = models.ForeignKey(
        "order.Parcel", verbose_name=_("kiện"), on_delete=models.CASCADE, related_name="stall_mails"
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    queued_at = models.DateTimeField(_("vào hàng chờ lúc"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "order"
        verbose_name = _("thư cho cơ sở")
        verbose_name_plural = _("thư cho cơ sở")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(queued_at=None), name="stall_mail_not_queued")
        ]
        constraints = [models.UniqueConstraint(fields=["parcel", "kind"], name="stall_mail_once_per_parcel")]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.kind}"
