"""The pages on which staff enter an order by telephone: goods, recipient, then the quote and the order."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from catalogue.ids import is_number
from catalogue.models import Product
from shop.address.place_buttons import pressed
from shop.backoffice.pages import StaffPage
from shop.backoffice.policies import OrderPolicy
from shop.backoffice.telephone import draft as drafts
from shop.backoffice.telephone import goods
from shop.backoffice.telephone.draft import Draft
from shop.backoffice.telephone.forms import ConfirmForm, RecipientForm, WaysForm
from shop.basket import actions
from shop.basket.forms import AddForm, LinesForm
from shop.basket.models import Basket
from shop.checkout import placing
from shop.checkout.purchase import Purchase, place_text
from shop.checkout.quote import Quote, unsign
from shop.checkout.steps import rows
from shop.core.actors import staff
from shop.core.fields import national
from shop.order.models import Order
from shop.partner.stock import OutOfStock


class Page(StaffPage):
    """What the pages share: who may, what is entered so far."""

    model = Order
    permission_policy = OrderPolicy(Order)
    permission_required = "change"
    header_icon = "clipboard-list"
    title = gettext_lazy("Nhập đơn qua điện thoại")
    start = ("shop_orders:index", gettext_lazy("Đơn hàng"))
    found: Draft | None = None

    @property
    def draft(self) -> Draft:
        """Return what is entered so far, once `find_draft` has found it; 404 before that."""
        if self.found is None:
            raise Http404
        return self.found

    def find_draft(self, basket: int) -> bool:
        """Find what is entered so far; False for what is an order by now, 404 for what is nobody's or another's."""
        self.found = drafts.load(self.request, basket)
        if self.found is None and str(basket) not in self.request.session.get(drafts.KEY, {}):
            raise Http404
        return self.found is not None

    def incomplete(self) -> HttpResponse | None:
        """Lead back to the step that is not done: to the goods, which names what is no longer on sale, or the recipient."""
        if self.draft.is_complete:
            return None
        step = "recipient" if self.draft.has_goods else "goods"
        return redirect(f"telephone_order:{step}", self.draft.basket.pk)

    def is_order(self, basket: int) -> HttpResponse:
        """Lead to the order that a basket has become; back to the start where it is gone."""
        order = Order.objects.filter(basket_id=basket).first()
        return redirect("shop_orders:detail", order.pk) if order else redirect("telephone_order:start")


class GoodsView(Page):
    """Search, add, change quantities. The first thing added makes the basket."""

    template_name = "shop/backoffice/telephone_goods.html"

    def get(self, _request: HttpRequest, basket: int | None = None) -> HttpResponse:
        if basket is not None and not self.find_draft(basket):
            return self.is_order(basket)
        self._remove_unavailable()
        return self._show()

    def post(self, request: HttpRequest, basket: int | None = None) -> HttpResponse:
        if basket is not None and not self.find_draft(basket):
            return self.is_order(basket)
        self._remove_unavailable()
        return self._add() if "add" in request.POST else self._change()

    def _remove_unavailable(self) -> None:
        """Take out what is no longer on sale, and name it."""
        for line in actions.remove_unavailable(self.found.basket) if self.found else []:
            words = {"title": line.product.local_title}
            messages.warning(self.request, _("“%(title)s” không còn bán, đã bỏ khỏi đơn.") % words)

    def _add(self) -> HttpResponse:
        key = self.request.POST["add"]
        products = Product.objects.exclude(structure=Product.PARENT).select_related("parent")
        product = get_object_or_404(products, pk=key if is_number(key) else 0)
        basket = self.found.basket if self.found else drafts.unsaved_basket()
        form = AddForm({"quantity": self.request.POST.get(f"quantity-{key}")}, product=product, basket=basket)
        if not form.is_valid():
            return self._show(wrong={product.pk: form}, status=422)
        if self.found is None:
            basket = self._begin()
        actions.add_product(basket=basket, product=product, quantity=form.cleaned_data["quantity"])
        words = {"quantity": form.cleaned_data["quantity"], "title": product.local_title}
        messages.success(self.request, _("Đã thêm %(quantity)d × %(title)s.") % words)
        return self._again()

    def _begin(self) -> Basket:
        self.found, dropped = drafts.begin(self.request)
        for purchase in dropped:
            words = {"name": purchase.name or _("chưa có người nhận"), "most": drafts.MAX_DRAFTS}
            sentence = _("Đơn đang nhập của %(name)s đã bị bỏ: cùng lúc giữ được nhiều nhất %(most)d đơn.")
            messages.warning(self.request, sentence % words)
        return self.draft.basket

    def _change(self) -> HttpResponse:
        if self.found is None:
            return redirect("telephone_order:start")
        form = LinesForm(self.request.POST, basket=self.draft.basket)
        if not form.is_valid():
            return self._show(lines=form, status=422)
        actions.set_quantities(basket=self.draft.basket, quantities=form.changes())
        if "next" in self.request.POST:
            return redirect("telephone_order:recipient", self.draft.basket.pk)
        return self._again()

    def _again(self) -> HttpResponse:
        """Show the page again, with what was looked for."""
        address = reverse("telephone_order:goods", args=[self.draft.basket.pk])
        text = self.request.GET.get("q", "")
        return redirect(f"{address}?{urlencode({'q': text})}" if text else address)

    def _show(
        self, *, lines: LinesForm | None = None, wrong: dict[int, AddForm] | None = None, status: int = 200
    ) -> HttpResponse:
        basket = self.found.basket if self.found else None
        text = self.request.GET.get("q", "")
        hits = goods.find(text, (basket or drafts.unsaved_basket()).strategy)
        if basket and lines is None:
            lines = LinesForm(basket=basket)
        return self.show(
            status=status,
            q=text,
            hits=[(hit, (wrong or {}).get(hit.product.pk)) for hit in hits],
            refused=[
                error
                for form in (wrong or {}).values()
                for errors in form.errors.values()
                for error in errors
            ],
            lines=[(line, lines[name]) for name, line in lines.lines.items()] if lines else [],
            begun=[] if basket else drafts.open_drafts(self.request),
        )


class RecipientView(Page):
    """Who gets it and where."""

    template_name = "shop/backoffice/telephone_recipient.html"

    def get(self, _request: HttpRequest, basket: int) -> HttpResponse:
        if not self.find_draft(basket):
            return self.is_order(basket)
        if not self.draft.has_goods:
            return redirect("telephone_order:goods", basket)
        known = self.draft.purchase.to_dict() | {"language": self.draft.language}
        return self._show(RecipientForm(initial=known))

    def post(self, request: HttpRequest, basket: int) -> HttpResponse:
        if not self.find_draft(basket):
            return self.is_order(basket)
        if reload := pressed(request.POST):
            return self._show(RecipientForm(initial=reload.typed), **reload.context)
        form = RecipientForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        before = self.draft.purchase
        kept = {"ways": before.ways, "method": before.method}
        if (form.cleaned_data["province"], form.cleaned_data["pickup"]) != (before.province, before.pickup):
            kept["ways"] = {}
        self.draft.purchase = Purchase.from_dict({**form.cleaned_data, **kept})
        self.draft.language = form.cleaned_data["language"]
        drafts.save(request, self.draft)
        return redirect("telephone_order:confirm", basket)

    def _show(self, form: RecipientForm, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.show(status=status, form=form, basket=self.draft.basket, **context)


class ConfirmView(Page):
    """The ways, the quote as it is read to the buyer, and the order."""

    template_name = "shop/backoffice/telephone_confirm.html"

    def get(self, _request: HttpRequest, basket: int) -> HttpResponse:
        if not self.find_draft(basket):
            return self.is_order(basket)
        return self.incomplete() or self._show()

    def post(self, request: HttpRequest, basket: int) -> HttpResponse:
        if not self.find_draft(basket):
            return self.is_order(basket)
        if incomplete := self.incomplete():
            return incomplete
        ways = WaysForm(self.draft.quote(), request.POST)
        if not ways.is_valid():
            return self._show(ways=ways, status=422)
        self.draft.purchase.ways = ways.ways
        self.draft.purchase.method = ways.cleaned_data["method"]
        drafts.save(request, self.draft)
        now = self.draft.quote()
        if now.refusal:
            ways.add_error("method", now.refusal)
            return self._show(ways=ways, status=422)
        if "place" not in request.POST:
            return redirect("telephone_order:confirm", basket)
        form = ConfirmForm(request.POST, age_restricted=now.age_restricted)
        return self._place(form) if form.is_valid() else self._show(form=form, status=422)

    def _place(self, form: ConfirmForm) -> HttpResponse:
        draft = self.draft
        try:
            order = placing.place(
                basket_id=draft.basket.pk,
                purchase=draft.purchase,
                shown=unsign(form.cleaned_data["shown"]),
                user=AnonymousUser(),
                adult=form.cleaned_data.get("adult", False),
                entered_by=staff(self.request.user),
                language=draft.language,
            )
        except placing.BasketGone:
            return self.is_order(draft.basket.pk)
        except placing.QuoteChanged as changed:
            self.found = drafts.load(self.request, draft.basket.pk) or draft
            return self.incomplete() or self._show(form=form, changed=changed.sentences, status=409)
        except OutOfStock as short:
            return self._show(form=form, changed=[self._sold_out(short)], status=409)
        except placing.OfferUsedUp as used_up:
            sentence = _("Ưu đãi “%(name)s” vừa hết lượt.") % {"name": used_up}
            return self._show(form=form, changed=[sentence], status=409)
        messages.success(
            self.request, _("Đã đặt. Đọc mã đơn cho người mua: %(code)s.") % {"code": order.number}
        )
        return redirect("shop_orders:detail", order.pk)

    def _sold_out(self, short: OutOfStock) -> str:
        titles = {line.stockrecord_id: line.product.local_title for line in self.draft.basket.all_lines()}
        words = {"title": titles.get(short.stockrecord_id, ""), "left": short.left}
        return _("%(title)s chỉ còn %(left)d. Sửa số lượng rồi đặt lại.") % words

    def _show(
        self,
        *,
        ways: WaysForm | None = None,
        form: forms.Form | None = None,
        changed: list[str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        draft = drafts.load(self.request, self.draft.basket.pk) or self.draft
        now = draft.quote()
        form = form or ConfirmForm(age_restricted=now.age_restricted)
        return self.show(
            status=status,
            draft=draft,
            quote=now,
            rows=rows(now),
            stuck=_stuck(now),
            place=place_text(draft.purchase),
            phone=national(draft.purchase.phone),
            ways=ways or WaysForm(now),
            form=form,
            signed=now.sign(),
            changed=changed or [],
        )


def _stuck(now: Quote) -> list[str]:
    """Return why a parcel cannot go at all."""
    return [
        f"{parcel.goods.partner.name}: {reason}"
        for parcel in now.parcels
        if not parcel.options.available
        for _name, reason in parcel.options.refused
    ]
