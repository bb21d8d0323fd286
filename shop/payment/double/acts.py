"""What happens at Stripe without the shop: buyers at the pay page, staff in the dashboard."""

from shop.payment.double import api
from shop.payment.double.errors import Refused
from shop.payment.double.store import Books, Thing, books

GOOD, DECLINED, POOR, CHALLENGED = (
    "4242424242424242",
    "4000000000000002",
    "4000000000009995",
    "4000002500003155",
)
DECLINES = {DECLINED: "generic_decline", POOR: "insufficient_funds"}
DISPUTED = ("needs_response", "under_review")


def look(session: str) -> Thing:
    """Return a payment page as it is now.

    Raises:
        Refused: there is none.
    """
    with books() as memory:
        api.expire_due(memory)
        return api.get_session(memory, {"expand": ["payment_intent"]}, session)


def pay(session: str, card: str) -> str:
    """Try a card; return the state of the payment: "succeeded", "requires_action" or "requires_payment_method".

    Raises:
        Refused: the page is closed.
    """
    with books() as memory:
        page = _open_page(memory, session)
        if card == CHALLENGED:
            return str(_intent(memory, page, status="requires_action")["status"])
        if card != GOOD:
            return _declined(memory, page, DECLINES.get(card, "incorrect_number"))
        return _succeed(memory, page)


def challenge(session: str, *, passed: bool) -> str:
    """Answer the bank's question (3-D Secure); return the state of the payment."""
    with books() as memory:
        page = _open_page(memory, session)
        return _succeed(memory, page) if passed else _declined(memory, page, "authentication_required")


def refund(payment_intent: str, amount: int | None = None) -> Thing:
    """Give money back by the dashboard; the shop only hears of it."""
    with books() as memory:
        return api.refund(memory, api.find(memory, payment_intent, "payment_intent"), amount, {})


def fail_refund(refund: str) -> None:
    """The card's bank sends a refund back."""
    with books() as memory:
        row = memory.save(api.find(memory, refund, "refund") | {"status": "failed"})
        memory.tell("refund.failed", row)


def dispute(payment_intent: str, amount: int | None = None) -> Thing:
    """The card's owner complains to the bank, which takes the money until it has decided."""
    with books() as memory:
        intent = api.find(memory, payment_intent, "payment_intent")
        row = memory.make(
            "du",
            "dispute",
            amount=amount or intent["amount_received"],
            currency=intent["currency"],
            payment_intent=intent["id"],
            charge=intent["latest_charge"],
            reason="product_not_received",
            status="needs_response",
            metadata={},
        )
        memory.tell("charge.dispute.created", row)
        memory.tell("charge.dispute.funds_withdrawn", row)
        return row


def decide_dispute(dispute: str, *, won: bool) -> None:
    """The bank decides."""
    with books() as memory:
        row = api.find(memory, dispute, "dispute")
        row = memory.save(row | {"status": "won" if won else "lost"})
        memory.tell("charge.dispute.closed", row)
        if won:
            memory.tell("charge.dispute.funds_reinstated", row)


def _open_page(memory: Books, session: str) -> Thing:
    api.expire_due(memory)
    page = api.find(memory, session, "checkout.session")
    if page["status"] != "open":
        raise Refused("This page is closed.")
    return page


def _intent(memory: Books, page: Thing, **fields: object) -> Thing:
    """Return the page's payment with `fields`, made at the buyer's first try as Stripe does."""
    intent = memory.get(page["payment_intent"]) if page["payment_intent"] else None
    if intent is None:
        intent = memory.make(
            "pi",
            "payment_intent",
            amount=page["amount_total"],
            amount_received=0,
            currency=page["currency"],
            latest_charge=None,
            last_payment_error=None,
            metadata=page["payment_intent_data"].get("metadata", {}),
        )
        memory.save(page | {"payment_intent": intent["id"]})
        page["payment_intent"] = intent["id"]
    return memory.save(intent | fields)


def _declined(memory: Books, page: Thing, why: str) -> str:
    intent = _intent(
        memory,
        page,
        status="requires_payment_method",
        last_payment_error={"code": "card_declined", "decline_code": why},
    )
    memory.tell("payment_intent.payment_failed", intent)
    return str(intent["status"])


def _succeed(memory: Books, page: Thing) -> str:
    intent = _intent(
        memory,
        page,
        status="succeeded",
        amount_received=page["amount_total"],
        latest_charge=f"ch_{page['id'][-24:]}",
        last_payment_error=None,
    )
    page = memory.save(page | {"status": "complete", "payment_status": "paid", "url": None})
    memory.tell("payment_intent.succeeded", intent)
    memory.tell("checkout.session.completed", page)
    return str(intent["status"])
