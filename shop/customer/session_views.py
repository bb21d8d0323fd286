"""Where an account is logged in, and the way to end all other sessions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import generic

from shop.users import sessions


class SessionsView(generic.TemplateView):
    """The latest log-ins with time, browser and network address."""

    template_name = "shop/customer/sessions.html"
    extra_context = {"tab": "profile"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = get_user_model().objects.get(pk=self.request.user.pk)
        rows = sessions.open_ones(user, self.request)
        return super().get_context_data(rows=rows, current=sessions.current(self.request), **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """End all others."""
        sessions.end_others(get_user_model().objects.get(pk=request.user.pk), request)
        messages.success(request, _("Đã đăng xuất mọi nơi khác."))
        return redirect("customer:sessions")
