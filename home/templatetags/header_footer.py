"""Header, footer and structured data for base.html. Nothing here looks at the visitor."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from home import header_footer, terms

register = template.Library()

# A closing </script> inside the data would end it: the same escapes as Django's json_script.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def market_header(context: dict[str, Any]) -> dict[str, Any]:
    """Give the inputs of components/header.html: {% market_header as header %}."""
    return header_footer.header(context.get("request"), context.get("family"))


@register.simple_tag
def market_footer() -> dict[str, Any]:
    """Give the inputs of components/footer.html: {% market_footer as footer %}."""
    return header_footer.footer()


@register.simple_tag
def purchase_terms() -> terms.PurchaseTerms:
    """Give what a buyer agrees to: {% purchase_terms as agreed %}."""
    return terms.purchase_terms()


@register.simple_tag(takes_context=True)
def structured_data(context: dict[str, Any]) -> SafeString:
    """Write the page's schema.org objects; data blocks are not run, so the content policy allows them."""
    things = context.get("structured_data") or []
    return mark_safe("\n".join(_block(thing) for thing in things))  # noqa: S308 - escaped by _block


def _block(thing: dict[str, Any]) -> str:
    data = json.dumps(thing, cls=DjangoJSONEncoder, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(data))  # noqa: S308 - see ESCAPES
