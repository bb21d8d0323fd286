"""What was pasted with signs that nobody sees is taken as it looks: addresses and vouchers' codes."""

import unicodedata
from typing import Any

import pytest
from django.core import mail
from django.forms import modelform_factory
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model
from oscar.test.factories import ConditionalOfferFactory

from home.models import MarketSettings
from shop.customer.orders.forms import LookupForm
from shop.order.models import Order
from shop.partner.forms import PartnerForm
from shop.partner.models import Partner
from tests.factories import make_product
from tests.producer_accounts import PASSWORD, log_in, make_user
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db
PASTED = [
    "\u200blan@example.vn",
    "lan@exam\u200bple.vn",
    "lan@example.vn\ufeff\u00a0",
    "lan\u2060＠example.vn",
]


@pytest.fixture(autouse=True)
def site(site_root: Any) -> Any:
    return site_root


@pytest.mark.parametrize("address", PASTED)
def test_an_account_is_found_at_every_log_in(address: str) -> None:
    user = make_user("lan@example.vn")
    for url, name in (("customer:login", "login-username"), ("wagtailadmin_login", "username")):
        client = Client()
        fields = {name: address, name.replace("username", "password"): PASSWORD, "login_submit": "1"}
        client.post(reverse(url), fields)
        assert client.session.get("_auth_user_id") == str(user.pk), url


@pytest.mark.parametrize("url", ["password-reset", "wagtailadmin_password_reset"])
def test_the_way_back_in_is_mailed(url: str) -> None:
    make_user("lan@example.vn")
    Client().post(reverse(url), {"email": PASTED[1]})
    sent = get_model("post_office", "Email").objects.all() if not mail.outbox else mail.outbox
    assert [message.to for message in sent] == [["lan@example.vn"]]


def test_hidden_signs_buy_no_more_tries() -> None:
    """One account, one budget of wrong passwords, however its address is written."""
    from shop.users.forms import CmsLoginForm

    form: Any = CmsLoginForm(data={"username": PASTED[0], "password": "x"})
    form.is_valid()
    assert form.cleaned_data["username"] == "lan@example.vn"


def test_an_order_is_found_by_what_was_pasted(rf: Any) -> None:
    make_market()
    order = make_order(make_product())
    Order.objects.filter(pk=order.pk).update(guest_email="lan@example.vn", user=None)
    form = LookupForm({"code": order.number, "contact": PASTED[1]}, request=rf.post("/"))
    assert form.is_valid(), form.errors


@pytest.mark.parametrize("address", PASTED)
def test_forms_of_the_cms_keep_the_address_that_is_seen(address: str) -> None:
    from wagtail.admin.panels import FieldPanel, ObjectList

    Form = ObjectList([FieldPanel("email")]).bind_to_model(MarketSettings).get_form_class()
    form = Form({"email": address}, instance=MarketSettings())
    assert form.is_valid(), form.errors
    assert form.cleaned_data["email"] == "lan@example.vn"


def test_people_of_a_producer_are_invited_at_the_address_that_is_seen() -> None:
    Form = modelform_factory(Partner, form=PartnerForm, fields=["name"])
    form = Form({"people": "\n".join(PASTED), "name": "Gốm"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["people"] == ["lan@example.vn"] * len(PASTED)


CODES = ["TẾT 2027", "tết2027", unicodedata.normalize("NFD", "TẾT2027"), "TẾT\u200b2027", "TẾT\u00a02027 "]


@pytest.mark.parametrize("written", CODES)
def test_code_is_kept_and_found_by_staff_as_it_is_seen(django_user_model: Any, written: str) -> None:
    boss = log_in(django_user_model.objects.create_superuser("chu@example.vn", "mat-khau-dai-10"))
    fields = {
        "name": "Tết",
        "code": written,
        "start_datetime": "2027-01-01 00:00",
        "end_datetime": "2027-02-01 00:00",
        "usage": "Multi-use",
        "offers": [ConditionalOfferFactory(offer_type="Voucher").pk],
    }
    boss.post(reverse("dashboard:voucher-create"), fields)
    voucher = get_model("voucher", "Voucher").objects.get()
    assert voucher.code == "TẾT2027"
    boss.post(reverse("dashboard:voucher-update", args=[voucher.pk]), fields | {"name": "Tết mới"})
    voucher.refresh_from_db()
    assert (voucher.name, voucher.code) == ("Tết mới", "TẾT2027")
    found = boss.get(reverse("dashboard:voucher-list"), {"code": written})
    assert list(found.context["vouchers"]) == [voucher]
