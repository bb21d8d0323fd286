"""Places after 1 July 2025: provinces and communes, and the units they were formed from.

Bắc Ninh's 99 units follow Resolution 1658/NQ-UBTVQH15 of 16 June 2025.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.folding import fold


class Province(models.Model):
    """One of the 34 provinces and centrally-run cities; `code` is the national two-digit code."""

    class Kind(models.TextChoices):
        PROVINCE = "tinh", _("tỉnh")
        CITY = "thanh_pho", _("thành phố")

    code = models.CharField(_("mã"), max_length=2, primary_key=True)
    name = models.CharField(_("tên"), max_length=60)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=60, blank=True)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    former_names = models.CharField(_("tên cũ"), max_length=200, blank=True)
    valid_from = models.DateField(_("hiệu lực từ"))
    valid_to = models.DateField(_("hiệu lực đến"), null=True, blank=True)

    class Meta:
        verbose_name = _("tỉnh, thành phố")
        verbose_name_plural = _("tỉnh, thành phố")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Return "tỉnh Bắc Ninh"; for the home province the kind is a setting, see docs/settings.md."""
        kind = settings.MARKET_PROVINCE_KIND if self.code == settings.MARKET_PROVINCE_CODE else self.kind
        return f"{self.Kind(kind).label} {self.name}"


class Commune(models.Model):
    """A commune, ward or special zone, the only level under a province since 1 July 2025."""

    class Kind(models.TextChoices):
        COMMUNE = "xa", _("xã")
        WARD = "phuong", _("phường")
        ZONE = "dac_khu", _("đặc khu")

    code = models.CharField(_("mã"), max_length=5, primary_key=True)
    province = models.ForeignKey(
        Province, verbose_name=_("tỉnh"), on_delete=models.PROTECT, related_name="communes"
    )
    name = models.CharField(_("tên"), max_length=80, help_text=_("Không kèm chữ xã, phường."))
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    sort_key = models.CharField(max_length=80, editable=False, db_index=True)
    valid_from = models.DateField(_("hiệu lực từ"))
    valid_to = models.DateField(_("hiệu lực đến"), null=True, blank=True)

    class Meta:
        verbose_name = _("xã, phường")
        verbose_name_plural = _("xã, phường")
        ordering = ["sort_key", "code"]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_key = fold(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def full_name(self) -> str:
        """Return "xã Phù Lãng"."""
        return f"{self.Kind(self.kind).label} {self.name}"


class FormerUnit(models.Model):
    """A commune before 1 July 2025 with its district and province, and where it went.

    A unit that was split stands once for each commune that took a part of it.
    """

    code = models.CharField(_("mã cũ"), max_length=5)
    name = models.CharField(_("tên cũ"), max_length=80)
    district_name = models.CharField(_("huyện cũ"), max_length=80)
    province_name = models.CharField(_("tỉnh cũ"), max_length=80)
    commune = models.ForeignKey(
        Commune, verbose_name=_("nay thuộc"), on_delete=models.CASCADE, related_name="former_units"
    )
    is_split = models.BooleanField(_("chỉ một phần"), default=False)
    folded = models.CharField(max_length=250, editable=False, db_index=True)

    class Meta:
        verbose_name = _("đơn vị hành chính cũ")
        verbose_name_plural = _("đơn vị hành chính cũ")
        ordering = ["folded"]
        constraints = [
            models.UniqueConstraint(fields=["code", "commune"], name="former_unit_once_per_commune")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.district_name}, {self.province_name}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold(str(self))
        super().save(*args, **kwargs)  # type: ignore[arg-type]
