"""Security headers: a strict content policy for the shop, looser ones for the admin."""

import re
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Players that editors may embed by oEmbed.
VIDEO_PLAYERS: list[str] = [
    "https://www.youtube.com",
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
]
CSP = "Content-Security-Policy"
# Pages of the admin whose own templates run inline code: forms with dates, choosers or inline rows, lists
# that are filtered by date, the editor, reports, translation; of Django's admin the mail templates. Wagtail 8
# knows no nonces: its scripts come in fragments that other scripts insert. tests/integration/test_admin_policy.py
# finds a page that is missing here.
INLINE_PAGES = re.compile(
    r"^(wagtailadmin_(explore|pages:|reports:|workflows:)|wagtail_localize:|wagtailsettings:|dashboard:)"
    r"|^admin:post_office_"
    r"|^(?!admin:|wagtailimages:|wagtaildocs:|attention:).*:(add|edit|copy|index|history|usage)$"
)
# For answers that come before all other middleware (probes, metrics): plain text, nobody's page.
BARE_HEADERS = {
    CSP: "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PERMISSIONS_POLICY = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def shop_policy(media_origin: str = "", pay_origin: str = "") -> dict[str, Any]:
    """Return the policy of every public page: our own files only, nothing inline.

    Args:
        media_origin: where uploaded pictures come from when not from us ("https://media.example").
        pay_origin: where our forms may send a buyer to pay; browsers follow redirects with this rule.
    """
    media = [media_origin] if media_origin else []
    return {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *media],
        "media-src": [SELF, *media],
        "frame-src": VIDEO_PLAYERS,
        "frame-ancestors": [NONE],
        "form-action": [SELF, *([pay_origin] if pay_origin else [])],
        "base-uri": [SELF],
        "object-src": [NONE],
    }


def admin_policy(media_origin: str = "", *, inline: bool) -> dict[str, Any]:
    """Return the policy of /admin/, /dashboard/ and /django-admin/.

    Args:
        media_origin: as of `shop_policy`.
        inline: let scripts stand in the page. Styles may always: the editor and Wagtail's tooltips set them.
    """
    policy = shop_policy(media_origin)
    return policy | {
        "script-src": [SELF, UNSAFE_INLINE] if inline else [SELF],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [*policy["img-src"], "blob:"],
        "frame-src": [SELF, *VIDEO_PLAYERS],
        "frame-ancestors": [SELF],  # the CMS previews pages in a frame of its own
    }


def runs_inline_code(request: HttpRequest) -> bool:
    """Say whether a page of the admin is one whose templates bring scripts of their own."""
    match = request.resolver_match
    return match is not None and INLINE_PAGES.search(match.view_name) is not None


class HeadersMiddleware(CSPMiddleware):
    """Content-Security-Policy by place, and the headers that Django has no setting for."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,
    ) -> PolicyParts:
        """Choose the admin's policy for the admin."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None and request.path_info.startswith(settings.ADMIN_PREFIXES):
            inline = runs_inline_code(request)
            parts.config = settings.ADMIN_INLINE_POLICY if inline else settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add Permissions-Policy beside the content policy; let the admin frame what it previews."""
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if CSP in response and request.path_info.startswith(settings.ADMIN_PREFIXES):
            # A preview comes through here twice, first as the public page that it shows.
            response[CSP] = response[CSP].replace(f"frame-ancestors {NONE}", f"frame-ancestors {SELF}")
        return super().process_response(request, response)
