"""What a buyer agrees to: the standard pages that editors named for it in the site's settings."""

from typing import TypedDict

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.models import Site

from catalogue.languages import reading_language
from home.header_footer import Link
from home.models import MarketSettings, StandardPage


class PurchaseTerms(TypedDict):
    """The sentence beside the box, and the page of returns: None where none is named."""

    consent: SafeString
    returns: Link | None


def purchase_terms() -> PurchaseTerms:
    """Return what the review step of the checkout shows, in the reader's language; two queries."""
    named = _named()
    pages = _localized([page for page in named.values() if page])
    terms, returns, privacy = (pages.get(page.translation_key) if page else None for page in named.values())
    consent = format_html(
        _("Tôi đồng ý với {terms} và {returns}, đã đọc {privacy}."),
        terms=_linked(terms, _("điều khoản mua hàng")),
        returns=_linked(returns, _("cách đổi trả")),
        privacy=_linked(privacy, _("cách chợ giữ dữ liệu của tôi")),
    )
    return {
        "consent": consent,
        "returns": {"title": returns.title, "url": returns.url or ""} if returns else None,
    }


def _named() -> dict[str, StandardPage | None]:
    site = next((root.site_id for root in Site.get_site_root_paths()), None)
    names = ("terms_page", "returns_page", "privacy_page")
    market = MarketSettings.objects.filter(site=site).select_related(*names).first() or MarketSettings()
    return {name: getattr(market, name) for name in names}


def _localized(pages: list[StandardPage]) -> dict[object, StandardPage]:
    """Return the live page of each set in the reader's language, else the one named, by translation key."""
    keys = [page.translation_key for page in pages]
    live = StandardPage.objects.live().filter(translation_key__in=keys).select_related("locale")
    ids = {page.pk for page in pages}
    found = {page.translation_key: page for page in live if page.pk in ids}
    here = reading_language()
    return found | {page.translation_key: page for page in live if page.locale.language_code == here}


def _linked(page: StandardPage | None, words: str) -> SafeString | str:
    return format_html('<a href="{}">{}</a>', page.url or "", words) if page else words
