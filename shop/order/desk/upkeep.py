"""What the shop itself needs from a person: a timer that runs, rates that hold."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop.order.desk.matter import Line, Matter
from shop.tax.rates import without_rate
from shop.timer import clock

NOTICE = timedelta(days=30)  # before a rate ends: an accountant is asked in time


def timer() -> Matter:
    """Tell of a timer that does not run, and of gaps whose lost time is being given back."""
    last, late = clock.last_turn(), clock.is_late()
    rows: list[Line] = [(_("Không chạy từ"), "", last)] if late and last else []
    for one in clock.giving_back():
        text = _("Đã đứng tới %(end)s; chưa huỷ gì vì quá hạn cho tới %(until)s. Bắt đầu đứng")
        times = {"end": _time(one.gap.resumed_at), "until": _time(one.until)}
        rows.append((text % times, "", one.gap.stopped_at))
    return Matter(
        _("Bộ hẹn giờ"),
        _("Xem tiến trình `manage.py tick` và đồng hồ của máy chủ: thư và hạn của đơn chờ nó."),
        len(rows),
        rows,
    )


def vat_rates(now: datetime) -> Matter:
    """Tell of classes of goods on sale for which no rate holds, today or soon."""
    url, today = reverse("vat_rates:index"), timezone.localdate(now)
    rows: list[Line] = [(str(label), url, now) for label in without_rate(today, today + NOTICE)]
    return Matter(
        _("Nhóm thuế hết hoặc sắp hết thuế suất"),
        _("Hỏi kế toán rồi ghi thuế suất mới; cho tới lúc đó hàng bán theo thuế suất cuối cùng."),
        len(rows),
        rows,
    )


def _time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
