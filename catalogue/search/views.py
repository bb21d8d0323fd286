"""The search page; the header's search box leads here."""

from typing import Any

from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.generic import TemplateView

from catalogue.caching import public_view
from catalogue.search import results


@method_decorator(public_view, name="dispatch")
class SearchView(TemplateView):
    """What fits the words typed: products, and villages, makers and specialties beside them."""

    template_name = "search/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        language = (get_language() or "vi").split("-")[0]
        shown = results.show(self.request.GET, language=language, action=self.request.path)
        return {**context, **shown, "meta": {"noindex": True}}
