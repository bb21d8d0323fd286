"""A pretended Stripe for the demo and the tests: strict where Stripe is, and as unreliable as asked to be.

    storage        what it remembers: one SQLite file of its own, shared by all processes of the shop
    params         parameters are checked against the types that Stripe's own library declares
    balance        what charges, refunds, disputes and payouts do to the account's balance
    api            what we may ask of it (the few calls that the shop makes)
    http_client    keys, idempotency, lost answers; in-process as the library's HTTP client
    acts           what happens without us: buyers pay, cards decline, staff refund in the dashboard
    switches       a network that hangs or is down, disputes and more, for `manage.py stripe_double`
    notifications  what it posts to the shop, signed by the library's own function
    views          its pay page and, over HTTP, its API: /stripe-double/

Its file is no part of the shop's database on purpose: a real provider does not forget a payment
because our transaction rolled back. docs/payments.md names the test cards.
"""
