"""What producers and stock add to the admin: registration only."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy

from catalogue.access.permissions import works_for_producer
from catalogue.policies import LimitedPolicy
from shop.partner import payout_accounts, people, views
from shop.partner.log_formatters import DataFormatter
from shop.partner.models import Partner
from shop.partner.viewsets import PartnerViewSet

register_permission_policy(Partner, LimitedPolicy(Partner, actions={"add", "change", "view"}))


@hooks.register("register_admin_urls")
def producer_urls() -> list[URLPattern | URLResolver]:
    """The table of prices and stock."""
    return [path("gia-va-kho/", include(([path("", views.prices, name="prices")], "producer_prices")))]


class PricesMenuItem(MenuItem):
    """Shown to producers: "Giá và kho"."""

    def is_shown(self, request: HttpRequest) -> bool:
        return works_for_producer(request.user)


@hooks.register("register_admin_menu_item")
def prices_menu_item() -> MenuItem:
    """The way to the table."""
    return PricesMenuItem(
        _("Giá và kho"), reverse_lazy("producer_prices:prices"), name="prices", icon_name="tag", order=20
    )


@hooks.register("register_admin_viewset")
def producers_register() -> PartnerViewSet:
    """Who sells here."""
    return PartnerViewSet()


@hooks.register("register_log_actions")
def log_of_producers(actions: LogActionRegistry) -> None:
    """Who was invited, came and went, and where the money goes: shown in the history of a producer."""
    for act, label, message in (
        (people.INVITE, _("Mời vào gian hàng"), gettext_noop("Mời: %(email)s")),
        (people.WITHDRAW, _("Bỏ lời mời"), gettext_noop("Bỏ lời mời: %(email)s")),
        (people.JOIN, _("Vào gian hàng"), gettext_noop("Nhận lời mời: %(email)s")),
        (people.LEAVE, _("Rời gian hàng"), gettext_noop("Rời gian hàng: %(email)s")),
        (
            payout_accounts.CHANGE,
            _("Đổi tài khoản nhận tiền"),
            gettext_noop("Tài khoản nhận tiền: %(old)s → %(new)s"),
        ),
        (
            payout_accounts.CONFIRM,
            _("Xác nhận tài khoản nhận tiền"),
            gettext_noop("Xác nhận tài khoản nhận tiền: %(new)s"),
        ),
    ):
        words = {"label": label, "template": message}
        actions.register_action(act)(type("ProducerFormatter", (DataFormatter,), words))
