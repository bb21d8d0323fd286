"""What needs a person about cash: payouts drawn up before holders were known, and cash that does not come."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.formats import vnd
from shop.backoffice.attention.item import AttentionItem, AttentionRow
from shop.ledger import cash_lists
from shop.ledger.models import CashHolding, RemittanceLine

SHOWN = 20


def payouts_without_holder() -> AttentionItem:
    """Show open payouts with parcels whose cash may be in the producer's hands already."""
    found = cash_lists.open_payouts_without_holder()
    rows: list[AttentionRow] = [
        (f"{row}: {vnd(row.total)}", reverse("shop_payouts:detail", args=[row.pk]), row.made_at)
        for row in found[:SHOWN]
    ]
    return AttentionItem(
        _("Khoản chi trả có tiền mặt chưa rõ ai giữ"),
        _("Cơ sở có thể đã cầm tiền. Ghi người giữ từng kiện ở “Tiền mặt”, bỏ khoản chi trả rồi lập lại."),
        found.count(),
        rows,
        all_url=f"{reverse('shop_cash:index')}?xem=unknown",
    )


def late(now: datetime) -> AttentionItem:
    """Show cash that carriers of the hub's and sales points have kept for CASH_LATE_AFTER_D days."""
    found = cash_lists.late(now - timedelta(days=settings.CASH_LATE_AFTER_D))
    return AttentionItem(
        _("Tiền mặt chưa nộp về sàn"),
        _("Đối soát với hãng vận chuyển, hỏi điểm bán, rồi ghi “Đã nộp”."),
        found.count(),
        [_row(row) for row in found[:SHOWN]],
        all_url=reverse("shop_cash:index"),
    )


def lines() -> AttentionItem:
    """Show rows of carriers' lists that fit no cash of ours."""
    found = RemittanceLine.objects.filter(state=RemittanceLine.State.WAITING).select_related("remittance")
    found = found.defer("remittance__rows", "remittance__tables").order_by("pk")
    rows: list[AttentionRow] = [
        (
            f"{row}: {row.get_reason_display()}",
            reverse("shop_cash:remittance_line", args=[row.pk]),
            row.remittance.uploaded_at,
        )
        for row in found[:SHOWN]
    ]
    return AttentionItem(
        _("Dòng bảng kê thu hộ chưa khớp"),
        _("So với hãng vận chuyển, rồi xét lại, nhận, hoặc để riêng."),
        found.count(),
        rows,
        all_url=reverse("shop_cash:waiting"),
    )


def _row(row: CashHolding) -> AttentionRow:
    words = f"{row.parcel}: {vnd(row.left)}, {row.get_holder_display()} {row.name}"  # type: ignore[attr-defined]
    return words.strip(), reverse("shop_cash:parcel", args=[row.parcel_id]), row.since
