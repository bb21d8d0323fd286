"""The account of a shopper: one session opens shop, CMS and dashboard, each as far as it may."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import get_user_model, login, logout, update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import generic
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from oscar.apps.customer import views as oscar_views

from shop.customer import closing, registration
from shop.customer.forms import DeleteForm, PasswordChangeForm, PasswordResetForm, ProfileForm
from shop.order.models import Order
from shop.users import email_change, mails
from shop.users.log_in import has_new_password
from shop.users.models import User

LATEST = 3
ORDERS_PER_PAGE = 20


class AccountAuthView(oscar_views.AccountAuthView):
    """Log in or open an account: two forms on one page."""

    template_name = "shop/customer/login.html"

    def get_registration_form_kwargs(self, bind_data: bool = False) -> dict[str, Any]:
        return {**super().get_registration_form_kwargs(bind_data), "request": self.request}

    def validate_registration_form(self) -> HttpResponse:
        """Mail the link that opens the account; the page says the same to everybody."""
        form = self.get_registration_form(bind_data=True)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(registration_form=form))
        registration.ask(
            registration.Invitation(form.cleaned_data["email"], form.cleaned_data["redirect_url"])
        )
        return redirect("customer:register-sent")

    def get_login_success_message(self, form: forms.BaseForm) -> str:
        return ""

    def get_login_success_url(self, form: forms.BaseForm) -> str:
        """Go back to where the log-in was asked for; without that, people of the CMS to the admin."""
        return form.cleaned_data["redirect_url"] or _start(self.request)


register_sent = generic.TemplateView.as_view(template_name="shop/customer/register_sent.html")


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class RegisterConfirmView(generic.FormView):
    """The password of a new account, by the link from the mail: only who reads its mailbox opens one."""

    template_name = "shop/customer/register_confirm.html"
    form_class = auth_forms.SetPasswordForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Read the link."""
        super().setup(request, *args, **kwargs)
        self.invitation = registration.read(kwargs["token"])
        email = self.invitation.email if self.invitation else ""
        self.is_open = bool(email) and not User.objects.filter(email__iexact=email).exists()

    def get_form_kwargs(self) -> dict[str, Any]:
        email = self.invitation.email if self.invitation else ""
        return {**super().get_form_kwargs(), "user": User(email=email)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"invitation": self.invitation, "is_open": self.is_open}
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open the account and log in, where the link still does that."""
        return super().post(request, *args, **kwargs) if self.is_open else self.get(request, *args, **kwargs)

    def form_valid(self, form: auth_forms.SetPasswordForm) -> HttpResponse:
        try:
            with transaction.atomic():
                user = form.save()
        except IntegrityError:  # the same link from another window in the same second
            return redirect("customer:login")
        login(self.request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        messages.success(self.request, _("Tài khoản đã mở. Chào mừng bạn đến chợ."))
        return redirect((self.invitation and self.invitation.redirect_url) or _start(self.request))


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


class OrderListView(generic.ListView):
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


class ProfileView(generic.UpdateView):
    """Name and e-mail."""

    template_name = "shop/customer/profile.html"
    form_class = ProfileForm
    success_url = reverse_lazy("customer:profile-view")
    extra_context = {"tab": "profile"}

    def get_object(self, queryset: Any = None) -> Any:
        # A copy: what is wrong in the form must not show up as the visitor's name in the page's head.
        return get_user_model().objects.get(pk=self.request.user.pk)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "session": _session(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Đã lưu hồ sơ."))
        if form.new_email:
            words = _("Địa chỉ đổi khi bạn bấm đường dẫn vừa gửi tới %(email)s.")
            messages.info(self.request, words % {"email": form.new_email})
        return response


@method_decorator(never_cache, name="dispatch")
class EmailConfirmView(generic.TemplateView):
    """Another address of an account, by the link from its mailbox; a link alone, which mail scanners open, asks."""

    template_name = "shop/customer/email_confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = email_change.read(kwargs["token"])
        return super().get_context_data(new_email=found[1] if found else "", **kwargs)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Change it; this session stays, all others of the account end."""
        found = email_change.read(token)
        # asked now: then the session holds no more
        mine = found is not None and request.user.pk == found[0].pk
        if found is None or not email_change.change(*found):
            return self.get(request, token=token)
        if mine:
            update_session_auth_hash(request, found[0])
        messages.success(request, _("Tài khoản nay dùng địa chỉ %(email)s.") % {"email": found[1]})
        return redirect("customer:profile-view" if request.user.is_authenticated else "customer:login")


class ChangePasswordView(generic.FormView):
    """A new password, with the old one."""

    template_name = "shop/customer/password.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("customer:profile-view")
    extra_context = {"tab": "password"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user, "session": _session(self.request)}

    def form_valid(self, form: auth_forms.PasswordChangeForm) -> HttpResponse:
        user = form.save()
        update_session_auth_hash(self.request, user)  # this session stays, all others end
        mails.password_changed(user)
        messages.success(self.request, _("Đã đổi mật khẩu."))
        return super().form_valid(form)


class DeleteView(generic.FormView):
    """The end of an account; orders stay, as the law on accounting wants, without it."""

    template_name = "shop/customer/delete.html"
    form_class = DeleteForm
    extra_context = {"tab": "profile"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user, "session": _session(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(obstacles=closing.obstacles(self.get_form_kwargs()["user"]), **kwargs)

    def form_valid(self, form: DeleteForm) -> HttpResponse:
        """Delete it, unless there is something that nobody else could look after."""
        user = form.user
        if closing.obstacles(user):
            return self.render_to_response(self.get_context_data(form=form))
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


class PasswordResetConfirmView(auth_views.PasswordResetConfirmView):
    """A new password by the link from the mail; whoever has the mailbox is let in at once.

    So the owner gets in even while somebody goes on guessing.
    """

    template_name = "shop/customer/reset_confirm.html"
    post_reset_login = True
    post_reset_login_backend = settings.AUTHENTICATION_BACKENDS[0]

    def form_valid(self, form: auth_forms.SetPasswordForm) -> HttpResponse:
        has_new_password(form.user)
        messages.success(self.request, _("Đã đổi mật khẩu."))
        return super().form_valid(form)

    def get_success_url(self) -> str:
        return _start(self.request)


def _start(request: HttpRequest) -> str:
    """Return where somebody who has just logged in begins."""
    is_editor = request.user.has_perm("wagtailadmin.access_admin")
    return reverse("wagtailadmin_home" if is_editor else "customer:summary")


def _session(request: HttpRequest) -> str:
    return request.session.session_key or ""


def _orders(request: HttpRequest) -> Any:
    return Order.objects.filter(user_id=request.user.pk).order_by("-date_placed", "-pk")
