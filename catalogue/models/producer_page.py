"""Producers: who makes it. The legal identity is the partner's, the words are the page's."""

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from catalogue.access.permissions import WHO_IS_PAID
from catalogue.blocks import BodyBlock
from catalogue.family import Family
from catalogue.models.base import MarketPage
from catalogue.models.section_page import SectionPage


class ProducerIndexPage(SectionPage):
    """All producers."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["catalogue.ProducerPage"]

    class Meta:
        verbose_name = _("mục người làm")


class ProducerPage(MarketPage):
    """One producer's own page; its product pages are its children."""

    partner = models.ForeignKey(
        "partner.Partner",
        verbose_name=_("cơ sở"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="pages",
        help_text=_("Tên pháp lý, mã số, địa chỉ lấy từ hồ sơ cơ sở."),
    )
    summary = models.TextField(_("giới thiệu ngắn"), max_length=400)
    portrait = models.ForeignKey(
        "catalogue.Picture",
        verbose_name=_("ảnh đại diện"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    village = models.ForeignKey(
        "catalogue.VillagePage",
        verbose_name=_("làng"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="producers",
        help_text=_("Trang tiếng Việt của làng."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("chuyện của chúng tôi"), blank=True)

    content_panels = [
        *MarketPage.content_panels,
        FieldPanel("partner", permission=WHO_IS_PAID),
        FieldPanel("summary", help_text=_("Một hai câu, hiện dưới tên và khi chia sẻ.")),
        FieldPanel("portrait", help_text=_("Người làm hoặc xưởng, ảnh vuông đẹp nhất.")),
        FieldPanel("village", permission="wagtailcore.publish_page"),
        FieldPanel("body", help_text=_("Ghép từ các khối: chữ, ảnh, lời kể, các bước làm, hàng sản phẩm.")),
        InlinePanel("photos", label=_("Ảnh"), max_num=12),
    ]
    parent_page_types = ["catalogue.ProducerIndexPage"]
    subpage_types = ["catalogue.ProductPage"]

    class Meta:
        verbose_name = _("người làm")

    @classmethod
    def for_display(cls) -> QuerySet["ProducerPage"]:
        return cls.objects.select_related("portrait", "partner__commune__province", "share_picture")

    def find_family(self) -> Family:

        return Family.of(self, also=[self.village_id])

    def search_texts(self) -> list[str]:
        return [self.summary, self.partner.name if self.partner else ""]


class ProducerPhoto(Orderable):
    """A picture of the workshop, the people, the place."""

    page = ParentalKey(ProducerPage, on_delete=models.CASCADE, related_name="photos")
    picture = models.ForeignKey(
        "catalogue.Picture", verbose_name=_("ảnh"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("ảnh")
