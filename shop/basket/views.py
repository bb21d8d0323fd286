"""The basket's pages: plain forms and redirects; htmx takes its part out of the same answers."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View
from oscar.apps.basket.abstract_models import AbstractLine
from oscar.core.loading import get_model

from shop.basket import actions, page, vouchers
from shop.basket.forms import AddForm, LinesForm, VoucherForm
from shop.core.http import ShopRequest
from shop.core.own_urls import own_url
from shop.core.ratelimit import NEW_BASKET, hit, may_have_session, message

UNDO_KEY = "basket_removed"  # in the session: what was taken out last, for one way back


@method_decorator(never_cache, name="dispatch")
class PersonalView(View):
    """A page of one visitor: never kept by anybody."""

    def summary(self, request: ShopRequest, **forms: Any) -> HttpResponse:
        """Answer with the basket's page."""
        context = page.context(request, **forms)
        response = render(request, "shop/basket/basket.html", context)
        if "tinh" in request.GET and "province" in context:
            response.set_cookie(
                page.PROVINCE_COOKIE,
                context["province"],
                max_age=settings.OSCAR_BASKET_COOKIE_LIFETIME,
                secure=settings.OSCAR_BASKET_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def closed(self, request: HttpRequest) -> HttpResponse:
        """Answer when the basket has just become an order in another window."""
        messages.warning(request, _("Giỏ này vừa được đặt thành đơn. Đây là giỏ mới của bạn."))
        return redirect("basket:summary")


class BasketView(PersonalView):
    """The basket: what is in it, and the form that changes quantities."""

    def get(self, request: ShopRequest) -> HttpResponse:
        """Show the basket; what is no longer on sale, and codes that are over, are taken out and named."""
        for line in actions.remove_unavailable(request.basket):
            title = line.product.local_title
            messages.warning(request, _("“%(title)s” không còn bán, đã bỏ khỏi giỏ.") % {"title": title})
        for sentence in vouchers.clear_dead(basket=request.basket, user=request.user):
            messages.warning(request, sentence)
        request.removed = request.session.pop(UNDO_KEY, [])
        return self.summary(request)

    def post(self, request: ShopRequest) -> HttpResponse:
        """Change quantities and take lines out."""
        form = LinesForm(request.POST, basket=request.basket)
        if not form.is_valid():
            return self.summary(request, lines_form=form)
        try:
            removed = actions.set_quantities(basket=request.basket, quantities=form.changes())
        except actions.BasketClosed:
            return self.closed(request)
        if removed and may_have_session(request):
            request.session[UNDO_KEY] = [_memory(line) for line in removed]
        return redirect("basket:summary")


class BasketAddView(PersonalView):
    """The target of "add to basket" on public pages: a plain POST without a token in it."""

    http_method_names = ["post"]

    def post(self, request: ShopRequest, pk: int) -> HttpResponse:
        """Put a product into the basket, or show the quantity again with what is wrong."""
        products = get_model("catalogue", "Product").objects.select_related("parent")
        product = get_object_or_404(products, pk=pk)
        form = AddForm(request.POST, product=product, basket=request.basket)
        if request.basket.id is None and not hit(NEW_BASKET, request):
            form.add_error("quantity", message(NEW_BASKET))
        if not form.is_valid():
            return self.refused(request, form)
        chosen, quantity = form.chosen, form.cleaned_data["quantity"]
        try:
            actions.add_product(basket=request.basket, product=chosen, quantity=quantity)
        except actions.BasketClosed:
            return self.closed(request)
        added = {"title": chosen.local_title, "quantity": quantity}
        if is_htmx(request):
            return render(request, "components/added.html", added)
        target = safe_next(request)
        if not target:
            messages.success(request, _("Đã thêm %(quantity)d × %(title)s.") % added)
        return redirect(target or "basket:summary")

    def refused(self, request: ShopRequest, form: AddForm) -> HttpResponse:
        """Show why nothing was added, beside the field, with what was typed."""
        if is_htmx(request):
            problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return render(request, "components/added.html", {"problem": problem})
        return render(request, "shop/basket/add.html", {"form": form, "product": form.product})


class VoucherAddView(PersonalView):
    """Use a voucher code."""

    http_method_names = ["post"]

    def post(self, request: ShopRequest) -> HttpResponse:
        """Use the code, or say beside the field why not."""
        if request.basket.is_empty:
            return redirect("basket:summary")
        form = VoucherForm(request.POST, request=request)
        if not form.is_valid():
            return self.summary(request, voucher_form=form)
        messages.success(request, _("Đã dùng mã %(code)s.") % {"code": form.voucher.code})
        return redirect("basket:summary")


class VoucherRemoveView(PersonalView):
    """Take a voucher off again."""

    http_method_names = ["post"]

    def post(self, request: ShopRequest, pk: int) -> HttpResponse:
        """Drop the voucher; one that is not there is no fault."""
        voucher = vouchers.drop(voucher_id=pk, basket=request.basket)
        if voucher is not None:
            messages.info(request, _("Đã bỏ mã %(code)s.") % {"code": voucher.code})
        return redirect("basket:summary")


def is_htmx(request: HttpRequest) -> bool:
    """Return whether a script asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def safe_next(request: HttpRequest) -> str:
    """Return where the form asks to go next, "" if that is not on this site."""
    return own_url(request.POST.get("next", ""), host=request.get_host(), secure=request.is_secure())


def _memory(line: AbstractLine) -> dict[str, Any]:
    """Return what is needed to put a line back; kept in the session until the next page."""
    return {"product_id": line.product_id, "quantity": line.quantity, "title": line.product.local_title}
