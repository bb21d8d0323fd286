"""Cards, by Stripe's hosted Checkout (docs/payments.md)."""
