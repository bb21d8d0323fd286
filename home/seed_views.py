"""Where shipped data differ from what staff keep: a report on which they take or refuse each row."""

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from catalogue.models import SeededRow
from catalogue.seeds import Dataset, RowStatus, accept, accept_all, decline
from home.seeds import all_differences, dataset

SHOWN = 100  # of each dataset: more are taken or refused first
STATUSES = {
    RowStatus.NEW: gettext_lazy("mới có"),
    RowStatus.UNTOUCHED: gettext_lazy("bản kèm theo đã đổi"),
    RowStatus.CHANGED: gettext_lazy("đã sửa ở đây"),
    RowStatus.DELETED: gettext_lazy("đã xoá ở đây"),
}


class DifferencesView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """The report; its buttons post the dataset, the row's key and what to do."""

    model = SeededRow
    permission_required = "change"
    template_name = "home/admin/shipped_data.html"
    header_icon = "history"
    page_title = gettext_lazy("Dữ liệu kèm theo")

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.render_to_response(self.get_context_data(groups=_groups()))

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = dataset(request.POST.get("dataset", ""))
        if chosen is None:
            raise Http404
        self._decide(chosen, request.POST.get("verb", ""), request.POST.get("key", ""))
        return redirect("shipped_data")

    def _decide(self, chosen: Dataset, verb: str, key: str) -> None:
        if verb == "accept_all":
            count = accept_all(chosen)
            text = ngettext("Đã lấy %(count)d dòng.", "Đã lấy %(count)d dòng.", count) % {"count": count}
            messages.success(self.request, text)
        elif verb == "accept" and accept(chosen, key):
            messages.success(self.request, _("Đã lấy theo bản kèm theo: %(key)s.") % {"key": key})
        elif verb == "decline" and decline(chosen, key):
            messages.success(self.request, _("Đã giữ như đang có: %(key)s.") % {"key": key})
        else:
            messages.warning(self.request, _("Không làm được gì với %(key)s.") % {"key": key})


def _groups() -> list[dict[str, Any]]:
    found = []
    for chosen, rows in groupby(all_differences(), key=lambda difference: difference.dataset):
        known = list(rows)
        shown = [{"row": row, "status": STATUSES[row.status]} for row in known[:SHOWN]]
        found.append({"dataset": chosen, "rows": shown, "count": len(known)})
    return found
