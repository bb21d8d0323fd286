"""All that the shop keeps of one account, as plain data for its owner."""

from typing import Any

from shop.address import book
from shop.order.models import Consent, Line, Order, Parcel
from shop.payment.models import Payment, Refund
from shop.users.models import User


def of(user: User) -> dict[str, Any]:
    """Return the account, its addresses, orders and consents."""
    orders = Order.objects.filter(user=user).select_related("shipping_address").order_by("pk")
    return {
        "account": _account(user),
        "addresses": [book.fields_of(address) for address in book.own(user)],
        "log_ins": list(user.sign_ins.values("at", "address", "browser")),
        "consents": [_consent(row) for row in Consent.objects.filter(user=user)],
        "orders": [_order(order) for order in orders.prefetch_related("parcels__lines", "payments__refunds")],
    }


def _account(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "language": user.language,
        "opened_at": user.date_joined,
        "last_log_in": user.last_login,
        "groups": list(user.groups.values_list("name", flat=True)),
        "works_for": list(user.partners.values_list("name", flat=True)),
    }


def _consent(row: Consent) -> dict[str, Any]:
    return {
        "purpose": row.purpose,
        "email": row.email,
        "wording": row.wording,
        "given_at": row.given_at,
        "withdrawn_at": row.withdrawn_at,
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "placed_at": order.date_placed,
        "status": order.status,
        "total": order.total_incl_tax,
        "email": order.email,
        "language": order.language,
        "gift_message": order.gift_message,
        "terms_accepted_at": order.terms_accepted_at,
        "age_confirmed_at": order.age_confirmed_at,
        "invoice": {
            "name": order.invoice_name,
            "tax_code": order.invoice_tax_code,
            "address": order.invoice_address,
        },
        "recipient": _recipient(order),
        "parcels": [_parcel(parcel) for parcel in order.parcels.all()],
        "payments": [_payment(payment) for payment in order.payments.all()],
    }


def _recipient(order: Order) -> dict[str, str]:
    address = order.shipping_address
    if address is None:
        return {}
    return {
        "name": address.name,
        "phone": str(address.phone_number or ""),
        "street": address.line1,
        "place": address.place_name,
        "note": address.notes,
    }


def _parcel(parcel: Parcel) -> dict[str, Any]:
    return {
        "producer": parcel.partner.name,
        "status": parcel.status,
        "shipping": parcel.shipping,
        "goods": [_line(line) for line in parcel.lines.all()],
    }


def _line(line: Line) -> dict[str, Any]:
    return {"title": line.title, "quantity": line.quantity, "price": line.line_price_incl_tax}


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "method": payment.method,
        "state": payment.state,
        "amount": payment.amount,
        "received": payment.received,
        "refunds": [_refund(refund) for refund in payment.refunds.all()],
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "amount": refund.amount,
        "state": refund.state,
        "reason": refund.reason,
        "done_at": refund.done_at,
    }
