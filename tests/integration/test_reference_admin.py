"""Staff keep places, groups, indications and schemes in the admin, and decide about shipped data."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from catalogue import reference
from catalogue.access.permissions import grant_hub_staff, grant_moderators, grant_producer
from catalogue.models import (
    Category,
    Certification,
    Commune,
    FormerUnit,
    GeographicalIndication,
    Province,
    SeededRow,
)
from catalogue.seeds import load
from shop.users.models import User
from tests.factories import make_commune, make_home, make_partner, make_product
from tests.place_versions import versions
from tests.producer_accounts import log_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> Client:
    make_home()
    binh = make_user("binh@example.vn")
    grant_hub_staff(users=[binh])
    return log_in(binh)


@pytest.fixture
def groups(db: None) -> None:
    load(reference.CATEGORIES)


def saved(response: Any) -> bool:
    assert response.status_code == 302, response.context["form"].errors
    return True


def test_a_commune_is_renamed_and_its_code_stays(staff: Client) -> None:
    commune = make_commune(code="09292", name="Phù Lãng")
    form = {"code": "99999", "name": "Phù Lãng Mới", "kind": "phuong", "province": "24"}
    days = {"valid_from": "01/07/2025", "valid_to": "", **versions()}
    assert saved(staff.post(reverse("commune:edit", args=[commune.pk]), form | days))
    assert list(Commune.objects.values_list("code", "name", "kind", "sort_key")) == [
        ("09292", "Phù Lãng Mới", "phuong", "phu lang moi")
    ]


def test_a_commune_and_its_old_units_are_added(staff: Client) -> None:
    make_commune()
    form = {"code": "09400", "name": "Lâm Thao", "kind": "xa", "province": "24", "valid_from": "01/01/2027"}
    assert saved(staff.post(reverse("commune:add"), form))
    unit = {"code": "09401", "name": "Xã Minh Tân", "district_name": "Huyện Lương Tài", "commune": "09400"}
    assert saved(staff.post(reverse("formerunit:add"), unit | {"province_name": "Tỉnh Bắc Ninh"}))
    old = FormerUnit.objects.get()
    assert (old.commune_id, old.folded) == ("09400", "xa minh tan, huyen luong tai, tinh bac ninh")
    again = staff.post(reverse("formerunit:add"), unit | {"province_name": "Tỉnh Bắc Ninh"})
    assert again.status_code == 200
    assert FormerUnit.objects.count() == 1
    assert saved(staff.post(reverse("formerunit:delete", args=[old.pk])))


def test_a_province_is_corrected(staff: Client) -> None:
    make_commune()
    form = {"name": "Bắc Ninh", "name_en": "Bac Ninh", "kind": "thanh_pho", "valid_from": "01/07/2025"}
    assert saved(staff.post(reverse("province:edit", args=["24"]), form | versions()))
    assert Province.objects.get().kind == "thanh_pho"


@pytest.mark.parametrize("who", ["staff", "superuser"])
@pytest.mark.parametrize("register", ["commune", "province"])
def test_nobody_deletes_a_place(staff: Client, admin_client: Client, who: str, register: str) -> None:
    client = staff if who == "staff" else admin_client
    commune = make_commune()
    key = commune.pk if register == "commune" else "24"
    assert client.post(reverse(f"{register}:delete", args=[key])).status_code == 302
    assert (Commune.objects.count(), Province.objects.count()) == (1, 1)


def test_a_group_gets_other_names_in_both_languages(staff: Client, groups: None) -> None:
    tea = Category.objects.get(code="I.5")
    before = (tea.path, tea.slug)
    form = {"code": "IX", "parent": "", "name": "Trà", "name_en": "Teas"}
    assert saved(staff.post(reverse("category:edit", args=[tea.pk]), form))
    tea.refresh_from_db()
    assert (tea.code, tea.name, tea.name_en, tea.path, tea.slug) == ("I.5", "Trà", "Teas", *before)


def test_a_set_is_added_under_its_group(staff: Client, groups: None) -> None:
    group = Category.objects.get(code="I.5")
    form = {"code": "bo-27", "parent": group.pk, "name": "Chè đá", "name_en": "Iced tea"}
    assert saved(staff.post(reverse("category:add"), form))
    added = Category.objects.get(code="bo-27")
    assert (added.get_parent(), added.slug) == (group, "che-da")
    assert saved(staff.post(reverse("category:add"), form | {"code": "VII", "parent": ""}))
    assert Category.objects.get(code="VII").is_root()
    for wrong in ({"code": "bo-27"}, {"code": ""}, {"code": "X", "parent": added.pk}):
        assert staff.post(reverse("category:add"), form | wrong).status_code == 200
    assert Category.objects.count() == 51


def test_a_new_group_has_a_name_that_makes_an_address(staff: Client) -> None:
    form = {"code": "VII", "name": "!!!", "name_en": "", "parent": ""}
    answer = staff.post(reverse("category:add"), form)
    assert answer.context["form"].errors["name"] == ["Tên phải có chữ cái."]
    assert saved(staff.post(reverse("category:add"), form | {"name": "Chè 5!"}))
    assert "/che-5_" in Category.objects.get(code="VII").get_absolute_url()


@pytest.mark.parametrize("who", ["staff", "superuser"])
@pytest.mark.parametrize("code", ["bo-11", "I.5", "I"])
def test_a_group_in_use_is_not_deleted(
    staff: Client, admin_client: Client, groups: None, who: str, code: str
) -> None:
    client = staff if who == "staff" else admin_client
    make_product().categories.add(Category.objects.get(code="bo-11"))
    address = reverse("category:delete", args=[Category.objects.get(code=code).pk])
    for answer in (client.get(address, follow=True), client.post(address, follow=True)):
        assert "đang được dùng, không xoá được" in answer.content.decode()
    assert Category.objects.count() == 49


def test_a_group_that_nothing_names_is_deleted(staff: Client, groups: None) -> None:
    tea = Category.objects.get(code="bo-11")
    assert staff.get(reverse("category:delete", args=[tea.pk])).status_code == 200
    assert saved(staff.post(reverse("category:delete", args=[tea.pk])))
    assert not Category.objects.filter(code="bo-11").exists()


def test_indication_and_scheme_survive_the_next_release(staff: Client) -> None:
    reference.load_claims()
    indication = GeographicalIndication.objects.get(name="Lục Nam")
    form = {"name": "Lục Nam", "register_no": "00123", "decision_no": "", "registered_on": ""}
    assert saved(staff.post(reverse("geographicalindication:edit", args=[indication.pk]), form))
    scheme = Certification.objects.get(code="huu-co")
    form = {"code": "huu-co", "name": "Hữu cơ", "name_en": "Organic"}
    assert saved(staff.post(reverse("certification:edit", args=[scheme.pk]), form))
    reference.load_claims()
    assert GeographicalIndication.objects.get(name="Lục Nam").register_no == "00123"
    assert Certification.objects.get(code="huu-co").name == "Hữu cơ"


def decide(client: Client, verb: str, key: str = "", dataset: str = "indications") -> str:
    form = {"dataset": dataset, "verb": verb, "key": key}
    return client.post(reverse("shipped_data"), form, follow=True).content.decode()


@pytest.fixture
def changed(db: None) -> GeographicalIndication:
    reference.load_claims()
    GeographicalIndication.objects.filter(name="Núi Dành").delete()
    GeographicalIndication.objects.filter(name="An Thịnh").update(register_no="00099")
    return GeographicalIndication.objects.get(name="An Thịnh")


def test_the_report_shows_ours_beside_what_is_shipped(staff: Client, changed: Any) -> None:
    html = staff.get(reverse("shipped_data")).content.decode()
    for words in ("An Thịnh", "<del>00099</del>", "<ins>00082</ins>", "Núi Dành", "đã xoá ở đây"):
        assert words in html
    UserProfile.objects.create(user=User.objects.get(email="binh@example.vn"), preferred_language="en")
    html = staff.get(reverse("shipped_data")).content.decode()
    for words in ("Shipped data", "deleted here", "Take what is shipped", "Keep as it is"):
        assert words in html


def test_a_row_is_taken_another_refused(staff: Client, changed: Any) -> None:
    assert "Đã lấy theo bản kèm theo: An Thịnh" in decide(staff, "accept", "An Thịnh")
    changed.refresh_from_db()
    assert changed.register_no == "00082"
    html = decide(staff, "decline", "Núi Dành")
    assert "Đã giữ như đang có: Núi Dành" in html
    assert 'value="Núi Dành"' not in html  # decided
    assert "Không làm được gì" in decide(staff, "accept", "An Thịnh")


def test_all_rows_are_taken_at_once(staff: Client, changed: Any) -> None:
    assert "Đã lấy 2 dòng" in decide(staff, "accept_all")
    assert GeographicalIndication.objects.count() == 4


@pytest.mark.parametrize(
    ("form", "status"),
    [({"dataset": "users"}, 404), ({"dataset": "indications", "verb": "x"}, 302), ({}, 404)],
)
def test_nonsense_changes_nothing(staff: Client, changed: Any, form: dict[str, str], status: int) -> None:
    before = list(SeededRow.objects.values()), list(GeographicalIndication.objects.values())
    assert staff.post(reverse("shipped_data"), form).status_code == status
    assert before == (list(SeededRow.objects.values()), list(GeographicalIndication.objects.values()))


def test_nobody_but_hub_staff_decides(staff: Client, changed: Any) -> None:
    lan, duyet = make_user("lan@example.vn"), make_user("duyet@example.vn")
    grant_producer(partner=make_partner(), users=[lan])
    grant_moderators(users=[duyet])
    form = {"dataset": "indications", "verb": "accept", "key": "An Thịnh"}
    for user, status in ((lan, 403), (duyet, 302)):
        client = log_in(user)
        assert client.get(reverse("shipped_data")).status_code == status
        assert client.post(reverse("shipped_data"), form).status_code == status
        assert "du-lieu-kem-theo" not in client.get(reverse("wagtailadmin_home")).content.decode()
    changed.refresh_from_db()
    assert changed.register_no == "00099"
    assert "du-lieu-kem-theo" in staff.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("last", ["01/01/2020", "01/07/2025"])
def test_a_commune_never_ends_before_it_begins(staff: Client, last: str) -> None:
    commune = make_commune()
    url = reverse("commune:edit", args=[commune.pk])
    fields = {"province": commune.province_id, "name": commune.name, "kind": commune.kind}
    response = staff.post(url, {**fields, "valid_from": "01/07/2025", "valid_to": last})
    assert response.status_code == 200
    assert "Ngày hết hiệu lực phải sau ngày bắt đầu." in response.content.decode()
    commune.refresh_from_db()
    assert commune.valid_to is None
