"""Where a visitor asks to go next: within this site only."""

from django.utils.http import url_has_allowed_host_and_scheme


def own_url(url: str, *, host: str, secure: bool = False) -> str:
    """Return an address of this site as it is; "" for any other, and for what is none.

    A word without a slash is none: Django's `redirect` would take it for the name of a view.

    Args:
        url: as the visitor sent it.
        host: this site's, as the request names it.
        secure: whether only https will do.
    """
    is_address = url.startswith(("/", "http://", "https://"))
    return url if is_address and url_has_allowed_host_and_scheme(url, host, require_https=secure) else ""
