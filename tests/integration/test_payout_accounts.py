"""Another bank account of a producer's: told, in the history, and not paid to before a day or a second person."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email
from pytest_django.fixtures import Settings
from wagtail.models import ModelLogEntry

from catalogue.access.permissions import grant_hub_staff, grant_producer
from shop.core.actors import Actor
from shop.ledger import payouts, posting
from shop.ledger.models import Payout
from shop.partner import payout_accounts
from shop.partner.models import AccountChange, Partner
from tests.factories import make_home, make_partner
from tests.integration.test_registers import partner_form
from tests.producer_accounts import log_in, make_user

pytestmark = pytest.mark.django_db
OLD = {"bank_bin": "970436", "bank_account": "0011001234567", "bank_holder": "HTX GOM"}
NEW = {"bank_bin": "970415", "bank_account": "999988887777", "bank_holder": "KE GIAN"}
CONTACT = "htx@example.vn"


def hub(email: str) -> Client:
    user = make_user(email, first_name=email.partition("@")[0].capitalize())
    grant_hub_staff(users=[user])
    return log_in(user)


@pytest.fixture
def binh(db: None) -> Client:
    make_home()
    return hub("binh@example.vn")


@pytest.fixture
def partner(binh: Client) -> Partner:
    """A producer where Lan works, and to which money is due."""
    made = make_partner(name="HTX Gốm", email=CONTACT, **OLD)
    grant_producer(partner=made, users=[make_user("lan@example.vn")])
    posting.adjust(
        partner=made, amount=Decimal(100_000), reason="thử", key=f"thu-{made.pk}", by=Actor(name="Hoa")
    )
    return made


def save(client: Client, partner: Partner, **account: str) -> None:
    form = {"name": partner.name, "email": CONTACT, "people": "lan@example.vn", **account}
    response = client.post(reverse("partner:edit", args=[partner.pk]), partner_form(**form))
    assert response.status_code == 302, response.context["form"].errors


def run(client: Client) -> str:
    return client.post(reverse("shop_payouts:run"), follow=True).content.decode()


def confirm(client: Client, change: AccountChange) -> str:
    url = reverse("shop_payouts:confirm_account", args=[change.pk])
    return client.post(url, follow=True).content.decode()


def test_a_change_is_told_and_stands_in_the_history_masked(binh: Client, partner: Partner) -> None:
    save(binh, partner, **NEW)
    told = {mail.to[0]: mail for mail in Email.objects.all()}
    assert set(told) == {"lan@example.vn", CONTACT}
    words = told["lan@example.vn"].message
    assert "Cũ: Vietcombank …4567 HTX GOM. Mới: VietinBank …7777 KE GIAN." in words
    assert "Binh vừa đổi" in words
    assert "sau 24 giờ" in words
    entry = ModelLogEntry.objects.for_instance(partner).get(action=payout_accounts.CHANGE)
    assert (entry.user.email, entry.data["old"]) == ("binh@example.vn", "Vietcombank …4567 HTX GOM")
    history = binh.get(reverse("partner:history", args=[partner.pk])).content.decode()
    assert "Vietcombank …4567 HTX GOM → VietinBank …7777 KE GIAN" in history
    assert NEW["bank_account"] not in history


def test_the_contact_address_that_was_there_before_hears_of_it_too(binh: Client, partner: Partner) -> None:
    save(binh, partner, **{**NEW, "email": "moi@example.vn"})
    assert {mail.to[0] for mail in Email.objects.all()} == {"lan@example.vn", CONTACT, "moi@example.vn"}


def test_saving_the_same_account_is_no_change(binh: Client, partner: Partner) -> None:
    save(binh, partner, **{**OLD, "bank_account": "0011 001 234 567"})
    assert not AccountChange.objects.exists()
    assert not Email.objects.exists()
    assert "Đã lập 1 khoản" in run(binh)


def test_payouts_wait_and_say_why(binh: Client, partner: Partner) -> None:
    save(binh, partner, **NEW)
    page = binh.get(reverse("shop_payouts:run")).content.decode()
    assert "Binh đã đổi, trước là Vietcombank …4567 HTX GOM." in page
    assert "HTX Gốm chờ: tài khoản nhận tiền mới đổi." in run(binh)
    assert not Payout.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
        payouts.run(by=Actor(name="Hoa"))
    assert Payout.objects.get().bank_account == NEW["bank_account"]


def test_each_further_change_waits_anew_the_way_back_too(binh: Client, partner: Partner) -> None:
    save(binh, partner, **NEW)
    with time_machine.travel(timezone.now() + timedelta(hours=23), tick=False):
        save(log_in(AccountChange.objects.get().by), partner, **OLD)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert not payouts.run(by=Actor(name="Hoa")).made
    with time_machine.travel(timezone.now() + timedelta(hours=48), tick=False):
        assert payouts.run(by=Actor(name="Hoa")).made


def test_a_second_person_confirms_and_who_changed_it_does_not(binh: Client, partner: Partner) -> None:
    save(binh, partner, **NEW)
    change, duc = AccountChange.objects.get(), hub("duc@example.vn")
    button = reverse("shop_payouts:confirm_account", args=[change.pk])
    assert button not in binh.get(reverse("shop_payouts:run")).content.decode()
    assert "cần người thứ hai" in confirm(binh, change)
    assert "Đã lập 0 khoản" in run(binh)
    assert button in duc.get(reverse("shop_payouts:run")).content.decode()
    assert "Đã xác nhận tài khoản." in confirm(duc, change)
    assert "không còn chờ" in confirm(duc, change)
    assert "Đã lập 1 khoản" in run(binh)
    history = binh.get(reverse("partner:history", args=[partner.pk])).content.decode()
    assert "Xác nhận tài khoản nhận tiền: VietinBank …7777 KE GIAN" in history


def test_only_the_newest_change_is_confirmed(binh: Client, partner: Partner) -> None:
    save(binh, partner, **NEW)
    first = AccountChange.objects.get()
    save(binh, partner, **{**NEW, "bank_holder": "KE KHAC"})
    assert "không còn chờ" in confirm(hub("duc@example.vn"), first)
    assert "Đã lập 0 khoản" in run(binh)


@pytest.mark.parametrize("client_of", ["lan@example.vn", "moderator"])
def test_nobody_else_confirms(binh: Client, partner: Partner, client_of: str, django_user_model: Any) -> None:
    save(binh, partner, **NEW)
    user = django_user_model.objects.filter(email=client_of).first() or make_user("duyet@example.vn")
    confirm(log_in(user), AccountChange.objects.get())
    assert not AccountChange.objects.get().confirmed_at


def test_the_setting_may_say_at_once(binh: Client, partner: Partner, settings: Settings) -> None:
    settings.PAYOUT_ACCOUNT_WAIT_H = 0
    save(binh, partner, **NEW)
    assert "Đã lập 1 khoản" in run(binh)


def test_the_first_account_waits_too_and_none_is_none(binh: Client, partner: Partner) -> None:
    save(binh, partner)
    assert "chưa có tài khoản ngân hàng" in run(binh)
    save(binh, partner, **NEW)
    assert AccountChange.objects.first().old == ""  # type: ignore[union-attr]
    assert "Đã lập 0 khoản" in run(binh)


def test_a_payout_that_is_drawn_up_keeps_its_account(binh: Client, partner: Partner) -> None:
    run(binh)
    save(binh, partner, **NEW)
    assert Payout.objects.get().bank_account == OLD["bank_account"]
