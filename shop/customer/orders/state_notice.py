"""What the order page says first: the order's state in one sentence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shop.order.models import Order


@dataclass(frozen=True)
class StateNotice:
    """A notice for shop/order/state.html; `kind` and `icon` are those of components/notice.html."""

    icon: str
    title: str
    text: str = ""
    kind: str = ""
    is_announced: bool = True


def state_notice(order: Order, *, paid: bool, given_back: bool, undecided: bool) -> StateNotice:
    """Return the notice about an order.

    Args:
        order: in any state.
        paid: whether money came in.
        given_back: whether all of it went back.
        undecided: whether its money waits for a person's decision.
    """
    status = Order.Status
    if order.status == status.CANCELLED:
        money = _money_back(given_back=given_back) if paid else _("Bạn không phải trả tiền.")
        return StateNotice("circle-x", _("Đơn này đã huỷ."), money, is_announced=False)
    if undecided:
        text = _("Đừng trả lần nữa; chợ sẽ nhận đơn hoặc hoàn tiền cho bạn.")
        return StateNotice("clock", _("Tiền của đơn này đã đến và đang được kiểm tra."), text, "warn")
    if order.status == status.PENDING_PAYMENT:
        return StateNotice("clock", _("Đơn đang chờ bạn thanh toán."), _link_sent(order), "warn")
    if order.status == status.EXPIRED:
        money = _money_back(given_back=given_back) if paid else _("Bạn chưa mất tiền.")
        return StateNotice("clock", _("Đơn đã hết hạn thanh toán."), money, "warn")
    if order.status == status.COMPLETE:
        thanks = _("Đơn đã xong. Cảm ơn bạn.")
        return StateNotice("package-check", thanks, kind="ok", is_announced=False)
    return StateNotice("circle-check", _("Chúng tôi đã nhận đơn."), _link_sent(order), "ok")


def _money_back(*, given_back: bool) -> str:
    return _("Tiền đã trả đã về lại bạn.") if given_back else _("Tiền đã trả sẽ được hoàn lại.")


def _link_sent(order: Order) -> str:
    if not order.email:
        return _("Ai có đường dẫn trang này thì xem được đơn.")
    sent = _("Đường dẫn trang này được gửi tới %(email)s. Ai có đường dẫn thì xem được đơn.")
    return sent % {"email": order.email}
