"""Oscar's own product and category addresses: they lead to our pages, in the reader's language."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.generic import RedirectView

from catalogue.models import CataloguePage, Category, Product


class ToProduct(RedirectView):
    """A product's page, for a variant its parent's; 404 while none is published."""

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        product = get_object_or_404(Product.objects.select_related("parent"), pk=kwargs["pk"])
        page = product.page()
        if page is None:
            raise Http404
        return page.url


class ToCatalogue(RedirectView):
    """The listing of everything on sale."""

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        page = CataloguePage.objects.live().first()
        if page is None:
            raise Http404
        return page.localized.url


class ToCategory(ToCatalogue):
    """The listing of one industry or group."""

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        category = get_object_or_404(Category, pk=kwargs["pk"])
        return f"{super().get_redirect_url()}?{urlencode({'nhom': category.code})}"
