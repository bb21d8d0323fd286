"""The few calls of Stripe's API that the shop makes, with Stripe's limits."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from stripe.params import (
    BalanceTransactionListParams,
    DisputeListParams,
    PaymentIntentRetrieveParams,
    PaymentIntentSearchParams,
    RefundCreateParams,
    RefundListParams,
)
from stripe.params.checkout import SessionCreateParams, SessionExpireParams, SessionRetrieveParams

from demo.stripe_double import balance, params
from demo.stripe_double.errors import Refused
from demo.stripe_double.storage import Storage, StripeObject

MIN_VND, MAX_AMOUNT = 13_200, 99_999_999  # US$0.50, eight digits
EXPIRES_MIN_S, EXPIRES_MAX_S = 30 * 60, 24 * 3600
MAX_META_KEYS, MAX_META_KEY, MAX_META_VALUE, MAX_REFERENCE = 50, 40, 500, 200
DISPUTED = ("needs_response", "under_review")  # nothing goes back meanwhile
PAGE = 10  # things per list when nobody asks for more


def create_session(storage: Storage, given: dict[str, Any], _pk: str) -> StripeObject:
    """Open a payment page; only what the shop uses: mode "payment", hosted by Stripe."""
    if given.get("mode") != "payment" or not given.get("success_url"):
        raise Refused("This double has hosted pages with mode payment and a success_url only.", param="mode")
    _check_words(given)
    expires_at = given.get("expires_at", storage.now + EXPIRES_MAX_S)
    if not EXPIRES_MIN_S <= expires_at - storage.now <= EXPIRES_MAX_S:
        raise Refused("expires_at must be between 30 minutes and 24 hours from now.", param="expires_at")
    amount, currency = _total(given.get("line_items") or [])
    session = storage.make(
        "cs_test",
        "checkout.session",
        adaptive_pricing=given.get("adaptive_pricing", {"enabled": True}),
        amount_subtotal=amount,
        amount_total=amount,
        currency=currency,
        expires_at=expires_at,
        payment_intent=None,
        payment_intent_data=given.get("payment_intent_data", {}),
        payment_status="unpaid",
        status="open",
        ui_mode="hosted_page",
        line_items=given["line_items"],
        **{name: given.get(name) for name in ("cancel_url", "client_reference_id", "locale", "mode")},
        metadata=given.get("metadata", {}),
        success_url=given["success_url"],
    )
    session["url"] = f"{settings.BASE_URL}/stripe-double/pay/{session['id']}/"
    return storage.save(session)


def _check_words(given: dict[str, Any]) -> None:
    metas = [given.get("metadata", {}), given.get("payment_intent_data", {}).get("metadata", {})]
    for meta in metas:
        long = [key for key, value in meta.items() if len(key) > MAX_META_KEY or len(value) > MAX_META_VALUE]
        if long or len(meta) > MAX_META_KEYS:
            raise Refused(f"Metadata is too long: {long}", param="metadata")
    if len(given.get("client_reference_id", "")) > MAX_REFERENCE:
        raise Refused("client_reference_id is too long", param="client_reference_id")
    for name in ("success_url", "cancel_url"):
        if not given.get(name, "https://").startswith(("http://", "https://")):
            raise Refused("Not a valid URL", code="url_invalid", param=name)


def _total(items: list[Any]) -> tuple[int, str]:
    prices = [item.get("price_data") or {} for item in items]
    if not prices or any("unit_amount" not in price or "product_data" not in price for price in prices):
        raise Refused("Each line needs price_data with unit_amount and product_data.", param="line_items")
    currencies = {price["currency"] for price in prices}
    if len(currencies) != 1:
        raise Refused("All lines must have the same currency.", param="line_items")
    amount = sum(
        price["unit_amount"] * item.get("quantity", 0) for price, item in zip(prices, items, strict=True)
    )
    if not MIN_VND <= amount <= MAX_AMOUNT:
        code = "amount_too_small" if amount < MIN_VND else "amount_too_large"
        raise Refused(f"The total of {amount} cannot be charged.", code=code, param="line_items")
    return amount, currencies.pop()


def get_session(storage: Storage, given: dict[str, Any], pk: str) -> StripeObject:
    """Return a payment page, with its payment inside when that is asked for."""
    session = find(storage, pk, "checkout.session")
    if "payment_intent" in given.get("expand", []) and session["payment_intent"]:
        session["payment_intent"] = storage.get(session["payment_intent"])
    return session


def expire_session(storage: Storage, _given: dict[str, Any], pk: str) -> StripeObject:
    """Close a payment page that is still open."""
    session = find(storage, pk, "checkout.session")
    if session["status"] != "open":
        raise Refused(f"Only open sessions can be expired; this one is {session['status']}.")
    return close(storage, session)


def close(storage: Storage, session: StripeObject) -> StripeObject:
    """Close a page: nothing can be paid there any more."""
    session |= {"status": "expired", "url": None}
    intent = storage.get(session["payment_intent"]) if session["payment_intent"] else None
    if intent:
        storage.save(intent | {"status": "canceled"})
    storage.queue_event("checkout.session.expired", session)
    return storage.save(session)


def get_intent(storage: Storage, _given: dict[str, Any], pk: str) -> StripeObject:
    """Return a payment."""
    return find(storage, pk, "payment_intent")


def search_intents(storage: Storage, given: dict[str, Any], _pk: str) -> StripeObject:
    """Return the payments with a word in their metadata: the one kind of question that the shop asks."""
    found = re.fullmatch(r"metadata\['(\w+)'\]:'([\w-]+)'", given["query"])
    if found is None:
        raise Refused("This double searches for one word of metadata only.", param="query")
    name, value = found.groups()
    rows = [row for row in storage.all("payment_intent") if row["metadata"].get(name) == value]
    return _page(rows, given, "/v1/payment_intents/search") | {"object": "search_result", "next_page": None}


def create_refund(storage: Storage, given: dict[str, Any], _pk: str) -> StripeObject:
    """Give money back, never more than is left of what was paid."""
    intent = find(storage, given.get("payment_intent", ""), "payment_intent")
    return refund(storage, intent, given.get("amount"), given.get("metadata") or {})


def refund(
    storage: Storage, intent: StripeObject, amount: int | None, metadata: dict[str, str]
) -> StripeObject:
    """Write a refund down; `amount` None means all that is left."""
    disputes = of_intent(storage, "dispute", intent["id"])
    if any(row["status"] in DISPUTED for row in disputes):
        raise Refused("Charge has been charged back; cannot issue a refund.", code="charge_disputed")
    given_back = [row for row in of_intent(storage, "refund", intent["id"]) if row["status"] != "failed"]
    gone = sum(row["amount"] for row in [*given_back, *(row for row in disputes if row["status"] == "lost")])
    left = intent["amount_received"] - gone
    amount = left if amount is None else amount
    if not left:
        raise Refused("Charge has already been refunded.", code="charge_already_refunded")
    if not 0 < amount <= left:
        raise Refused(f"Refund amount ({amount}) is greater than unrefunded amount ({left}).", param="amount")
    made = storage.make(
        "re",
        "refund",
        amount=amount,
        currency=intent["currency"],
        payment_intent=intent["id"],
        charge=intent["latest_charge"],
        status="succeeded",
        metadata=metadata,
    )
    balance.move(storage, "refund", -amount, made)
    storage.queue_event("refund.created", made)
    return made


def list_refunds(storage: Storage, given: dict[str, Any], _pk: str) -> StripeObject:
    """Return the refunds of a payment."""
    return _list(storage, "refund", given, "/v1/refunds")


def list_disputes(storage: Storage, given: dict[str, Any], _pk: str) -> StripeObject:
    """Return the disputes of a payment."""
    return _list(storage, "dispute", given, "/v1/disputes")


def _list(storage: Storage, kind: str, given: dict[str, Any], url: str) -> StripeObject:
    intent = find(storage, given.get("payment_intent", ""), "payment_intent")
    return _page(of_intent(storage, kind, intent["id"]), given, url)


def of_intent(storage: Storage, kind: str, pk: str) -> list[StripeObject]:
    """Return the things of a kind that belong to a payment."""
    return [row for row in storage.all(kind) if row["payment_intent"] == pk]


def find(storage: Storage, pk: str, kind: str) -> StripeObject:
    """Return a thing by its id.

    Raises:
        Refused: there is none.
    """
    thing = storage.get(pk)
    if thing is None or thing["object"] != kind:
        raise Refused(f"No such {kind}: '{pk}'", status=404, code="resource_missing", param="id")
    return thing


def _page(rows: list[StripeObject], given: dict[str, Any], url: str) -> StripeObject:
    limit = given.get("limit", PAGE)
    return {"object": "list", "url": url, "has_more": len(rows) > limit, "data": rows[:limit]}


Call = Callable[[Storage, dict[str, Any], str], StripeObject]
CALLS: list[tuple[str, str, Call, Any]] = [
    ("POST", r"/v1/checkout/sessions()", create_session, SessionCreateParams),
    ("GET", r"/v1/checkout/sessions/(\w+)", get_session, SessionRetrieveParams),
    ("POST", r"/v1/checkout/sessions/(\w+)/expire", expire_session, SessionExpireParams),
    ("GET", r"/v1/payment_intents/search()", search_intents, PaymentIntentSearchParams),
    ("GET", r"/v1/payment_intents/(\w+)", get_intent, PaymentIntentRetrieveParams),
    ("POST", r"/v1/refunds()", create_refund, RefundCreateParams),
    ("GET", r"/v1/refunds()", list_refunds, RefundListParams),
    ("GET", r"/v1/disputes()", list_disputes, DisputeListParams),
    ("GET", r"/v1/balance_transactions()", balance.list_moves, BalanceTransactionListParams),
]


def call(storage: Storage, method: str, path: str, form: str) -> StripeObject:
    """Do what is asked.

    Raises:
        Refused: Stripe would refuse it too, or the double does not know it.
    """
    for verb, pattern, act, typed in CALLS:
        found = re.fullmatch(pattern, path)
        if verb == method and found:
            return act(storage, params.read(form, typed), found.group(1))
    raise Refused(f"Unrecognized request URL ({method}: {path}).", status=404)


def expire_due(storage: Storage) -> None:
    """Close the pages whose time is up, as Stripe does by itself."""
    for session in storage.all("checkout.session"):
        if session["status"] == "open" and session["expires_at"] <= storage.now:
            close(storage, session)
