"""What needs a person about large sums: a second one."""

from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.formats import vnd
from shop.backoffice.attention.item import AttentionItem, AttentionRow
from shop.ledger.models import PayoutApproval
from shop.payment.models import Refund

SHOWN = 20


def refunds() -> AttentionItem:
    """Show refunds that wait for a second person."""
    found = Refund.objects.unapproved().select_related("payment__order", "approval").order_by("pk")
    rows: list[AttentionRow] = [
        (
            f"{row.payment.order.number}: {vnd(row.amount)}, {row.approval.by_name}",
            reverse("shop_orders:detail", args=[row.payment.order_id]),
            row.created_at,
        )
        for row in found[:SHOWN]
    ]
    text = _("Người khác với người lập xem đơn rồi xác nhận; sai thì bỏ khoản hoàn.")
    return AttentionItem(_("Khoản hoàn lớn chờ người thứ hai"), text, found.count(), rows)


def payouts() -> AttentionItem:
    """Show payouts that wait for a second person."""
    found = PayoutApproval.objects.filter(confirmed_at=None).select_related("payout__partner").order_by("pk")
    rows: list[AttentionRow] = [
        (
            f"{row.payout}: {vnd(row.payout.total)}, {row.by_name}",
            reverse("shop_payouts:detail", args=[row.payout_id]),
            row.at,
        )
        for row in found[:SHOWN]
    ]
    text = _("Người khác với người lập xem khoản chi trả rồi xác nhận; sai thì bỏ.")
    return AttentionItem(_("Khoản chi trả lớn chờ người thứ hai"), text, found.count(), rows)
