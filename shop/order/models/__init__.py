"""Orders as the market keeps them: one order, one parcel per producer, a log line per change.

Oscar finds our classes registered and leaves its own out (the star import at the end).
"""

from shop.order.models.address import ShippingAddress
from shop.order.models.line import Line
from shop.order.models.log import OrderLog
from shop.order.models.mail import OrderMail
from shop.order.models.order import Order
from shop.order.models.parcel import Parcel
from shop.order.models.return_request import ReturnPhoto, ReturnRequest
from shop.order.models.stall_mail import StallMail

__all__ = [
    "Line",
    "Order",
    "OrderLog",
    "OrderMail",
    "Parcel",
    "ReturnPhoto",
    "ReturnRequest",
    "ShippingAddress",
    "StallMail",
]

from oscar.apps.order.models import *  # noqa: F403
