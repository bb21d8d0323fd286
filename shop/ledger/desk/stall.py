"""A producer's own statements, beside the table of prices."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.permissions import is_producer, partners_of
from shop.ledger import payouts
from shop.ledger.desk.views import print_statement, save_lines
from shop.ledger.models import LedgerEntry, Payout


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Show what the producer has been paid and what is still to come."""
    partners = _partners(request)
    found = [(partner, payouts.ready(partner).total(), _waiting(partner)) for partner in partners]
    context = {
        "accounts": found,
        "payouts": Payout.objects.filter(partner__in=partners).select_related("partner"),
        "page_title": _("Tiền hàng"),
        "header_icon": "download",
    }
    response = TemplateResponse(request, "stall/statements.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of the producer's own statements, for paper; nobody else's."""
    return print_statement(request, _own(request, pk))


@require_safe
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one of the producer's own statements as CSV."""
    return save_lines(_own(request, pk))


def _partners(request: HttpRequest) -> list[Any]:
    user: Any = request.user
    if not is_producer(user):
        raise PermissionDenied
    return list(partners_of(user))


def _own(request: HttpRequest, pk: int) -> Payout:
    return get_object_or_404(Payout.objects.select_related("partner"), pk=pk, partner__in=_partners(request))


def _waiting(partner: Any) -> Any:
    open_lines = LedgerEntry.objects.filter(partner=partner, payout=None)
    return open_lines.total() - payouts.ready(partner).total()
