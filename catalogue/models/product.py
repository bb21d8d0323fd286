"""What is sold: Oscar's product with the facts of an OCOP specialty."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractProduct

from catalogue.languages import local
from catalogue.models.certificate import Certificate
from catalogue.months import MonthsField, opening

if TYPE_CHECKING:
    from catalogue.models.product_page import ProductPage


# Advertising them is forbidden (Law on Advertising 16/2012/QH13, art. 7).
SPIRITS_FROM_PERCENT = 15
FRESH_DAYS = 60  # what keeps no longer cannot be laid up for the months without a harvest


class Product(AbstractProduct):
    """A specialty or one of its variants (500 g, 1 kg); words and pictures are its pages'.

    Variants are Oscar's children: they carry price, stock, weight and GTIN; origin, flags and
    certificates hang on the parent.
    """

    class StorageClass(models.TextChoices):
        AMBIENT = "ambient", _("nhiệt độ thường")
        COOL = "cool", _("nơi mát")
        CHILLED = "chilled", _("ngăn mát")
        LIVE = "live", _("cây, con sống")
        SERVICE = "service", _("dịch vụ")

    class VatClass(models.TextChoices):
        AGRI_UNPROCESSED = "agri_unprocessed", _("nông sản chưa chế biến")
        REDUCED = "reduced_8", _("được giảm thuế")
        STANDARD = "standard_10", _("thuế suất thường")

    upc: str | None
    title_en = models.CharField(_("tên tiếng Anh"), max_length=255, blank=True)
    translation_key = models.UUIDField(
        _("bộ trang"), null=True, blank=True, unique=True, editable=False
    )  # of the ProductPages that present it: one product per set, kept by the database
    producer = models.ForeignKey(
        "partner.Partner",
        verbose_name=_("cơ sở sản xuất"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
    )
    village = models.ForeignKey(
        "catalogue.VillagePage",
        verbose_name=_("làng nghề"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="products",
        help_text=_("Trang tiếng Việt của làng."),
    )
    specialty = models.ForeignKey(
        "catalogue.SpecialtyPage",
        verbose_name=_("đặc sản"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="products",
        help_text=_("Trang tiếng Việt của đặc sản."),
    )
    origin_commune = models.ForeignKey(
        "catalogue.Commune",
        verbose_name=_("nơi sản xuất"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    geographical_indication = models.ForeignKey(
        "catalogue.GeographicalIndication",
        verbose_name=_("chỉ dẫn địa lý"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="products",
    )
    unit = models.CharField(_("đơn vị bán"), max_length=60, blank=True, help_text=_("Ví dụ: hộp 1 kg"))
    unit_en = models.CharField(_("đơn vị bán, tiếng Anh"), max_length=60, blank=True)
    vat_class = models.CharField(_("nhóm thuế"), max_length=20, choices=VatClass, default=VatClass.STANDARD)
    net_weight_g = models.PositiveIntegerField(_("khối lượng tịnh, g"), null=True, blank=True)
    net_volume_ml = models.PositiveIntegerField(
        _("dung tích, ml"), null=True, blank=True
    )  # of liquids, whose label names no weight (Decree 37/2026/NĐ-CP)
    shipping_weight_g = models.PositiveIntegerField(_("khối lượng gửi, g"), null=True, blank=True)
    length_mm = models.PositiveIntegerField(_("dài, mm"), null=True, blank=True)
    width_mm = models.PositiveIntegerField(_("rộng, mm"), null=True, blank=True)
    height_mm = models.PositiveIntegerField(_("cao, mm"), null=True, blank=True)
    shelf_life_days = models.PositiveIntegerField(_("hạn dùng, ngày"), null=True, blank=True)
    storage_class = models.CharField(
        _("bảo quản"), max_length=10, choices=StorageClass, default=StorageClass.AMBIENT
    )
    allergens = models.JSONField(_("chất gây dị ứng"), default=list, blank=True)
    fragile = models.BooleanField(_("dễ vỡ"), default=False)
    perishable = models.BooleanField(_("mau hỏng"), default=False)
    cold_chain = models.BooleanField(_("phải giữ lạnh khi gửi"), default=False)
    age_restricted = models.BooleanField(_("chỉ bán cho người từ 18 tuổi"), default=False)
    alcohol_percent = models.DecimalField(
        _("độ cồn, %"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    local_delivery_only = models.BooleanField(_("chỉ giao trong tỉnh"), default=False)
    made_to_order = models.BooleanField(_("làm theo đơn"), default=False)
    bookable = models.BooleanField(_("dịch vụ đặt lịch"), default=False)
    max_transit_hours = models.PositiveIntegerField(_("đi đường tối đa, giờ"), null=True, blank=True)
    is_illustrative = models.BooleanField(_("dữ liệu minh hoạ"), default=False)
    sale_months = MonthsField(
        _("tháng mở bán"), editable=False, db_default=models.Value([], models.JSONField())
    )  # written by catalogue.sync alone; none: sold all year

    class Meta(AbstractProduct.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(structure="child") | Q(parent=None), name="product_only_children_have_parents"
            )
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        self.upc = self.upc or None  # "" would collide: Oscar reads NULL as ""
        super().save(*args, **kwargs)

    @property
    def main(self) -> "Product":
        """Return the product that carries origin, flags and certificates: a variant's parent."""
        return self.parent if self.is_child else self

    @property
    def is_spirit(self) -> bool:
        """Return whether the law forbids to advertise it; a drink for adults of unknown strength counts."""
        if self.alcohol_percent is None:
            return self.age_restricted
        return self.alcohol_percent >= SPIRITS_FROM_PERCENT

    @property
    def is_fresh(self) -> bool:
        """Return whether it can only be sold while it is harvested; what is made or booked on demand never is."""
        if self.made_to_order or self.bookable:
            return False
        short_lived = self.shelf_life_days is not None and self.shelf_life_days <= FRESH_DAYS
        return self.perishable or short_lived or self.storage_class == self.StorageClass.LIVE

    def opens_on(self, day: date | None = None) -> date | None:
        """Return when its sale begins again, None while it is on sale; a variant's season is its parent's."""
        return opening(self.main.sale_months, day or timezone.localdate())

    def page(self) -> "ProductPage | None":
        """Return its live page in the reader's language, else the Vietnamese, else any; prefetch `pages`."""
        live = [page for page in self.main.pages.all() if page.live]
        languages = [page.locale.language_code for page in live]
        for wanted in (get_language() or "vi", "vi", *languages):
            for page, language in zip(live, languages, strict=True):
                if language == wanted[:2] and page.translation_key == self.main.translation_key:
                    return page
        return None

    def get_absolute_url(self) -> str:
        """Return the address of its page; Oscar's own address, which answers 404, while it has none."""
        page = self.page()
        return (page.url if page else None) or super().get_absolute_url()

    @property
    def local_title(self) -> str:
        """Return the title in the reader's language, a variant's with its parent's before it."""
        own = local(self, "title")
        if not self.is_child:
            return own
        return f"{local(self.parent, 'title')}, {own}" if own else local(self.parent, "title")

    @property
    def variant_name(self) -> str:
        """Return "500 g" for a variant, nothing for a product without variants."""
        return local(self, "title") if self.is_child else ""

    def current_certificate(self, day: date | None = None) -> Certificate | None:
        """Return the certificate that carries a star on `day` (today in Vietnam), or None."""
        day = day or timezone.localdate()
        carrying = {Certificate.State.VALID, Certificate.State.EXPIRING}
        return next((c for c in self._certificates if c.state_on(day) in carrying), None)

    def last_certificate(self, day: date | None = None) -> Certificate | None:
        """Return the latest certificate that had begun to count by `day`, whatever became of it."""
        day = day or timezone.localdate()
        return next((c for c in self._certificates if c.issued_on <= day and c.ever_counts()), None)

    @cached_property
    def _certificates(self) -> list[Certificate]:
        rows = list(self.main.certificates.all())
        return sorted(rows, key=lambda row: (row.issued_on, row.pk), reverse=True)

    def volumetric_weight_g(self, *, divisor: int) -> int:
        """Return the weight in grams that carriers charge for its size: l × w × h in cm / divisor kg."""
        if not (self.length_mm and self.width_mm and self.height_mm):
            return 0
        cubic_cm = Decimal(self.length_mm * self.width_mm * self.height_mm) / 1000
        return int(cubic_cm * 1000 / divisor)
