"""VAT in the admin: the rates, and the file for e-invoices."""
