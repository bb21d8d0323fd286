"""What people switch at the pretended Stripe by the order's code: `manage.py stripe_double …`."""

from collections.abc import Callable

from demo.stripe_double import acts
from demo.stripe_double.errors import Refused
from demo.stripe_double.http_client import FAULTS, NETWORK
from demo.stripe_double.storage import StripeObject, open_storage


def set_network(state: str, seconds: float = 0) -> None:
    """Let every call go like this from now on: a word of NETWORK; `seconds` is how long one hangs.

    Raises:
        Refused: no such word.
    """
    if state not in NETWORK:
        raise Refused(f"{state!r} is none of {', '.join(NETWORK)}.")
    with open_storage() as storage:
        storage.set_network(state, seconds)


def break_next(fault: str) -> None:
    """Let the next call alone go wrong: a word of FAULTS.

    Raises:
        Refused: no such word.
    """
    if fault not in FAULTS:
        raise Refused(f"{fault!r} is none of {', '.join(FAULTS)}.")
    with open_storage() as storage:
        storage.plan_fault("", fault)


def _paid_page(order: str) -> StripeObject:
    """Return the page on which an order was paid last. Raises Refused: nobody has paid it here."""
    with open_storage() as storage:
        for page in storage.all("checkout.session"):
            if page["metadata"].get("order") == order and page["payment_status"] == "paid":
                return page
    raise Refused(f"Nobody has paid the order {order!r} here.")


def _intent(order: str) -> str:
    return str(_paid_page(order)["payment_intent"])


def _dispute(order: str) -> str:
    """Return the last dispute of an order. Raises Refused: there is none."""
    intent = _intent(order)
    with open_storage() as storage:
        for row in storage.all("dispute"):
            if row["payment_intent"] == intent:
                return str(row["id"])
    raise Refused(f"Nobody disputes the order {order!r}.")


EVENTS: dict[str, Callable[[str, int | None], object]] = {
    "dispute": lambda order, amount: acts.dispute(_intent(order), amount),
    "dispute-won": lambda order, _amount: acts.decide_dispute(_dispute(order), won=True),
    "dispute-lost": lambda order, _amount: acts.decide_dispute(_dispute(order), won=False),
    "inquiry": lambda order, _amount: acts.inquire(_intent(order)),
    "fraud-warning": lambda order, _amount: acts.warn_of_fraud(_intent(order)),
    "second-session": lambda order, _amount: acts.pay_second_session(str(_paid_page(order)["id"])),
    "pay-out": lambda _order, _amount: acts.pay_out(),
    "refund": lambda order, amount: acts.refund(_intent(order), amount),
}
