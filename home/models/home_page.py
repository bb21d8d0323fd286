"""The front page of one language."""

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from catalogue.family import Family
from catalogue.models import MarketPage
from home.blocks import FrontPageBlock


class HomePage(MarketPage):
    """What the market is in one look, then sections that editors choose and order."""

    hero_title = models.CharField(_("câu chào"), max_length=80)
    hero_text = models.TextField(_("lời dẫn"), max_length=300, blank=True)
    hero_picture = models.ForeignKey(
        "catalogue.Picture",
        verbose_name=_("ảnh lớn"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    first_button = models.CharField(_("chữ nút thứ nhất"), max_length=40, blank=True)
    first_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("nút thứ nhất mở trang"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    second_button = models.CharField(_("chữ nút thứ hai"), max_length=40, blank=True)
    second_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("nút thứ hai mở trang"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(FrontPageBlock(), verbose_name=_("các phần"), blank=True)

    content_panels = [
        *MarketPage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("hero_title", help_text=_("Chợ này là gì, trong một câu ngắn.")),
                FieldPanel("hero_text", help_text=_("Một hai câu dưới câu chào.")),
                FieldPanel("hero_picture", help_text=_("Ảnh ngang, rộng ít nhất 1.280 điểm ảnh.")),
                FieldPanel("first_button", help_text=_("Bỏ trống: lấy tên trang.")),
                FieldPanel("first_page"),
                FieldPanel("second_button", help_text=_("Bỏ trống: lấy tên trang.")),
                FieldPanel("second_page"),
            ],
            heading=_("Đầu trang"),
        ),
        FieldPanel(
            "body", help_text=_("Mỗi khối là một phần của trang chủ, tự lấy hàng, làng, sự kiện hiện có.")
        ),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "catalogue.CataloguePage",
        "catalogue.ProducerIndexPage",
        "catalogue.SpecialtyIndexPage",
        "catalogue.VillageIndexPage",
        "home.EventIndexPage",
        "home.SalesPointIndexPage",
        "home.StandardPage",
        "home.StoryIndexPage",
    ]

    class Meta:
        verbose_name = _("trang chủ")

    @classmethod
    def for_display(cls) -> QuerySet["HomePage"]:
        return cls.objects.select_related("hero_picture", "share_picture")

    def find_family(self) -> Family:
        """Return the family with the pages to which the buttons of the front page lead."""
        calls = [block.value.get("page") for block in self.body if block.block_type == "call_to_action"]
        linked = [self.first_page_id, self.second_page_id, *(called.pk for called in calls if called)]
        return Family.of(self, also=linked)

    def short_description(self) -> str:
        return self.hero_text
