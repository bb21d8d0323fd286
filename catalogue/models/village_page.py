"""Craft villages: a place, its craft and its story."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable

from catalogue.blocks import BodyBlock
from catalogue.models.base import MarketPage
from catalogue.models.section_page import SectionPage
from catalogue.months import MonthsField


class VillageIndexPage(SectionPage):
    """All villages."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["catalogue.VillagePage"]

    class Meta:
        verbose_name = _("mục làng nghề")


class VillagePage(MarketPage):
    """One village: craft, story, how to visit; its goods and makers come from the catalogue."""

    class Kind(models.TextChoices):
        CRAFT = "craft", _("làng nghề thủ công")
        FOOD = "food", _("làng nghề thực phẩm")
        GROWING = "growing", _("vùng trồng, vùng nuôi")
        TOURISM = "tourism", _("bản làng du lịch")

    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    short_name = models.CharField(_("tên gọn"), max_length=60, help_text=_("Hiện trên thẻ hàng: Phù Lãng"))
    craft = models.CharField(_("nghề"), max_length=120, help_text=_("Một dòng, ví dụ: Gốm men da lươn"))
    founded = models.CharField(_("có từ"), max_length=160, blank=True)
    summary = models.TextField(_("tóm tắt"), max_length=400, blank=True)
    hero = models.ForeignKey(
        "catalogue.Picture",
        verbose_name=_("ảnh lớn"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    emblem = models.ForeignKey(
        "catalogue.Picture",
        verbose_name=_("biểu tượng"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(BodyBlock(), verbose_name=_("câu chuyện"), blank=True)
    highlights = RichTextField(_("nên xem"), features=["ul"], blank=True)
    how_to_visit = models.TextField(_("đường đến"), blank=True)
    best_season = models.CharField(_("mùa đẹp nhất"), max_length=160, blank=True)
    best_months = MonthsField(_("tháng nên đến"))
    commune = models.ForeignKey(
        "catalogue.Commune",
        verbose_name=_("xã, phường"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    old_address = models.CharField(
        _("địa chỉ cũ"), max_length=160, blank=True, help_text=_("Xã, huyện, tỉnh trước tháng 7/2025.")
    )
    latitude = models.DecimalField(_("vĩ độ"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("kinh độ"), max_digits=9, decimal_places=6, null=True, blank=True)

    content_panels = [
        *MarketPage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("short_name"),
                FieldPanel("kind", help_text=_("Trang làng nghề xếp các làng theo loại này.")),
                FieldPanel("craft"),
                FieldPanel("founded", help_text=_("Ví dụ: thế kỷ 13, theo gia phả.")),
            ],
            heading=_("Làng và nghề"),
        ),
        FieldPanel("summary", help_text=_("Một hai câu, hiện dưới tên và khi chia sẻ.")),
        MultiFieldPanel(
            [
                FieldPanel("hero", help_text=_("Ảnh ngang, rộng ít nhất 1.280 điểm ảnh.")),
                FieldPanel("emblem", help_text=_("Tranh vuông, nền trơn.")),
            ],
            heading=_("Ảnh"),
        ),
        FieldPanel("body", help_text=_("Ghép từ các khối: chữ, ảnh, lời kể, các bước làm, hàng sản phẩm.")),
        MultiFieldPanel(
            [
                FieldPanel("highlights", help_text=_("Mỗi dòng một thứ nên xem.")),
                FieldPanel("how_to_visit", help_text=_("Đi bằng gì, mất bao lâu, gọi ai.")),
                FieldPanel("best_season", help_text=_("Bằng lời, ví dụ: mùa khô, sau Tết.")),
                FieldPanel("best_months", help_text=_("Đánh dấu các tháng nên đến.")),
                FieldPanel("commune", help_text=_("Xã, phường sau tháng 7/2025.")),
                FieldPanel("old_address"),
                FieldPanel(
                    "latitude", help_text=_("Độ thập phân, ví dụ 21,123. Để hiện bản đồ và chỉ đường.")
                ),
                FieldPanel(
                    "longitude", help_text=_("Độ thập phân, ví dụ 21,123. Để hiện bản đồ và chỉ đường.")
                ),
            ],
            heading=_("Đến thăm"),
        ),
        InlinePanel(
            "recognitions",
            label=_("Công nhận"),
            help_text=_("Chỉ mục đã kiểm tra nguồn mới hiện trên trang."),
        ),
    ]
    parent_page_types = ["catalogue.VillageIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("làng nghề")

    @classmethod
    def for_display(cls) -> QuerySet["VillagePage"]:
        return cls.objects.select_related("hero", "commune__province", "share_picture")

    def search_texts(self) -> list[str]:
        return [self.short_name, self.craft, self.summary, self.old_address]


class VillageRecognition(Orderable):
    """A mark, title or listing that belongs to the village's craft."""

    class Kind(models.TextChoices):
        COLLECTIVE_MARK = "collective_mark", _("nhãn hiệu tập thể")
        CERTIFICATION_MARK = "certification_mark", _("nhãn hiệu chứng nhận")
        GI = "gi", _("chỉ dẫn địa lý")
        GI_JAPAN = "gi_japan", _("chỉ dẫn địa lý tại Nhật Bản")
        UNESCO = "unesco_usl", _("UNESCO, di sản cần bảo vệ khẩn cấp")
        OCOP_TOURISM = "ocop_tourism", _("OCOP du lịch")

    page = ParentalKey(VillagePage, on_delete=models.CASCADE, related_name="recognitions")
    kind = models.CharField(_("loại"), max_length=20, choices=Kind)
    name = models.CharField(_("tên"), max_length=120, blank=True)
    number = models.CharField(_("số"), max_length=40, blank=True)
    recognised_on = models.CharField(_("năm hoặc ngày"), max_length=10, blank=True)
    expires_on = models.DateField(
        _("ngày hết hạn"),
        null=True,
        blank=True,
        help_text=_("Ngày cuối cùng còn hiệu lực; danh hiệu không thời hạn thì để trống."),
    )
    source_url = models.URLField(_("nguồn"), max_length=500, blank=True, default="", db_default="")
    is_checked = models.BooleanField(_("đã kiểm tra nguồn"), default=False)

    def clean(self) -> None:
        super().clean()
        if self.is_checked and not self.source_url:
            raise ValidationError({"source_url": _("Ghi nơi đã kiểm tra.")})
        if self.is_checked and self.kind == self.Kind.OCOP_TOURISM and not self.expires_on:
            raise ValidationError({"expires_on": _("Giấy OCOP có hạn 36 tháng: ghi ngày hết hạn.")})

    def is_shown_on(self, day: date) -> bool:
        """Return whether it was checked and has not ended."""
        return self.is_checked and (self.expires_on is None or self.expires_on >= day)

    class Meta(Orderable.Meta):
        verbose_name = _("công nhận")
