"""Value-added tax: rates with dates, the tax inside a price, and what the e-invoices need."""
