"""The shop's addresses, and those of the pretended Stripe, which the shop itself mounts with DEBUG only."""

from django.urls import include, path

from config import urls

urlpatterns = [path("stripe-double/", include("shop.payment.double.urls")), *urls.urlpatterns]
