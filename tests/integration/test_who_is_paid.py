"""Who is paid for goods: said by hub staff alone, in a producer's form and by moving pages alike."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.access.permissions import grant_hub_staff, grant_moderators, grant_producer, partners_of
from catalogue.models import ProducerPage, Product, ProductPage
from tests.factories import make_partner, make_producer, make_product
from tests.producer_accounts import log_in, make_user
from tests.shop import make_market

pytestmark = pytest.mark.django_db
ROLES = {"moderator": grant_moderators, "hub staff": grant_hub_staff}


@pytest.fixture
def product(site_root: Any) -> Product:
    return make_product(title="Bình", producer=make_producer(title="Gốm Lan"))


@pytest.fixture
def rival(product: Product) -> ProducerPage:
    return make_producer(title="Gốm bên cạnh")


def browser(role: str) -> Client:
    user = make_user("hoa@example.vn")
    ROLES[role](users=[user])
    return log_in(user)


def move(client: Client, page: ProductPage, to: ProducerPage) -> None:
    client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, to.pk]))


def move_many(client: Client, page: ProductPage, to: ProducerPage) -> None:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    client.post(f"{url}?id={page.pk}", {"chooser": to.pk, "move_applied": "on"})


def paid(product: Product) -> set[Any]:
    found = Product.objects.get(pk=product.pk)
    return {found.producer, *(record.partner for record in found.stockrecords.all())}


@pytest.mark.parametrize("door", [move, move_many])
@pytest.mark.parametrize("role", ROLES)
def test_a_page_moves_to_another_producer_by_hub_staff_only(
    product: Product, rival: ProducerPage, role: str, door: Any
) -> None:
    before = paid(product)
    door(browser(role), product.page(), rival)
    assert paid(product) == ({rival.partner} if role == "hub staff" else before)


@pytest.mark.parametrize("role", ROLES)
def test_within_one_producer_moderators_move_too(product: Product, role: str) -> None:
    page = product.page()
    second = make_producer(partner=product.producer, title="Gốm Lan, xưởng hai")
    move(browser(role), page, second)
    assert ProductPage.objects.get(pk=page.pk).get_parent() == second.page_ptr
    assert len(paid(product)) == 1


@pytest.mark.parametrize("role", ROLES)
def test_the_form_asks_the_same(product: Product, rival: ProducerPage, role: str) -> None:
    page = product.page().get_parent()
    shown = browser(role).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    assert ("partner" in shown.fields) == (role == "hub staff")


@pytest.mark.parametrize("role", ROLES)
def test_whoever_joins_a_producer_keeps_the_own_work(
    product: Product, rival: ProducerPage, role: str
) -> None:
    make_market()
    client = browser(role)
    pages = [
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_pages:edit", args=[rival.pk]),
        reverse("wagtailimages:index"),
        *([reverse("partner:index"), reverse("shop_orders:index")] if role == "hub staff" else []),
    ]
    of_producer = [
        reverse(f"producer_{name}") for name in ("parcels:index", "prices:prices", "statements:statements")
    ]
    before = [client.get(page).status_code for page in pages]
    assert set(before) <= {200, 302}
    assert 200 not in {client.get(page).status_code for page in of_producer}
    user: Any = make_partner().users.model.objects.get(email="hoa@example.vn")
    grant_producer(partner=product.producer, users=[user])
    assert partners_of(user).exists()
    assert [client.get(page).status_code for page in pages] == before
    for page in of_producer:
        assert client.get(page).status_code == 200
        assert page in client.get("/admin/").content.decode()
    assert "Bình" in client.get(of_producer[1]).content.decode()
    if role == "hub staff":
        assert client.get(f"{of_producer[1]}?co-so={rival.partner_id}").status_code == 200
