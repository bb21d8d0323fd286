"""Who pays for an offer: its discount is the producer's, or the hub's."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OfferFunding(models.Model):
    """Who pays for the discounts of one offer, with a voucher or without; without such a row the producer.

    A sale keeps what the hub pays of it (order.Line.hub_discount).
    """

    class PaidBy(models.TextChoices):
        PRODUCER = "producer", _("cơ sở")
        HUB = "hub", _("sàn")

    offer = models.OneToOneField(
        "offer.ConditionalOffer", verbose_name=_("ưu đãi"), on_delete=models.CASCADE, related_name="funding"
    )
    paid_by = models.CharField(_("ai chịu"), max_length=8, choices=PaidBy, default=PaidBy.HUB)

    class Meta:
        verbose_name = _("ai chịu ưu đãi")
        verbose_name_plural = _("ai chịu ưu đãi")
        ordering = ["offer__name"]

    def __str__(self) -> str:
        return f"{self.offer}: {self.get_paid_by_display()}"
