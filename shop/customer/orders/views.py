"""The buyer's side of an order: find it, read it, print it, cancel it."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from catalogue.languages import reading_language
from catalogue.listing.cards import cards
from shop.core import ratelimit
from shop.core.actors import buyer
from shop.customer.orders import links
from shop.customer.orders.forms import AccountForm, CancelForm, LookupForm, ReturnForm
from shop.customer.orders.state_notice import state_notice
from shop.fulfilment import parcels as verbs
from shop.fulfilment import returns
from shop.fulfilment.cancelling import cancel_order
from shop.order import consents
from shop.order.models import Line, Order, Parcel
from shop.order.transitions import may_cancel
from shop.payment import attempts
from shop.payment.models import Payment, Refund
from shop.payment.providers import provider
from shop.payment.providers.base import PaymentProvider
from shop.payment.refunds import refund_accounts
from shop.users import mail_budget
from shop.users.budgets import spend

private = cache_control(private=True, no_store=True)


@require_http_methods(["GET", "POST"])
@private
def lookup(request: HttpRequest) -> HttpResponse:
    """Find an order by its code and the buyer's phone or e-mail; rate-limited against guessing."""
    form = LookupForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        if links.show_again(form.order, request):
            return redirect(form.order)
        form.add_error(None, ratelimit.message(ratelimit.NEW_SESSION))
    status = 422 if request.method == "POST" else 200
    return _unlisted(render(request, "shop/order/lookup.html", {"form": form}, status=status))


@require_GET
@private
def detail(request: HttpRequest, token: str) -> HttpResponse:
    """Show one order to whoever has its link: confirmation, tracking and paper in one page."""
    order = _order(request, token)
    if order is None:
        return _ended(request)
    return _unlisted(render(request, "shop/order/detail.html", _context(order)))


@require_http_methods(["POST"])
@private
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Cancel the order while nothing is packed."""
    order = _order(request, token)
    if order is None:
        return _ended(request)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _unlisted(render(request, "shop/order/detail.html", _context(order, form=form), status=422))
    try:
        cancel_order(order_id=order.pk, by=buyer(request.user), reason=form.cleaned_data["reason"])
    except verbs.InvalidTransition as too_late:
        messages.error(request, str(too_late))
    else:
        messages.success(request, _("Đã huỷ đơn. Chúng tôi gửi thư xác nhận tới email của bạn."))
    return redirect(order)


@require_http_methods(["POST"])
@private
def stop_news(request: HttpRequest, token: str) -> HttpResponse:
    """Take back the consent to be sent news that came with this order."""
    order = _order(request, token)
    if order is None:
        return _ended(request)
    consents.withdraw(order.pk)
    messages.success(request, _("Đã rút lại. Chợ không gửi tin nữa."))
    return redirect(order)


@require_http_methods(["POST"])
@private
def ask_return(request: HttpRequest, token: str, parcel: int) -> HttpResponse:
    """Ask to send one parcel back."""
    order = _order(request, token)
    if order is None:
        return _ended(request)
    row = get_object_or_404(Parcel, pk=parcel, order=order)
    if not returns.may_ask(row):
        messages.error(request, _("Kiện này không xin trả được nữa."))
        return redirect(order)
    form = ReturnForm(request.POST, request.FILES, prefix=f"return-{row.pk}", parcel=row)
    if not form.is_valid():
        context = _context(order, wrong={row.pk: form})
        return _unlisted(render(request, "shop/order/detail.html", context, status=422))
    try:
        returns.ask(parcel_id=row.pk, by=buyer(request.user), **form.cleaned_data)
    except verbs.InvalidTransition as too_late:
        messages.error(request, str(too_late))
    else:
        messages.success(request, _("Đã gửi yêu cầu trả hàng. Chúng tôi trả lời qua email."))
    return redirect(order)


@require_http_methods(["POST"])
@private
def refund_account(request: HttpRequest, token: str) -> HttpResponse:
    """Note where the buyer wants a refund by bank."""
    order = _order(request, token)
    if order is None:
        return _ended(request)
    form = AccountForm(request.POST, order=order)
    if not refund_accounts.waiting(order):
        messages.error(request, _("Không còn khoản hoàn nào chờ chuyển khoản."))
        return redirect(order)
    _take_proof(request, form)
    if not form.is_valid():
        context = _context(order, account_form=form)
        return _unlisted(render(request, "shop/order/detail.html", context, status=422))
    try:
        refund_accounts.save_account(order_id=order.pk, account=form.instance, by=buyer(request.user))
    except refund_accounts.NothingDue as too_late:
        messages.error(request, str(too_late))
    else:
        messages.success(request, _("Đã ghi tài khoản nhận tiền hoàn."))
    return redirect(order)


def _take_proof(request: HttpRequest, form: AccountForm) -> None:
    """Look at a clean form's proof; whoever has it changes the account so often, and no more."""
    if not form.is_valid() or not form.prove():
        return
    if not ratelimit.hit(ratelimit.REFUND_ACCOUNT, request, subject=form.order.number):
        form.add_error(None, ratelimit.message(ratelimit.REFUND_ACCOUNT))
    elif not spend(mail_budget.REFUND_ACCOUNT, _who_hears(form.order)):
        form.add_error(None, _("Tài khoản nhận tiền hoàn vừa đổi nhiều lần. Hãy thử lại sau một giờ."))


def _who_hears(order: Order) -> str:
    """Return whose changes are counted together: those told to one mailbox, or those of an order without one."""
    return mail_budget.mailbox(order.email) if order.email else f"order:{order.pk}"


def _order(request: HttpRequest, token: str) -> Order | None:
    """Return the order of a link, None when the link has ended."""
    order = get_object_or_404(
        Order.objects.select_related(
            "user", "shipping_address__province", "shipping_address__commune"
        ).prefetch_related(
            "parcels__partner__commune",
            "parcels__sales_point__commune",
            "parcels__lines__product",
            "parcels__return_requests__lines",
        ),
        token=token,
    )
    return order if links.is_shown(order, request) else None


def _ended(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Đường dẫn của đơn này đã hết hạn. Hãy tra cứu bằng mã đơn."))
    return redirect("order:lookup")


def _context(
    order: Order,
    *,
    form: CancelForm | None = None,
    wrong: dict[int, ReturnForm] | None = None,
    account_form: AccountForm | None = None,
) -> dict[str, Any]:
    parcels = list(order.parcels.all())
    pictures = _pictures(parcels)
    payment = order.payment
    method = provider(payment.method) if payment else None
    undecided = order.status in attempts.PAYABLE and attempts.needs_review(order)
    waits = _waits(order, payment) and not undecided
    rows = _rows(order, parcels)
    refunds = list(Refund.objects.effective().given().filter(payment__order=order).select_related("line"))
    paid = sum(row.received for row in order.payments.all())
    given_back = paid <= sum(row.amount for row in refunds if row.state == Refund.State.DONE)
    left_to_pay = sum(parcel.charged for parcel in parcels if parcel.is_wanted)
    return {
        "order": order,
        "notice": state_notice(order, paid=bool(paid), given_back=given_back, undecided=undecided),
        "parcels": [_parcel(parcel, pictures, wrong or {}) for parcel in parcels],
        "address": order.shipping_address,
        "payment": payment,
        "received": payment.received if payment else 0,
        "method": method,
        "rows": rows,
        "ways": _ways(order, payment),
        "waiting": method.waiting(payment) if waits and method and payment else {},
        "is_left_open": any(row.left_open_at for row in order.payments.all()),
        "refunds": refunds,
        "transfer": _transfer(order, account_form),
        "total": sum(row["amount"] for row in rows),
        "left_to_pay": left_to_pay,
        "pays_less_at_the_door": _pays_less_at_the_door(order, method, left_to_pay),
        "may_cancel": may_cancel(order, parcels),
        "form": form or CancelForm(),
    }


def _pays_less_at_the_door(order: Order, method: PaymentProvider | None, left_to_pay: Decimal | int) -> bool:
    """Return whether the carrier collects less than the order's sum, as some of it was cancelled."""
    if method is None or not method.collects_on_delivery:
        return False
    return left_to_pay != order.total_incl_tax and order.status != Order.Status.CANCELLED


def _transfer(order: Order, form: AccountForm | None) -> dict[str, Any]:
    """Return what is to be transferred to the buyer and where to, for shop/order/refund_account.html."""
    waiting = refund_accounts.waiting(order)
    if not waiting:
        return {}
    return {
        "amount": sum(refund.amount for refund in waiting),
        "account": refund_accounts.account_of(waiting[0]),
        "form": form or AccountForm(order=order),
    }


def _waits(order: Order, payment: Payment | None) -> bool:
    return order.status == Order.Status.PENDING_PAYMENT and payment is not None and payment.is_live


def _ways(order: Order, payment: Payment | None) -> list[dict[str, Any]]:
    """Return the ways to pay an order that waits for money, for components/choice.html."""
    found = attempts.payable_methods(order)
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
    found = (
        cards(language=reading_language(), product_ids=sorted(products), limit=len(products))
        if products
        else []
    )
    return {card.product_id: card for card in found}


def _shown_product(line: Line) -> int:
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
                "returned": 0 if parcel.status == Parcel.Status.RETURNED else line.returned,
                "cancelled_amount": line.cancelled_amount,
                "vat": line.vat_kept,
                "vat_percent": line.vat_percent,
            }
        )
    return {"parcel": parcel, "lines": lines, "steps": _steps(parcel), **_return(parcel, wrong)}


def _return(parcel: Parcel, wrong: dict[int, ReturnForm]) -> dict[str, Any]:
    """Return the return requests of a parcel with what they are about, and the form to ask where one may."""
    lines = {line.pk: line for line in parcel.lines.all()}
    wishes = []
    for wish in parcel.return_requests.all():
        rest = wish.refused_units if wish.state == wish.State.ACCEPTED else {}
        units = [(count, lines[pk].title, rest.get(pk, 0)) for pk, count in wish.units.items()]
        wishes.append({"request": wish, "units": units})
    form = None
    if returns.may_ask(parcel):
        form = wrong.get(parcel.pk) or ReturnForm(prefix=f"return-{parcel.pk}", parcel=parcel)
    return {"wishes": wishes, "return_form": form}


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
    if off := _cancelled_amount(order, parcels):
        rows.append({"label": _("Phần đã huỷ"), "amount": -off})
    return rows


def _cancelled_amount(order: Order, parcels: list[Parcel]) -> Decimal:
    """Return the price of what was cancelled of an order that goes on: whole parcels, and units of others."""
    if order.status == Order.Status.CANCELLED:
        return Decimal(0)
    off = (parcel.total if parcel.is_cancelled else parcel.cancelled_amount for parcel in parcels)
    return sum(off, Decimal(0))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"  # the address is the key: no other site may read it
    return response
