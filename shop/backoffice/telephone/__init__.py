"""Orders that staff enter for buyers who telephone: goods, recipient, way, quote; placed like any other."""
