"""What an editor sees before anybody else: previews of drafts, also of pages that are not saved yet."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from catalogue.models import CataloguePage
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(django_user_model: Any) -> Client:
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("bien-tap@example.vn", "mat-khau-dai-1"))
    return client


def product_form(*, months: tuple[str, ...] = ("10", "11"), **fields: Any) -> dict[str, Any]:
    blank = {
        "title": "Bình gốm",
        "slug": "binh-gom",
        "summary": "Bình vuốt tay.",
        "body": streamfield([("text", rich_text("<p>Đất đỏ.</p>"))]),
        "photos": inline_formset([{"picture": make.make_picture().pk}]),
        "comments": inline_formset([]),
    }
    return nested_form_data({**blank, **fields}) | {"season_months": list(months)}


def preview(editor: Client, url: str, form: dict[str, Any]) -> str:
    sent = editor.post(url, form)
    assert sent.json() == {"is_valid": True, "is_available": True}
    return editor.get(url).content.decode()


def test_a_product_is_seen_before_it_is_saved(editor: Client) -> None:
    producer = make.make_producer(title="HTX Gốm")
    url = reverse("wagtailadmin_pages:preview_on_add", args=["catalogue", "productpage", producer.pk])
    html = preview(editor, url, product_form())
    for words in ("Bình gốm", "Bình vuốt tay.", "Đất đỏ.", "HTX Gốm", "Tháng 10 đến tháng 11."):
        assert words in html
    assert "Thêm vào giỏ" not in html


def test_a_draft_is_seen_with_its_changes(editor: Client) -> None:
    product = make.make_product(title="Chum", price=50_000, stars=4)
    page = product.pages.get()
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    html = preview(editor, url, product_form(title="Chum lớn", slug=page.slug))
    assert "Chum lớn" in html
    assert "50.000\u00a0₫" in html
    assert "Chum lớn" not in Client().get(page.url).content.decode()


def test_every_kind_of_page_can_be_previewed(editor: Client) -> None:
    home = make.make_home()
    village = make.make_village(hero=make.make_picture())
    make.make_product(producer=make.make_producer(village=village), village=village)
    make.make_specialty(season_months=[5])
    make.make_event(village=village)
    for page in home.get_descendants(inclusive=True).not_type(CataloguePage).specific():
        answer = page.make_preview_request()
        assert answer.status_code == 200, page
        assert page.title in answer.content.decode() or page == home


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(["12", "1", "5"], [1, 5, 12]), ([], []), ([str(n) for n in range(1, 13)], [*range(1, 13)])],
)
def test_months_are_ticked_and_kept_in_order(editor: Client, sent: list[str], kept: list[int]) -> None:
    page = make.make_product().pages.get()
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = product_form(slug=page.slug, months=tuple(sent)) | {"action-publish": "1"}
    answer = editor.post(url, form)
    assert answer.status_code == 302, answer.context["form"].errors
    page.refresh_from_db()
    assert page.season_months == kept


@pytest.mark.parametrize("month", ["0", "13", "-1", "thang-5", "5.5"])
def test_other_months_are_refused_beside_the_field(editor: Client, month: str) -> None:
    page = make.make_product(page={"season_months": [5]}).pages.get()
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = editor.post(url, product_form(slug=page.slug, months=(month,)) | {"action-publish": "1"})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["season_months"]
    page.refresh_from_db()
    assert page.season_months == [5]


def test_the_editor_shows_twelve_boxes_with_the_right_ones_ticked(editor: Client) -> None:
    page = make.make_product(page={"season_months": [6, 7]}).pages.get()
    html = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    boxes = [line for line in html.split("<input") if 'name="season_months"' in line]
    assert len(boxes) == 12
    assert [box.split('value="')[1].split('"')[0] for box in boxes if " checked" in box] == ["6", "7"]
