"""What no real shop needs: a market to try things out in. No other room imports it.

data           texts, numbers and drawings
market         makes pages, goods and log-ins of them (`manage.py load_demo`)
trade          what was bought there: orders in every state (part of `load_demo`)
scale          many generated goods, to measure with (`manage.py measure_scale`)
stripe_double  the pretended Stripe
"""
