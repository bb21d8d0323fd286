"""Money in the staff's admin; only registered and rendered here, decided in shop.payment."""
