"""The addresses of pages, and of what goes with them."""

from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _
from wagtail.urls import serve_pattern

from home import routing, views

urlpatterns = [
    path(_("lich/<slug:slug>.ics"), views.event_ics, name="event_ics"),
    re_path(serve_pattern, routing.serve, name="wagtail_serve"),  # before Wagtail's own of this name
]
