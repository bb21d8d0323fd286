"""The buyer's side of an order: find it, read it, print it, call it off."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from catalogue.cards import cards
from shop import ratelimit
from shop.order import parcels as verbs
from shop.order import returns
from shop.order.audit import buyer
from shop.order.calling_off import call_off
from shop.order.forms import CancelForm, LookupForm, ReturnForm
from shop.order.models import Order, Parcel
from shop.order.transitions import may_cancel
from shop.payment import attempts, refund_accounts
from shop.payment.forms import RefundAccountForm
from shop.payment.models import Payment, Refund
from shop.payment.providers import provider

private = cache_control(private=True, no_store=True)


@require_http_methods(["GET", "POST"])
@private
def lookup(request: HttpRequest) -> HttpResponse:
    """Find an order by its code and the buyer's phone or e-mail; braked against guessing."""
    form = LookupForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        return redirect(form.order)
    status = 422 if request.method == "POST" else 200
    return _unlisted(render(request, "shop/order/lookup.html", {"form": form}, status=status))


@require_GET
@private
def detail(request: HttpRequest, token: str) -> HttpResponse:
    """Show one order to whoever has its link: confirmation, tracking and paper in one page."""
    return _unlisted(render(request, "shop/order/detail.html", _context(_order(token))))


@require_http_methods(["POST"])
@private
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Call the order off while nothing is packed."""
    order = _order(token)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _unlisted(render(request, "shop/order/detail.html", _context(order, form=form), status=422))
    try:
        call_off(order_id=order.pk, by=buyer(request.user), reason=form.cleaned_data["reason"])
    except verbs.NotNow as too_late:
        messages.error(request, str(too_late))
    else:
        messages.success(request, _("Đã huỷ đơn. Chúng tôi gửi thư xác nhận tới email của bạn."))
    return redirect(order)


@require_http_methods(["POST"])
@private
def ask_return(request: HttpRequest, token: str, parcel: int) -> HttpResponse:
    """Ask to send one parcel back."""
    order = _order(token)
    row = get_object_or_404(Parcel, pk=parcel, order=order)
    form = ReturnForm(request.POST, request.FILES, prefix=f"return-{row.pk}")
    if not form.is_valid():
        context = _context(order, wrong={row.pk: form})
        return _unlisted(render(request, "shop/order/detail.html", context, status=422))
    try:
        returns.ask(parcel_id=row.pk, by=buyer(request.user), **form.cleaned_data)
    except verbs.NotNow as too_late:
        messages.error(request, str(too_late))
    else:
        messages.success(request, _("Đã gửi yêu cầu trả hàng. Chúng tôi trả lời qua email."))
    return redirect(order)


@require_http_methods(["POST"])
@private
def refund_account(request: HttpRequest, token: str) -> HttpResponse:
    """Note where the buyer wants a refund by bank."""
    order = _order(token)
    form = RefundAccountForm(request.POST)
    if not ratelimit.hit(ratelimit.REFUND_ACCOUNT, request, subject=order.number):
        form.add_error(None, ratelimit.message(ratelimit.REFUND_ACCOUNT))
    if not form.is_valid():
        context = _context(order, account_form=form)
        return _unlisted(render(request, "shop/order/detail.html", context, status=422))
    try:
        refund_accounts.give(order_id=order.pk, account=form.instance, by=buyer(request.user))
    except refund_accounts.NothingDue as too_late:
        messages.error(request, str(too_late))
    else:
        messages.success(request, _("Đã ghi tài khoản nhận tiền hoàn."))
    return redirect(order)


def _order(token: str) -> Order:
    return get_object_or_404(
        Order.objects.select_related(
            "user", "shipping_address__province", "shipping_address__commune"
        ).prefetch_related(
            "parcels__partner__commune",
            "parcels__sales_point__commune",
            "parcels__lines__product",
            "parcels__return_request",
        ),
        token=token,
    )


def _context(
    order: Order,
    *,
    form: CancelForm | None = None,
    wrong: dict[int, ReturnForm] | None = None,
    account_form: RefundAccountForm | None = None,
) -> dict[str, Any]:
    parcels = list(order.parcels.all())
    pictures = _pictures(parcels)
    payment = order.payment
    method = provider(payment.method) if payment else None
    undecided = order.status in attempts.PAYABLE and attempts.is_undecided(order)
    waits = _waits(order, payment) and not undecided
    rows = _rows(order, parcels)
    received = sum(row.received for row in order.payments.all())
    refunds = list(Refund.objects.standing().filter(payment__order=order).select_related("line"))
    return {
        "order": order,
        "parcels": [_parcel(parcel, pictures, wrong or {}) for parcel in parcels],
        "address": order.shipping_address,
        "payment": payment,
        "method": method,
        "rows": rows,
        "ways": _ways(order, payment),
        "waiting": method.waiting(payment) if waits and method and payment else {},
        "undecided": undecided,
        "refunds": refunds,
        "transfer": _transfer(order, account_form),
        "paid": bool(received),
        "given_back": received <= sum(row.amount for row in refunds if row.state == Refund.State.DONE),
        "total": sum(row["amount"] for row in rows),
        "left_to_pay": sum(parcel.charged for parcel in parcels if parcel.is_wanted),
        "may_cancel": may_cancel(order, parcels),
        "form": form or CancelForm(),
    }


def _transfer(order: Order, form: RefundAccountForm | None) -> dict[str, Any]:
    """Return what is to be transferred to the buyer and where to, for shop/order/refund_account.html."""
    waiting = refund_accounts.waiting(order)
    if not waiting:
        return {}
    return {
        "amount": sum(refund.amount for refund in waiting),
        "account": refund_accounts.account_of(waiting[0]),
        "form": form or RefundAccountForm(),
    }


def _waits(order: Order, payment: Payment | None) -> bool:
    return order.status == Order.Status.PENDING_PAYMENT and payment is not None and payment.is_live


def _ways(order: Order, payment: Payment | None) -> list[dict[str, Any]]:
    """Return the ways to pay an order that waits for money, for components/choice.html."""
    found = attempts.ways(order)
    codes = [method.code for method in found]
    ticked = payment.method if payment and payment.method in codes else next(iter(codes), "")
    return [
        {
            "value": method.code,
            "label": method.name(),
            "sub": method.explanation(),
            "icon": method.icon,
            "checked": method.code == ticked,
        }
        for method in found
    ]


def _pictures(parcels: list[Parcel]) -> dict[int, Any]:
    """Return the pages' pictures by product; goods that are no longer sold have none."""
    products = {_shown_product(line) for parcel in parcels for line in parcel.lines.all()} - {0}
    language = (get_language() or "vi")[:2]
    found = cards(language=language, product_ids=sorted(products), limit=len(products)) if products else []
    return {card.product_id: card for card in found}


def _shown_product(line: Any) -> int:
    """Return whose page shows the line's product, a variant's is its parent's; 0 when it is gone."""
    return (line.product.parent_id or line.product_id) if line.product else 0


def _parcel(parcel: Parcel, pictures: dict[int, Any], wrong: dict[int, ReturnForm]) -> dict[str, Any]:
    lines = []
    for line in parcel.lines.all():
        card = pictures.get(_shown_product(line))
        lines.append(
            {
                "title": line.title,
                "picture": card.picture if card else None,
                "quantity": line.units,
                "unit_price": line.unit_price_incl_tax,
                "total": line.amount,
                "called_off": line.called_off,
                "called_off_amount": line.called_off_amount,
                "vat": line.vat_kept,
                "vat_percent": line.vat_percent,
            }
        )
    return {"parcel": parcel, "lines": lines, "steps": _steps(parcel), **_return(parcel, wrong)}


def _return(parcel: Parcel, wrong: dict[int, ReturnForm]) -> dict[str, Any]:
    """Return the wish to send a parcel back as it stands, or the form to ask, or neither."""
    form = wrong.get(parcel.pk) or ReturnForm(prefix=f"return-{parcel.pk}")
    asks = returns.may_ask(parcel)
    return {"wish": getattr(parcel, "return_request", None), "return_form": form if asks else None}


def _steps(parcel: Parcel) -> list[dict[str, Any]]:
    """Return the timeline; the latest step that happened is the current one until the parcel is done."""
    steps = [{"title": title, "at": at, "state": "done" if at else ""} for title, at in parcel.timeline]
    happened = [step for step in steps if step["at"]]
    if happened and len(happened) < len(steps):
        happened[-1]["state"] = "current"
    return steps


def _rows(order: Order, parcels: list[Parcel]) -> list[dict[str, Any]]:
    before = order.basket_total_before_discounts_incl_tax
    goods = sum(parcel.goods for parcel in parcels)
    surcharge = sum(parcel.surcharge for parcel in parcels)
    rows = [{"label": _("Tiền hàng"), "amount": before}]
    if before != goods:
        rows.append({"label": _("Ưu đãi"), "amount": goods - before})
    rows.append({"label": _("Giao hàng"), "amount": order.shipping_incl_tax})
    if surcharge:
        rows.append({"label": _("Phí thu hộ"), "amount": surcharge})
    if off := _called_off(order, parcels):
        rows.append({"label": _("Phần đã huỷ"), "amount": -off})
    return rows


def _called_off(order: Order, parcels: list[Parcel]) -> Decimal:
    """Return the price of what was called off of an order that goes on: whole parcels, and units of others."""
    if order.status == Order.Status.CANCELLED:
        return Decimal(0)
    off = (parcel.total if parcel.is_cancelled else parcel.called_off_amount for parcel in parcels)
    return sum(off, Decimal(0))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"  # the address is the key: no other site may read it
    return response
