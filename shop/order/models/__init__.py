"""Orders as the market keeps them: one order, one parcel per producer, a log line per change.

Oscar finds our classes registered and leaves its own out (the star import at the end).
"""

from shop.order.models.address import ShippingAddress
from shop.order.models.consent import Consent
from shop.order.models.line import Line
from shop.order.models.log import OrderLog
from shop.order.models.mail import OrderMail
from shop.order.models.order import Order
from shop.order.models.order_subject import OrderSubject
from shop.order.models.parcel import Parcel
from shop.order.models.producer_mail import ProducerMail
from shop.order.models.return_request import ReturnLine, ReturnPhoto, ReturnRequest

__all__ = [
    "Consent",
    "Line",
    "Order",
    "OrderLog",
    "OrderMail",
    "OrderSubject",
    "Parcel",
    "ProducerMail",
    "ReturnLine",
    "ReturnPhoto",
    "ReturnRequest",
    "ShippingAddress",
]

from oscar.apps.order.models import *
