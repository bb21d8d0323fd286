"""What a buyer reads whose order would hold more unpaid than allowed: why, and what to do."""

from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.checkout.quote import Quote
from shop.payment import unpaid


@dataclass(frozen=True)
class BudgetNotice:
    """The notice above the button of the review; `other_ways` is a sentence that names methods, or ""."""

    title: str
    text: str
    asks_code: bool
    other_ways: str = ""


def budget_notice(over: unpaid.OverBudget, now: Quote) -> BudgetNotice:
    """Return the notice; it does not say whose orders count: the telephone may be another person's."""
    names = [way.name() for way in over.other_ways]
    ways = {"ways": get_text_list(names, _("hoặc"))}
    if over.by_code:
        text = _("Chúng tôi gửi một mã 6 số tới %(email)s. Nhập mã vào ô dưới đây rồi đặt.")
        text %= {"email": now.purchase.email}
        others = _("Không cần mã nếu trả bằng: %(ways)s.") % ways
    else:
        text = _what_to_do(over, prepaid=bool(names))
        others = _("Đơn này vẫn đặt được nếu trả bằng: %(ways)s.") % ways
    return BudgetNotice(_title(over, now), text, asks_code=over.by_code, other_ways=others if names else "")


def _title(over: unpaid.OverBudget, now: Quote) -> str:
    if over.what == "units":
        return _("Chưa trả tiền mà giữ nhiều “%(title)s” quá") % {"title": _product(over, now)}
    if over.what == "cash":
        return _("Nhiều đơn trả khi nhận quá")
    return _("Nhiều đơn chưa trả tiền quá")


def _what_to_do(over: unpaid.OverBudget, *, prepaid: bool) -> str:
    """Return what the buyer can do where no code helps; `prepaid`: another method would do."""
    if over.what == "cash" and prepaid:
        return _("Hãy chọn cách trả trước cho đơn này. Giỏ vẫn còn nguyên.")
    if over.what == "cash":
        return _("Nhận các đơn đang giao trước, rồi đặt tiếp. Giỏ vẫn còn nguyên.")
    if over.what == "orders":
        pay = _("Trả các đơn đang chờ trước, rồi đặt tiếp. Giỏ vẫn còn nguyên.")
        still = _("Đơn đã huỷ, hay hết hạn, còn tính cho tới một giờ sau lúc đặt.")
        return f"{pay} {still}"
    keeps = _("Phần còn lại để cho người trả tiền. Trả các đơn đang chờ trước, rồi đặt tiếp.")
    if not over.left:
        return keeps
    most = ngettext(
        "Lần này đặt được nhiều nhất %(left)d.", "Lần này đặt được nhiều nhất %(left)d.", over.left
    )
    return f"{most % {'left': over.left}} {keeps}"


def _product(over: unpaid.OverBudget, now: Quote) -> str:
    lines = (line for parcel in now.parcels for line in parcel.goods.lines)
    titles = (line.product.local_title for line in lines if line.stockrecord_id == over.stockrecord_id)
    return next(titles, "")
