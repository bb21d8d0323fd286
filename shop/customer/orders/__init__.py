"""A buyer's orders: look-up, the page behind the link, cancelling, returns."""
