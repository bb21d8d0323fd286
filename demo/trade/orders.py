"""Which orders the demo has, in the order of their days; together they show every state there is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import override

from demo.trade import buying, steps
from demo.trade.buying import GUESTS, SHOPPER, Buyer
from demo.trade.past import ago
from demo.trade.shopper import VOUCHER
from shop.fulfilment.cancelling import cancel_order
from shop.order.models import Order
from shop.payment.refunds import cancelling

POTTERY, PRINTS, NOODLES = "BN-046", "BN-050", "BN-015-2"  # of the three producers with a log-in
SMALL_PRINT, MORE_NOODLES, BONSAI, TEA = "BN-048-1", "BN-016-1", "BN-058", "BN-038-1"
ANH, BINH, EMMA = GUESTS


@dataclass(frozen=True)
class Scenario:
    """One order: who bought what when and how, and what happened then."""

    days: float  # how long ago
    buyer: Buyer
    goods: tuple[str, ...]
    method: str
    then: Callable[[Order], object] = field(default=steps.begin)
    voucher: str = ""
    gift: str = ""
    language: str = "vi"


def _delivered_long_ago(order: Order) -> None:
    with ago(39.5):
        steps.transfer(order)
    steps.move(order, "deliver", number=1, days=37)
    steps.move(order, "deliver", number=2, days=36)


def _return_refused(order: Order) -> None:
    parcel = steps.move(order, "deliver", days=27)
    with ago(26):
        steps.ask_return(parcel, "Màu không như ảnh.")
    with ago(25):
        steps.answer_return(parcel, accept=False, note="Gốm nung củi mỗi chiếc một màu, trang hàng có nói.")


def _sent_back_for_cash(order: Order) -> None:
    parcel = steps.move(order, "deliver", days=21)
    with ago(20):
        steps.ask_return(parcel, "Mỳ bị vỡ vụn trên đường đi.")
    with ago(19):
        steps.answer_return(parcel, accept=True, note="Xin lỗi bạn, cơ sở nhận lại.")
    with ago(18):
        steps.made_by_hand(order)


def _delivered_and_refund_dropped(order: Order) -> None:
    with ago(11.9):
        payment = steps.transfer(order)
    steps.move(order, "deliver", days=9)
    with ago(8.5):
        refund = steps.give_back(order, payment, amount=20_000, reason="Nhầm đơn.")
    with ago(8):
        cancelling.cancel(refund_id=refund.pk, by=steps.hub(), reason="Ghi nhầm đơn, khách không đòi.")


def _never_paid(order: Order) -> None:
    with ago(9):
        steps.begin(order)
    with ago(7.9):
        steps.expire(order)


def _called_off_by_its_buyer(order: Order) -> None:
    with ago(7.8):
        steps.transfer(order)
    with ago(7.5):
        cancel_order(order_id=order.pk, by=steps.BUYER, reason="Đặt nhầm địa chỉ.")
        steps.name_account(order, "TRAN VAN BINH MINH HOA")
    with ago(6):
        steps.made_by_hand(order)


def _under_way(order: Order) -> None:
    with ago(5.9):
        steps.transfer(order)
    parcel = steps.move(order, "deliver", number=1, days=2)
    steps.move(order, "ship", number=2, days=3)
    with ago(1):
        steps.ask_return(parcel, "Giấy bị ẩm một góc.")


def _one_parcel_called_off(order: Order) -> None:
    with ago(4.9):
        steps.transfer(order)
    with ago(4):
        steps.cancel_parcel(order, number=1, reason="Mẻ này hỏng trong lò, xin lỗi bạn.")
    steps.move(order, "ship", number=2, days=1)


def _too_little(order: Order) -> None:
    with ago(3.9):
        steps.transfer(order, part=2)
    with ago(2.5):
        steps.expire(order)


def _cash_after_all(order: Order) -> None:
    with ago(2.9):
        steps.begin(order)
        steps.pay_otherwise(order, "cod")
    steps.move(order, "pack", days=1)


def _three_steps(order: Order) -> None:
    for number, until in enumerate(("accept", "pack", "ship"), start=1):
        steps.move(order, until, number=number, days=0.2)


def _card_partly_back(order: Order) -> None:
    steps.pay_by_card(order)
    steps.cancel_parcel(order, number=1, reason="Hết hàng, xin lỗi bạn.")
    steps.send_refunds(order)


def _card_refund_fails(order: Order) -> None:
    payment = steps.pay_by_card(order)
    refund = steps.give_back(order, payment, amount=30_000, reason="Giảm giá vì giao chậm.")
    steps.refuse_refund(refund)


LONG_AGO = (
    Scenario(40, SHOPPER, (POTTERY, PRINTS), "bank", _delivered_long_ago),
    Scenario(30, ANH, (POTTERY,), "cod", _return_refused),
)
SINCE = (
    Scenario(23, SHOPPER, (NOODLES,), "cod", _sent_back_for_cash),
    Scenario(12, SHOPPER, (POTTERY,), "bank", _delivered_and_refund_dropped),
    Scenario(9, BINH, (SMALL_PRINT,), "bank", _never_paid),
    Scenario(8, BINH, (MORE_NOODLES, NOODLES), "bank", _called_off_by_its_buyer),
    Scenario(6, SHOPPER, (PRINTS, MORE_NOODLES), "bank", _under_way, voucher=VOUCHER),
    Scenario(5, ANH, (BONSAI, SMALL_PRINT), "bank", _one_parcel_called_off),
    Scenario(4, EMMA, (SMALL_PRINT,), "bank", _too_little, language="en"),
    Scenario(3, BINH, (TEA,), "bank", _cash_after_all),
    Scenario(1, ANH, (POTTERY, PRINTS, NOODLES), "cod", _three_steps),
    Scenario(0.3, EMMA, (BONSAI, SMALL_PRINT, MORE_NOODLES), "cod", gift="Chúc mừng năm mới!", language="en"),
    Scenario(0.1, SHOPPER, (MORE_NOODLES,), "bank"),
)
BY_CARD = (  # at the pretended Stripe, whose clock is today's
    Scenario(0, ANH, (PRINTS, NOODLES), "card", _card_partly_back),
    Scenario(0, BINH, (SMALL_PRINT,), "card", _card_refund_fails),
    Scenario(0, EMMA, (PRINTS,), "card", steps.let_card_page_close, language="en"),
)


def place_missing(scenarios: tuple[Scenario, ...], *, first: int) -> int:
    """Make the orders that are missing; return how many that were.

    Args:
        scenarios: which.
        first: the number of the first of them.
    """
    return sum(_place(number, scenario) for number, scenario in enumerate(scenarios, start=first))


def _place(number: int, scenario: Scenario) -> bool:
    if Order.objects.filter(shipping_address__notes=buying.note_of(number)).exists():
        return False
    with override(scenario.language), ago(scenario.days):
        order = buying.order(
            number=number,
            buyer=scenario.buyer,
            goods=scenario.goods,
            method=scenario.method,
            voucher=scenario.voucher,
            gift=scenario.gift,
        )
    if order is None:
        return False
    scenario.then(order)
    return True
