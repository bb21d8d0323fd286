"""A producer's own parcels: what to pack, where it goes, the next step; nobody else's, and no order.

The page names the order by the end of its code only: with code and telephone number anybody may
look the whole order up (shop.customer.orders.forms.LookupForm), and a producer has the number.
"""

from datetime import datetime
from decimal import Decimal
from functools import partial

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shop.backoffice.orders import return_requests, steps
from shop.backoffice.orders.forms import InvalidForms
from shop.backoffice.producers import parcel_lists
from shop.backoffice.producers.parcel_lists import own_parcels
from shop.order.localised import LINES, shipping_name
from shop.order.models import OrderLog, Parcel
from shop.order.transitions import DONE
from shop.payment.providers import provider

PER_PAGE = 30


@require_safe
def parcels(request: HttpRequest) -> HttpResponse:
    """List the producer's parcels of one kind: those that wait, or with ?xem=… another kind."""
    own = own_parcels(request.user)
    which = parcel_lists.named(request.GET.get("xem", ""))
    pages = Paginator(which.rows(own).prefetch_related(LINES), PER_PAGE)
    context = {
        "parcels": pages.get_page(request.GET.get("p")),
        "lists": parcel_lists.links(own, which),
        "kept": f"xem={which.name}&" if which.name else "",
        "page_title": _("Kiện hàng"),
        "header_icon": "list-ul",
    }
    return _private(TemplateResponse(request, "producers/parcels.html", context))


@require_safe
def parcel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of the producer's own parcels; 404 for anybody else's."""
    return _show(request, _one(request, pk))


@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do the next step of one of the producer's own parcels."""
    row, what = _one(request, pk), steps.named(verb, by_staff=False)
    if wrong := steps.do(request, row, what):
        return _show(request, row, wrong=wrong)
    return redirect("producer_parcels:detail", pk)


@require_POST
def decide(request: HttpRequest, pk: int, asked: int) -> HttpResponse:
    """Decide on the return of one of the producer's own parcels; a refusal is overruled by staff only."""
    row = _one(request, pk)
    if wrong := return_requests.decide(request, row, asked, may_overrule=False):
        return _show(request, row, wrong=wrong)
    return redirect("producer_parcels:detail", pk)


@require_safe
def photo(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Show a picture of what is wrong with one of the producer's own parcels."""
    return return_requests.picture(_one(request, pk), photo)


def _one(request: HttpRequest, pk: int) -> Parcel:
    rows = own_parcels(request.user).select_related(
        "order__shipping_address__province",
        "order__shipping_address__commune",
        "sales_point",
        "partner",
    )
    return get_object_or_404(rows.prefetch_related(LINES, *return_requests.REQUESTS), pk=pk)


def _show(request: HttpRequest, row: Parcel, *, wrong: forms.Form | None = None) -> HttpResponse:
    came_back: InvalidForms = {wrong.prefix: wrong} if wrong else {}
    context = {
        "parcel": row,
        "way": shipping_name(row),
        "order": row.order,
        "address": None if row.is_cancelled else row.order.shipping_address,
        "corrected_at": _corrected_at(row),
        "cash": _cash(row),
        "wishes": return_requests.rows(row, may_overrule=False, wrong=came_back),
        "steps": steps.rows(row, address=partial(_step_url, row.pk), wrong=came_back, by_staff=False),
        "page_title": _("Kiện %(code)s") % {"code": row.short_code},
        "header_icon": "list-ul",
    }
    status = 422 if wrong else 200
    return _private(TemplateResponse(request, "producers/parcel.html", context, status=status))


def _step_url(parcel_id: int, verb: str) -> str:
    return reverse("producer_parcels:step", args=[parcel_id, verb])


def _corrected_at(row: Parcel) -> datetime | None:
    """Return when staff last corrected who gets it or where: an address written down before is out of date."""
    if row.status in DONE:
        return None
    lines = row.order.log.filter(verb=OrderLog.Verb.ADDRESS).order_by("-pk")
    return lines.values_list("at", flat=True).first()


def _cash(row: Parcel) -> Decimal | None:
    """Return what is to be collected for this parcel at the door, in đồng; None when it is paid for."""
    if row.status in DONE:
        return None
    for payment in row.order.payments.all():
        method = provider(payment.method)
        if method and method.collects_on_delivery and payment.is_live:
            return row.charged
    return None


def _private(response: TemplateResponse) -> TemplateResponse:
    response["Cache-Control"] = "private, no-store"
    return response
