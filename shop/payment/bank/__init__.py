"""Bank lines: read from notifications and statements, matched to the orders they pay."""

METHOD = "bank"  # the code of the way to pay that such lines complete
