"""What is not for people: where providers send their notifications."""

from django.urls import path

from shop.payment.bank.webhook import webhook as bank_webhook
from shop.payment.providers.stripe.webhook import webhook as stripe_webhook

app_name = "payment"
urlpatterns = [
    path("bank/webhook/", bank_webhook, name="bank-webhook"),
    path("bank/webhook/<slug:service>/", bank_webhook, name="bank-webhook-of"),
    path("stripe/webhook/", stripe_webhook, name="stripe-webhook"),
]
