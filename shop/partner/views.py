"""The producers' table of prices and stock in the admin."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from catalogue.access.permissions import is_producer, partners_of
from catalogue.ids import is_number
from shop.partner.models import Partner
from shop.partner.price_table import PriceRow, products_of


@require_http_methods(["GET", "HEAD", "POST"])
def prices(request: HttpRequest) -> HttpResponse:
    """Show and save the table of prices and stock; rows with an error stay as typed, the others are saved."""
    data = request.POST if request.method == "POST" else None
    rows = [PriceRow(product, data) for product in products_of(_partners(request))]
    if data is not None:
        saved = sum([row.save(by=request.user) for row in rows if row.is_valid()])
        _report(request, saved=saved, refused=sum(bool(row.errors) for row in rows))
        if not any(row.errors for row in rows):
            return HttpResponseRedirect(request.get_full_path())
    return TemplateResponse(
        request,
        "producers/prices.html",
        {"rows": rows, "page_title": _("Giá và kho"), "header_icon": "tag"},
        status=422 if any(row.errors for row in rows) else 200,
    )


def _partners(request: HttpRequest) -> list[Partner]:
    """Return whose prices are asked for: the producer's own, or for hub staff the one named by ?co-so=."""
    user: Any = request.user
    if is_producer(user) or "co-so" not in request.GET:
        own = list(partners_of(user))
        if own:
            return own
    if not user.has_perm("partner.change_stockrecord"):
        raise PermissionDenied
    key = request.GET.get("co-so", "")
    return [get_object_or_404(Partner, pk=key if is_number(key) else 0)]


def _report(request: HttpRequest, *, saved: int, refused: int) -> None:
    if saved:
        words = ngettext(
            "Đã lưu %(count)d món, bán theo giá mới ngay.",
            "Đã lưu %(count)d món, bán theo giá mới ngay.",
            saved,
        )
        messages.success(request, words % {"count": saved})
    elif not refused:
        messages.info(request, _("Không có gì thay đổi."))
    if refused:
        words = ngettext(
            "%(count)d món chưa lưu, xem chỗ báo lỗi.", "%(count)d món chưa lưu, xem chỗ báo lỗi.", refused
        )
        messages.error(request, words % {"count": refused})
