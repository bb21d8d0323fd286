"""The shop that most tests begin with."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market


@pytest.fixture
def market(site_root: Any) -> None:
    """Let the site have the tariff and its places."""
    make_market()


@pytest.fixture
def prepaid_market(settings: Settings, market: None) -> Iterator[None]:
    """Let it take money before goods, and cash; the provider knows of nothing yet."""
    settings.PAYMENT_PROVIDERS = [PATH, COD]
    Prepaid.forget()
    yield
    Prepaid.forget()
