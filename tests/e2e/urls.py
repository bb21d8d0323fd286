"""The shop's addresses, and those of the pretended Stripe, which the shop itself mounts in development only."""

from django.urls import include, path

from config import urls

urlpatterns = [path("stripe-double/", include("demo.stripe_double.urls")), *urls.urlpatterns]
