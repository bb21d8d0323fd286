"""Nothing of another producer is visible or reachable in the desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageLogEntry,
    PageViewRestriction,
    ReferenceIndex,
    Revision,
    Site,
    TaskState,
    WorkflowState,
)

from catalogue.access.permissions import MODERATORS, grant_moderators
from catalogue.models import Certificate, Picture, ProducerPage, Product, ProductPage, ProductPhoto
from catalogue.producers.gate import ASKED, HOME_INSTEAD, OPEN, OWN_PAGE_INSTEAD
from shop.order.models import Order, OrderLog, Parcel
from shop.partner.models import Partner, StockRecord
from tests.addresses import body, every_address, patterns
from tests.producer_accounts import (
    MARK,
    ProducerAccount,
    all_pages_of,
    keys_of,
    log_in,
    make_producer_account,
    make_user,
    producer_form,
    words_about,
)
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db

KEPT = [
    Certificate,
    Collection,
    Group,
    GroupCollectionPermission,
    GroupPagePermission,
    Order,
    OrderLog,
    Page,
    PageLogEntry,
    PageViewRestriction,
    Parcel,
    Partner,
    Picture,
    ProducerPage,
    Product,
    ProductPage,
    ProductPhoto,
    Revision,
    Site,
    StockRecord,
    TaskState,
    WorkflowState,
]


NOT_FOUND = {
    "producer_parcels:detail",
    "producer_parcels:step",
    "producer_parcels:decide",
    "producer_parcels:photo",
    "producer_statements:statement",
    "producer_statements:lines",
}
ANY_POST = {"title": "Của tôi", "id": "1", "action-publish": "1", "external-link-chooser-url": "/"}


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return every row that a producer could spoil."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in KEPT}


@pytest.fixture
def own(db: None) -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


@pytest.fixture
def rival(own: ProducerAccount) -> ProducerAccount:
    account = make_producer_account(email=f"{MARK}@example.vn".lower(), name=f"{MARK} Cạnh Tranh")
    grant_moderators(users=[make_user("duyet@example.vn", first_name="Người Duyệt")])
    account.draft.get_workflow().start(account.draft, account.user)
    make_market()
    make_order(account.product)
    return account


def addresses(rival: ProducerAccount) -> Iterator[tuple[str, str]]:
    """Yield name and address of everything in the three desks, about the rival's objects."""
    for name, address in every_address(keys_of(rival), words_about(rival)):
        if address.startswith(("/admin/", "/django-admin/", "/dashboard/")):
            yield name, address


def test_every_address_of_the_desk_about_a_rivals_objects(
    own: ProducerAccount, rival: ProducerAccount
) -> None:
    tried = dict(addresses(rival))
    assert len(tried) > 200
    client, before = log_in(own.user), everything()
    for name, address in sorted(tried.items()):
        if name == "wagtailadmin_logout":
            continue
        for response in (client.get(address), client.post(address, ANY_POST)):
            assert MARK not in body(response), address
            if name in HOME_INSTEAD or name in OWN_PAGE_INSTEAD:
                assert response.status_code == 302, address
            elif name in NOT_FOUND:
                assert response.status_code in {404, 405}, address
            elif name not in OPEN:
                assert response.status_code == 403, (name, address, response.status_code)
            assert response.status_code < 500
    assert everything() == before


def test_without_the_gate_wagtail_names_the_rival(
    own: ProducerAccount, rival: ProducerAccount, settings: Any
) -> None:
    settings.MIDDLEWARE = [
        name for name in settings.MIDDLEWARE if name != "catalogue.producers.gate.ProducerGate"
    ]
    client = log_in(own.user)
    leaks = {
        name
        for name, address in addresses(rival)
        if name in {"wagtailadmin_reports:site_history", "wagtailadmin_choose_page_chosen_multiple"}
        or name.startswith("wagtailadmin_api:")
        if MARK in body(client.get(address, {"id": rival.draft.pk}))
    }
    assert leaks


def test_the_gate_lets_own_pages_through(own: ProducerAccount) -> None:
    client = log_in(own.user)
    product = own.product_page.pk
    revision = own.product_page.latest_revision_id
    for name, arguments in [
        ("wagtailadmin_home", []),
        ("wagtailadmin_account", []),
        ("wagtailadmin_explore", [own.page.pk]),
        ("wagtailadmin_pages:add_subpage", [own.page.pk]),
        ("wagtailadmin_pages:add", ["catalogue", "productpage", own.page.pk]),
        ("wagtailadmin_pages:edit", [own.page.pk]),
        ("wagtailadmin_pages:edit", [product]),
        ("wagtailadmin_pages:history", [product]),
        ("wagtailadmin_pages:workflow_history", [product]),
        ("wagtailadmin_pages:revisions_compare", [product, "earliest", "latest"]),
        ("wagtailadmin_pages:revisions_revert", [product, revision]),
        ("wagtailimages_chooser:choose", []),
        ("wagtailimages_chooser:chosen", [own.picture.pk]),
        ("wagtailimages:edit", [own.picture.pk]),
        ("producer_prices:prices", []),
    ]:
        response = client.get(reverse(name, args=arguments), follow=True)
        assert response.status_code == 200, name
        assert "không thuộc gian hàng" not in response.content.decode(), name


def test_handing_in_the_own_page_leads_home_with_the_message(own: ProducerAccount) -> None:
    grant_moderators()
    client = log_in(own.user)
    edit = reverse("wagtailadmin_pages:edit", args=[own.page.pk])
    response = client.post(edit, producer_form() | {"action-submit": "1"}, follow=True)
    assert response.redirect_chain[-1] == (reverse("wagtailadmin_home"), 302)
    assert Page.objects.get(pk=own.page.pk).workflow_in_progress
    assert [message.level_tag for message in response.context["messages"]] == ["success"]


def test_a_picture_goes_only_while_nothing_shows_it(own: ProducerAccount) -> None:
    client, delete = log_in(own.user), reverse("wagtailimages:delete", args=[own.picture.pk])
    own.product_page.photos.add(ProductPhoto(picture=own.picture))
    own.product_page.save_revision().publish()
    told = client.post(delete, follow=True).content.decode()
    assert "Ảnh này đang được dùng nên không xoá được." in told
    assert Picture.objects.filter(pk=own.picture.pk).exists()
    ProductPhoto.objects.all().delete()
    own.product_page.refresh_from_db()
    ReferenceIndex.objects.all().delete()
    assert client.post(delete).status_code == 302
    assert not Picture.objects.filter(pk=own.picture.pk).exists()


def test_every_name_that_the_gate_knows_exists(own: ProducerAccount) -> None:
    names = {name for name, _arguments in patterns(get_resolver(), [])}
    assert names >= OPEN | HOME_INSTEAD | OWN_PAGE_INSTEAD.keys() | ASKED.keys()


@pytest.mark.parametrize("key", ["²", "x", "9" * 30, "9" * 5_000])
def test_key_that_is_no_number_is_refused(own: ProducerAccount, key: str) -> None:
    client = log_in(own.user)
    chosen = client.get(reverse("wagtailadmin_choose_page_chosen_multiple"), {"id": key})
    assert chosen.status_code in {403, 404}  # for nobody is it a page's
    ping = reverse("wagtailadmin_editing_sessions:ping", args=["wagtailcore", "page", key, 1])
    assert client.post(ping).status_code in {403, 404}  # no page has a key of so many digits


@pytest.mark.parametrize("address", ["/tai-khoan/", "/admin/login/"])
def test_a_producer_is_a_visitor_like_any_outside_the_desk(own: ProducerAccount, address: str) -> None:
    assert log_in(own.user).get(address).status_code in {200, 302}


def test_moderators_pass(rival: ProducerAccount) -> None:
    moderator = log_in(Group.objects.get(name=MODERATORS).user_set.get())
    address = reverse("wagtailadmin_pages:edit", args=[rival.product_page.pk])
    assert moderator.get(address).status_code == 200


def test_a_producers_home_names_the_own_pages_with_their_state(
    own: ProducerAccount, rival: ProducerAccount
) -> None:
    shown = log_in(own.user).get(reverse("wagtailadmin_home")).content.decode()
    for page in all_pages_of(own):
        assert page.title in shown
    assert "bản nháp" in shown
    assert "đang bày" in shown
    assert MARK not in shown.upper()


def test_a_producers_home_asks_no_more_for_more_products(
    own: ProducerAccount, django_assert_num_queries: Any
) -> None:
    client, home = log_in(own.user), reverse("wagtailadmin_home")
    client.get(home)
    with CaptureQueriesContext(connection) as few:
        client.get(home)
    for number in range(3):
        own.page.add_child(instance=ProductPage(title=f"Chum {number}", summary="Men nâu"))
    with django_assert_num_queries(len(few)):
        client.get(home)
