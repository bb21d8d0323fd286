"""Thousands of generated products in a scratch database, and what pages cost with them."""
