"""The order page says in one sentence how the order stands and where the money is."""

import pytest

from shop.customer.orders.state_notice import state_notice
from shop.order.models import Order

CANCELLED = ("circle-x", "", False, "Đơn này đã huỷ.")
WAITS = ("clock", "warn", True, "Đơn đang chờ bạn thanh toán.")
EXPIRED = ("clock", "warn", True, "Đơn đã hết hạn thanh toán.")
PLACED = ("circle-check", "ok", True, "Chúng tôi đã nhận đơn.")
LINK = "Đường dẫn trang này được gửi tới hoa@example.vn. Ai có đường dẫn thì xem được đơn."
COMES_BACK, IS_BACK = "Tiền đã trả sẽ được hoàn lại.", "Tiền đã trả đã về lại bạn."


@pytest.mark.parametrize(
    ("status", "paid", "given_back", "head", "text"),
    [
        ("Cancelled", False, True, CANCELLED, "Bạn không phải trả tiền."),
        ("Cancelled", True, False, CANCELLED, COMES_BACK),
        ("Cancelled", True, True, CANCELLED, IS_BACK),
        ("Pending payment", False, True, WAITS, LINK),
        ("Pending payment", True, False, WAITS, LINK),
        ("Expired", False, True, EXPIRED, "Bạn chưa mất tiền."),
        ("Expired", True, False, EXPIRED, COMES_BACK),
        ("Expired", True, True, EXPIRED, IS_BACK),
        ("Placed", True, False, PLACED, LINK),
        ("Processing", False, True, PLACED, LINK),
        ("Complete", True, False, ("package-check", "ok", False, "Đơn đã xong. Cảm ơn bạn."), ""),
    ],
)
def test_every_state(
    status: str, paid: bool, given_back: bool, head: tuple[str, str, bool, str], text: str
) -> None:
    order = Order(status=status, guest_email="hoa@example.vn")
    notice = state_notice(order, paid=paid, given_back=given_back, undecided=False)
    assert (notice.icon, notice.kind, notice.is_announced, notice.title) == head
    assert notice.text == text


@pytest.mark.parametrize("status", ["Pending payment", "Expired", "Placed"])
def test_money_that_waits_for_a_decision_is_said_first(status: str) -> None:
    notice = state_notice(
        Order(status=status, guest_email="hoa@example.vn"), paid=True, given_back=False, undecided=True
    )
    assert (notice.icon, notice.kind) == ("clock", "warn")
    assert notice.title == "Tiền của đơn này đã đến và đang được kiểm tra."
    assert notice.text == "Đừng trả lần nữa; chợ sẽ nhận đơn hoặc hoàn tiền cho bạn."


def test_a_cancelled_order_needs_no_decision() -> None:
    notice = state_notice(Order(status="Cancelled"), paid=True, given_back=False, undecided=True)
    assert (notice.title, notice.text) == ("Đơn này đã huỷ.", COMES_BACK)
