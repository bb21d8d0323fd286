"""The basket's pages: plain forms and redirects; htmx takes its part out of the same answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View
from oscar.core.loading import get_model

from shop.basket import page, verbs, vouchers
from shop.basket.forms import AddForm, LinesForm, VoucherForm

UNDO_KEY = "basket_removed"  # in the session: what was taken out last, for one way back


@method_decorator(never_cache, name="dispatch")
class PersonalView(View):
    """A page of one visitor: never kept by anybody."""

    def summary(self, request: HttpRequest, **forms: Any) -> HttpResponse:
        """Answer with the basket's page."""
        return render(request, "shop/basket/basket.html", page.context(request, **forms))

    def closed(self, request: HttpRequest) -> HttpResponse:
        """Answer when the basket has just become an order in another window."""
        messages.warning(request, _("Giỏ này vừa được đặt thành đơn. Đây là giỏ mới của bạn."))
        return redirect("basket:summary")


class BasketView(PersonalView):
    """The basket: what is in it, and the form that changes quantities."""

    def get(self, request: Any) -> HttpResponse:
        """Show the basket; what is no longer on sale, and codes that are over, are taken out and named."""
        for line in verbs.clear_gone(request.basket):
            title = line.product.local_title
            messages.warning(request, _("“%(title)s” không còn bán, đã bỏ khỏi giỏ.") % {"title": title})
        for sentence in vouchers.clear_dead(basket=request.basket, user=request.user):
            messages.warning(request, sentence)
        request.removed = request.session.pop(UNDO_KEY, [])
        return self.summary(request)

    def post(self, request: Any) -> HttpResponse:
        """Change quantities and take lines out."""
        form = LinesForm(request.POST, basket=request.basket)
        if not form.is_valid():
            return self.summary(request, lines_form=form)
        try:
            removed = verbs.change(basket=request.basket, quantities=form.changes())
        except verbs.BasketClosed:
            return self.closed(request)
        if removed:
            request.session[UNDO_KEY] = [_memory(line) for line in removed]
        return redirect("basket:summary")


class BasketAddView(PersonalView):
    """The target of "add to basket" on public pages: a plain POST without a token in it."""

    http_method_names = ["post"]

    def post(self, request: Any, pk: int) -> HttpResponse:
        """Put a product into the basket, or show the quantity again with what is wrong."""
        products = get_model("catalogue", "Product").objects.select_related("parent")
        product = get_object_or_404(products, pk=pk)
        form = AddForm(request.POST, product=product, basket=request.basket)
        if not form.is_valid():
            return self.refused(request, form)
        chosen, quantity = form.chosen, form.cleaned_data["quantity"]
        try:
            verbs.put_in(basket=request.basket, product=chosen, quantity=quantity)
        except verbs.BasketClosed:
            return self.closed(request)
        added = {"title": chosen.local_title, "quantity": quantity}
        if is_htmx(request):
            return render(request, "components/added.html", added)
        target = safe_next(request)
        if target is None:
            messages.success(request, _("Đã thêm %(quantity)d × %(title)s.") % added)
        return redirect(target or "basket:summary")

    def refused(self, request: Any, form: AddForm) -> HttpResponse:
        """Show why nothing was added, beside the field, with what was typed."""
        if is_htmx(request):
            problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return render(request, "components/added.html", {"problem": problem})
        return render(request, "shop/basket/add.html", {"form": form, "product": form.product})


class VoucherAddView(PersonalView):
    """Use a voucher code."""

    http_method_names = ["post"]

    def post(self, request: Any) -> HttpResponse:
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

    def post(self, request: Any, pk: int) -> HttpResponse:
        """Drop the voucher; one that is not there is no fault."""
        voucher = vouchers.drop(voucher_id=pk, basket=request.basket)
        if voucher is not None:
            messages.info(request, _("Đã bỏ mã %(code)s.") % {"code": voucher.code})
        return redirect("basket:summary")


def is_htmx(request: HttpRequest) -> bool:
    """Tell whether a script asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def safe_next(request: HttpRequest) -> str | None:
    """Return where the form asks to go next, if that is on this site."""
    target = request.POST.get("next", "")
    allowed = {request.get_host()}
    if url_has_allowed_host_and_scheme(target, allowed_hosts=allowed, require_https=request.is_secure()):
        return target
    return None


def _memory(line: Any) -> dict[str, Any]:
    """Return what is needed to put a line back; kept in the session until the next page."""
    return {"product_id": line.product_id, "quantity": line.quantity, "title": line.product.local_title}
