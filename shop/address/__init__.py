"""Addresses: the two-level place they share, and a shopper's address book."""
