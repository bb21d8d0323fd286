"""Pages that simply say something: delivery, returns, payment, privacy, terms, complaints."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from catalogue.blocks import BodyBlock
from catalogue.models import MarketPage


class StandardPage(MarketPage):
    """A plain page."""

    intro = models.TextField(_("lời dẫn"), blank=True, max_length=400)
    body = StreamField(BodyBlock(), verbose_name=_("bài viết"), blank=True)

    content_panels = [
        *MarketPage.content_panels,
        FieldPanel("intro", help_text=_("Một hai câu dưới tên trang.")),
        FieldPanel("body", help_text=_("Ghép từ các khối: chữ, ảnh, lời kể, các bước làm, hàng sản phẩm.")),
    ]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]

    class Meta:
        verbose_name = _("trang thường")

    def search_texts(self) -> list[str]:
        return [self.intro]
