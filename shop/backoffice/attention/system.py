"""What the shop itself needs from a person: a timer that runs, rates that hold."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop.backoffice.attention.item import AttentionItem, AttentionRow
from shop.ledger import withholding
from shop.payment.models import ProviderBreaker
from shop.tax.rates import without_rate
from shop.timer import clock

NOTICE = timedelta(days=30)  # before a rate ends: an accountant is asked in time


def timer() -> AttentionItem:
    """Show a timer that does not run, and gaps whose lost time is still added to deadlines."""
    last, late = clock.last_turn(), clock.is_late()
    rows: list[AttentionRow] = [(_("Không chạy từ"), "", last)] if late and last else []
    for one in clock.grace_periods():
        text = _("Đã đứng tới %(end)s; chưa huỷ gì vì quá hạn cho tới %(until)s. Bắt đầu đứng")
        times = {"end": _time(one.gap.resumed_at), "until": _time(one.until)}
        rows.append((text % times, "", one.gap.stopped_at))
    return AttentionItem(
        _("Bộ hẹn giờ"),
        _("Xem tiến trình `manage.py tick` và đồng hồ của máy chủ: thư và hạn của đơn chờ nó."),
        len(rows),
        rows,
    )


def providers() -> AttentionItem:
    """Show payment providers that do not answer, so that they are asked only now and then."""
    rows: list[AttentionRow] = [
        (f"{row.code}: {row.error}", "", row.opened_at)
        for row in ProviderBreaker.objects.filter(opened_at__isnull=False).order_by("pk")
        if row.opened_at
    ]
    return AttentionItem(
        _("Bên thu tiền không trả lời"),
        _(
            "Người mua được mời thử lại hoặc trả cách khác. Xem trang tình trạng của họ và đường ra của máy chủ."
        ),
        len(rows),
        rows,
    )


def vat_rates(now: datetime) -> AttentionItem:
    """Show classes of goods on sale for which no rate holds, today or soon."""
    url, today = reverse("vat_rates:index"), timezone.localdate(now)
    rows: list[AttentionRow] = [(str(label), url, now) for label in without_rate(today, today + NOTICE)]
    return AttentionItem(
        _("Nhóm thuế hết hoặc sắp hết thuế suất"),
        _("Hỏi kế toán rồi ghi thuế suất mới; cho tới lúc đó hàng bán theo thuế suất cuối cùng."),
        len(rows),
        rows,
    )


def withholding_rates(now: datetime) -> AttentionItem:
    """Show kinds of sale from which tax is withheld while no rate holds."""
    url, today = reverse("shop_withholding_rates:index"), timezone.localdate(now)
    labels = withholding.without_rate(today) if withholding.is_on(today) else []
    return AttentionItem(
        _("Tỷ lệ khấu trừ thuế đã hết hạn"),
        _("Hỏi kế toán rồi ghi tỷ lệ mới; cho tới lúc đó khấu trừ theo tỷ lệ cuối cùng."),
        len(labels),
        [(label, url, now) for label in labels],
    )


def _time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
