"""Stories: people, crafts and journeys."""

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from catalogue.blocks import BodyBlock
from catalogue.models import MarketPage, SectionPage


class StoryIndexPage(SectionPage):
    """All stories, the newest first."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.StoryPage"]

    class Meta:
        verbose_name = _("mục chuyện")


class StoryPage(MarketPage):
    """One story."""

    told_on = models.DateField(_("ngày đăng"))
    author = models.CharField(_("người kể"), max_length=120, blank=True)
    summary = models.TextField(_("tóm tắt"), max_length=400)
    picture = models.ForeignKey(
        "catalogue.Picture",
        verbose_name=_("ảnh"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(BodyBlock(), verbose_name=_("bài viết"))

    content_panels = [
        *MarketPage.content_panels,
        FieldPanel("summary", help_text=_("Một hai câu, hiện dưới tên và khi chia sẻ.")),
        FieldPanel("picture", help_text=_("Ảnh ngang, rộng ít nhất 1.280 điểm ảnh.")),
        FieldPanel("told_on", help_text=_("Chuyện mới đứng trước.")),
        FieldPanel("author", help_text=_("Tên người kể, nếu muốn ghi.")),
        FieldPanel("body", help_text=_("Ghép từ các khối: chữ, ảnh, lời kể, các bước làm, hàng sản phẩm.")),
    ]
    parent_page_types = ["home.StoryIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("chuyện")

    @classmethod
    def for_display(cls) -> QuerySet["StoryPage"]:
        return cls.objects.select_related("picture", "share_picture")

    def search_texts(self) -> list[str]:
        return [self.summary, self.author]
