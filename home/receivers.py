"""Header and footer are read anew when an editor changes what stands in them."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from home import header_footer
from home.models import MarketSettings, MenuItem


def connect() -> None:
    """Connect each receiver; site/config/receivers.py says after whom."""
    post_save.connect(forget_header_footer, sender=MarketSettings, dispatch_uid="header_footer_settings")
    for signal in (post_save, post_delete):
        signal.connect(forget_header_footer, sender=MenuItem, dispatch_uid="header_footer_item")
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(forget_header_footer, dispatch_uid="header_footer_page")


def forget_header_footer(**_kwargs: Any) -> None:
    """Drop the words kept for header and footer."""
    header_footer.forget()
