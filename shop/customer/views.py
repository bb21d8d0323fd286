"""The account of a shopper: one session opens shop, CMS and dashboard, each as far as it may."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import get_user_model, logout, update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views import generic
from oscar.apps.customer import views as oscar_views

from shop.customer import mails
from shop.customer.forms import EMAIL_TAKEN, DeleteForm, PasswordResetForm, ProfileForm
from shop.order.models import Order

LATEST = 3
ORDERS_PER_PAGE = 20


class AccountAuthView(oscar_views.AccountAuthView):
    """Log in or open an account: two forms on one page."""

    template_name = "shop/customer/login.html"

    def get_registration_form_kwargs(self, bind_data: bool = False) -> dict[str, Any]:
        return {**super().get_registration_form_kwargs(bind_data), "request": self.request}

    def validate_registration_form(self) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().validate_registration_form()
        except IntegrityError:  # the same address from another window in the same second
            messages.error(self.request, EMAIL_TAKEN)
            return redirect("customer:login")

    def get_login_success_message(self, form: Any) -> str:
        return ""

    def get_registration_success_message(self, form: Any) -> str:
        return _("Tài khoản đã mở. Chào mừng bạn đến chợ.")

    def get_login_success_url(self, form: Any) -> str:
        """Go back to where the log-in was asked for; without that, people of the CMS to their desk."""
        asked_for: str = form.cleaned_data["redirect_url"]
        if asked_for:
            return asked_for
        desk = self.request.user.has_perm("wagtailadmin.access_admin")
        return reverse("wagtailadmin_home" if desk else "customer:summary")


class LogoutView(generic.View):
    """Log out by POST; a link to it (Oscar's dashboard has one) asks first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask, for a page of another site could hold the same link."""
        return render(request, "shop/customer/logout.html")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Log out; the basket of the account stays with the account."""
        logout(request)
        return redirect("customer:login")


class AccountView(generic.TemplateView):
    """The account at a glance: who, and the latest orders."""

    template_name = "shop/customer/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(tab="summary", orders=_orders(self.request)[:LATEST], **kwargs)


class OrderListView(generic.ListView):  # type: ignore[type-arg]  # not generic at run time
    """All orders placed while logged in."""

    template_name = "shop/customer/orders.html"
    context_object_name = "orders"
    paginate_by = ORDERS_PER_PAGE
    extra_context = {"tab": "orders"}

    def get_queryset(self) -> Any:
        return _orders(self.request)


class OrderView(generic.View):
    """An own order by its number: leads to the order's page."""

    def get(self, request: HttpRequest, order_number: str) -> HttpResponse:
        """Redirect to the page with the unguessable address."""
        return redirect(get_object_or_404(_orders(request), number=order_number))


class ProfileView(generic.UpdateView):  # type: ignore[type-arg]
    """Name and e-mail."""

    template_name = "shop/customer/profile.html"
    form_class = ProfileForm
    success_url = reverse_lazy("customer:profile-view")
    extra_context = {"tab": "profile"}

    def get_object(self, queryset: Any = None) -> Any:
        # A copy: what is wrong in the form must not show up as the visitor's name in the page's head.
        return get_user_model().objects.get(pk=self.request.user.pk)

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Đã lưu hồ sơ."))
        return super().form_valid(form)


class ChangePasswordView(generic.FormView):  # type: ignore[type-arg]
    """A new password, with the old one."""

    template_name = "shop/customer/password.html"
    form_class = auth_forms.PasswordChangeForm
    success_url = reverse_lazy("customer:profile-view")
    extra_context = {"tab": "password"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.save()
        update_session_auth_hash(self.request, user)  # this session stays, all others end
        mails.password_changed(user)
        messages.success(self.request, _("Đã đổi mật khẩu."))
        return super().form_valid(form)


class DeleteView(generic.FormView):  # type: ignore[type-arg]
    """The end of an account; orders stay, as the law on accounting wants, without it."""

    template_name = "shop/customer/delete.html"
    form_class = DeleteForm
    extra_context = {"tab": "profile"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.user
        logout(self.request)
        user.delete()
        messages.success(self.request, _("Tài khoản đã xoá."))
        return redirect("customer:login")


class PasswordResetView(auth_views.PasswordResetView):
    """Asks for the address to send a link to."""

    form_class = PasswordResetForm
    success_url = reverse_lazy("password-reset-done")
    template_name = "shop/customer/reset.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}


def _orders(request: HttpRequest) -> Any:
    return Order.objects.filter(user_id=request.user.pk).order_by("-date_placed", "-pk")
