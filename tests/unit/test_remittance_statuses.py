"""The words of carriers' statuses: whole phrases, never parts of other words."""

import pytest

from shop.ledger.remittances.statuses import is_back


@pytest.mark.parametrize(
    "status",
    [
        "",
        "Hoàn thành",
        "Hoàn tất",
        "Hoàn tất giao hàng",
        "Đã hoàn thành",
        "Đã giao hoàn tất",
        "Đã giao - huyện Tiên Du",
        "Đã giao thành công / Đã hoàn tất đối soát",
        "Đã giao - người nhận Nguyễn Huy Hoàn",
        "Giao thành công",
        "Thành công",
        "Đã đối soát",
        "DELIVERED",
        "Đang xử lý",
        "Không phát sinh phí",
        "Đã giao, chưa phát sinh công nợ",
        "Đơn hoàn thành",
        "Đơn hoàn tất",
        "Đã chuyển trả tiền thu hộ",
        "Giao hoàn tất",
        "Đã phát - Hoàn Kiếm",
    ],
)
def test_delivered_completed_and_unknown_words_are_no_return(status: str) -> None:
    assert not is_back(status)


@pytest.mark.parametrize(
    "status",
    [
        "hoàn",
        "Hàng hoàn",
        "Đơn hoàn",
        "Phát hoàn",
        "Phát hoàn thành công",
        "Đang chuyển trả",
        "Chuyển trả hàng",
        "Không phát được",
        "Chưa phát",
        "Hoàn hàng",
        "Hoàn hàng thành công",
        "Chuyển hoàn",
        "Chuyển hoàn thành công",
        "Đã hoàn",
        "Đã hoàn (hoàn tất)",
        "Đã hoàn thành công",
        "Đang hoàn",
        "Đã trả hàng",
        "Trả lại người gửi",
        "Giao không thành công",
        "Giao hàng thất bại",
        "Không giao được",
        "Khách từ chối nhận",
        "Đã huỷ",
        "Hủy đơn",
        "Hủy",
        "returned",
        "Delivery_fail",
        "CANCELLED",
        "Refused by customer",
    ],
)
def test_what_came_back_or_was_not_handed_over_is_known(status: str) -> None:
    assert is_back(status)
