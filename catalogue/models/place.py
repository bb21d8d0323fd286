"""Places after 1 July 2025: provinces and communes, and the units they were formed from.

Bắc Ninh's 99 units follow Resolution 1658/NQ-UBTVQH15 of 16 June 2025. Name and kind of a row are today's;
what they were and will be is in its versions (place_version.py).
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from catalogue.folding import fold
from catalogue.place_names import place_key


def _ends_after_it_begins(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name=f"{name}_ends_after_it_begins"
    )


class AdministrativeUnit(ClusterableModel):
    """What provinces and communes share: a name and kind by dates, and how long there is such a unit."""

    Kind: Any
    name: Any
    kind: Any
    versions: Any
    valid_from = models.DateField(_("hiệu lực từ"))
    valid_to = models.DateField(_("hiệu lực đến"), null=True, blank=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValidationError({"valid_to": _("Ngày hết hiệu lực phải sau ngày bắt đầu.")})

    @property
    def full_name(self) -> str:
        """Return what it is called today, with its kind: "phường Phù Lãng"."""
        return f"{self.Kind(self.kind).label} {self.name}"

    def full_name_on(self, day: date) -> str:
        """Return what it was or will be called on a day, with its kind."""
        version = self.version_on(day) or self.versions.order_by("valid_from").first()
        return str(version.full_name) if version else self.full_name

    def version_on(self, day: date) -> Any:
        """Return the version in force on a day; none before the first, or where the unit never changed."""
        return max(
            (version for version in self.versions.all() if version.valid_from <= day),
            key=lambda version: version.valid_from,
            default=None,
        )

    def follow_versions(self, day: date) -> bool:
        """Take over name and kind in force on a day, unsaved; say whether they are others."""
        version = self.version_on(day)
        if version is None or (version.name, version.kind) == (self.name, self.kind):
            return False
        self.name, self.kind = version.name, version.kind
        return True


class Province(AdministrativeUnit):
    """One of the 34 provinces and centrally-run cities; `code` is the national two-digit code."""

    class Kind(models.TextChoices):
        PROVINCE = "tinh", _("tỉnh")
        CITY = "thanh_pho", _("thành phố")

    code = models.CharField(_("mã"), max_length=2, primary_key=True)
    name = models.CharField(_("tên"), max_length=60)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=60, blank=True)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    former_names = models.CharField(_("tên cũ"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tỉnh, thành phố")
        verbose_name_plural = _("tỉnh, thành phố")
        ordering = ["code"]
        constraints = [_ends_after_it_begins("province")]

    def __str__(self) -> str:
        return self.full_name


class Commune(AdministrativeUnit):
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

    class Meta:
        verbose_name = _("xã, phường")
        verbose_name_plural = _("xã, phường")
        ordering = ["sort_key", "code"]
        constraints = [_ends_after_it_begins("commune")]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = fold(self.name)
        super().save(*args, **kwargs)


class FormerUnit(models.Model):
    """A commune before 1 July 2025 with its district and province, and where it went.

    A unit that was split stands once for each commune that took a part of it. One that was merged, renamed
    or moved to another district before 2025 stands beside the unit that followed it, marked as earlier.
    """

    code = models.CharField(_("mã cũ"), max_length=5)
    name = models.CharField(_("tên cũ"), max_length=80)
    district_name = models.CharField(_("huyện cũ"), max_length=80)
    province_name = models.CharField(_("tỉnh cũ"), max_length=80)
    commune = models.ForeignKey(
        Commune, verbose_name=_("nay thuộc"), on_delete=models.CASCADE, related_name="former_units"
    )
    is_split = models.BooleanField(_("chỉ một phần"), default=False)
    is_earlier = models.BooleanField(
        _("đã đổi trước năm 2025"),
        default=False,
        db_default=False,
        help_text=_("Đã sáp nhập, đổi tên hoặc sang huyện khác trước lần sắp xếp tháng 7 năm 2025."),
    )
    folded = models.CharField(max_length=250, editable=False, db_index=True)
    name_key = models.CharField(max_length=80, editable=False, db_index=True, db_default="")
    district_key = models.CharField(max_length=80, editable=False, db_index=True, db_default="")

    class Meta:
        verbose_name = _("đơn vị hành chính cũ")
        verbose_name_plural = _("đơn vị hành chính cũ")
        ordering = ["folded"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "name", "district_name", "commune"], name="former_unit_once_per_commune"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.district_name}, {self.province_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        for name, key in self.keys_of(self.name, self.district_name, self.province_name).items():
            setattr(self, name, key)
        super().save(*args, **kwargs)

    @staticmethod
    def keys_of(name: str, district_name: str, province_name: str) -> dict[str, str]:
        """Return the columns by which a unit is found."""
        return {
            "folded": fold(f"{name}, {district_name}, {province_name}"),
            "name_key": place_key(name),
            "district_key": place_key(district_name),
        }
