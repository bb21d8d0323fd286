"""The answer to an invitation from a producer: by the link from the mailbox and the account of its address."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import generic
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from shop.partner import people
from shop.users.models import User


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class ProducerInvitationView(generic.TemplateView):
    """Accept with the account of the invited address, which is opened here where there is none.

    Opening the link changes nothing: mail scanners do that. An account that was there before asks for its log-in:
    whoever else may know the mailbox's link must know its password, too.
    """

    template_name = "shop/customer/producer_invitation.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Read the link, and whose account it is for."""
        super().setup(request, *args, **kwargs)
        self.invitation = people.read(kwargs["token"])
        email = self.invitation.email if self.invitation else ""
        self.account = User.objects.filter(email__iexact=email).first() if email else None
        self.is_mine = self.account is not None and self.account.pk == request.user.pk

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"invitation": self.invitation, "account": self.account, "is_mine": self.is_mine}
        if self.invitation and not self.account:
            context["form"] = self._form()
        return super().get_context_data(**{**context, **kwargs})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Join, with the account that is logged in or with a new one."""
        if self.is_mine:
            return self._join(self.account)
        if not self.invitation or self.account:
            return self.get(request, *args, **kwargs)
        form = self._form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            with transaction.atomic():
                user = form.save()
        except IntegrityError:  # the same link from another window in the same second
            return redirect(request.path)
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return self._join(user)

    def _form(self, data: Any = None) -> auth_forms.SetPasswordForm:
        email = self.invitation.email if self.invitation else ""
        return auth_forms.SetPasswordForm(User(email=email), data)

    def _join(self, user: User | None) -> HttpResponse:
        if not (self.invitation and user and people.join(self.invitation, user)):
            return redirect(self.request.path)
        words = _("Bạn nay làm ở gian hàng %(partner)s.") % {"partner": self.invitation.partner.name}
        messages.success(self.request, words)
        return redirect("wagtailadmin_home")
