"""What the back office adds to Wagtail's admin: policies first, then staff's lists, then producers' own pages."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from catalogue.access.permissions import works_for_producer
from shop.backoffice.invoices.views import InvoicesView
from shop.backoffice.invoices.viewsets import VatRateViewSet
from shop.backoffice.money.refunds import POLICY as REFUND_POLICY
from shop.backoffice.orders.viewsets import OrderGroup
from shop.backoffice.payouts.views import POLICY as PAYOUT_POLICY
from shop.backoffice.policies import MoneyPolicy, OrderPolicy
from shop.backoffice.producers import parcels, statements
from shop.backoffice.producers.waiting_panel import WaitingPanel
from shop.backoffice.telephone import views as telephone
from shop.ledger.models import CategoryRate, OfferFunding, Payout, WithholdingRate
from shop.order.models import Order, Parcel
from shop.payment.models import BankAccount, BankLine, Payment, Refund
from shop.tax.models import VatRate

register_permission_policy(Order, OrderPolicy(Order))
register_permission_policy(Parcel, OrderPolicy(Parcel))
register_permission_policy(BankAccount, MoneyPolicy(BankAccount, actions={"add", "change", "view"}))
register_permission_policy(BankLine, MoneyPolicy(BankLine, actions={"change", "view"}))
register_permission_policy(Payment, MoneyPolicy(Payment, actions={"view"}))
register_permission_policy(Refund, REFUND_POLICY)
register_permission_policy(Payout, PAYOUT_POLICY)
register_permission_policy(
    CategoryRate, MoneyPolicy(CategoryRate, actions={"add", "change", "delete", "view"})
)
register_permission_policy(
    OfferFunding, MoneyPolicy(OfferFunding, actions={"add", "change", "delete", "view"})
)
register_permission_policy(
    WithholdingRate, MoneyPolicy(WithholdingRate, actions={"add", "change", "delete", "view"})
)
register_permission_policy(VatRate, MoneyPolicy(VatRate, actions={"add", "change", "delete", "view"}))


@hooks.register("register_admin_viewset")
def register_orders() -> OrderGroup:
    """Show orders, parcels and money in the admin's menu."""
    return OrderGroup()


@hooks.register("register_admin_viewset")
def register_rates() -> VatRateViewSet:
    """Show the VAT rates in the admin."""
    return VatRateViewSet()


@hooks.register("register_admin_urls")
def invoice_urls() -> list[URLPattern | URLResolver]:
    """The file for e-invoices."""
    return [path("du-lieu-hoa-don/", InvoicesView.as_view(), name="shop_invoices")]


@hooks.register("register_admin_urls")
def telephone_urls() -> list[URLPattern | URLResolver]:
    """Orders that staff enter for buyers who telephone."""
    steps = [
        path("", telephone.GoodsView.as_view(), name="start"),
        path("<int:basket>/", telephone.GoodsView.as_view(), name="goods"),
        path("<int:basket>/nguoi-nhan/", telephone.RecipientView.as_view(), name="recipient"),
        path("<int:basket>/dat/", telephone.ConfirmView.as_view(), name="confirm"),
    ]
    return [path("don-qua-dien-thoai/", include((steps, "telephone_order")))]


@hooks.register("register_admin_urls")
def producers_urls() -> list[URLPattern | URLResolver]:
    """A producer's own parcels and statements."""
    own_parcels = [
        path("", parcels.parcels, name="index"),
        path("<int:pk>/", parcels.parcel, name="detail"),
        path("<int:pk>/tra-hang/<int:asked>/", parcels.decide, name="decide"),
        path("<int:pk>/anh/<int:photo>/", parcels.photo, name="photo"),
        path("<int:pk>/<slug:verb>/", parcels.step, name="step"),
    ]
    own_statements = [
        path("", statements.statements, name="statements"),
        path("<int:pk>/", statements.statement, name="statement"),
        path("<int:pk>.csv", statements.lines, name="lines"),
        path("cong-no/<int:pk>/", statements.bill, name="bill"),
        path("cong-no/<int:pk>.csv", statements.bill_lines, name="bill_lines"),
    ]
    return [
        path("kien-cua-toi/", include((own_parcels, "producer_parcels"))),
        path("tien-hang/", include((own_statements, "producer_statements"))),
    ]


@hooks.register("construct_homepage_panels", order=110)
def producers_waiting(request: HttpRequest, panels: list[Any]) -> None:
    """Show producers what waits for them, above their own pages."""
    if works_for_producer(request.user):
        panels.append(WaitingPanel())


class ProducerMenuItem(MenuItem):
    """Shown to producers only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return works_for_producer(request.user)


@hooks.register("register_admin_menu_item")
def parcels_menu_item() -> MenuItem:
    """The way to the parcels."""
    return ProducerMenuItem(
        _("Kiện hàng"), reverse_lazy("producer_parcels:index"), name="parcels", icon_name="list-ul", order=15
    )


@hooks.register("register_admin_menu_item")
def statements_menu_item() -> MenuItem:
    """The way to the statements."""
    return ProducerMenuItem(
        _("Tiền hàng"),
        reverse_lazy("producer_statements:statements"),
        name="statements",
        icon_name="download",
        order=30,
    )
