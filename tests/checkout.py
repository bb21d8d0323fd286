"""A visitor in tests on the way to the checkout."""

import pytest
from django.test import Client

from tests.factories import make_product
from tests.shop import fill_basket

ADDRESS_URL = "checkout:shipping-address"


@pytest.fixture
def filled(client: Client) -> Client:
    """A visitor with one product in the basket."""
    fill_basket(client, make_product(title="Bình gốm", stock=5))
    return client
