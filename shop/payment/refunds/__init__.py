"""Money that goes back: the limits, the refund itself, the account it goes to."""
