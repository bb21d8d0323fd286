"""With Redis: cache, sessions and rate limits go through it; without its answer the shop still sells."""

import logging
import socket
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from config import cache
from shop.core.ratelimit import LOG_IN, hit
from shop.users.models import User
from tests import factories

DEAD = "redis://127.0.0.1:1/0"
LIVE = "redis://127.0.0.1:6379/15"
PASSWORD = "một hai ba bốn"


def use(settings: Settings, url: str) -> None:
    settings.CACHES = cache.from_url(url)
    settings.SESSION_ENGINE = cache.session_engine(url)


@pytest.fixture
def live_redis(settings: Settings) -> Iterator[None]:
    try:
        socket.create_connection(("127.0.0.1", 6379), timeout=1).close()
    except OSError:
        pytest.skip("no Redis on 127.0.0.1:6379")
    use(settings, LIVE)
    caches["default"].clear()
    yield
    caches["default"].clear()


def buy_a_little(client: Client) -> None:
    """Log in, look, put something into the basket and see it there."""
    product = factories.make_product(title="Bình gốm", stock=3)
    User.objects.create_user("lan@example.vn", PASSWORD)
    assert client.login(username="lan@example.vn", password=PASSWORD)
    assert client.get("/").status_code == 200
    added = client.post(reverse("basket:add", args=[product.pk]), {"quantity": "1"}, follow=True)
    assert added.status_code == 200
    assert "Bình gốm" in client.get(reverse("basket:summary")).content.decode()


@pytest.mark.django_db
def test_the_shop_sells_while_redis_is_down(
    client: Client, settings: Settings, rf: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    use(settings, DEAD)
    with caplog.at_level(logging.ERROR):
        buy_a_little(client)
        assert all(hit(LOG_IN, rf.get("/"), subject="lan@example.vn") for _ in range(LOG_IN.tries + 5))
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["cache"]) == (200, "down")
    told = [record for record in caplog.records if record.name == "config.cache"]
    assert told
    assert all("127.0.0.1:1" in record.getMessage() and record.exc_info is None for record in told)


@pytest.mark.django_db
@pytest.mark.usefixtures("live_redis")
def test_the_shop_sells_with_redis(client: Client, rf: RequestFactory) -> None:
    buy_a_little(client)
    assert client.get("/readyz").json()["cache"] == "ok"
    tries = [hit(LOG_IN, rf.get("/"), subject="lan@example.vn") for _ in range(LOG_IN.tries + 1)]
    assert tries == [True] * LOG_IN.tries + [False]
