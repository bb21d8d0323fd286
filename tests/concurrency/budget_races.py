"""Races for what one buyer may hold unpaid, run as `python -m tests.concurrency.budget_races`."""

# ruff: noqa: E402 - Django must be set up before its models are imported
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from shop.checkout import placing
from shop.checkout.purchase import Purchase
from shop.checkout.quote import quote
from shop.core import locking
from shop.order.models import Order
from shop.partner.models import StockRecord
from shop.payment import unpaid
from shop.users import budgets
from shop.users.mail_budget import may_mail
from shop.users.models import BudgetUse
from tests.concurrency.together import FORK, WAIT_S, together
from tests.factories import make_home, make_product
from tests.shop import make_basket, make_market, make_purchase

BUYERS = 8
Job = tuple[int, dict[str, Any], dict[str, Any], int]


def place(job: Job) -> str:
    """Order one basket."""
    basket_id, shown, purchase, network = job
    try:
        placing.place(
            basket_id=basket_id,
            purchase=Purchase.from_dict(purchase),
            shown=shown,
            user=AnonymousUser(),
            asked_by=placing.Asker(network=f"198.51.100.{network}"),
        )
    except unpaid.OverBudget as over:
        return over.what
    return "placed"


def jobs(
    product: Any, *, quantity: int = 1, who: Callable[[int], dict[str, str]] = lambda _number: {}
) -> list[Job]:
    """Prepare the baskets of one buyer, or of several who share something."""
    found = []
    for number in range(BUYERS):
        basket, purchase = make_basket(product, quantity=quantity), make_purchase(**who(number))
        found.append((basket.pk, quote(basket, purchase).shown(), purchase.to_dict(), number))
    return found


def result(answers: list[str], product: Any) -> dict[str, Any]:
    """Count what came of it."""
    return {
        "answers": dict(Counter(answers)),
        "orders": Order.objects.filter(lines__product=product).count(),
        "held": StockRecord.objects.get(product=product).num_allocated,
    }


def orders_of_one_telephone() -> dict[str, Any]:
    """One telephone, eight mailboxes and networks, three orders."""
    product = make_product(stock=100)
    return result(together(place, jobs(product, who=_mailbox)), product)


def units_of_one_mailbox() -> dict[str, Any]:
    """One mailbox, eight telephones: half of forty units, four at a time."""
    product = make_product(stock=40)
    settings.UNPAID_ORDERS = 0
    return result(together(place, jobs(product, quantity=4, who=_telephone)), product)


def subjects_crossed_while_the_timer_forgets() -> dict[str, Any]:
    """Everybody shares the telephone with some and the mailbox with others, and the timer removes old counts."""
    product = make_product(stock=100)
    settings.UNPAID_ORDERS = 2
    wanted = jobs(product, who=lambda number: _telephone(number % 3) | _mailbox(number % 4))
    for _time in range(2):  # the second time their rows are there, old enough to go
        BudgetUse.objects.update(begun_at=timezone.now() - timedelta(days=2))
        answers = together(_place_or_forget, [*wanted, None, None])
    told = Counter(answers)
    phones = Counter(
        Order.objects.filter(lines__product=product).values_list("shipping_address__phone_number")
    )
    return {"failed": [text for text in told if " " in text], "most": max(phones.values())}


def orders_without_the_lock() -> dict[str, Any]:
    """The control: the same race, with everything but `locking.subjects`.

    PostgreSQL: all look at what is held at the same moment. SQLite's one write lock guards them still.
    """
    product = make_product(stock=100)
    wanted = jobs(product, who=_mailbox)
    with _no_lock():
        return result(together(place, wanted), product)


def mails_to_one_mailbox() -> dict[str, Any]:
    """Eight ask at once for a mail to somebody who never had one."""
    settings.MAILS_PER_RECIPIENT = 3
    answers = together(_ask_for_mail, [f"nan-nhan+{number}@example.vn" for number in range(BUYERS)])
    return {"answers": dict(Counter(answers))}


def _ask_for_mail(address: str) -> str:
    return "sent" if may_mail(address, "race") else "held back"


def _place_or_forget(job: Job | None) -> str:
    return place(job) if job else str(budgets.forget_old())


def _mailbox(number: int) -> dict[str, str]:
    return {"phone": _phone(), "email": f"nguoi{number}@example.vn"}


def _telephone(number: int) -> dict[str, str]:
    return {
        "phone": f"+849{StockRecord.objects.count():04d}{number:04d}",
        "email": f"m{_phone()[1:]}@example.vn",
    }


def _phone() -> str:
    """Return a number that no race before this one used: each has its own goods."""
    return f"+849123{StockRecord.objects.count():05d}"


@contextmanager
def _no_lock() -> Iterator[None]:
    lock, barrier = locking.subjects, FORK.Barrier(BUYERS)
    is_sqlite = connection.vendor == "sqlite"  # lets one at a time begin: nobody would come to the barrier
    locking.subjects = lambda _digests: None if is_sqlite else barrier.wait(WAIT_S)
    try:
        yield
    finally:
        locking.subjects = lock


RACES = [
    orders_of_one_telephone,
    orders_without_the_lock,
    units_of_one_mailbox,
    subjects_crossed_while_the_timer_forgets,
    mails_to_one_mailbox,
]


def main() -> None:
    """Make the shop and run every race."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    make_home()
    make_market()
    settings.UNPAID_ORDERS, settings.UNPAID_UNITS_PERCENT = 3, 50
    print(json.dumps({race.__name__: race() for race in RACES}))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main()
