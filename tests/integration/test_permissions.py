"""Who may do what: the sets of rights for producers, moderators and hub staff."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from oscar.core.loading import get_model
from wagtail.models import GroupPagePermission, Page, Workflow, WorkflowPage, WorkflowState
from wagtail.permissions import policy_registry

from catalogue.access.permissions import (
    grant_hub_staff,
    grant_moderators,
    grant_producer,
    is_producer,
    own_pages,
    partners_of,
)
from catalogue.models import Picture, ProducerIndexPage, ProducerPage, ProductPage, SeededRow

pytestmark = pytest.mark.django_db
Partner = get_model("partner", "Partner")


def user(email: str) -> Any:
    return get_user_model().objects.create_user(email, "mat-khau-dai-10")


@pytest.fixture
def index(site_root: Page) -> Page:
    return site_root.add_child(instance=ProducerIndexPage(title="Người làm", slug="nguoi-lam"))


def partner_with_page(index: Page, name: str) -> tuple[Any, Page]:
    partner = Partner.objects.create(name=name)
    page = index.add_child(instance=ProducerPage(title=name, summary="Nhà làm", partner=partner))
    page.add_child(instance=ProductPage(title=f"Hàng của {name}", summary="Ngon"))
    return partner, page


def test_a_producer_edits_the_own_page_and_its_products_and_nothing_else(index: Page) -> None:
    gom, gom_page = partner_with_page(index, "Gốm Phù Lãng")
    _rival, rival_page = partner_with_page(index, "Gốm bên cạnh")
    lan, cuc = user("lan@example.vn"), user("cuc@example.vn")
    group = grant_producer(partner=gom, users=[lan, cuc])

    gom.refresh_from_db()
    assert gom.group == group
    assert gom.collection.name == "Gốm Phù Lãng"
    assert set(gom.users.all()) == {lan, cuc}
    for who in (lan, cuc):
        assert set(own_pages(who)) == set(Page.objects.descendant_of(gom_page, inclusive=True))
        assert gom_page.permissions_for_user(who).can_edit()
        assert not gom_page.permissions_for_user(who).can_publish()
        for foreign in [rival_page, *rival_page.get_children(), index]:
            tester = foreign.permissions_for_user(who)
            assert not any([tester.can_edit(), tester.can_add_subpage(), tester.can_delete()])


def test_granting_twice_changes_nothing(index: Page) -> None:
    gom, _page = partner_with_page(index, "Gốm Phù Lãng")
    lan = user("lan@example.vn")
    first = grant_producer(partner=gom, users=[lan])
    rights = set(GroupPagePermission.objects.values_list("group", "page", "permission"))
    gom.refresh_from_db()
    assert grant_producer(partner=gom, users=[lan]) == first
    assert set(GroupPagePermission.objects.values_list("group", "page", "permission")) == rights
    assert Group.objects.filter(producer__isnull=False).count() == 1


def test_a_page_that_changes_hands_leaves_the_old_hands(index: Page) -> None:
    gom, page = partner_with_page(index, "Gốm Phù Lãng")
    heir, _own = partner_with_page(index, "Người nối nghề")
    lan, moi = user("lan@example.vn"), user("moi@example.vn")
    grant_producer(partner=gom, users=[lan])
    page.partner = heir
    page.save()
    grant_producer(partner=heir, users=[moi])
    assert not page.permissions_for_user(lan).can_edit()
    assert page.permissions_for_user(moi).can_edit()


def test_publishing_a_page_under_another_partner_moves_its_editors(index: Page) -> None:
    gom, page = partner_with_page(index, "Gốm Phù Lãng")
    heir, _own = partner_with_page(index, "Người nối nghề")
    lan, moi = user("lan@example.vn"), user("moi@example.vn")
    grant_producer(partner=gom, users=[lan])
    grant_producer(partner=heir, users=[moi])
    page.partner = heir
    page.save_revision().publish()
    assert not page.permissions_for_user(lan).can_edit()
    assert page.permissions_for_user(moi).can_edit()
    page.partner = Partner.objects.create(name="Chưa có người vào")
    page.save_revision().publish()
    moi = get_user_model().objects.get(pk=moi.pk)
    assert not page.permissions_for_user(moi).can_edit()


def test_pictures_are_chosen_from_the_own_collection_only(index: Page) -> None:
    gom, _page = partner_with_page(index, "Gốm Phù Lãng")
    rival, _page = partner_with_page(index, "Gốm bên cạnh")
    lan = user("lan@example.vn")
    grant_producer(partner=gom, users=[lan])
    grant_producer(partner=rival)
    policy = policy_registry.get_by_type(Picture)
    chosen_from = policy.collections_user_has_permission_for(lan, "choose")
    assert list(chosen_from) == [gom.collection]


@pytest.mark.parametrize(
    ("kind", "expected"), [("producer", True), ("moderator", False), ("superuser", False), ("shopper", False)]
)
def test_who_counts_as_a_producer(index: Page, kind: str, expected: bool) -> None:
    gom, _page = partner_with_page(index, "Gốm Phù Lãng")
    who = user("ai@example.vn")
    who.is_superuser = kind == "superuser"
    if kind in {"producer", "superuser"}:
        grant_producer(partner=gom, users=[who])
    if kind == "moderator":
        grant_moderators(users=[who])
    assert is_producer(who) is expected
    assert list(partners_of(who)) == ([gom] if expected else [])


def test_a_moderator_who_also_sells_keeps_the_own_work(index: Page) -> None:
    gom, _page = partner_with_page(index, "Gốm Phù Lãng")
    both = user("ca-hai@example.vn")
    grant_producer(partner=gom, users=[both])
    grant_moderators(users=[both])
    assert not is_producer(both)
    assert list(partners_of(both)) == [gom]


def test_review_is_one_for_all_producers_however_often_set_up(index: Page) -> None:
    _gom, page = partner_with_page(index, "Gốm Phù Lãng")
    boss = user("duyet@example.vn")
    group = grant_moderators(users=[boss])
    assert grant_moderators() == group
    workflow = page.get_workflow()
    assert workflow == page.get_children().first().get_workflow()
    assert [list(task.specific.groups.all()) for task in workflow.tasks] == [[group]]
    page.save_revision()
    state = workflow.start(page, None)
    state.current_task_state.specific.approve(user=boss)
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_APPROVED


def test_hub_staff_keep_registers_and_delete_no_place(root_page: Page) -> None:
    binh = user("binh@example.vn")
    grant_hub_staff(users=[binh])
    grant_hub_staff(users=[binh])
    assert binh.has_perms(["catalogue.add_certificate", "catalogue.change_certificate"])
    assert not binh.has_perm("catalogue.delete_certificate")
    assert binh.has_perms(["catalogue.change_province", "catalogue.add_commune"])
    assert not binh.has_perm("catalogue.delete_commune")


def test_rights_that_a_superuser_took_from_a_role_stay_away(root_page: Page) -> None:
    group = grant_hub_staff()
    taken = Permission.objects.get(codename="change_shippingzone")
    group.permissions.remove(taken)
    GroupPagePermission.objects.filter(group=group, permission__codename="publish_page").delete()
    before = set(group.permissions.values_list("codename", flat=True))
    pages = set(group.page_permissions.values_list("permission__codename", flat=True))
    grant_hub_staff()
    assert set(group.permissions.values_list("codename", flat=True)) == before
    assert set(group.page_permissions.values_list("permission__codename", flat=True)) == pages


def test_rights_that_a_release_brings_are_given(root_page: Page) -> None:
    group = grant_hub_staff()
    new = Permission.objects.get(codename="change_seededrow")
    group.permissions.remove(new)
    SeededRow.objects.filter(dataset="roles", key__contains="change_seededrow").delete()
    grant_hub_staff()
    assert new in group.permissions.all()


def test_a_role_that_was_deleted_comes_back_whole(root_page: Page) -> None:
    group = grant_hub_staff()
    rights = set(group.permissions.values_list("codename", flat=True))
    group.delete()
    again = grant_hub_staff()
    assert set(again.permissions.values_list("codename", flat=True)) == rights
    assert again.page_permissions.count() == 5


def test_another_review_that_a_superuser_chose_stays(index: Page) -> None:
    grant_moderators()
    other = Workflow.objects.create(name="Hai người duyệt")
    WorkflowPage.objects.update(workflow=other)
    grant_moderators()
    assert WorkflowPage.objects.get().workflow == other
    other.active = False
    other.save()
    grant_moderators()
    assert WorkflowPage.objects.get().workflow != other  # nobody's pages go without a review
