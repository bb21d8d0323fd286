"""The checkout: address, delivery and payment, review. Thin: the rules are in shop.order."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET
from oscar.core.loading import get_model

from catalogue import claim_periods
from catalogue.ids import is_number
from catalogue.languages import reading_language
from shop.address import book
from shop.address.place_buttons import pressed, typed
from shop.basket import actions, vouchers
from shop.basket.line_notes import out_of_season
from shop.basket.middleware import reset_basket
from shop.checkout import confirmation, placing, session, steps
from shop.checkout.budget_notice import budget_notice
from shop.checkout.forms import AddressForm, DeliveryForm, ReviewForm
from shop.checkout.placing import BasketGone, OfferUsedUp, QuoteChanged
from shop.checkout.purchase import Purchase, place_text
from shop.checkout.quote import Quote, quote, unsign
from shop.checkout.quote_changes import describe_changes
from shop.core import ratelimit
from shop.core.client_address import client_address
from shop.core.fields import national
from shop.core.http import ShopRequest
from shop.order.models import Order
from shop.partner.stock import OutOfStock
from shop.payment import attempts
from shop.payment.providers import offered
from shop.payment.providers.base import PaymentUnavailable
from shop.payment.unpaid import OverBudget

private = cache_control(private=True, no_store=True)


def index(_request: HttpRequest) -> HttpResponse:
    """The checkout begins with the address."""
    return redirect("checkout:shipping-address")


@require_GET
@private
def communes(request: HttpRequest) -> HttpResponse:
    """The communes of the chosen province, for the script that swaps the list."""
    form = AddressForm(initial={"province": request.GET.get("province", "")})
    return render(request, "shop/checkout/communes.html", {"form": form})


@method_decorator(private, name="dispatch")
class Step(View):
    """One step: needs a basket, and the steps before it done."""

    name = ""
    request: ShopRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.purchase = session.load(request)
        if self.request.basket.is_empty:
            return self.without_basket()
        if self.name != "shipping-address" and not self.purchase.has_contact:
            return redirect("checkout:shipping-address")
        typed = self.name == "shipping-address" and request.method == "POST"  # is kept; the next step looks
        basket = self.request.basket
        if not typed and (actions.unavailable_lines(basket) or out_of_season(basket)):
            return redirect("basket:summary")  # which takes out what is no longer on sale, and names it
        return super().dispatch(request, *args, **kwargs)

    def without_basket(self) -> HttpResponse:
        """Nothing to order (any more): back to the basket, which says what to do."""
        messages.info(self.request, _("Giỏ hàng đang trống."))
        return redirect("basket:summary")

    def quote(self) -> Quote:
        """Price the basket for what is known so far."""
        return quote(self.request.basket, self.purchase)

    def show(self, now: Quote, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the step with the order beside it; codes that are over leave the basket and are named."""
        for sentence in vouchers.clear_dead(basket=self.request.basket, user=self.request.user):
            messages.warning(self.request, sentence)
        context |= {"steps": steps.steps(self.name), "summary": steps.summary(now), "quote": now}
        return render(
            self.request, f"shop/checkout/{self.name.replace('-', '_')}.html", context, status=status
        )


class AddressView(Step):
    """Step 1: who and where. Buttons reload the form without checking it."""

    name = "shipping-address"

    def get(self, request: HttpRequest) -> HttpResponse:
        known = self.purchase.to_dict()
        first = None if self.purchase.has_contact else book.own(request.user).first()
        return self._show(AddressForm(initial=known | book.fields_of(first) if first else known))

    def post(self, request: HttpRequest) -> HttpResponse:
        if "saved" in request.POST:
            return self._fill_in(request.POST["saved"])
        reload = pressed(request.POST)
        if reload:
            return self._show(AddressForm(initial=reload.typed), **reload.context)
        form = AddressForm(request.POST)
        if form.is_valid() and not ratelimit.may_have_session(request):
            form.add_error(None, ratelimit.message(ratelimit.NEW_SESSION))
        if not form.is_valid():
            return self._show(form, status=422)
        kept = {"ways": self.purchase.ways, "method": self.purchase.method}
        if (form.cleaned_data["province"], form.cleaned_data["pickup"]) != (
            self.purchase.province,
            self.purchase.pickup,
        ):
            kept["ways"] = {}
        session.save(request, Purchase.from_dict({**form.cleaned_data, **kept}))
        return redirect("checkout:shipping-method")

    def _fill_in(self, key: str) -> HttpResponse:
        """Show the form with an address of the buyer's book in it; what else was typed stays."""
        addresses = book.own(self.request.user)
        address = get_object_or_404(addresses, pk=key if is_number(key) else 0)
        initial = typed(self.request.POST) | book.fields_of(address) | {"pickup": ""}
        return self._show(AddressForm(initial=initial))

    def _show(self, form: AddressForm, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.show(self.quote(), status=status, form=form, saved=book.own(self.request.user), **context)


class DeliveryView(Step):
    """Step 2: how each parcel goes, and how it is paid."""

    name = "shipping-method"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self._show(self.quote())

    def post(self, request: HttpRequest) -> HttpResponse:
        now = self.quote()
        form = DeliveryForm(now, _method_choices(), request.POST)
        if not form.is_valid():
            return self._show(now, form=form, status=422)
        self.purchase.ways = form.ways
        self.purchase.method = form.cleaned_data["method"]
        session.save(request, self.purchase)
        now = self.quote()
        if now.refusal:
            form.add_error("method", now.refusal)
            return self._show(now, form=form, status=422)
        return redirect("checkout:preview")

    def _show(self, now: Quote, *, form: DeliveryForm | None = None, status: int = 200) -> HttpResponse:
        choices = [steps.ways(parcel, form, fetched=self.purchase.pickup) for parcel in now.parcels]
        return self.show(
            now,
            status=status,
            form=form,
            choices=choices,
            stuck=any(not parcel.options.available for parcel in now.parcels),
            methods=steps.methods(now.bill, self.purchase.method),
            method_error=form.errors["method"][0] if form and "method" in form.errors else "",
        )


class ReviewView(Step):
    """Step 3: everything once more, then the order."""

    name = "preview"

    def without_basket(self) -> HttpResponse:
        """A second click finds the order that the first one made."""
        shown = unsign(self.request.POST.get("shown", ""))
        order = Order.objects.filter(basket_id=shown["basket"]).first() if shown else None
        return redirect("order:detail", order.token) if order else super().without_basket()

    def get(self, _request: HttpRequest) -> HttpResponse:
        now = self.quote()
        if not now.is_complete:
            return redirect("checkout:shipping-method")
        return self._show(now)

    def post(self, request: HttpRequest) -> HttpResponse:
        now = self.quote()
        if not now.is_complete:
            messages.warning(request, now.refusal or _("Cách giao đã chọn không còn. Hãy chọn lại."))
            return redirect("checkout:shipping-method")
        form = ReviewForm(request.POST, now=now, asks_code="code" in request.POST)
        if not form.is_valid():
            seen = request.POST.get("shown")  # the page signs anew: what changed is said now or never
            changed = describe_changes(unsign(seen), now.shown()) if seen else []
            return self._show(now, form=form, changed=changed, status=422)
        return self._place(now, form)

    def _place(self, now: Quote, form: ReviewForm) -> HttpResponse:
        request, confirmed = self.request, bool(form.cleaned_data.get("code"))
        try:
            order = placing.place(
                basket_id=now.basket.pk,
                purchase=self.purchase,
                shown=unsign(form.cleaned_data["shown"]),
                user=request.user,
                adult=form.cleaned_data.get("adult", False),
                asked_by=placing.Asker(network=client_address(request), confirmed=confirmed),
            )
        except BasketGone:
            return self.without_basket()
        except QuoteChanged as changed:
            return self._again(changed.sentences)
        except OutOfStock as short:
            return self._sold_out(now, short)
        except OfferUsedUp as used_up:
            return self._again([_("Ưu đãi “%(name)s” vừa hết lượt.") % {"name": used_up}])
        except OverBudget as over:
            return self._over_budget(now, over)
        if self.purchase.save_address and request.user.is_authenticated and not self.purchase.pickup:
            book.keep(user=request.user, place=self.purchase.to_dict())
        session.finish(request)
        reset_basket(request)  # the basket has become the order: its count and cookie go
        return redirect(_pay(order))

    def _again(self, sentences: list[str]) -> HttpResponse:
        """Show the review as it is now, with what changed since it was shown."""
        request = self.request
        fresh = get_model("basket", "Basket").objects.get(pk=request.basket.pk)
        fresh.strategy = request.strategy
        placing.apply_offers(fresh, request.user)
        return self._show(quote(fresh, self.purchase), changed=sentences, status=409)

    def _over_budget(self, now: Quote, over: OverBudget) -> HttpResponse:
        """Show the review with what was ticked, why nothing is ordered, and the field for the code."""
        if over.by_code:
            confirmation.send(basket_id=now.basket.pk, purchase=self.purchase, language=reading_language())
        form = ReviewForm(self.request.POST, now=now, asks_code=over.by_code)
        return self._show(now, form=form, over=budget_notice(over, now), status=409)

    def _sold_out(self, now: Quote, short: OutOfStock) -> HttpResponse:
        """Back to the basket, which is as it was, saying which line and how many are left."""
        titles = [
            line.product.local_title
            for parcel in now.parcels
            for line in parcel.goods.lines
            if line.stockrecord_id == short.stockrecord_id
        ]
        words = {"title": titles[0] if titles else "", "left": short.left}
        left = ngettext("%(title)s chỉ còn %(left)d.", "%(title)s chỉ còn %(left)d.", short.left) % words
        text = left if short.left else _("%(title)s vừa bán hết.") % words
        kept = _("Giỏ hàng của bạn vẫn còn nguyên; hãy sửa số lượng rồi đặt lại.")
        messages.error(self.request, f"{text} {kept}")
        return redirect("basket:summary")

    def _show(
        self, now: Quote, *, form: ReviewForm | None = None, status: int = 200, **context: Any
    ) -> HttpResponse:
        posted = self.request.POST
        form = form or ReviewForm(now=now, asks_code="code" in posted, initial={"code": posted.get("code")})
        context |= {
            "purchase": self.purchase,
            "place": place_text(self.purchase),
            "phone": national(self.purchase.phone),
            "claims": claim_periods.rule(
                line.product for parcel in now.parcels for line in parcel.goods.lines
            ),
        }
        return self.show(now, status=status, form=form, signed=now.sign(), **context)


def _method_choices() -> list[tuple[str, str]]:
    return [(code, method.name()) for code, method in offered().items()]


def _pay(order: Order) -> str:
    """Return where to send the buyer: the provider's page where it has one; the order stands in any case."""
    try:
        return attempts.begin(order)
    except PaymentUnavailable:
        return order.get_absolute_url()  # which offers to try again
