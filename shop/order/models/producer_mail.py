"""News for a parcel's producer, to be mailed: written with the change itself, like the buyer's mail."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProducerMail(models.Model):
    """One message about one parcel to who works for its producer, at most once of each kind and reference.

    The row is part of the transaction that makes the news; `shop.order.producer_mails` turns it into
    mail after the commit, and the timer repeats what a crash cut short.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("kiện mới")
        RETURN = "return", _("khách xin trả")

    parcel = models.ForeignKey(
        "order.Parcel", verbose_name=_("kiện"), on_delete=models.CASCADE, related_name="producer_mails"
    )
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    reference = models.CharField(
        _("về việc nào"), max_length=120, blank=True, default="", db_default=""
    )  # of RETURN the key of the request; empty in rows of earlier releases
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    queued_at = models.DateTimeField(_("vào hàng chờ lúc"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "order"
        db_table = "order_stallmail"  # its first name: the release before writes it while a new one starts
        verbose_name = _("thư cho cơ sở")
        verbose_name_plural = _("thư cho cơ sở")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(queued_at=None), name="stall_mail_not_queued")
        ]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "kind", "reference"], name="producer_mail_once")
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.kind}"
