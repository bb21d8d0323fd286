"""The address book of an account: another person's address is not found."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View, generic

from shop.address import book
from shop.address.models import UserAddress
from shop.address.place_buttons import pressed
from shop.address.place_form import PlaceForm


class BookForm(PlaceForm):
    """An address of the book."""

    default = forms.BooleanField(label=gettext_lazy("Dùng làm địa chỉ mặc định"), required=False)

    communes_url = "checkout:communes"


class AddressListView(generic.ListView):
    """All addresses, the default first."""

    template_name = "shop/customer/addresses.html"
    context_object_name = "addresses"
    extra_context = {"tab": "addresses"}

    def get_queryset(self) -> Any:
        return book.own(self.request.user)


class AddressEditView(View):
    """Add an address, or change the one in the path."""

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show the form, a new one with the account's name."""
        address = _own(request, pk) if pk is not None else None
        first = book.fields_of(address) if address else {"name": request.user.get_full_name()}  # type: ignore[union-attr]
        return _form(request, BookForm(initial=first), address)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Save, or show again what was typed."""
        address = _own(request, pk) if pk is not None else None
        reload = pressed(request.POST)
        if reload:
            return _form(request, BookForm(initial=reload.typed), address, **reload.context)
        form = BookForm(request.POST)
        if form.is_valid() and _write(request, form, address):
            messages.success(request, _("Đã lưu địa chỉ."))
            return redirect("customer:address-list")
        return _form(request, form, address, status=422)


class AddressDeleteView(View):
    """Ask, then take an address out of the book."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show which one would go."""
        context = {"address": _own(request, pk), "tab": "addresses"}
        return render(request, "shop/customer/address_delete.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Remove it."""
        book.remove(_own(request, pk))
        messages.success(request, _("Đã xoá địa chỉ."))
        return redirect("customer:address-list")


class AddressDefaultView(View):
    """Choose the address that the checkout begins with."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose it."""
        book.choose_default(_own(request, pk))
        return redirect("customer:address-list")


def _own(request: HttpRequest, pk: int) -> UserAddress:
    return get_object_or_404(book.own(request.user), pk=pk)


def _write(request: HttpRequest, form: BookForm, address: UserAddress | None) -> bool:
    place = form.cleaned_data
    try:
        book.write(user=request.user, place=place, address=address, default=place["default"])
    except book.AlreadyThereError:
        form.add_error(None, _("Địa chỉ này đã có trong sổ."))
        return False
    except book.BookFullError:
        form.add_error(None, _("Sổ đã đầy (%(most)d địa chỉ). Xoá bớt rồi thêm.") % {"most": book.MOST})
        return False
    return True


def _form(
    request: HttpRequest, form: BookForm, address: UserAddress | None, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"form": form, "address": address, "tab": "addresses"}
    return render(request, "shop/customer/address_form.html", context, status=status)
