"""What the pages of the staff share: who may see them, the way to them, kept by no cache."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin


class StaffPage(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """A page for holders of a permission: `start` names the list it hangs below, `steps` the way from there.

    A page without a title of its own has that of its last step; one without steps is itself the step, the list has none
    (`[]`).
    """

    permission_required = "view"
    title: Any = ""
    start: tuple[str, Any]
    steps: list[dict[str, str]] | None = None

    def get_page_title(self) -> str:
        return str(self.title or (self.steps or [])[-1]["label"])

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        name, label = self.start
        steps = [{"url": "", "label": self.get_page_title()}] if self.steps is None else self.steps
        return [*self.breadcrumbs_items, {"url": reverse(name), "label": str(label)}, *steps]

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page with `context`."""
        response: HttpResponse = self.render_to_response(self.get_context_data(**context), status=status)
        response["Cache-Control"] = "private, no-store"
        return response
