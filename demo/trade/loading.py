"""All of the trade in its order: old orders, what was paid for them, newer ones, what is due now."""

import logging
from contextlib import suppress

from django.conf import settings
from django.db.models import Max
from post_office.models import STATUS, Email

from demo.trade import payouts, steps
from demo.trade.orders import BY_CARD, LONG_AGO, SINCE, place_missing
from home.log_muting import mute_logs
from shop.ledger.models import Payout
from shop.payment.models import BankAccount


def load() -> int:
    """Make the orders that are missing where the demo is allowed; return how many that were.

    Their mail counts as sent: the terminal of the first start would be full of it.
    """
    if not settings.DEMO_ALLOWED:
        return 0
    last_mail = Email.objects.aggregate(last=Max("pk"))["last"] or 0
    with mute_logs(up_to=logging.WARNING):  # what needs a person is part of the show
        count = _load(first_time=not Payout.objects.exists())
    Email.objects.filter(pk__gt=last_mail, status=STATUS.queued).update(status=STATUS.sent)
    return count


def _load(*, first_time: bool) -> int:
    count = place_missing(LONG_AGO, first=1)
    if first_time:
        payouts.pay_long_ago()
    count += place_missing(SINCE, first=1 + len(LONG_AGO))
    if settings.STRIPE_DOUBLE:  # the real Stripe gets no invented orders
        count += place_missing(BY_CARD, first=1 + len(LONG_AGO) + len(SINCE))
    if first_time:
        payouts.draw_up()
        with suppress(BankAccount.DoesNotExist):
            steps.bank_line(memo="Chuc mung nam moi (minh hoa)", amount=50_000)
    return count
