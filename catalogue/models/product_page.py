"""The listing of a product: words, pictures, season. Price and stock are Oscar's."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import RadioSelect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail_localize.fields import SynchronizedField

from catalogue.blocks import BodyBlock
from catalogue.family import Family
from catalogue.models.base import MarketPage
from catalogue.models.claims import IndicationRight
from catalogue.models.sale_panel import SalePanel
from catalogue.months import MonthsField


class ProductPage(MarketPage):
    """One product's page in one language, child of its producer's page.

    `product` is shared by the page's translations and written by `catalogue.sync`
    alone; no form and no revision carries it.
    """

    class Selling(models.TextChoices):
        FRESH = "", _("theo hạn dùng: hàng tươi chỉ bán trong mùa, hàng để được lâu bán quanh năm")
        SEASON = "season", _("chỉ bán trong các tháng có hàng")
        ALWAYS = "always", _("bán quanh năm (hàng khô, hàng đã chế biến)")

    product = models.ForeignKey(
        "catalogue.Product",
        verbose_name=_("sản phẩm"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="pages",
    )
    summary = models.TextField(_("tóm tắt"), max_length=300, help_text=_("Một hai câu, hiện dưới tên hàng."))
    body = StreamField(BodyBlock(), verbose_name=_("mô tả"), blank=True)
    ingredients = models.TextField(_("thành phần"), blank=True, max_length=600)
    storage = models.TextField(_("bảo quản"), blank=True, max_length=300)
    season_months = MonthsField(_("tháng có hàng"))
    selling = models.CharField(
        _("bán lúc nào"), max_length=10, choices=Selling, default=Selling.FRESH, blank=True, db_default=""
    )

    exclude_fields_in_copy = ["product"]
    override_translatable_fields = [
        SynchronizedField("product", overridable=False),
        SynchronizedField("selling", overridable=False),
    ]
    content_panels = [
        *MarketPage.content_panels,
        FieldPanel("summary"),
        InlinePanel("photos", label=_("Ảnh"), max_num=8, help_text=_("Ảnh đầu tiên hiện trên thẻ hàng.")),
        FieldPanel("body", help_text=_("Ghép từ các khối: chữ, ảnh, lời kể, các bước làm, hàng sản phẩm.")),
        MultiFieldPanel(
            [
                FieldPanel("ingredients", help_text=_("Như trên nhãn, thứ nhiều đứng trước.")),
                FieldPanel("storage", help_text=_("Như trên nhãn.")),
                FieldPanel(
                    "season_months", help_text=_("Đánh dấu các tháng có hàng. Để trống khi không rõ.")
                ),
                FieldPanel(
                    "selling",
                    help_text=_("Ngoài mùa, hàng chỉ bán trong mùa không đặt mua được trên chợ."),
                    widget=RadioSelect,
                ),
                SalePanel(),
            ],
            heading=_("Thành phần, bảo quản, mùa"),
        ),
    ]
    parent_page_types = ["catalogue.ProducerPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("sản phẩm")

    @classmethod
    def for_display(cls) -> QuerySet["ProductPage"]:
        """Return pages with their product, its producer and origin, and whether it may carry its indication."""
        users = IndicationRight.objects.valid_on(timezone.localdate()).filter(
            geographicalindication=OuterRef("product__geographical_indication"),
            partner=OuterRef("product__producer"),
        )
        return cls.objects.annotate(may_use_indication=Exists(users)).select_related(
            "share_picture",
            "product__geographical_indication",
            "product__origin_commune__province",
            "product__producer__commune__province",
        )

    def find_family(self) -> Family:

        linked = [self.product.village_id, self.product.specialty_id] if self.product else []
        return Family.of(self, also=linked, join=["producerpage__portrait"])

    def with_content_json(self, content: dict[str, Any]) -> "ProductPage":
        """Return the page as an older revision had it, still hung on its product."""
        page = super().with_content_json(content)
        page.product_id = self.product_id
        return page

    def search_texts(self) -> list[str]:
        return [self.summary, self.ingredients]


class ProductPhoto(Orderable):
    """A picture of the product; the first one leads the page and the card."""

    page = ParentalKey(ProductPage, on_delete=models.CASCADE, related_name="photos")
    picture = models.ForeignKey(
        "catalogue.Picture", verbose_name=_("ảnh"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("ảnh")
