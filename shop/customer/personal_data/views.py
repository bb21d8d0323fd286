"""The page about one's own data: what was agreed to, all of it as a file, the way to delete the account."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import generic
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from shop.core import ratelimit
from shop.core.ratelimit import Limit
from shop.customer.forms import DeleteForm
from shop.customer.personal_data import export
from shop.order import consents
from shop.order.models import Consent

# A file reads all orders of an account; its owner wants it once, or once more.
DOWNLOAD = Limit("own-data", tries=5, tries_per_address=30, window_s=60 * 60)


class PasswordForm(DeleteForm):
    """Confirms with the account's password that its owner asks for the file."""


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class PersonalDataView(generic.FormView):
    """Asks for the password, then hands out the file."""

    template_name = "shop/customer/personal_data.html"
    form_class = PasswordForm
    extra_context = {"tab": "profile"}

    def get_form_kwargs(self) -> dict[str, Any]:
        session = self.request.session.session_key or ""
        return {**super().get_form_kwargs(), "user": self.request.user, "session": session}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rows = Consent.objects.filter(user=user).select_related("order")
        return super().get_context_data(consents=rows, **kwargs)

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        if not ratelimit.hit(DOWNLOAD, self.request, subject=str(form.user.pk)):
            form.add_error(None, ratelimit.message(DOWNLOAD))
            return self.render_to_response(self.get_context_data(form=form), status=429)
        answer = JsonResponse(export.of(form.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
        answer["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
        return answer


class WithdrawView(generic.View):
    """Takes back one's consent."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Withdraw it, for all orders of that mailbox."""
        user: Any = request.user
        row = get_object_or_404(Consent, pk=pk, user=user)
        consents.withdraw(row.order_id)
        messages.success(request, _("Đã rút lại. Chợ không gửi tin nữa."))
        return redirect("customer:personal-data")
