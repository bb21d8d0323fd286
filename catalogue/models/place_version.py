"""What a province or commune was called when: a name and kind from a day on, by which decision.

A version ends where the next begins, so that two can neither overlap nor leave a gap.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from catalogue.models.place import Commune, Province


class PlaceVersion(models.Model):
    """A name and kind that hold from a day on."""

    name = models.CharField(_("tên"), max_length=80, help_text=_("Không kèm chữ tỉnh, xã, phường."))
    valid_from = models.DateField(_("từ ngày"))
    decision = models.CharField(_("theo nghị quyết"), max_length=80, blank=True)

    class Meta:
        abstract = True
        verbose_name = _("tên, loại theo thời gian")
        verbose_name_plural = _("tên, loại theo thời gian")
        ordering = ["valid_from"]

    Kind: Any
    kind: Any

    def __str__(self) -> str:
        return f"{self.full_name} ({self.valid_from:%d/%m/%Y})"

    @property
    def full_name(self) -> str:
        """Return "phường Phù Lãng"."""
        return f"{self.Kind(self.kind).label} {self.name}"


class ProvinceVersion(PlaceVersion):
    """A name and kind of a province."""

    Kind = Province.Kind
    province = ParentalKey(Province, on_delete=models.CASCADE, related_name="versions")
    kind = models.CharField(_("loại"), max_length=10, choices=Province.Kind)

    class Meta(PlaceVersion.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "valid_from"], name="province_one_version_a_day")
        ]


class CommuneVersion(PlaceVersion):
    """A name and kind of a commune or ward."""

    Kind = Commune.Kind
    commune = ParentalKey(Commune, on_delete=models.CASCADE, related_name="versions")
    kind = models.CharField(_("loại"), max_length=10, choices=Commune.Kind)

    class Meta(PlaceVersion.Meta):
        constraints = [
            models.UniqueConstraint(fields=["commune", "valid_from"], name="commune_one_version_a_day")
        ]
