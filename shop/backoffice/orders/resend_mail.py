"""Sending a mail again that the mail server refused."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View
from post_office.models import STATUS, Email
from wagtail.admin import messages
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from shop.backoffice.policies import OrderPolicy
from shop.order.models import Order


class ResendMailView(PermissionCheckedMixin, View):
    """Put a mail that failed back into the queue, with all its tries; the timer sends it."""

    permission_policy = OrderPolicy(Order)
    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        email = get_object_or_404(Email, pk=pk)
        failed = Email.objects.filter(pk=email.pk, status=STATUS.failed)
        if failed.update(status=STATUS.queued, number_of_retries=None, scheduled_time=None):
            messages.success(request, _("Thư đã vào lại hàng chờ gửi."))
        return redirect("attention:index")
