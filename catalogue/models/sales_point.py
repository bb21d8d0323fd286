"""Shops and show-rooms where the goods stand on a shelf; some hand over parcels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.languages import local


class SalesPoint(models.Model):
    """A place to see, buy or collect OCOP goods (criteria: Decision 950/QĐ-BCT of 2023)."""

    class Kind(models.TextChoices):
        PROVINCIAL_CENTRE = "provincial_centre", _("trung tâm cấp tỉnh")
        SHOP = "shop", _("cửa hàng")
        VILLAGE_SHOWROOM = "village_showroom", _("nhà trưng bày của làng")
        TOURIST_SITE = "tourist_site", _("điểm du lịch")
        REST_STOP = "rest_stop", _("trạm dừng nghỉ")
        SUPERMARKET_CORNER = "supermarket_corner", _("quầy trong siêu thị")

    slug = models.SlugField(_("mã"), max_length=80, unique=True)
    name = models.CharField(_("tên"), max_length=120)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=120, blank=True)
    kind = models.CharField(_("loại"), max_length=20, choices=Kind)
    commune = models.ForeignKey(
        "catalogue.Commune", verbose_name=_("xã, phường"), on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(_("địa chỉ"), max_length=200)
    latitude = models.DecimalField(_("vĩ độ"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("kinh độ"), max_digits=9, decimal_places=6, null=True, blank=True)
    opening_hours = models.CharField(
        _("giờ mở cửa"), max_length=80, blank=True, help_text=_("Theo schema.org, ví dụ: Mo-Su 08:00-20:00")
    )
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    village = models.ForeignKey(
        "catalogue.VillagePage",
        verbose_name=_("làng nghề"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sales_points",
    )
    pickup = models.BooleanField(_("giao hàng tại đây"), default=False)
    note = models.CharField(_("ghi chú"), max_length=200, blank=True)
    note_en = models.CharField(_("ghi chú tiếng Anh"), max_length=200, blank=True)
    is_illustrative = models.BooleanField(_("dữ liệu minh hoạ"), default=False)

    class Meta:
        verbose_name = _("điểm bán")
        verbose_name_plural = _("điểm bán")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """Return the name in the reader's language."""
        return local(self, "name")
