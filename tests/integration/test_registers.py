"""The registers of the hub: who keeps them, what they refuse, what they show today."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.access.permissions import grant_hub_staff, grant_moderators, grant_producer, partners_of
from catalogue.models import Certificate, Product
from shop.partner.models import Partner
from tests.factories import (
    make_certificate,
    make_home,
    make_partner,
    make_producer,
    make_product,
)
from tests.producer_accounts import log_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> Client:
    make_home()
    binh = make_user("binh@example.vn")
    grant_hub_staff(users=[binh])
    return log_in(binh)


@pytest.fixture
def product(staff: Client) -> Product:
    return make_product(title="Gốm Phù Lãng")


def certificate_form(product: Product, **fields: Any) -> dict[str, Any]:
    return {
        "product": product.pk,
        "holder": product.producer.pk,
        "holder_note": "",
        "stars": "4",
        "certificate_no": "GCN 12",
        "decision_no": "45/QĐ-UBND",
        "issuer_level": "province",
        "issuer_name": "UBND tỉnh Bắc Ninh",
        "issuer_name_en": "",
        "legal_basis": "26/2026/QĐ-TTg",
        "issued_on": "01/03/2026",
        "expires_on": "28/02/2029",
        "supersedes": "",
        "document": "",
        "source_url": "https://bacninh.gov.vn/ocop",
        **fields,
    }


def check_certificates() -> None:
    """Let a second person of the hub confirm all that wait."""
    chi = make_user("chi@example.vn")
    grant_hub_staff(users=[chi])
    for certificate in Certificate.objects.filter(is_checked=False):
        answer = log_in(chi).post(reverse("certificate:check", args=[certificate.pk]))
        assert answer.url == reverse("certificate:index")


REGISTERS = [
    "certificate", "geographicalindication", "certification", "productcertification", "salespoint", "indicationright",
    "commune", "province", "formerunit", "category", "partner",
]  # fmt: skip


@pytest.mark.parametrize("register", REGISTERS)
def test_hub_staff_open_every_register_and_nobody_else_does(staff: Client, register: str) -> None:
    lan, duyet = make_user("lan@example.vn"), make_user("duyet@example.vn")
    grant_producer(partner=make_partner(), users=[lan])
    grant_moderators(users=[duyet])
    address = reverse(f"{register}:index")
    assert staff.get(address).status_code == 200
    assert log_in(lan).get(address).status_code == 403
    assert log_in(duyet).get(address).status_code == 302


@pytest.mark.parametrize("register", REGISTERS)
def test_no_register_can_copy(staff: Client, register: str) -> None:
    with pytest.raises(Exception, match="copy"):
        reverse(f"{register}:copy", args=[1])


def test_a_certificate_is_entered(staff: Client, product: Product) -> None:
    response = staff.post(reverse("certificate:add"), certificate_form(product))
    assert response.status_code == 302, response.context["form"].errors
    certificate = Certificate.objects.get()
    assert (certificate.issued_on, certificate.expires_on) == (date(2026, 3, 1), date(2029, 2, 28))
    assert product.current_certificate(date(2026, 11, 21)) is None
    check_certificates()
    assert Product.objects.get().current_certificate(date(2026, 11, 21)) == certificate


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("stars", "6", "6 không"),
        ("certificate_no", "", "bắt buộc"),
        ("issued_on", "31/02/2026", "hợp lệ"),
        ("expires_on", "01/03/2026", "phải sau ngày cấp"),
        ("product", "0", ""),
        ("source_url", "javascript:alert(1)", ""),
    ],
)
def test_bad_input_is_answered_and_nothing_is_entered(
    staff: Client, product: Product, field: str, value: str, words: str
) -> None:
    response = staff.post(reverse("certificate:add"), certificate_form(product) | {field: value})
    assert response.status_code == 200
    assert words in str(response.context["form"].errors)
    assert response.context["form"].errors
    assert not Certificate.objects.exists()


def test_two_at_once_are_refused_beside_the_date(staff: Client, product: Product) -> None:
    make_certificate(product=product, issued_on=date(2025, 1, 1), expires_on=date(2027, 12, 31))
    response = staff.post(reverse("certificate:add"), certificate_form(product))
    assert "còn hiệu lực đến 31/12/2027" in str(response.context["form"].errors["issued_on"])
    assert Certificate.objects.count() == 1


def test_a_renewal_supersedes_the_old_one_of_the_same_product_only(staff: Client, product: Product) -> None:
    old = make_certificate(product=product, issued_on=date(2025, 1, 1), expires_on=date(2027, 12, 31))
    other = make_certificate(product=make_product(title="Chum"))
    response = staff.post(reverse("certificate:add"), certificate_form(product, supersedes=other.pk))
    assert "của sản phẩm khác" in str(response.context["form"].errors["supersedes"])
    response = staff.post(reverse("certificate:add"), certificate_form(product, supersedes=old.pk))
    assert response.status_code == 302
    check_certificates()
    old.refresh_from_db()
    assert old.superseded_on == date(2026, 3, 1)
    with time_machine.travel("2026-11-21T12:00:00+07:00"):
        assert product.current_certificate() != old


def test_a_mistyped_certificate_is_withdrawn_and_entered_rightly(staff: Client, product: Product) -> None:
    old = make_certificate(product=product, issued_on=date(2025, 1, 1), expires_on=date(2027, 12, 31))
    form = certificate_form(product, supersedes=old.pk)
    assert (
        staff.post(reverse("certificate:add"), form | {"stars": "5", "issuer_level": "national"}).status_code
        == 302
    )
    response = staff.post(reverse("certificate:add"), form)
    assert list(response.context["form"].errors) == ["certificate_no"]
    response = staff.post(reverse("certificate:add"), form | {"certificate_no": "GCN 13"})
    assert list(response.context["form"].errors) == ["supersedes"]
    slip = Certificate.objects.get(stars=5)
    edit, source = reverse("certificate:edit", args=[slip.pk]), slip.source_url
    gone = {
        "withdrawn_on": "01/03/2026",
        "withdrawal_reason": "Nhập nhầm",
        "document": "",
        "source_url": source,
    }
    assert staff.post(edit, gone).status_code == 302
    assert staff.post(reverse("certificate:add"), form).status_code == 302
    check_certificates()
    assert product.current_certificate(date(2026, 11, 21)).stars == 4
    response = staff.post(edit, gone | {"withdrawn_on": "", "withdrawal_reason": ""})
    assert list(response.context["form"].errors) == ["withdrawn_on"]


def test_facts_once_entered_are_not_rewritten(staff: Client, product: Product) -> None:
    certificate = make_certificate(product=product, stars=3)
    edit = reverse("certificate:edit", args=[certificate.pk])
    form = certificate_form(product, stars="5", withdrawn_on="", withdrawal_reason="")
    assert staff.post(edit, form).status_code == 302
    certificate.refresh_from_db()
    assert (certificate.stars, certificate.certificate_no) != (5, "GCN 12")


def test_withdrawing_asks_for_a_reason_and_ends_the_star(staff: Client, product: Product) -> None:
    certificate = make_certificate(product=product)
    edit = reverse("certificate:edit", args=[certificate.pk])
    today = timezone.localdate()
    form = {"withdrawn_on": f"{today:%d/%m/%Y}", "withdrawal_reason": " ", "document": "", "source_url": ""}
    response = staff.post(edit, form)
    assert "Ghi lý do thu hồi." in str(response.context["form"].errors["withdrawal_reason"])
    assert staff.post(edit, form | {"withdrawal_reason": "Sai quy trình"}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.WITHDRAWN


def test_the_list_shows_the_state_of_today_and_filters_by_it(staff: Client, product: Product) -> None:
    today = timezone.localdate()
    make_certificate(product=product, certificate_no="CON-HAN")
    ended = {"issued_on": today - timedelta(days=900), "expires_on": today - timedelta(days=1)}
    make_certificate(product=make_product(), certificate_no="HET-HAN", **ended)
    index = reverse("certificate:index")
    shown = staff.get(index).content.decode()
    assert "còn hạn" in shown
    assert "hết hạn" in shown
    assert "HET-HAN" not in staff.get(index, {"valid_today": "true"}).content.decode()
    assert "CON-HAN" not in staff.get(index, {"valid_today": "false"}).content.decode()
    assert "CON-HAN" in staff.get(index, {"q": "phù lãng"}).content.decode()


def test_the_list_asks_no_more_for_three(staff: Client, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    index = reverse("certificate:index")
    make_certificate(product=make_product())
    staff.get(index)
    with CaptureQueriesContext(connection) as one:
        staff.get(index)
    for _number in range(2):
        make_certificate(product=make_product())
    with django_assert_num_queries(len(one)):
        staff.get(index)


@pytest.mark.parametrize("who", ["staff", "superuser"])
def test_nobody_deletes_a_certificate(
    staff: Client, product: Product, admin_client: Client, who: str
) -> None:
    client = staff if who == "staff" else admin_client
    certificate = make_certificate(product=product)
    assert client.post(reverse("certificate:delete", args=[certificate.pk])).status_code == 302
    assert Certificate.objects.filter(pk=certificate.pk).exists()


def partner_form(**fields: Any) -> dict[str, Any]:
    names = "name name_en legal_form representative tax_code business_licence founded_year members commune address"
    names += " phone email website bank_bin bank_account bank_holder people"
    empty = dict.fromkeys(names.split(), "")
    filled = {
        "name": "HTX Tân Yên",
        "legal_form": "cooperative",
        "carried_by": "own",
        "commission_percent": "0",
    }
    return {**empty, **filled, **fields}


def test_a_producer_is_registered_and_its_people_are_invited(staff: Client) -> None:
    lan = make_user("lan@example.vn")
    form = partner_form(people="Lan@example.vn\n\n")
    response = staff.post(reverse("partner:add"), form)
    assert response.status_code == 302, response.context["form"].errors
    partner = Partner.objects.get()
    assert not partners_of(lan)
    assert partner.invitations.get().email == "Lan@example.vn"
    assert partner.collection.name == "HTX Tân Yên"
    assert partner.code


def test_producers_account_is_written_as_banks_do(staff: Client) -> None:
    account = {"bank_bin": "970436", "bank_account": "0011 00abc 567", "bank_holder": "HTX Gốm  Phù Lãng"}
    assert staff.post(reverse("partner:add"), partner_form(**account)).status_code == 302
    found = Partner.objects.values_list("bank_bin", "bank_account", "bank_holder")
    assert list(found) == [("970436", "001100ABC567", "HTX GOM PHU LANG")]
    nonsense = [{"bank_bin": "123456"}, {"bank_bin": ""}, {"bank_account": "12 é"}, {"bank_account": ""},
                {"bank_account": "=1+1"}, {"bank_holder": ""},
             {"bank_holder": "ß" * 80}]  # fmt: skip
    edit = reverse("partner:edit", args=[Partner.objects.get().pk])
    errors = [staff.post(edit, partner_form(**account | wrong)).context["form"].errors for wrong in nonsense]
    assert [list(each) for each in errors] == [list(wrong) for wrong in nonsense]
    assert list(found.all()) == [("970436", "001100ABC567", "HTX GOM PHU LANG")]
    assert staff.post(edit, partner_form()).status_code == 302


def test_people_leave_and_what_is_no_address_is_named(staff: Client) -> None:
    lan, cuc = make_user("lan@example.vn"), make_user("cuc@example.vn")
    partner = make_partner(name="HTX Tân Yên")
    page = make_producer(partner=partner)
    grant_producer(partner=partner, users=[lan, cuc])
    edit = reverse("partner:edit", args=[partner.pk])
    assert staff.get(edit).context["form"]["people"].value() == "cuc@example.vn\nlan@example.vn"
    response = staff.post(edit, partner_form(people="lan@example.vn\nai@example"))
    assert response.context["form"].errors == {"people": ["Không phải địa chỉ thư điện tử: ai@example."]}
    assert staff.post(edit, partner_form(people="lan@example.vn")).status_code == 302
    cuc.refresh_from_db()
    lan.refresh_from_db()
    assert page.permissions_for_user(lan).can_edit()
    assert not page.permissions_for_user(cuc).can_edit()
    assert not partners_of(cuc)


def test_the_partners_list_leads_to_the_prices(staff: Client) -> None:
    partner = make_partner()
    assert f"/admin/gia-va-kho/?co-so={partner.pk}" in staff.get(reverse("partner:index")).content.decode()


def test_users_and_groups_stay_with_superusers(staff: Client, admin_client: Client) -> None:
    for name in ["wagtailusers_users:index", "wagtailusers_groups:index"]:
        assert staff.get(reverse(name)).status_code == 302
        assert admin_client.get(reverse(name)).status_code == 200
    form = {
        "email": "moi@example.vn",
        "first_name": "Mới",
        "last_name": "Người",
        "password1": "mat-khau-dai-10",
    }
    group = Group.objects.get(name="Nhân viên sàn")
    response = admin_client.post(
        reverse("wagtailusers_users:add"),
        form | {"password2": "mat-khau-dai-10", "is_active": "on", "groups": [group.pk]},
    )
    assert response.status_code == 302, response.context["form"].errors


def test_hub_staff_edit_the_markets_settings(staff: Client) -> None:
    assert (
        staff.get(reverse("wagtailsettings:edit", args=["home", "marketsettings"]), follow=True).status_code
        == 200
    )
