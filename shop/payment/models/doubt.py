"""Why a person must look at a payment, or a refund waits: kept as a code with its values, read by each in their own language."""

import json
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.formats import vnd


class Doubt(models.TextChoices):
    """The reasons that the shop and its providers know; the labels are for staff, `values` stand in them."""

    DISPUTED = "disputed", _("Chủ thẻ khiếu nại: %(ids)s.")
    DISPUTED_JUST_NOW = "disputed_now", _("Chủ thẻ vừa khiếu nại khoản trả này; khoản hoàn được giữ lại.")
    HELD = "held", _("Giữ lại tới khi khiếu nại của chủ thẻ ngã ngũ.")  # of a refund
    INQUIRY = (
        "inquiry",
        _("Ngân hàng của chủ thẻ hỏi về khoản trả, chưa lấy tiền: %(ids)s. Trả lời ở trang của Stripe."),
    )
    FRAUD = (
        "fraud",
        _("Ngân hàng báo thẻ có thể bị dùng trộm (%(kind)s): %(id)s. Hỏi người mua trước khi gửi hàng."),
    )
    OTHER_SESSION = "other_session", _("Phiên thẻ %(id)s không phải của thanh toán này.")
    OTHER_CURRENCY = "other_currency", _("Thẻ trả %(sum)s, không phải đồng.")
    OTHER_AMOUNT = "other_amount", _("Thẻ trả %(paid)s, đơn cần %(amount)s.")
    OTHER_RECEIPT = "other_receipt", _("Khoản thu %(reference)s đã ghi khác trước.")
    PAID_OTHERWISE = "paid_otherwise", _("Đơn đã được trả bằng cách khác.")
    BEING_PAID = "being_paid", _("Đơn đang được trả bằng cách khác.")
    ORDER_CLOSED = "order_closed", _("Tiền đến khi đơn đã đóng.")
    LATE_SOLD_OUT = "late_sold_out", _("Tiền đến sau hạn. Đơn đã hết hạn và hàng không còn đủ.")
    LATE_USED_UP = "late_used_up", _("Tiền đến sau hạn. Đơn đã hết hạn và ưu đãi “%(name)s” đã hết lượt.")
    LATE_TOO_OLD = "late_too_old", _("Tiền đến sau hạn. Đơn đã hết hạn quá lâu.")
    LATE_NOT_SOLD = "late_not_sold", _("Tiền đến sau hạn. “%(title)s” không còn bán.")
    PART = "part", _("Đơn không thành khi tiền mới đến một phần.")
    TOO_LITTLE = "too_little", _("Tiền đến thiếu, cho đơn không còn chờ thanh toán.")
    GIVEN_BACK_THERE = "given_back_there", _("Bên thu tiền đã trả lại %(amount)s; hàng chưa gửi.")
    TOO_MUCH_BACK = "too_much_back", _("Đã hoàn quá số tiền nhận được; kiểm tra trước khi chuyển khoản thêm.")
    CAME_BACK = "came_back", _("Tiền đã trả lại nay về lại; %(amount)s là của hàng đã huỷ hoặc trả về.")
    RETURN_UNPAID = (
        "return_unpaid",
        _("Đã bỏ khoản hoàn của kiện đã trả về: hoàn lại cách khác, nếu không thì kiện được trả cho cơ sở."),
    )
    STILL_OWED = (
        "still_owed",
        _("Đã bỏ khoản hoàn, mà tiền vẫn là của người mua: hàng không gửi, hoặc chuyển thừa."),
    )

    def of(self, **values: str | Decimal) -> str:
        """Return the reason as it is kept, on one line; a Decimal is a sum in đồng."""
        kept = {name: int(value) if isinstance(value, Decimal) else value for name, value in values.items()}
        return f"{self.value} {json.dumps(kept, ensure_ascii=False)}" if kept else self.value


def words(line: str) -> str:
    """Return a reason in the reader's language; as it is, where it is a provider's or an earlier release's words."""
    code, _blank, kept = line.partition(" ")
    if code not in Doubt.values:
        return line
    try:
        values = json.loads(kept or "{}")
        return str(Doubt(code).label) % {
            name: vnd(value) if isinstance(value, int) else value for name, value in values.items()
        }
    except (ValueError, KeyError, AttributeError):  # a provider's words that begin like a code
        return line
