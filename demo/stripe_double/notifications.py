"""Notifications from the double to the shop, signed as Stripe signs them."""

import logging
import threading
import time
from dataclasses import dataclass

import requests
import stripe

from demo.stripe_double.http_client import WEBHOOK_SECRET
from demo.stripe_double.storage import open_storage

logger = logging.getLogger(__name__)
TRIES, PAUSE_S, TIMEOUT_S = 3, 1.0, 20


@dataclass(frozen=True)
class Notification:
    """One notification, ready to be posted."""

    number: int
    body: str

    @property
    def signature(self) -> str:
        """Return the header `Stripe-Signature` of this second."""
        return stripe.WebhookSignature.generate_signature_header(self.body, WEBHOOK_SECRET)


def undelivered() -> list[Notification]:
    """Return what the shop has not accepted yet, oldest first."""
    with open_storage() as storage:
        return [Notification(*row) for row in storage.undelivered()]


def mark_delivered(notification: Notification) -> None:
    """Cross one off."""
    with open_storage() as storage:
        storage.mark_delivered(notification.number)


def deliver_soon(address: str, *, after_s: float = 0.2) -> threading.Thread:
    """Post what is waiting to `address` beside the request that is going on, so that no server waits for itself."""
    thread = threading.Thread(target=_deliver, args=(address, after_s), daemon=True)
    thread.start()
    return thread


def _deliver(address: str, after_s: float) -> None:
    for _try in range(TRIES):
        time.sleep(after_s)
        left = [notification for notification in undelivered() if not _post(address, notification)]
        if not left:
            return
        after_s = PAUSE_S
    logger.warning("%s refused %d notifications of the pretended Stripe", address, len(left))


def _post(address: str, notification: Notification) -> bool:
    headers = {"Stripe-Signature": notification.signature, "Content-Type": "application/json"}
    try:
        answer = requests.post(address, data=notification.body.encode(), headers=headers, timeout=TIMEOUT_S)
    except requests.RequestException:
        return False
    if answer.ok:
        mark_delivered(notification)
    return answer.ok
