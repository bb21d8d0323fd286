"""How requests reach the double, and what may go wrong on the way."""

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from demo.stripe_double import api
from demo.stripe_double.errors import Refused
from demo.stripe_double.storage import Storage, open_storage

KEY = "sk_test_double"
WEBHOOK_SECRET = "whsec_double"  # noqa: S105 - of a pretended account
FAULTS = ("drop", "lose", "fail")  # not arrived; done but the answer is lost; error 500, nothing done
# For every call until it is changed: as it should be; answers come late; error 500; nobody is there.
NETWORK = ("up", "hang", "outage", "refused")
OF_NETWORK = {"outage": "fail", "refused": "drop"}


class NoAnswer(Exception):
    """The connection broke."""


def answer(method: str, path: str, form: str, headers: Mapping[str, str]) -> tuple[int, str]:
    """Return status and body for a request.

    Raises:
        NoAnswer: as planned by `Storage.plan_fault`, or as `Storage.set_network` says.
    """
    with open_storage() as storage:
        network, hangs_s = storage.network()
        fault = OF_NETWORK.get(network) or storage.fault(f"{method} {path}")
        if fault == "drop":
            lost, status, body = True, 0, ""
        elif fault == "fail":
            lost, status, body = False, 500, _error(Refused("Something broke.", status=500, type="api_error"))
        else:
            api.expire_due(storage)
            status, body = _once(storage, method, path, form, headers)
            lost = fault == "lose"
    if network == "hang":
        time.sleep(hangs_s)  # beside the storage: others go on
    if lost:
        raise NoAnswer
    return status, body


def _once(storage: Storage, method: str, path: str, form: str, headers: Mapping[str, str]) -> tuple[int, str]:
    """Act, or repeat what was answered to the same key before; refused requests leave no trace."""
    key = headers.get("Idempotency-Key", "") if method == "POST" else ""
    asked = hashlib.sha256(f"{path}?{form}".encode()).hexdigest()
    try:
        _authenticate(headers)
        if before := _before(storage, key, asked):
            return before
        body = json.dumps(api.call(storage, method, path, form))
    except Refused as refused:
        return refused.status, _error(refused)
    if key:
        storage.remember(key, asked, 200, body)
    return 200, body


def _before(storage: Storage, key: str, asked: str) -> tuple[int, str] | None:
    found = storage.reply(key) if key else None
    if found and found[0] != asked:
        raise Refused("Keys can only be used with the same parameters.", type="idempotency_error")
    return found[1:] if found else None


def _authenticate(headers: Mapping[str, str]) -> None:
    if headers.get("Authorization") != f"Bearer {KEY}":
        raise Refused("Invalid API Key provided", status=401)
    if headers.get("Stripe-Version") != stripe.api_version:
        raise Refused(f"This double speaks {stripe.api_version} only.")


def _error(refused: Refused) -> str:
    return json.dumps({"error": refused.error})


class InProcess(stripe.HTTPClient):
    """The library's way to the double without a network: works with any number of server processes."""

    name = "double"

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Ask the double."""
        where = urlsplit(url)
        try:
            status, body = answer(method.upper(), where.path, post_data or where.query, headers or {})
        except NoAnswer as lost:
            raise stripe.APIConnectionError("The double does not answer.", should_retry=True) from lost
        return body, status, {"Request-Id": "req_double"}

    def close(self) -> None:
        """Nothing is open."""


def in_process() -> InProcess:
    """Return the way to the double for a developer's shop (STRIPE_HTTP_CLIENT).

    Raises:
        ImproperlyConfigured: this is no developer's shop.
    """
    if not (settings.DEMO_ALLOWED and settings.STRIPE_DOUBLE):
        raise ImproperlyConfigured("The pretended Stripe is for development only.")
    return InProcess()
