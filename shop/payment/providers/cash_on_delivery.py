"""Cash on delivery: the buyer pays each parcel to whoever hands it over."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from catalogue.formats import percent, vnd
from shop.order.models import Order, Parcel
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import Bill, PaymentProvider, PaymentReport, RefundAnswer
from shop.shipping.models import ShippingTariff

PERCENT = Decimal(100)


class CashOnDelivery(PaymentProvider):
    """The order is placed at once; limits and fee are the shipping tariff's, edited by hub staff."""

    code = "cod"
    icon = "hand-coins"
    order_status = Order.Status.PLACED
    refund_way = Refund.Way.CASH
    collects_on_delivery = True

    def name(self) -> str:
        return _("Tiền mặt khi nhận hàng")

    def explanation(self) -> str:
        rules = ShippingTariff.current()
        paid = _("Trả riêng từng kiện cho người giao.")
        limit = _("Đơn tới %(limit)s.") % {"limit": vnd(rules.cod_max_order)}
        if not rules.cod_fee_percent:
            return f"{paid} {limit}"
        fee = _("Phí thu hộ %(percent)s phần vượt %(free)s.") % {
            "percent": percent(rules.cod_fee_percent),
            "free": vnd(rules.cod_free_to),
        }
        return f"{paid} {limit} {fee}"

    def refusal(self, bill: Bill) -> str:
        rules = ShippingTariff.current()
        if bill.age_restricted:
            return _("Đơn có hàng chỉ bán cho người từ 18 tuổi: không thu tiền khi giao.")
        if bill.bookable:
            return _("Dịch vụ đặt lịch phải trả trước.")
        if bill.made_to_order and bill.total > rules.cod_max_made_to_order:
            return _("Hàng làm theo đơn trên %(limit)s phải trả trước.") % {
                "limit": vnd(rules.cod_max_made_to_order)
            }
        if bill.total > rules.cod_max_order:
            return _("Chỉ thu tiền khi giao cho đơn tới %(limit)s.") % {"limit": vnd(rules.cod_max_order)}
        if _refused_too_often(bill.phone):
            return _("Số điện thoại này đã nhiều lần không nhận hàng: đơn này phải trả trước.")
        return ""

    def fee(self, bill: Bill) -> Decimal:
        rules = ShippingTariff.current()
        charged = max(Decimal(0), bill.total - rules.cod_free_to)
        return (charged * rules.cod_fee_percent / PERCENT).quantize(Decimal(1), rounding=ROUND_HALF_UP)

    def deadline(self, now: datetime) -> datetime | None:
        return None

    def begin(self, payment: Payment) -> str:
        return ""

    def cancel(self, payment: Payment) -> bool:
        return payment.state != Payment.State.PAID and not payment.received

    def fetch_report(self, payment: Payment) -> PaymentReport:
        """Nobody to ask: cash is booked when its parcel is handed over."""
        return PaymentReport(open=payment.is_live)

    def refund(self, refund: Refund) -> RefundAnswer:
        """Cash goes back by hand; staff note it."""
        return RefundAnswer()


def _refused_too_often(phone: str) -> bool:
    """Return whether parcels sent to this number for cash came back unopened COD_MAX_REFUSED times."""
    if not phone or not settings.COD_MAX_REFUSED:
        return False
    refused = Parcel.objects.filter(
        status=Parcel.Status.RETURNED,
        delivered_at=None,
        order__shipping_address__phone_number=phone,
        order__payments__method=CashOnDelivery.code,
    )
    return refused.distinct().count() >= settings.COD_MAX_REFUSED
