"""Specialties: a family of products with a season and an origin."""

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from catalogue.blocks import BodyBlock
from catalogue.family import Family
from catalogue.models.base import MarketPage
from catalogue.models.section_page import SectionPage
from catalogue.months import MonthsField


class SpecialtyIndexPage(SectionPage):
    """All specialties, by season."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["catalogue.SpecialtyPage"]

    class Meta:
        verbose_name = _("mục đặc sản")


class SpecialtyPage(MarketPage):
    """One specialty: when, where, how to choose; its goods come from the catalogue."""

    class Protection(models.TextChoices):
        NONE = "", _("không rõ")
        GI = "gi", _("chỉ dẫn địa lý")
        COLLECTIVE_MARK = "collective_mark", _("nhãn hiệu tập thể")
        CERTIFICATION_MARK = "certification_mark", _("nhãn hiệu chứng nhận")

    summary = models.TextField(_("tóm tắt"), max_length=400)
    picture = models.ForeignKey(
        "catalogue.Picture",
        verbose_name=_("ảnh"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(BodyBlock(), verbose_name=_("bài viết"), blank=True)
    category = models.ForeignKey(
        "catalogue.Category",
        verbose_name=_("ngành hàng"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    season_months = MonthsField(_("tháng có hàng"))
    season_note = models.CharField(_("nói về mùa"), max_length=160, blank=True)
    protection = models.CharField(
        _("bảo hộ"), max_length=20, choices=Protection, default=Protection.NONE, blank=True
    )
    geographical_indication = models.ForeignKey(
        "catalogue.GeographicalIndication",
        verbose_name=_("chỉ dẫn địa lý"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    content_panels = [
        *MarketPage.content_panels,
        FieldPanel("summary", help_text=_("Một hai câu, hiện dưới tên và khi chia sẻ.")),
        FieldPanel("picture", help_text=_("Ảnh ngang, rộng ít nhất 1.280 điểm ảnh.")),
        FieldPanel("body", help_text=_("Ghép từ các khối: chữ, ảnh, lời kể, các bước làm, hàng sản phẩm.")),
        MultiFieldPanel(
            [
                FieldPanel(
                    "season_months", help_text=_("Đánh dấu các tháng có hàng. Để trống khi không rõ.")
                ),
                FieldPanel(
                    "season_note", help_text=_("Thêm điều lịch không nói được, ví dụ: rộ nhất giữa tháng 6.")
                ),
            ],
            heading=_("Mùa"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("category"),
                FieldPanel("protection", help_text=_("Chỉ ghi khi có văn bằng.")),
                FieldPanel("geographical_indication", help_text=_("Chỉ hiện khi có số đăng bạ.")),
            ],
            heading=_("Phân loại và bảo hộ"),
        ),
        InlinePanel("origins", label=_("Vùng làm ra")),
    ]
    parent_page_types = ["catalogue.SpecialtyIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("đặc sản")

    @classmethod
    def for_display(cls) -> QuerySet["SpecialtyPage"]:
        return cls.objects.select_related("picture", "geographical_indication", "share_picture")

    def find_family(self) -> Family:

        return Family.of(self, also=[origin.village_id for origin in self.origins.all()])

    def search_texts(self) -> list[str]:
        return [self.summary]


class SpecialtyOrigin(Orderable):
    """A village where the specialty comes from (the village's Vietnamese page)."""

    page = ParentalKey(SpecialtyPage, on_delete=models.CASCADE, related_name="origins")
    village = models.ForeignKey(
        "catalogue.VillagePage", verbose_name=_("làng"), on_delete=models.CASCADE, related_name="specialties"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("vùng làm ra")
