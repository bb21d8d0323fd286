"""Calls to Stripe in real threads: one that never ends is left behind, and none takes the threads of pages."""

import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import stripe
from pytest_django.fixtures import Settings

from demo.stripe_double import http_client, switches
from shop.payment import breaker
from shop.payment.models import ProviderBreaker
from shop.payment.providers.stripe import bounded
from shop.payment.providers.stripe.client import client as stripe_client
from shop.payment.time_limit import time_limit
from tests.stripe import double

__all__ = ["double"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]
PATIENCE_S = 60


@pytest.fixture
def dripping() -> Iterator[str]:
    """Return the address of a server that sends a byte of its headers now and then, for ever."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        connection, _address = server.accept()
        with connection:
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not over.wait(0.05):
                connection.sendall(b"x")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    over.set()
    thread.join()
    server.close()


def test_slow_drip_over_the_real_way_is_cut_off(settings: Settings, dripping: str) -> None:
    settings.STRIPE_API_BASE, settings.PROVIDER_WAIT_S = dripping, 0.2
    settings.STRIPE_HTTP_CLIENT = "shop.payment.providers.stripe.client.over_https"
    with pytest.raises(stripe.APIConnectionError, match="No answer within"):
        stripe_client().v1.checkout.sessions.retrieve("cs_test_x")  # without a limit: for ever


def test_calls_that_hang_leave_threads_for_pages(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """As many wait as there are slots; the next one is told at once."""
    over = threading.Event()
    monkeypatch.setattr(http_client, "time", SimpleNamespace(sleep=over.wait))
    settings.PROVIDER_WAIT_S = 1
    monkeypatch.setattr(bounded, "SLOT_WAIT_S", 0.01)
    monkeypatch.setattr(breaker, "THRESHOLD", 100)
    switches.set_network("hang", PATIENCE_S)
    sessions = stripe_client().v1.checkout.sessions
    for _call in range(bounded.MAX_CALLS):
        with time_limit(0.06), pytest.raises(stripe.APIConnectionError, match="No answer"):
            sessions.retrieve("cs_test_x")
    ProviderBreaker.objects.all().delete()
    with pytest.raises(stripe.APIConnectionError, match="wait already"):
        sessions.retrieve("cs_test_x")
    assert not ProviderBreaker.objects.exists()  # that was not Stripe's fault
    over.set()
    for thread in [one for one in threading.enumerate() if one.name == "stripe"]:
        thread.join()  # the calls that were left behind end
    switches.set_network("up")
    settings.PROVIDER_WAIT_S = PATIENCE_S
    with pytest.raises(stripe.InvalidRequestError):
        sessions.retrieve("cs_test_x")
