"""A producer's own parcels: what to pack, where it goes, the next step; nobody else's, and no order.

The page names the order by the end of its code only: with code and telephone number anybody may
look the whole order up (shop.order.forms.LookupForm), and a producer has the number.
"""

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.permissions import is_producer, partners_of
from shop.order.desk import returning, steps
from shop.order.desk.forms import Wrong
from shop.order.models import Order, Parcel
from shop.order.readers_words import LINES, way_of
from shop.order.transitions import DONE, PLACED_ORDER
from shop.payment.models import Payment
from shop.payment.providers import provider, providers

PER_PAGE = 30


@require_safe
def parcels(request: HttpRequest) -> HttpResponse:
    """List the producer's parcels: those that wait, oldest first; with ?xong=1 those that are done."""
    done = bool(request.GET.get("xong"))
    found = _own(request).prefetch_related(LINES)
    found = found.filter(status__in=DONE) if done else found.exclude(status__in=DONE)
    pages = Paginator(found.order_by("-pk" if done else "pk"), PER_PAGE)
    context = {
        "parcels": pages.get_page(request.GET.get("p")),
        "done": done,
        "page_title": _("Kiện hàng"),
        "header_icon": "list-ul",
    }
    return _private(TemplateResponse(request, "stall/parcels.html", context))


@require_safe
def parcel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of the producer's own parcels; 404 for anybody else's."""
    return _show(request, _one(request, pk))


@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do the next step of one of the producer's own parcels."""
    row, what = _one(request, pk), steps.named(verb)
    if wrong := steps.do(request, row, what):
        return _show(request, row, wrong=wrong)
    return redirect("stall_parcels:detail", pk)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on the return of one of the producer's own parcels; a refusal is overruled by staff only."""
    row = _one(request, pk)
    if wrong := returning.decide(request, row, may_overrule=False):
        return _show(request, row, wrong=wrong)
    return redirect("stall_parcels:detail", pk)


@require_safe
def photo(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Show a picture of what is wrong with one of the producer's own parcels."""
    return returning.picture(_one(request, pk), photo)


def _own(request: HttpRequest) -> QuerySet[Parcel]:
    """Return the producer's parcels of orders that were placed: not those that wait for money.

    Of cancelled orders those that had been placed: free, for cash, or paid in full.
    """
    user: Any = request.user
    if not is_producer(user):
        raise PermissionDenied
    cash = [code for code, method in providers().items() if method.collects_on_delivery]
    payments = Payment.objects.filter(order=OuterRef("order"))
    paid = Exists(payments.filter(Q(method__in=cash) | Q(received__gte=F("amount"))))
    was_placed = Q(order__status=Order.Status.CANCELLED) & (paid | ~Exists(payments))
    rows = Parcel.objects.filter(Q(order__status__in=PLACED_ORDER) | was_placed)
    return rows.filter(partner__in=partners_of(user)).select_related("order", "partner")


def _one(request: HttpRequest, pk: int) -> Parcel:
    rows = _own(request).select_related(
        "order__shipping_address__province",
        "order__shipping_address__commune",
        "sales_point",
        "partner",
        "return_request",
    )
    return get_object_or_404(rows.prefetch_related(LINES, returning.PHOTOS), pk=pk)


def _show(request: HttpRequest, row: Parcel, *, wrong: forms.Form | None = None) -> HttpResponse:
    came_back: Wrong = {wrong.prefix: wrong} if wrong else {}
    context = {
        "parcel": row,
        "way": way_of(row),
        "order": row.order,
        "address": None if row.is_cancelled else row.order.shipping_address,
        "cash": _cash(row),
        "wish": returning.row(row, may_overrule=False, wrong=came_back),
        "decide_url": reverse("stall_parcels:decide", args=[row.pk]),
        "steps": steps.rows(row, address=partial(_step_url, row.pk), wrong=came_back),
        "page_title": _("Kiện %(code)s") % {"code": row.short_code},
        "header_icon": "list-ul",
    }
    status = 422 if wrong else 200
    return _private(TemplateResponse(request, "stall/parcel.html", context, status=status))


def _step_url(parcel_id: int, verb: str) -> str:
    return reverse("stall_parcels:step", args=[parcel_id, verb])


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
