"""Calls to Stripe that end in time, whatever the network does."""

import contextvars
import threading
from collections.abc import Callable, Mapping
from typing import Any

import stripe
from django.conf import settings

from shop.payment import breaker
from shop.payment.time_limit import begin_call, remaining, time_limit

CODE = "card"  # the provider's, under which its breaker stands
MAX_CALLS = 4  # at once and process: with all of them hanging, half of a worker's eight threads serve pages
SLOT_WAIT_S = 1.0  # for one of them to end
LEAST_PART = 20  # of the whole time: a call with less would fail by no fault of Stripe's
TOO_MANY, SERVER_ERROR = 429, 500
Answer = tuple[Any, int, Mapping[str, str]]


class BoundedClient(stripe.HTTPClient):
    """Carries out each call, its tries and pauses included, in a thread that is left behind when time is up.

    A time-out of a socket is no limit of a call: it counts for each address of the name, begins anew with
    each byte that drips in, and does not cover the look-up of the name. A call that is left behind keeps
    its slot until it ends, so that there are never more than MAX_CALLS.
    """

    name = "bounded"

    def __init__(self, transport: stripe.HTTPClient) -> None:
        super().__init__()
        self._transport = transport
        self._slots = threading.BoundedSemaphore(MAX_CALLS)

    def request_with_retries(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        post_data: Any = None,
        max_network_retries: int | None = None,
        *,
        _usage: list[str] | None = None,
    ) -> Answer:
        """Ask Stripe, unless its breaker is open.

        Raises:
            stripe.APIConnectionError: no answer in time, or it is not asked now.
        """
        try:
            breaker.check(CODE)
        except breaker.BreakerOpen as is_open:
            raise stripe.APIConnectionError(str(is_open), should_retry=False) from is_open

        def ask() -> Answer:
            return self._transport.request_with_retries(
                method, url, headers, post_data, max_network_retries=max_network_retries, _usage=_usage
            )

        with time_limit(settings.PROVIDER_WAIT_S):
            if begin_call() < settings.PROVIDER_WAIT_S / LEAST_PART:
                raise stripe.APIConnectionError("This page has no time left for it", should_retry=False)
            self._take_slot()
            call = _Call(ask, self._slots)
            call.start()
            try:
                answer = call.answer(remaining())
            except stripe.APIConnectionError as silent:
                breaker.failed(CODE, str(silent))
                raise
        if answer[1] >= SERVER_ERROR or answer[1] == TOO_MANY:
            breaker.failed(CODE, f"HTTP status {answer[1]}")
        else:
            breaker.succeeded(CODE)
        return answer

    def _take_slot(self) -> None:
        if not self._slots.acquire(timeout=min(SLOT_WAIT_S, remaining())):
            raise stripe.APIConnectionError(
                f"{MAX_CALLS} calls of this process wait already", should_retry=False
            )

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


class _Call(threading.Thread):
    """One call in a thread of its own, which frees its slot when it ends."""

    def __init__(self, ask: Callable[[], Answer], slots: threading.BoundedSemaphore) -> None:
        super().__init__(name="stripe", daemon=True)  # a process that stops does not wait for it
        self._ask, self._slots, self._context = ask, slots, contextvars.copy_context()
        self._answer: Answer | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Ask."""
        try:
            self._answer = self._context.run(self._ask)
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is waited for
            self._error = error
        finally:
            self._slots.release()

    def answer(self, seconds: float) -> Answer:
        """Wait for the answer. Raises APIConnectionError: it does not come in time."""
        self.join(seconds)
        if self._error:
            raise self._error
        if self._answer is None:
            raise stripe.APIConnectionError(f"No answer within {seconds:.1f} s", should_retry=False)
        return self._answer
