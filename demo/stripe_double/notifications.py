"""Notifications from the double to the shop, signed as Stripe signs them."""

import logging
import threading
import time
from dataclasses import dataclass

import requests
import stripe

from shop.payment.double.store import books
from shop.payment.double.wire import WEBHOOK_SECRET

logger = logging.getLogger(__name__)
TRIES, PAUSE_S, TIMEOUT_S = 3, 1.0, 20


@dataclass(frozen=True)
class Knock:
    """One notification, ready to be posted."""

    number: int
    body: str

    @property
    def signature(self) -> str:
        """Return the header `Stripe-Signature` of this second."""
        return stripe.WebhookSignature.generate_signature_header(self.body, WEBHOOK_SECRET)


def waiting() -> list[Knock]:
    """Return what the shop has not taken yet, oldest first."""
    with books() as memory:
        return [Knock(*row) for row in memory.waiting()]


def taken(knock: Knock) -> None:
    """Cross one off."""
    with books() as memory:
        memory.taken(knock.number)


def deliver_soon(address: str, *, after_s: float = 0.2) -> threading.Thread:
    """Post what is waiting to `address` beside the request that is going on, so that no server waits for itself."""
    thread = threading.Thread(target=_deliver, args=(address, after_s), daemon=True)
    thread.start()
    return thread


def _deliver(address: str, after_s: float) -> None:
    for _try in range(TRIES):
        time.sleep(after_s)
        left = [knock for knock in waiting() if not _post(address, knock)]
        if not left:
            return
        after_s = PAUSE_S
    logger.warning("%s refused %d notifications of the pretended Stripe", address, len(left))


def _post(address: str, knock: Knock) -> bool:
    headers = {"Stripe-Signature": knock.signature, "Content-Type": "application/json"}
    try:
        answer = requests.post(address, data=knock.body.encode(), headers=headers, timeout=TIMEOUT_S)
    except requests.RequestException:
        return False
    if answer.ok:
        taken(knock)
    return answer.ok
