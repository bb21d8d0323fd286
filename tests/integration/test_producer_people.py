"""Who works for a producer: invited, in by a link from the own mailbox, out; every coming and going is told."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email
from wagtail.models import ModelLogEntry

from catalogue.access.permissions import grant_hub_staff, grant_moderators, grant_producer, partners_of
from shop.partner import people
from shop.partner.models import Partner
from shop.users.models import User
from tests.factories import make_home, make_partner
from tests.integration.test_registers import partner_form
from tests.producer_accounts import PASSWORD, log_in, make_user

pytestmark = pytest.mark.django_db
LAN, CUC = "lan@example.vn", "cuc@example.vn"


@pytest.fixture
def staff(db: None) -> Client:
    make_home()
    binh = make_user("binh@example.vn")
    grant_hub_staff(users=[binh])
    return log_in(binh)


@pytest.fixture
def boss(django_user_model: Any) -> Client:
    make_home()
    return log_in(django_user_model.objects.create_superuser("chu@example.vn", PASSWORD))


@pytest.fixture
def partner(db: None) -> Partner:
    """A producer where Lan works."""
    made = make_partner(name="HTX Tân Yên", email="htx@example.vn")
    grant_producer(partner=made, users=[make_user(LAN, first_name="Lan")])
    return made


def name_people(staff: Client, partner: Partner, *emails: str) -> None:
    form = partner_form(name=partner.name, email=partner.email, people="\n".join(emails))
    response = staff.post(reverse("partner:edit", args=[partner.pk]), form)
    assert response.status_code == 302, response.context["form"].errors


def mails(to: str) -> list[str]:
    return [mail.subject for mail in Email.objects.order_by("pk") if mail.to == [to]]


def link(to: str) -> str:
    mail = next(mail for mail in Email.objects.order_by("-pk") if mail.to == [to])
    return str(re.search(r"https?://[^/]+(/\S+)", mail.message)[1])  # type: ignore[index]


def at_work(partner: Partner) -> set[str]:
    assert set(partner.users.all()) == set(people.members(Partner.objects.get(pk=partner.pk)))
    return {user.email for user in partner.users.all()}


def test_whoever_registered_the_address_first_gets_nothing(staff: Client, partner: Partner) -> None:
    """A stranger's account with the address of a person of the producer, and an open session."""
    stranger = log_in(make_user(CUC))
    name_people(staff, partner, LAN, CUC)
    assert at_work(partner) == {LAN}
    assert stranger.get(reverse("producer_prices:prices")).status_code == 302
    # the owner of the mailbox takes the account back by it, which ends the stranger's session
    owner = Client()
    assert "Đăng nhập để nhận lời" in owner.get(link(CUC)).content.decode()
    invitation = link(CUC)
    owner.post(reverse("password-reset"), {"email": CUC})
    password = {"new_password1": "mat-khau-cua-toi-1", "new_password2": "mat-khau-cua-toi-1"}
    form = owner.get(link(CUC), follow=True)
    owner.post(form.redirect_chain[-1][0], password)
    assert owner.post(invitation).url == "/admin/"
    assert at_work(partner) == {LAN, CUC}
    assert owner.get(reverse("producer_prices:prices")).status_code == 200
    assert stranger.get(reverse("producer_prices:prices")).status_code == 302


def test_looking_at_the_link_changes_nothing_and_it_works_once(staff: Client, partner: Partner) -> None:
    cuc = log_in(make_user(CUC, first_name="Cúc"))
    name_people(staff, partner, LAN, CUC)
    invitation = link(CUC)
    page = cuc.get(invitation).content.decode()
    assert "HTX Tân Yên" in page
    assert "Nhận lời" in page
    assert at_work(partner) == {LAN}
    assert cuc.post(invitation).url == "/admin/"
    assert "đã dùng rồi hoặc đã hết hạn" in cuc.get(invitation).content.decode()
    name_people(staff, partner, LAN)
    assert cuc.post(invitation).status_code == 200
    assert at_work(partner) == {LAN}


def test_who_has_no_account_opens_it_with_the_link(staff: Client, partner: Partner) -> None:
    name_people(staff, partner, LAN, CUC)
    visitor = Client()
    bad = visitor.post(link(CUC), {"new_password1": "123", "new_password2": "123"})
    assert bad.context["form"].errors
    assert not User.objects.filter(email=CUC).exists()
    answer = visitor.post(link(CUC), {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert answer.url == "/admin/"
    assert at_work(partner) == {LAN, CUC}
    assert visitor.get("/admin/").status_code == 200


def test_the_link_is_for_its_address_alone(staff: Client, partner: Partner) -> None:
    name_people(staff, partner, LAN, CUC)
    other = log_in(make_user("khac@example.vn"))
    make_user(CUC)
    assert "đăng xuất" in other.get(link(CUC)).content.decode()
    assert other.post(link(CUC)).status_code == 200
    assert Client().post(link(CUC), {"new_password1": PASSWORD, "new_password2": PASSWORD}).status_code == 200
    assert at_work(partner) == {LAN}
    with pytest.raises(ValueError, match="another"):
        people.join(partner.invitations.get(), User.objects.get(email="khac@example.vn"))


def test_a_link_withdrawn_old_or_forged_opens_nothing(staff: Client, partner: Partner) -> None:
    cuc = log_in(make_user(CUC))
    name_people(staff, partner, LAN, CUC)
    first = link(CUC)
    name_people(staff, partner, LAN)
    assert cuc.post(first).status_code == 200
    name_people(staff, partner, LAN, CUC)
    later = timezone.now() + timedelta(days=people.VALID_D, minutes=1)
    with time_machine.travel(later, tick=False):
        assert "đã hết hạn" in cuc.get(link(CUC)).content.decode()
        assert "hết hạn" in staff_page(partner)
    assert cuc.get(link(CUC)[:-2] + "x/").status_code == 200
    assert at_work(partner) == {LAN}


def staff_page(partner: Partner) -> str:
    client = log_in(User.objects.get(email="binh@example.vn"))
    return client.get(reverse("partner:edit", args=[partner.pk])).content.decode()


def test_saving_again_sends_no_second_mail_until_the_link_is_over(staff: Client, partner: Partner) -> None:
    for _time in range(2):
        name_people(staff, partner, LAN, CUC)
    assert len(mails(CUC)) == 1
    assert "Chưa nhận lời: cuc@example.vn" in staff_page(partner)
    with time_machine.travel(timezone.now() + timedelta(days=people.VALID_D, minutes=1), tick=False):
        name_people(log_in(User.objects.get(email="binh@example.vn")), partner, LAN, CUC)
        assert len(mails(CUC)) == 2
        assert "Mời vào" in Client().get(link(CUC)).content.decode()


def test_joining_and_leaving_are_told_and_stand_in_the_history(staff: Client, partner: Partner) -> None:
    name_people(staff, partner, LAN, CUC)
    Client().post(link(CUC), {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert mails(LAN) == ["Có người mới ở gian hàng, Chợ Bắc Ninh"]
    name_people(staff, partner, LAN)
    assert mails(LAN)[1:] == ["Có người rời gian hàng, Chợ Bắc Ninh"]
    assert mails(CUC)[1:] == ["Bạn đã rời gian hàng, Chợ Bắc Ninh"]
    assert not partners_of(User.objects.get(email=CUC))
    acts = [people.INVITE, people.JOIN, people.LEAVE]
    logged = ModelLogEntry.objects.for_instance(partner).filter(action__in=acts).order_by("pk")
    assert [(entry.action, entry.data["email"], entry.user.email) for entry in logged] == [
        (people.INVITE, CUC, "binh@example.vn"),
        (people.JOIN, CUC, CUC),
        (people.LEAVE, CUC, "binh@example.vn"),
    ]
    history = staff.get(reverse("partner:history", args=[partner.pk])).content.decode()
    assert "Nhận lời mời: cuc@example.vn" in history


def test_the_contact_address_hears_of_the_first_person(staff: Client) -> None:
    empty = make_partner(email="htx@example.vn")
    name_people(staff, empty, CUC)
    Client().post(link(CUC), {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert mails("htx@example.vn") == ["Có người mới ở gian hàng, Chợ Bắc Ninh"]


USERS = ["partner-user-create", "partner-user-select"]
ONE_USER = ["partner-user-link", "partner-user-unlink", "partner-user-update"]


@pytest.mark.parametrize("name", [*USERS, *ONE_USER])
def test_oscars_dashboard_leads_to_the_register(boss: Client, partner: Partner, name: str) -> None:
    cuc = make_user(CUC)
    keys = [partner.pk] if name in USERS else [partner.pk, cuc.pk]
    url = reverse(f"dashboard:{name}", args=keys)
    for answer in (boss.get(url), boss.post(url, {"email": CUC, "role": "staff"})):
        assert answer.url == reverse("partner:edit", args=[partner.pk])
    assert at_work(partner) == {LAN}
    assert Client().get(url).url.startswith("/dashboard/login/")


def user_form(user: Any, *groups: Group) -> dict[str, Any]:
    names = {"email": user.email, "first_name": "Cúc", "last_name": "Bà", "is_active": "on"}
    return {**names, "groups": [group.pk for group in groups]}


def test_users_of_the_cms_get_into_no_producers_group_and_out_of_none(boss: Client, partner: Partner) -> None:
    moderators = grant_moderators()
    lan, cuc = User.objects.get(email=LAN), make_user(CUC)
    for user in (lan, cuc):
        url = reverse("wagtailusers_users:edit", args=[user.pk])
        assert "Người làm:" not in boss.get(url).content.decode()
        assert boss.post(url, user_form(user, moderators)).status_code == 302
        refused = boss.post(url, user_form(user, partner.group))
        assert list(refused.context["form"].errors) == ["groups"]
    assert set(lan.groups.all()) == {moderators, partner.group}
    assert set(cuc.groups.all()) == {moderators}
    bulk = reverse("wagtail_bulk_action", args=["users", "user", "assign_role"])
    for role, added in [(partner.group, False), (grant_hub_staff(), True)]:
        boss.post(f"{bulk}?id={cuc.pk}", {"role": role.pk})
        assert cuc.groups.filter(pk=role.pk).exists() == added


def test_djangos_admin_neither(boss: Client, partner: Partner) -> None:
    moderators = grant_moderators()
    lan = User.objects.get(email=LAN)
    url = reverse("admin:users_user_change", args=[lan.pk])
    day = {"last_login_0": "", "last_login_1": "", "date_joined_0": "01/12/2026", "date_joined_1": "10:00:00"}
    assert boss.post(url, {**user_form(lan, moderators), **day}).status_code == 302
    assert set(lan.groups.all()) == {moderators, partner.group}
    refused = boss.post(url, {**user_form(lan, partner.group), **day})
    assert list(refused.context["adminform"].form.errors) == ["groups"]
    change = reverse("admin:partner_partner_change", args=[partner.pk])
    assert boss.post(change, {"name": "Khác", "users": [make_user(CUC).pk]}).status_code == 403
