"""What needs a person: one page for staff, each line leading to where it can be seen to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from post_office.models import STATUS, Email
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet

from catalogue.formats import vnd
from shop.backoffice.attention import cash, second_person, system
from shop.backoffice.attention.item import AttentionItem, AttentionRow
from shop.backoffice.menu import shown_by
from shop.backoffice.orders.resend_mail import ResendMailView
from shop.backoffice.policies import OrderPolicy
from shop.order.models import Order, Parcel, ReturnRequest
from shop.order.transitions import OPEN_ORDER
from shop.payment import balances
from shop.payment.models import BankLine, Inbox, Payment, Refund

SHOWN = 20
CARD_PATIENCE = timedelta(hours=1)  # a provider that is down for longer needs a word


def doubtful_payments() -> QuerySet[Payment]:
    """Return payments with a doubt that nobody has looked at, or with money that nobody has decided on."""
    open_ones = Payment.objects.filter(
        ~Q(doubt="") | Q(pk__in=balances.payments_needing_review().values("pk"))
    )
    return open_ones.select_related("order").order_by("pk")


def refunds_to_make(now: datetime) -> QuerySet[Refund]:
    """Return refunds that staff must make or repeat.

    By hand and not made; by card and unanswered for long; failed and not asked for again.
    """
    by_hand = Q(state=Refund.State.REQUESTED) & ~Q(way=Refund.Way.CARD)
    unanswered = Q(state=Refund.State.REQUESTED, way=Refund.Way.CARD, created_at__lt=now - CARD_PATIENCE)
    failed = Q(pk__in=Refund.objects.to_repeat().values("pk"))
    rows = Refund.objects.filter(by_hand | unanswered | failed).approved()
    return rows.select_related("payment__order").order_by("pk")


def late_parcels(now: datetime) -> QuerySet[Parcel]:
    """Return parcels of paid orders that their producer has left lying for PARCEL_LATE_AFTER_H hours."""
    since = now - timedelta(hours=settings.PARCEL_LATE_AFTER_H)
    S = Parcel.Status
    left = Q(status=S.NEW, order__placed_at__lt=since) | Q(
        status__in=[S.ACCEPTED, S.PACKED], accepted_at__lt=since
    )
    rows = Parcel.objects.filter(left, order__status__in=OPEN_ORDER)
    return rows.select_related("order", "partner").order_by("created_at", "pk")


def late_returns(now: datetime) -> QuerySet[ReturnRequest]:
    """Return requests to send a parcel back that its producer has not decided for RETURN_LATE_AFTER_H hours."""
    since = now - timedelta(hours=settings.RETURN_LATE_AFTER_H)
    rows = ReturnRequest.objects.filter(state=ReturnRequest.State.REQUESTED, created_at__lt=since)
    return rows.select_related("parcel__order", "parcel__partner").order_by("pk")


def waiting_lines() -> QuerySet[BankLine]:
    """Return bank lines that wait for a person, or that could not be matched yet."""
    return BankLine.objects.filter(state__in=[BankLine.State.WAITING, BankLine.State.NEW]).order_by("pk")


def unread_notices() -> QuerySet[Inbox]:
    """Return events of the card provider that could not be dealt with."""
    return Inbox.objects.filter(~Q(error=""), kind=Inbox.Kind.STRIPE, done_at=None).order_by("pk")


def failed_mails() -> QuerySet[Any]:
    """Return mail that the mail server refused for good."""
    return Email.objects.filter(status=STATUS.failed).order_by("pk")


def waiting_items(now: datetime) -> list[AttentionItem]:
    """Return everything that waits for a person; nothing where nothing waits."""
    return [item for item in all_items(now) if item.count]


def all_items(now: datetime) -> tuple[AttentionItem, ...]:
    """Return every kind of thing that may wait for a person, the money first."""
    return (
        _payments(),
        _refunds(now),
        second_person.refunds(),
        second_person.payouts(),
        _bank_lines(),
        _notices(),
        cash.payouts_without_holder(),
        cash.late(now),
        cash.lines(),
        _parcels(now),
        _returns(now),
        _mails(),
        system.timer(),
        system.providers(),
        system.vat_rates(now),
        system.withholding_rates(now),
    )


def _payments() -> AttentionItem:
    undecided = _("còn giữ tiền, chưa ai quyết định")
    return _item(
        _("Thanh toán cần người xem"),
        _("Xem đơn, nhận tiền hoặc hoàn lại, rồi bấm “Đã xem” ở mục thanh toán."),
        doubtful_payments(),
        lambda row: (
            f"{row.order.number}: {row.doubt_words or undecided}",
            _order(row.order_id),
            row.changed_at,
        ),
    )


def _refunds(now: datetime) -> AttentionItem:
    def line(row: Refund) -> AttentionRow:
        words = [vnd(row.amount), row.get_way_display(), row.get_state_display(), row.error_words]
        text = f"{row.payment.order.number}: {', '.join(str(word) for word in words if word)}"
        return text, _order(row.payment.order_id), row.created_at

    return _item(
        _("Khoản hoàn chờ làm tay hoặc không thành"),
        _("Chuyển khoản hay trả tiền mặt, rồi ghi mã giao dịch ở đơn."),
        refunds_to_make(now),
        line,
        all_url=f"{reverse('shop_refunds:index')}?state=todo",
    )


def _bank_lines() -> AttentionItem:
    return _item(
        _("Tiền ở ngân hàng chưa khớp đơn nào"),
        _("Gán vào đơn, ghi là trùng, hoặc ghi là không phải tiền đơn."),
        waiting_lines(),
        lambda row: (
            f"{vnd(row.amount)}, {row.get_reason_display() or row.get_state_display()}: {row.key}",
            reverse("shop_bank_lines:line", args=[row.pk]),
            row.received_at,
        ),
        all_url=f"{reverse('shop_bank_lines:index')}?state=waiting",
    )


def _notices() -> AttentionItem:
    return _item(
        _("Tin báo của bên thu thẻ chưa xử lý được"),
        _("Xem nhật ký của máy chủ; bên thu thẻ báo lại trong vài ngày."),
        unread_notices(),
        lambda row: (f"{row.get_kind_display()} {row.key} {row.error}", "", row.received_at),
    )


def _parcels(now: datetime) -> AttentionItem:
    return _item(
        _("Cơ sở để kiện quá lâu"),
        _("Gọi cho cơ sở; kiện không ai nhận sẽ tự huỷ."),
        late_parcels(now),
        lambda row: (
            f"{row}: {row.partner}, {row.get_status_display()}",
            _order(row.order_id),
            row.created_at,
        ),
    )


def _returns(now: datetime) -> AttentionItem:
    return _item(
        _("Yêu cầu trả hàng chưa ai quyết định"),
        _("Hỏi cơ sở, hoặc nhận hay từ chối ở trang của đơn."),
        late_returns(now),
        lambda row: (
            f"{row.parcel}: {row.parcel.partner}, {row.reason}",
            _order(row.parcel.order_id),
            row.created_at,
        ),
    )


def _mails() -> AttentionItem:
    return _item(
        _("Thư không gửi được"),
        _("Địa chỉ sai thì gọi cho người nhận; máy chủ thư hỏng thì xem nhật ký."),
        failed_mails(),
        lambda row: (
            f"{', '.join(row.to)}: {row.subject}",
            reverse("attention:resend_mail", args=[row.pk]),
            row.created,
        ),
        button=_("Gửi lại"),
    )


def _item(
    title: str, text: str, rows: QuerySet[Any], line: Callable[[Any], AttentionRow], **more: str
) -> AttentionItem:
    return AttentionItem(title, text, rows.count(), [line(row) for row in rows[:SHOWN]], **more)


def _order(pk: int) -> str:
    return reverse("shop_orders:detail", args=[pk])


class AttentionView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Show what needs a person."""

    model = Order
    permission_policy = OrderPolicy(Order)
    permission_required = "view"
    template_name = "shop/backoffice/attention.html"
    header_icon = "warning"

    def get(self, _request: HttpRequest) -> HttpResponse:
        may_act = self.user_has_permission("change")
        context = self.get_context_data(items=waiting_items(timezone.now()), may_act=may_act)
        response: HttpResponse = self.render_to_response(context)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_page_title(self) -> str:
        return _("Cần người xem")

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class AttentionViewSet(ViewSet):
    """The page, first in the menu of sales."""

    name = "attention"
    url_prefix = "can-xem"
    icon = "warning"
    menu_label = gettext_lazy("Cần người xem")
    menu_item_class = shown_by(AttentionView.permission_policy)

    def get_urlpatterns(self) -> list[URLPattern]:
        again = path("thu/<int:pk>/gui-lai/", ResendMailView.as_view(), name="resend_mail")
        return [path("", AttentionView.as_view(), name="index"), again]
