"""The account's balance at the double: each charge, refund, dispute and payout moves it, less Stripe's fees."""

from datetime import UTC, datetime, timedelta
from typing import Any

from demo.stripe_double.errors import Refused
from demo.stripe_double.storage import Storage, StripeObject

KIND = "balance_transaction"
FEE_PER_MILLE = 34  # of a charge: some such share is usual for cards in the region
DISPUTE_FEE = 350_000  # about US$15
PAYOUT_D = 2  # days until it is at the bank
PAGE = 10  # rows per list when nobody asks for more


def move(
    storage: Storage, kind: str, amount: int, source: StripeObject, *, fee: int = 0, currency: str = ""
) -> StripeObject:
    """Note a movement of the balance by `amount` less `fee`."""
    return storage.make(
        "txn",
        KIND,
        amount=amount,
        currency=currency or source["currency"],
        exchange_rate=None,
        fee=fee,
        net=amount - fee,
        source=source["id"],
        status="available",
        type=kind,
    )


def charged(storage: Storage, intent: StripeObject) -> StripeObject:
    """Note the charge of a payment that succeeded."""
    charge = storage.save(
        {
            "id": intent["latest_charge"],
            "object": "charge",
            "amount": intent["amount_received"],
            "currency": intent["currency"],
            "created": storage.now,
            "livemode": False,
            "payment_intent": intent["id"],
        }
    )
    return move(storage, "charge", charge["amount"], charge, fee=charge["amount"] * FEE_PER_MILLE // 1000)


def pay_out(storage: Storage, currency: str = "vnd") -> StripeObject:
    """Send all of the balance to the bank account.

    Raises:
        Refused: there is nothing.
    """
    amount = sum(row["net"] for row in storage.all(KIND) if row["currency"] == currency)
    if amount <= 0:
        raise Refused("You have insufficient funds in your Stripe account for this payout.")
    arrives = datetime.fromtimestamp(storage.now, UTC) + timedelta(days=PAYOUT_D)
    payout = storage.make(
        "po",
        "payout",
        amount=amount,
        arrival_date=int(arrives.replace(hour=0, minute=0, second=0).timestamp()),
        currency=currency,
        status="in_transit",
    )
    move(storage, "payout", -amount, payout)
    return payout


def return_payout(storage: Storage, payout: StripeObject) -> StripeObject:
    """The bank sends a payout back."""
    storage.save(payout | {"status": "failed"})
    return move(storage, "payout_failure", payout["amount"], payout)


def list_moves(storage: Storage, given: dict[str, Any], _pk: str) -> StripeObject:
    """Return movements, the newest first, with what they are about inside when that is asked for."""
    created = given.get("created") or {}
    rows = [
        row
        for row in storage.all(KIND)
        if created.get("gte", 0) <= row["created"] < created.get("lt", storage.now + 1)
    ]
    if after := given.get("starting_after"):
        ids = [row["id"] for row in rows]
        if after not in ids:
            raise Refused(f"No such balance transaction: {after}", param="starting_after")
        rows = rows[ids.index(after) + 1 :]
    limit = given.get("limit", PAGE)
    page = rows[:limit]
    if "data.source" in given.get("expand", []):
        page = [row | {"source": storage.get(row["source"])} for row in page]
    more = len(rows) > limit
    return {"object": "list", "url": "/v1/balance_transactions", "has_more": more, "data": page}
