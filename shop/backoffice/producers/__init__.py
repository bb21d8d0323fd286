"""A producer's own parcels and statements; nobody else's."""
