"""A section of the site: the one page in a language under which all of a kind stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from catalogue.models.base import MarketPage


class SectionPage(MarketPage):
    """All villages, all specialties, all events…: once in each language."""

    intro = models.TextField(_("lời dẫn"), blank=True, max_length=400)

    content_panels = [
        *MarketPage.content_panels,
        FieldPanel("intro", help_text=_("Một hai câu dưới tên trang.")),
    ]
    max_count_per_parent = 1

    class Meta:
        abstract = True
