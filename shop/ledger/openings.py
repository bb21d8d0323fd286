"""What was on an account of the hub's when its reconciling begins, and who noted it."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from shop.core.actors import Actor
from shop.ledger.models import OpeningBalance, OpeningLog
from shop.payment.models import BankAccount


def note(*, account: BankAccount, day: date, amount: Decimal, by: Actor) -> OpeningBalance:
    """Note the balance with which reconciling of an account begins, with a line in the log where it is another."""
    with transaction.atomic():
        same = OpeningBalance.objects.filter(account=account, day=day, amount=amount).first()
        if same:
            return same
        facts = {"day": day, "amount": amount}
        opening, _made = OpeningBalance.objects.update_or_create(
            account=account, defaults={**facts, "by_name": by.name}
        )
        OpeningLog.objects.create(account=account, actor=by.user, actor_name=by.name, **facts)
    return opening
