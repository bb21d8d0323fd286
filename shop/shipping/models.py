"""The tariff: zones of provinces with their rates, and the rules that hold in all of them."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from catalogue.languages import local


def _dong(name: Any, **kwargs: Any) -> Any:
    return models.DecimalField(name, max_digits=12, decimal_places=0, **kwargs)


class ShippingZone(ClusterableModel):
    """Provinces that cost the same to reach, with what a parcel costs there, VAT included."""

    slug = models.SlugField(_("mã"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=80)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0, help_text=_("Gần trước, xa sau."))
    base_price = _dong(_("giá mức đầu, đồng"))
    base_weight_g = models.PositiveIntegerField(_("mức đầu, g"))
    step_price = _dong(_("giá mỗi nấc thêm, đồng"))
    step_weight_g = models.PositiveIntegerField(_("nấc thêm, g"), default=500)
    min_days = models.PositiveSmallIntegerField(_("nhanh nhất, ngày"))
    max_days = models.PositiveSmallIntegerField(_("chậm nhất, ngày"))
    cold_chain = models.BooleanField(_("gửi lạnh được"), default=False)
    free_shipping = models.BooleanField(_("được miễn phí giao"), default=False)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("name_en")]),
        FieldRowPanel([FieldPanel("slug"), FieldPanel("position")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("base_price"), FieldPanel("base_weight_g")]),
                FieldRowPanel([FieldPanel("step_price"), FieldPanel("step_weight_g")]),
                FieldPanel("free_shipping"),
            ],
            heading=_("Phí giao"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("min_days"), FieldPanel("max_days")]), FieldPanel("cold_chain")],
            heading=_("Đường đi"),
        ),
        InlinePanel("provinces", label=_("Tỉnh, thành phố")),
    ]

    class Meta:
        verbose_name = _("vùng giao hàng")
        verbose_name_plural = _("vùng giao hàng")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(base_price__gte=0, step_price__gte=0), name="zone_rates_not_negative"
            ),
            models.CheckConstraint(condition=Q(step_weight_g__gt=0), name="zone_step_has_weight"),
            models.CheckConstraint(condition=Q(max_days__gte=F("min_days")), name="zone_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        """Return the name in the reader's language."""
        return local(self, "name")

    def rate(self, weight_g: int) -> Decimal:
        """Return what `weight_g` costs, without surcharges: a base, then a price for each step begun."""
        over_g = max(0, weight_g - self.base_weight_g)
        return self.base_price + self.step_price * -(-over_g // self.step_weight_g)


class ZoneProvince(models.Model):
    """A province's place in the tariff: in one zone only, says the database."""

    zone = ParentalKey(ShippingZone, on_delete=models.CASCADE, related_name="provinces")
    province = models.OneToOneField(
        "catalogue.Province",
        verbose_name=_("tỉnh, thành phố"),
        on_delete=models.CASCADE,
        related_name="shipping_zone",
    )

    class Meta:
        verbose_name = _("tỉnh, thành phố")
        ordering = ["province"]

    def __str__(self) -> str:
        return str(self.province)


@register_setting(icon="cog", order=350)
class ShippingTariff(BaseGenericSetting):
    """The rules that hold in every zone: one row, or none, and then these defaults."""

    volumetric_divisor = models.PositiveIntegerField(
        _("hệ số quy đổi"), default=6000, help_text=_("Dài × rộng × cao (cm) chia số này ra kg.")
    )
    express_divisor = models.PositiveIntegerField(_("hệ số quy đổi, hoả tốc"), default=5000)
    fragile_surcharge = _dong(_("thêm cho kiện dễ vỡ, đồng"), default=0)
    cold_surcharge = _dong(_("thêm cho kiện lạnh, đồng"), default=0)
    free_from = _dong(
        _("miễn phí giao từ, đồng"),
        null=True,
        blank=True,
        help_text=_("Tiền hàng của một kiện. Bỏ trống là không."),
    )
    free_max_weight_g = models.PositiveIntegerField(_("miễn phí tới, g"), default=5000)
    max_weight_g = models.PositiveIntegerField(_("kiện nặng nhất, g"), default=20000)
    max_side_mm = models.PositiveIntegerField(_("cạnh dài nhất, mm"), default=1200)
    cod_max_order = _dong(_("thu hộ tới, đồng"), default=5_000_000, help_text=_("Của cả đơn."))
    cod_max_made_to_order = _dong(_("thu hộ hàng làm theo đơn tới, đồng"), default=1_000_000)
    cod_free_to = _dong(_("thu hộ miễn phí tới, đồng"), default=1_000_000)
    cod_fee_percent = models.DecimalField(
        _("phí thu hộ, %"), max_digits=4, decimal_places=2, default=Decimal("0.80")
    )
    is_illustrative = models.BooleanField(_("biểu phí minh hoạ"), default=False)

    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("volumetric_divisor"), FieldPanel("express_divisor")]),
                FieldRowPanel([FieldPanel("max_weight_g"), FieldPanel("max_side_mm")]),
                FieldRowPanel([FieldPanel("fragile_surcharge"), FieldPanel("cold_surcharge")]),
            ],
            heading=_("Kiện hàng"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("free_from"), FieldPanel("free_max_weight_g")])],
            heading=_("Miễn phí giao"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("cod_max_order"), FieldPanel("cod_max_made_to_order")]),
                FieldRowPanel([FieldPanel("cod_free_to"), FieldPanel("cod_fee_percent")]),
            ],
            heading=_("Thu tiền khi giao"),
        ),
        FieldPanel("is_illustrative"),
    ]

    class Meta:
        verbose_name = _("quy định giao hàng")
        verbose_name_plural = _("quy định giao hàng")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="tariff_is_one_row"),
            models.CheckConstraint(
                condition=Q(volumetric_divisor__gt=0, express_divisor__gt=0),
                name="tariff_divisors_above_zero",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Take the one key there is, whatever the database would number it with: Wagtail makes the row without one."""
        self.id = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> "ShippingTariff":
        """Return the rules in force; without a row the defaults above, unsaved."""
        return cls.objects.first() or cls(pk=1)


from oscar.apps.shipping.models import *
