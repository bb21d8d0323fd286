"""What happens at Stripe without the shop: buyers at the pay page, staff in the dashboard."""

from demo.stripe_double import api, balance
from demo.stripe_double.errors import Refused
from demo.stripe_double.storage import Storage, StripeObject, open_storage

GOOD, DECLINED, NO_FUNDS, CHALLENGED = (
    "4242424242424242",
    "4000000000000002",
    "4000000000009995",
    "4000002500003155",
)
DECLINES = {DECLINED: "generic_decline", NO_FUNDS: "insufficient_funds"}


def get_page(session: str) -> StripeObject:
    """Return a payment page as it is now.

    Raises:
        Refused: there is none.
    """
    with open_storage() as storage:
        api.expire_due(storage)
        return api.get_session(storage, {"expand": ["payment_intent"]}, session)


def pay(session: str, card: str) -> str:
    """Try a card; return the state of the payment: "succeeded", "requires_action" or "requires_payment_method".

    Raises:
        Refused: the page is closed.
    """
    with open_storage() as storage:
        page = _open_page(storage, session)
        if card == CHALLENGED:
            return str(_intent(storage, page, status="requires_action")["status"])
        if card != GOOD:
            return _declined(storage, page, DECLINES.get(card, "incorrect_number"))
        return _succeed(storage, page)


def challenge(session: str, *, passed: bool) -> str:
    """Answer the bank's question (3-D Secure); return the state of the payment."""
    with open_storage() as storage:
        page = _open_page(storage, session)
        return _succeed(storage, page) if passed else _declined(storage, page, "authentication_required")


def refund(payment_intent: str, amount: int | None = None) -> StripeObject:
    """Give money back by the dashboard; the shop only hears of it."""
    with open_storage() as storage:
        return api.refund(storage, api.find(storage, payment_intent, "payment_intent"), amount, {})


def fail_refund(refund: str) -> None:
    """The card's bank sends a refund back."""
    with open_storage() as storage:
        row = storage.save(api.find(storage, refund, "refund") | {"status": "failed"})
        balance.move(storage, "refund_failure", row["amount"], row)
        storage.queue_event("refund.failed", row)


def dispute(payment_intent: str, amount: int | None = None) -> StripeObject:
    """The card's owner complains to the bank, which takes the money until it has decided."""
    with open_storage() as storage:
        row = _complain(storage, payment_intent, amount, status="needs_response")
        balance.move(storage, "adjustment", -row["amount"], row, fee=balance.DISPUTE_FEE)
        storage.queue_event("charge.dispute.funds_withdrawn", row)
        return row


def inquire(payment_intent: str) -> StripeObject:
    """The bank asks what the payment was for, and takes no money yet."""
    with open_storage() as storage:
        return _complain(storage, payment_intent, None, status="warning_needs_response")


def decide_dispute(dispute: str, *, won: bool) -> None:
    """The bank decides."""
    with open_storage() as storage:
        row = api.find(storage, dispute, "dispute")
        row = storage.save(row | {"status": "won" if won else "lost"})
        storage.queue_event("charge.dispute.closed", row)
        if won:
            balance.move(storage, "adjustment", row["amount"], row, fee=-balance.DISPUTE_FEE)
            storage.queue_event("charge.dispute.funds_reinstated", row)


def pay_out() -> StripeObject:
    """Send all of the balance to the hub's bank account, as Stripe does by itself each day."""
    with open_storage() as storage:
        return balance.pay_out(storage)


def return_payout(payout: str) -> None:
    """The bank does not take a payout."""
    with open_storage() as storage:
        balance.return_payout(storage, api.find(storage, payout, "payout"))


def warn_of_fraud(payment_intent: str) -> StripeObject:
    """The card's bank says that the card was probably stolen."""
    with open_storage() as storage:
        intent = api.find(storage, payment_intent, "payment_intent")
        row = storage.make(
            "issfr",
            "radar.early_fraud_warning",
            actionable=True,
            charge=intent["latest_charge"],
            fraud_type="made_with_stolen_card",
            payment_intent=intent["id"],
        )
        storage.queue_event("radar.early_fraud_warning.created", row)
        return row


def pay_second_session(session: str) -> str:
    """Pay on another page for the same payment, which no page of the shop leads to; return the payment's id."""
    with open_storage() as storage:
        page = api.find(storage, session, "checkout.session")
        own = {"id", "object", "created", "livemode"}
        fields = {name: value for name, value in page.items() if name not in own}
        fields |= {"payment_intent": None, "payment_status": "unpaid", "status": "open", "url": None}
        second = storage.make("cs_test", "checkout.session", **fields)
        _succeed(storage, second)
        return str(second["payment_intent"])


def _complain(storage: Storage, payment_intent: str, amount: int | None, *, status: str) -> StripeObject:
    intent = api.find(storage, payment_intent, "payment_intent")
    row = storage.make(
        "du",
        "dispute",
        amount=amount or intent["amount_received"],
        currency=intent["currency"],
        payment_intent=intent["id"],
        charge=intent["latest_charge"],
        reason="product_not_received",
        status=status,
        metadata={},
    )
    storage.queue_event("charge.dispute.created", row)
    return row


def _open_page(storage: Storage, session: str) -> StripeObject:
    api.expire_due(storage)
    page = api.find(storage, session, "checkout.session")
    if page["status"] != "open":
        raise Refused("This page is closed.")
    return page


def _intent(storage: Storage, page: StripeObject, **fields: object) -> StripeObject:
    """Return the page's payment with `fields`, made at the buyer's first try as Stripe does."""
    intent = storage.get(page["payment_intent"]) if page["payment_intent"] else None
    if intent is None:
        intent = storage.make(
            "pi",
            "payment_intent",
            amount=page["amount_total"],
            amount_received=0,
            currency=page["currency"],
            latest_charge=None,
            last_payment_error=None,
            metadata=page["payment_intent_data"].get("metadata", {}),
        )
        storage.save(page | {"payment_intent": intent["id"]})
        page["payment_intent"] = intent["id"]
    return storage.save(intent | fields)


def _declined(storage: Storage, page: StripeObject, why: str) -> str:
    intent = _intent(
        storage,
        page,
        status="requires_payment_method",
        last_payment_error={"code": "card_declined", "decline_code": why},
    )
    storage.queue_event("payment_intent.payment_failed", intent)
    return str(intent["status"])


def _succeed(storage: Storage, page: StripeObject) -> str:
    intent = _intent(
        storage,
        page,
        status="succeeded",
        amount_received=page["amount_total"],
        latest_charge=f"ch_{page['id'][-24:]}",
        last_payment_error=None,
    )
    balance.charged(storage, intent)
    page = storage.save(page | {"status": "complete", "payment_status": "paid", "url": None})
    storage.queue_event("payment_intent.succeeded", intent)
    storage.queue_event("checkout.session.completed", page)
    return str(intent["status"])
