"""A producer's own statements, beside the table of prices."""

from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.access.permissions import partners_of
from shop.backoffice.payouts.debts import print_bill, save_bill
from shop.backoffice.payouts.views import print_statement, save_entries
from shop.ledger import cash_lists, debts, payouts
from shop.ledger.models import LedgerEntry, Payout
from shop.partner.models import Partner


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Show what the producer has been paid, what is still to come, and the cash it took and owes of."""
    partners = _partners(request)
    context = {
        "accounts": [_account(partner) for partner in partners],
        "payouts": Payout.objects.filter(partner__in=partners).select_related("partner"),
        "page_title": _("Tiền hàng"),
        "header_icon": "download",
    }
    response = TemplateResponse(request, "producers/statements.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of the producer's own statements, for paper; nobody else's."""
    return print_statement(request, _own(request, pk))


@require_safe
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one of the producer's own statements as CSV."""
    return save_entries(_own(request, pk))


@require_safe
def bill(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the producer owes, for paper; nobody else's."""
    return print_bill(request, _own_partner(request, pk))


@require_safe
def bill_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the producer owes as CSV."""
    return save_bill(_own_partner(request, pk))


def _account(partner: Partner) -> dict[str, Any]:
    ready = payouts.ready(partner).total()
    return {
        "partner": partner,
        "ready": max(Decimal(0), ready),
        "owed": max(Decimal(0), -ready),
        "waiting": LedgerEntry.objects.filter(partner=partner, payout=None).total() - ready,
        "in_hand": debts.in_hand(partner),
        "elsewhere": cash_lists.owed_of(partner),
    }


def _own_partner(request: HttpRequest, pk: int) -> Partner:
    partner = next((row for row in _partners(request) if row.pk == pk), None)
    if partner is None:
        raise Http404
    return cast("Partner", partner)


def _partners(request: HttpRequest) -> list[Any]:
    own = list(partners_of(request.user))
    if not own:
        raise PermissionDenied
    return own


def _own(request: HttpRequest, pk: int) -> Payout:
    return get_object_or_404(Payout.objects.select_related("partner"), pk=pk, partner__in=_partners(request))
