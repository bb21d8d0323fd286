"""A place after 1 July 2025: street line, commune, province; no district."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Place(models.Model):
    """Adds province and commune to Oscar's addresses, whose `line1` is the street line.

    People and couriers still know the old districts: `old_address` keeps what the buyer
    searched for, and is printed too.
    """

    province = models.ForeignKey(
        "catalogue.Province",
        verbose_name=_("tỉnh, thành phố"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    commune = models.ForeignKey(
        "catalogue.Commune",
        verbose_name=_("xã, phường"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    commune_name = models.CharField(
        _("tên xã, phường"),
        max_length=80,
        blank=True,
        help_text=_("Như người mua viết, ở tỉnh chưa có danh sách xã, phường."),
    )
    old_address = models.CharField(_("địa chỉ cũ"), max_length=200, blank=True)

    class Meta:
        abstract = True

    line1: str
    name: str

    @property
    def place_lines(self) -> list[str]:
        """Return the address without the person, one printed line each; empty for pick-up."""
        return [line for line in (self.line1, self.place_name) if line]

    @property
    def place_name(self) -> str:
        """Return "phường Phù Lãng, thành phố Bắc Ninh", as both are called today."""
        commune = self.commune.full_name if self.commune else self.commune_name
        province = self.province.full_name if self.province else ""
        return ", ".join(part for part in (commune, province) if part)

    @property
    def place_in_a_line(self) -> str:
        """Return the address without the person in one line, the old one in brackets; empty for pick-up."""
        place = ", ".join(self.place_lines)
        return f"{place} ({self.old_address})" if self.old_address else place

    def active_address_fields(self) -> list[str]:
        """Return what Oscar shows as the address: person and place."""
        return [self.name, *self.place_lines]
