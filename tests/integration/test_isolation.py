"""Who sees what: every address of the site, asked by everybody, about one producer's hidden things."""

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import get_resolver, reverse
from wagtail.admin.menu import admin_menu
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission
from wagtail.test.utils.form_data import nested_form_data, streamfield

from catalogue.access.permissions import grant_hub_staff, grant_moderators
from catalogue.models import Product
from catalogue.roles.addresses import ASKED, BY_RIGHT, OPEN, OWN_PAGE_INSTEAD
from home.models import EventIndexPage, EventPage
from tests.addresses import body, every_address, patterns
from tests.factories import make_index
from tests.producer_accounts import (
    ProducerAccount,
    keys_of,
    log_in,
    make_producer_account,
    make_user,
    words_about,
)
from tests.shop import make_market, make_order, make_purchase

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::django.utils.deprecation.RemovedInDjango60Warning"),  # Oscar's forms
    pytest.mark.filterwarnings(
        "ignore::django.core.paginator.UnorderedObjectListWarning"
    ),  # wagtail-localize's
]
SECRETS = {
    "draft": "NHAPBIMAT",  # a page that was never shown
    "edit": "SUABIMAT",  # what was changed on a shown page and not handed in
    "picture": "ANHBIMAT",
    "document": "GIAYBIMAT",
    "stock": r"918[.,]?273",
    "buyer": "NGUOIMUABIMAT",
    "account": "19035558888777",  # where the producer is paid
    "person": "THUBIMAT@",  # who works for the producer
    "customer": "KHACHBIMAT@",  # who has an account and nothing else
    "password": "BAMBIMAT",
}
PAGES = {"draft", "edit", "picture", "document", "person"}
# Django's admin has five addresses for each of some seventy tables, all behind one door: these stand for them.
DJANGO_ADMIN = re.compile(r"^admin:(?!index$|(users_user|order_order|wagtaildocs_document)_)")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Hundreds of refusals are what is asked for here."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def rival(site_root: Any) -> ProducerAccount:
    """Somebody who has everything that others must not see."""
    account = make_producer_account(email="thubimat@example.vn", name="Gốm Cạnh Tranh")
    _name_the_secrets(account)
    grant_moderators(users=[make_user("duyet@example.vn", first_name="Người Duyệt")])
    account.draft.get_workflow().start(account.draft, account.user)
    make_user("khachbimat@example.vn")
    make_market()
    make_order(account.product, purchase=make_purchase(name="NGUOIMUABIMAT"))
    account.product.stockrecords.update(num_in_stock=918273, num_allocated=0)
    account.partner.refresh_from_db()
    return account


def _name_the_secrets(account: ProducerAccount) -> None:
    account.draft.title = "NHAPBIMAT"
    account.draft.save()
    account.draft.save_revision(user=account.user)
    account.product_page.summary = "SUABIMAT"
    account.product_page.save_revision(user=account.user)
    type(account.picture).objects.filter(pk=account.picture.pk).update(title="ANHBIMAT")
    type(account.document).objects.filter(pk=account.document.pk).update(title="GIAYBIMAT")
    type(account.partner).objects.filter(pk=account.partner.pk).update(bank_account="19035558888777")
    type(account.user).objects.filter(pk=account.user.pk).update(password="md5$BAMBIMAT$x")


def group_of(*rights: str) -> Group:
    group = Group.objects.create(name="Nhóm riêng")
    for right in ("wagtailadmin.access_admin", *rights):
        app_label, codename = right.split(".")
        group.permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    return group


def member(*groups: Group, is_staff: bool = False) -> Client:
    user = make_user("ai@example.vn", first_name="Ai Đó")
    user.groups.set(groups)
    user.is_staff = is_staff
    user.save(update_fields=["is_staff"])
    return log_in(user)


def tourism_group() -> Group:
    """Edits one part of the site, with a collection of its own."""
    group, events = group_of(), make_index(EventIndexPage)
    events.add_child(instance=EventPage(title="Hội Lim", slug="hoi-lim", summary="Hội thử.", place="Đồi Lim"))
    collection = Collection.get_first_root_node().add_child(name="Lễ hội")
    for codename in ("add_page", "change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=group, page=events.page_ptr, permission=Permission.objects.get(codename=codename)
        )
    for codename in ("add_image", "choose_image", "add_document", "choose_document"):
        right = Permission.objects.get(codename=codename, content_type__app_label__startswith="wagtail")
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=right)
    return group


ROLES: dict[str, tuple[Callable[[], Client], set[str]]] = {
    "stranger": (Client, set()),
    "shopper": (member, set()),
    "producer": (lambda: log_in(make_producer_account(email="lan@example.vn", name="Lan").user), set()),
    "nothing but the door": (lambda: member(group_of()), set()),
    "editor of a part": (lambda: member(tourism_group()), set()),
    "bookkeeper": (
        lambda: member(group_of("order.view_order", "ledger.view_payout", "catalogue.change_certificate")),
        {"buyer"},
    ),
    "moderator": (lambda: member(grant_moderators()), PAGES),
    "hub staff": (lambda: member(grant_hub_staff()), {*PAGES, "buyer", "account"}),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_sees_what_the_role_is_for_and_nothing_else(rival: ProducerAccount, role: str) -> None:
    arrive, may_see = ROLES[role]
    client, seen, faults = arrive(), {}, []
    for name, address in sorted(set(every_address(keys_of(rival), words_about(rival)))):
        if "logout" in name or name == "wagtailadmin_error_test" or DJANGO_ADMIN.match(name):
            continue
        response = client.get(address, {"id": rival.draft.pk})
        if response.status_code >= 500:
            faults.append(address)
        answer = body(response)
        for secret, text in SECRETS.items():
            if re.search(text, answer):
                seen.setdefault(secret, []).append(name)
    assert not faults, faults
    assert {secret: names for secret, names in seen.items() if secret not in may_see} == {}
    assert set(seen) == may_see, "what a role is for must be reached, or the test is blind"
    assert Product.objects.filter(pk=rival.product.pk).exists()


def test_somebody_with_a_part_of_the_site_works_there(site_root: Any) -> None:
    client = member(tourism_group())
    events = EventIndexPage.objects.get()
    event = EventPage.objects.get()
    home = client.get(reverse("wagtailadmin_home")).wsgi_request
    assert {item.name for item in admin_menu.menu_items_for_request(home)} >= {"own_part", "images"}
    for name in ("wagtailadmin_explore_root", "wagtailadmin_pages:search"):
        assert (
            client.get(reverse(name), follow=True)
            .redirect_chain[0][0]
            .startswith(reverse("wagtailadmin_explore", args=[events.pk]))
        )
    assert client.get(reverse("wagtailadmin_explore", args=[site_root.pk])).status_code == 302
    for name, arguments in [
        ("wagtailadmin_explore", [events.pk]),
        ("wagtailadmin_pages:add", ["home", "eventpage", events.pk]),
        ("wagtailadmin_pages:edit", [event.pk]),
        ("wagtailadmin_pages:delete", [event.pk]),
        ("wagtailadmin_pages:history", [event.pk]),
        ("wagtailadmin_choose_page", []),
        ("wagtailadmin_choose_page_child", [site_root.pk]),
        ("wagtailimages:index", []),
        ("wagtaildocs:index", []),
        ("wagtailimages_chooser:choose", []),
        ("wagtaildocs_chooser:choose", []),
    ]:
        assert client.get(reverse(name, args=arguments), follow=True).status_code == 200, name
    for name in ("wagtailadmin_reports:site_history", "wagtailadmin_api:pages:listing"):
        assert client.get(reverse(name)).status_code == 403, name


def test_the_mere_way_into_the_admin_leads_to_the_first_page_alone(site_root: Any) -> None:
    client = member(group_of())
    home = client.get(reverse("wagtailadmin_home"))
    assert home.status_code == 200
    names = {item.name for item in admin_menu.menu_items_for_request(home.wsgi_request)}
    assert names <= {"help"}
    refused = client.get(reverse("wagtailadmin_reports:aging_pages"))
    assert refused.status_code == 403
    assert "không thuộc phần việc của bạn" in refused.content.decode()
    chooser = reverse("wagtailadmin_choose_page_chosen_multiple")
    assert client.get(chooser, headers={"X-Requested-With": "XMLHttpRequest"}).content == b""


def test_a_part_of_the_site_points_at_nothing_hidden(rival: ProducerAccount) -> None:
    client = member(tourism_group())
    edit = reverse("wagtailadmin_pages:edit", args=[EventPage.objects.get().pk])
    sent = {"title": "", "body": streamfield([]), "share_picture": rival.picture.pk}
    answer = client.post(edit, nested_form_data(sent), follow=True)
    assert answer.redirect_chain == [(reverse("wagtailadmin_home"), 302)]  # what Wagtail does with a refusal
    assert "ANHBIMAT" not in body(answer)


def test_every_name_that_the_gate_knows_exists() -> None:
    names = {name for name, _arguments in patterns(get_resolver(), [])}
    assert names >= OPEN | OWN_PAGE_INSTEAD.keys() | ASKED.keys()
    assert {name.partition(":")[0] for name in names if ":" in name} >= BY_RIGHT
