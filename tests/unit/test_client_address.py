"""The visitor's address behind proxies, however they write it; what visitors write themselves is not believed."""

from pathlib import Path
from time import process_time

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from shop.core.client_address import client_address

DEPLOY = Path(__file__).resolve().parents[2] / "docs" / "deploy.md"
PROXY = "192.0.2.1"  # who asks us
VISITOR = "198.51.100.7"
NET6 = "2001:db8:1:2::/64"
MOST_CPU = 0.5  # seconds: a hundred times what it takes


def seen(rf: RequestFactory, **headers: str) -> str:
    return client_address(rf.get("/", REMOTE_ADDR=PROXY, headers=headers))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, VISITOR, PROXY),
        (1, "", PROXY),
        (1, VISITOR, VISITOR),
        (1, f"6.6.6.6, {VISITOR}", VISITOR),
        (1, f"6.6.6.6,, {VISITOR} ,", VISITOR),
        (1, f"{VISITOR}:51234", VISITOR),
        (1, f'"{VISITOR}:51234"', VISITOR),
        (1, f"::ffff:{VISITOR}", VISITOR),
        (1, f"[::ffff:{VISITOR}]:443", VISITOR),
        (1, "2001:db8:1:2:3:4:5:6", NET6),
        (1, "[2001:db8:1:2:3:4:5:6]", NET6),
        (1, "[2001:db8:1:2:3:4:5:6]:51234", NET6),
        (1, '"[2001:db8:1:2:3:4:5:6]:51234"', NET6),
        (1, "2001:db8:1:2:3:4:5:6:51234", NET6),
        (1, "2001:db8:1:2:3:4:5:6%eth0", NET6),
        (1, "[fe80::1%25eth0]:51234", "fe80::/64"),
        (2, f"6.6.6.6, {VISITOR}, 10.0.0.2", VISITOR),
        (2, f"6.6.6.6, {VISITOR}:9, [2001:db8::2]:80", VISITOR),
        (3, f"6.6.6.6, {VISITOR}, 10.0.0.2, 10.0.0.3", VISITOR),
        (2, VISITOR, VISITOR),  # not through the outer proxy
        (2, f"{VISITOR}, unknown", VISITOR),
        # No address: the proxy that asked our own one counts, else our own one.
        (1, "unknown", PROXY),
        (1, "_hidden123", PROXY),
        (1, "6.6.6.6, unknown", PROXY),
        (2, "6.6.6.6, unknown, 10.0.0.2", "10.0.0.2"),
        (1, "999.1.1.1", PROXY),
        (1, f'"6.6.6.6, {VISITOR}', VISITOR),  # a quote that a visitor never closed
    ],
)
def test_x_forwarded_for(
    rf: RequestFactory, settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.PROXY_COUNT = proxies
    assert seen(rf, **{"X-Forwarded-For": forwarded, "Forwarded": "for=6.6.6.6"}) == expected


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, f"for={VISITOR};proto=https;by=203.0.113.43", VISITOR),
        (1, f"proto=https; For={VISITOR}", VISITOR),
        (1, f'for="{VISITOR}:4711"', VISITOR),
        (1, 'for="[2001:db8:1:2::17]:4711"', NET6),
        (1, f'for="6.6.6.6, for={VISITOR}', VISITOR),
        (1, f'for="x, y";by="a,b", for={VISITOR};by="a,b"', VISITOR),
        (2, f"for=6.6.6.6, for={VISITOR}, for=10.0.0.2", VISITOR),
        (1, "for=unknown", PROXY),
        (1, "for=_hidden", PROXY),
        (1, "by=203.0.113.43", PROXY),
    ],
)
def test_forwarded(
    rf: RequestFactory, settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.PROXY_COUNT, settings.PROXY_HEADER = proxies, "Forwarded"
    assert seen(rf, **{"Forwarded": forwarded, "X-Forwarded-For": "6.6.6.6"}) == expected


def test_a_socket_without_an_address_is_nobody(rf: RequestFactory) -> None:
    assert client_address(rf.get("/", REMOTE_ADDR="")) == ""


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ('"' * 3999 + f", {VISITOR}", VISITOR),
        ('a"' * 4000, PROXY),
        ("a" * 1000 + ",a" * 500, PROXY),
        ("a" * 1000 + "," * 1000, PROXY),
        ('"' + "a," * 4000 + f"{VISITOR}", VISITOR),
        ("for " * 2000, PROXY),
        ("for" + " " * 4000, PROXY),
    ],
)
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_a_long_header_costs_nothing(
    rf: RequestFactory, settings: Settings, header: str, forwarded: str, expected: str
) -> None:
    """Whoever asks may write one: it took a worker many seconds."""
    settings.PROXY_COUNT, settings.PROXY_HEADER = 1, header
    if header == "Forwarded":
        forwarded = forwarded.replace(VISITOR, f"for={VISITOR}")
    began = process_time()
    answer = seen(rf, **{header: forwarded})
    assert process_time() - began < MOST_CPU
    assert answer == expected


def test_the_example_for_nginx_appends() -> None:
    """`$proxy_add_x_forwarded_for` is the visitor's header, a comma, `$remote_addr`: read with PROXY_COUNT=1."""
    text = DEPLOY.read_text(encoding="utf-8")
    assert text.count("proxy_pass ") == text.count(
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
    )
    assert text.count("proxy_pass ") == text.count("proxy_set_header X-Forwarded-Proto $scheme;")
