"""Addresses of the pretended Stripe; part of the site only where DEMO_ALLOWED and STRIPE_DOUBLE are on."""

from django.urls import path

from demo.stripe_double import views

app_name = "double"
urlpatterns = [
    path("pay/<slug:session>/", views.pay, name="pay"),
    path("v1/<path:path>", views.api, name="api"),
]
