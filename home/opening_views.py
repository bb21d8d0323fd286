"""The list of what has to be done before the shop opens, and the button that opens it."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permission_policies import ModelPermissionPolicy

from home import opening
from home.models import MarketSettings

logger = logging.getLogger(__name__)
POLICY = ModelPermissionPolicy(MarketSettings)


class OpeningView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Its buttons post `mail`, for a trial mail to whoever presses, or `open`."""

    model = MarketSettings
    permission_policy = POLICY
    permission_required = "change"
    template_name = "home/admin/opening.html"
    header_icon = "success"
    page_title = gettext_lazy("Mở cửa")

    def get(self, _request: HttpRequest) -> HttpResponse:
        steps = opening.steps()
        ready = all(step.done for step in steps)
        opened_at = opening.market().opened_at
        return self.render_to_response(self.get_context_data(steps=steps, ready=ready, opened_at=opened_at))

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("verb") == "mail":
            self._try_mail()
        elif opening.open_shop(request.user):
            messages.success(request, _("Chợ đã mở: người mua đặt hàng được từ bây giờ."))
        else:
            messages.error(request, _("Chưa mở được: còn việc chưa xong."))
        return redirect("opening")

    def _try_mail(self) -> None:
        address = str(getattr(self.request.user, "email", ""))
        try:
            opening.try_mail(address)
        except Exception as error:  # whatever a mail server and the way to it answer
            logger.exception("The trial mail did not go out")
            messages.error(self.request, _("Thư không gửi được: %(error)s") % {"error": error})
        else:
            messages.success(self.request, _("Đã gửi thư thử tới %(address)s.") % {"address": address})
