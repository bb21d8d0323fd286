"""Who carries a producer's parcels, and on whose contract; it decides who takes the cash at the door."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CarriedBy(models.TextChoices):
    """The producer itself, or a carrier on the producer's contract or on the hub's."""

    OWN = "own", _("cơ sở tự giao")
    PRODUCER = "producer", _("hãng vận chuyển, hợp đồng của cơ sở")
    HUB = "hub", _("hãng vận chuyển, hợp đồng của sàn")
