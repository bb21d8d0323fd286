"""Where Oscar looks for the handler of its order events."""

from shop.fulfilment.processing import EventHandler

__all__ = ["EventHandler"]
