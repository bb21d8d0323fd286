"""Payouts and statements in the admin; only shown and asked here, decided in shop.ledger."""
