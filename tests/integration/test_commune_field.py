"""The commune is typed or picked: by code, by name in any writing; provinces and communes in dictionary order."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.models import Commune
from shop.address.place_form import PlaceForm
from shop.checkout import session
from tests.factories import make_commune, make_home, make_product
from tests.shop import ADDRESS, fill_basket, make_market

pytestmark = pytest.mark.django_db
ADDRESS_URL = "checkout:shipping-address"
NAMES = [("09292", "Phù Lãng", "phuong"), ("07228", "Đa Mai", "phuong"), ("07540", "Sa Lý", "xa"),
         ("07576", "Quý Sơn", "xa"), ("00001", "Ân Thi", "xa"), ("00002", "An Lạc", "xa"),
         ("00003", "Dĩnh Kế", "phuong"), ("00004", "Tân Lập", "xa"), ("00005", "Tân Lạp", "xa"),
         ("00006", "Mỹ Tho", "phuong"), ("00007", "Mỹ Thọ", "xa"), ("00008", "Xa Lũng", "xa")]  # fmt: skip


@pytest.fixture
def communes(db: None) -> None:
    make_home()
    for code, name, kind in NAMES:
        make_commune(code=code, name=name)
        Commune.objects.filter(code=code).update(kind=kind)


def form(**changes: Any) -> PlaceForm:
    return PlaceForm({"name": "An", "phone": "0912345678", "province": "24", "street": "1"} | changes)


@pytest.mark.usefixtures("communes")
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("09292", "09292"),
        ("Phù Lãng (phường)", "09292"),
        ("phu lang", "09292"),
        ("P. Phù Lãng", "09292"),
        ("xã Phù Lãng", "09292"),  # as it was called until it became a ward
        ("Qui Son", "07576"),
        ("xã Sa Lí", "07540"),
        ("Tân Lạp", "00005"),
        ("xa phu lang", "09292"),
        ("Phuong Phu Lang", "09292"),
        ("dac khu phu lang", "09292"),
        ("xa lung", "00008"),
        ("xa xa lung", "00008"),
        ("p. my tho", "00006"),
        ("phuong my tho", "00006"),
        ("xã my tho", "00007"),
        ("Mỹ Thọ (xã)", "00007"),
        ("Mỹ Tho", "00006"),
    ],
)
def test_a_commune_is_taken_as_people_write_it(typed: str, code: str) -> None:
    filled = form(commune=typed)
    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["commune"] == code


@pytest.mark.usefixtures("communes")
@pytest.mark.parametrize("typed", ["Tan Lap", "Phù", "không có", "99999", "\x00", "(", "a" * 5000])
def test_what_is_no_commune_or_two_stays_to_be_corrected(typed: str) -> None:
    filled = form(commune=typed)
    assert not filled.is_valid()
    assert list(filled.errors) == ["commune"]
    assert filled["commune"].value() == typed


@pytest.mark.usefixtures("communes")
@pytest.mark.parametrize("typed", ["my tho", "phường Mỹ Thọ"])
def test_places_that_sound_alike_are_named(typed: str) -> None:
    assert form(commune=typed).errors["commune"] == [
        "Có những nơi đọc giống nhau: Mỹ Tho (phường), Mỹ Thọ (xã). Hãy chọn một."
    ]


@pytest.mark.usefixtures("communes")
def test_lists_are_in_the_order_of_a_dictionary_and_begin_with_names() -> None:
    make_commune(code="10000", name="A", province_code="79")
    make_commune(code="10001", name="B", province_code="01")
    empty = form()
    assert [name for _code, name in empty.fields["commune"].choices][:5] == [
        "An Lạc (xã)",
        "Ân Thi (xã)",
        "Dĩnh Kế (phường)",
        "Đa Mai (phường)",
        "Mỹ Tho (phường)",
    ]
    assert [name for code, name in empty.fields["province"].choices if code] == [
        "Bắc Ninh",
        "Hà Nội",
        "Hồ Chí Minh",
    ]


@pytest.mark.usefixtures("communes")
def test_the_page_suggests_names_and_shows_the_chosen_one() -> None:
    page = Client().get(reverse("checkout:communes"), {"province": "24"}).content.decode()
    assert '<option value="Phù Lãng (phường)"></option>' in page
    assert 'list="commune-names"' in page
    assert 'id="commune-names"' in page
    assert 'value="Phù Lãng (phường)"' in str(form(commune="09292")["commune"])


@pytest.mark.usefixtures("communes")
def test_a_commune_that_is_no_more_is_shown_by_its_name() -> None:
    Commune.objects.filter(code="09292").update(valid_to="2026-01-01")
    assert 'value="Phù Lãng"' in str(form(commune="09292")["commune"])
    assert 'value="99999"' in str(form(commune="99999")["commune"])


def test_who_has_no_script_types_the_commune_without_fetching_a_list(client: Client, site_root: Any) -> None:
    make_market()
    fill_basket(client, make_product())
    answer = client.post(reverse(ADDRESS_URL), {**ADDRESS, "commune": "phu lang"})
    assert answer.status_code == 302
    assert client.session[session.KEY]["commune"] == "09292"
