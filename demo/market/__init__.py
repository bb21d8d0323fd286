"""The demo market: makers, villages and goods that could be, marked as illustrations."""
