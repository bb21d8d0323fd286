"""Django's own admin shows orders and Oscar's payments, and changes none, not even for a superuser."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from shop.order.models import Order
from tests.shop import make_market, make_order

MODELS = [
    model
    for label in ("order", "payment")
    for model in apps.get_app_config(label).get_models()
    if admin.site.is_registered(model)
]


@pytest.mark.parametrize("model", MODELS)
def test_nobody_changes_orders_and_payments_here(rf: RequestFactory, model: Any) -> None:
    desk, request = admin.site.get_model_admin(model), rf.get("/")
    inlines = [inline(model, admin.site) for inline in desk.inlines]
    may = [desk.has_add_permission(request), *[one.has_add_permission(request, None) for one in inlines]]
    may += [one.has_change_permission(request) for one in (desk, *inlines)]
    may += [one.has_delete_permission(request) for one in (desk, *inlines)]
    assert not any(may)


@pytest.mark.django_db
def test_superuser_looks_at_an_order_and_changes_nothing(admin_client: Client, site_root: Any) -> None:
    make_market()
    order = make_order()
    lists, page = (
        reverse("admin:order_order_changelist"),
        reverse("admin:order_order_change", args=[order.pk]),
    )
    assert order.number in admin_client.get(lists).content.decode()
    shown = admin_client.get(page)
    assert (shown.status_code, 'name="_save"' in shown.content.decode()) == (200, False)
    assert admin_client.post(page, {"status": "Complete"}).status_code == 403
    delete = {"action": "delete_selected", "_selected_action": [order.pk], "post": "yes"}
    admin_client.post(lists, delete)
    assert admin_client.post(reverse("admin:order_order_delete", args=[order.pk])).status_code == 403
    assert admin_client.get(reverse("admin:payment_transaction_add")).status_code == 403
    assert Order.objects.get().status == order.status
