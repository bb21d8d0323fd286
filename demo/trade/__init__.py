"""What was bought in the demo market: orders in every state, made by the shop's own verbs.

    past      an earlier day, for what happened some time ago
    buying    baskets and orders of invented buyers
    steps     what becomes of an order: money, parcels, returns, refunds
    orders    which orders there are, and the steps of each
    payouts   what producers were paid
    shopper   voucher and address book
    loading   all of it in its order

Only where DEMO_ALLOWED is set: in a shop with real books nobody wants invented orders.
"""
