"""Orders and parcels in the staff's admin; only registered and rendered here, decided in shop.order."""
