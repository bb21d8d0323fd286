"""A producer's forms: own things pass, foreign ids are refused and change nothing."""

import json
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.models import Page, Revision
from wagtail.test.utils.form_data import nested_form_data

from catalogue.access.linked_objects import is_choosable
from catalogue.models import Picture, ProductPage
from catalogue.wagtail_hooks import pages_to_choose
from tests.factories import make_picture, make_village
from tests.producer_accounts import (
    MARK,
    ProducerAccount,
    all_pages_of,
    log_in,
    make_producer_account,
    producer_form,
    product_form,
    text,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(db: None) -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


@pytest.fixture
def rival(own: ProducerAccount) -> ProducerAccount:
    return make_producer_account(email="rival@example.vn", name=f"{MARK} Cạnh Tranh")


@pytest.fixture
def client(own: ProducerAccount) -> Client:
    return log_in(own.user)


def edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def drafts() -> set[tuple[int, str]]:
    return set(Revision.objects.values_list("pk", "object_id"))


def foreign(rival: ProducerAccount) -> dict[str, dict[str, Any]]:
    """Return a product form for every way to point at something of the rival's."""
    picture, page, document = rival.picture.pk, rival.draft.pk, rival.document.pk
    quote = {"picture": picture, "caption": ""}
    call = {"text": "", "label": "Xem", "page": page, "url": ""}
    row = {"title": "", "products": streamfield_list([page])}
    gallery = streamfield_list([quote, quote])
    return {
        "photo": product_form(photos=[rival.picture]),
        "share picture": product_form(share_picture=picture),
        "picture block": product_form(body=[("picture", quote)]),
        "gallery block": product_form(body=[("gallery", gallery)]),
        "product row": product_form(body=[("product_row", row)]),
        "live page": product_form(body=[("call_to_action", call | {"page": rival.product_page.pk})]),
        "call to action": product_form(body=[("call_to_action", call)]),
        "page link": product_form(body=[("text", text(f'<p><a linktype="page" id="{page}">x</a></p>'))]),
        "document link": product_form(
            body=[("text", text(f'<p><a linktype="document" id="{document}">x</a></p>'))]
        ),
        "photo of an invalid form": product_form(photos=[rival.picture], title=""),
        "block of an invalid form": product_form(body=[("picture", quote), ("quote", {"words": ""})]),
    }


def shown(response: Any) -> str:
    """Return what a response says, JSON unpacked."""
    text = response.content.decode()
    return str(json.loads(text)) if response["Content-Type"].startswith("application/json") else text


def latest(page: Page) -> Page:
    """Return the newest draft of `page`."""
    return Page.objects.get(pk=page.pk).get_latest_revision_as_object()


def streamfield_list(values: list[Any]) -> dict[str, Any]:
    """Return a ListBlock's data as the browser posts it."""
    rows = {
        str(number): {"value": value, "deleted": "", "order": str(number), "id": ""}
        for number, value in enumerate(values)
    }
    return {"count": str(len(values)), **rows}


KINDS = [
    "photo", "share picture", "picture block", "gallery block", "product row", "live page", "call to action",
    "page link", "document link", "photo of an invalid form", "block of an invalid form",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_foreign_ids_are_refused_everywhere(
    own: ProducerAccount, rival: ProducerAccount, client: Client, kind: str
) -> None:
    page, data = own.product_page, foreign(rival)[kind]
    add = ["catalogue", "productpage", own.page.pk]
    before = (drafts(), Page.objects.count())
    for address, accept in [
        (edit(page), "text/html"),
        (edit(page), "application/json"),  # as autosave asks
        (reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), "text/html"),
        (reverse("wagtailadmin_pages:add", args=add), "text/html"),
        (reverse("wagtailadmin_pages:preview_on_add", args=add), "text/html"),
        (
            reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, page.latest_revision_id]),
            "text/html",
        ),
    ]:
        response = client.post(address, data, headers={"Accept": accept})
        refused = response.status_code == 403 or response.headers["Location"] == reverse("wagtailadmin_home")
        assert refused, (address, response.status_code)
        assert MARK not in response.content.decode().upper(), address
    assert (drafts(), Page.objects.count()) == before
    assert MARK not in client.get(edit(page)).content.decode().upper()


def test_own_and_public_things_pass(own: ProducerAccount, client: Client) -> None:
    village = make_village(title="Làng gốm Phù Lãng")
    body = [
        ("picture", {"picture": own.picture.pk, "caption": "Lò gốm"}),
        ("product_row", {"title": "", "products": streamfield_list([own.draft.pk])}),
        ("text", text(f'<p><a linktype="page" id="{village.pk}">làng</a></p>')),
    ]
    response = client.post(edit(own.product_page), product_form(body=body, photos=[own.picture]))
    assert response.status_code == 302, response.context["form"].errors
    draft = latest(own.product_page)
    assert [block.block_type for block in draft.body] == ["picture", "product_row", "text"]
    assert draft.photos.get().picture == own.picture
    own.product_page.refresh_from_db()
    assert not own.product_page.body


def test_what_a_moderator_put_on_the_page_may_stay(own: ProducerAccount, client: Client) -> None:
    shared = make_picture(title="Ảnh của chợ")
    page = own.product_page
    page.share_picture = shared
    page.save_revision().publish()
    response = client.post(edit(page), product_form(share_picture=shared.pk, title="Bình mới"))
    assert response.status_code == 302
    assert latest(page).title == "Bình mới"
    other = make_picture(title="Ảnh khác của chợ")
    client.post(edit(page), product_form(share_picture=other.pk, title="Bình mới hơn"))
    assert latest(page).title == "Bình mới"


def test_partner_village_and_address_of_the_page_cannot_be_smuggled_in(
    own: ProducerAccount, rival: ProducerAccount, client: Client
) -> None:
    village = make_village()
    form = producer_form(partner=rival.partner.pk, village=village.pk, slug="chiem-cho", owner=rival.user.pk)
    assert client.post(edit(own.page), form).status_code == 302
    draft = latest(own.page)
    assert draft.title == "Gốm nhà Lan"
    assert (draft.partner, draft.village, draft.slug) == (own.partner, None, own.page.slug)


def test_a_producer_cannot_publish(own: ProducerAccount, client: Client) -> None:
    form = product_form(title="Lên chợ luôn") | {"action-publish": "1"}
    client.post(edit(own.product_page), form)
    own.product_page.refresh_from_db()
    assert own.product_page.title != "Lên chợ luôn"
    assert own.product_page.has_unpublished_changes


def test_an_inline_row_of_the_rivals_page_is_not_taken_over(
    own: ProducerAccount, rival: ProducerAccount, client: Client
) -> None:
    rival.product_page.photos.add(rival.product_page.photos.model(picture=rival.picture))
    rival.product_page.save_revision().publish()
    photo = ProductPage.objects.get(pk=rival.product_page.pk).photos.get()
    form = product_form(photos=[own.picture]) | {"photos-INITIAL_FORMS": "1", "photos-0-id": str(photo.pk)}
    response = client.post(edit(own.product_page), form)
    assert MARK not in response.content.decode().upper()
    photo.refresh_from_db()
    assert (photo.page_id, photo.picture_id) == (rival.product_page.pk, rival.picture.pk)


@pytest.mark.parametrize("missing", ["body-count", "body-0-type", "photos-TOTAL_FORMS"])
def test_a_broken_post_is_the_senders_fault(own: ProducerAccount, client: Client, missing: str) -> None:
    form = product_form(body=[("picture", {"picture": own.picture.pk, "caption": ""})])
    del form[missing]
    before = drafts()
    assert client.post(edit(own.product_page), form).status_code in {200, 400}
    assert drafts() == before


@pytest.mark.parametrize("nonsense", ["{", "[]", '{"blocks": 1}', '{"blocks": [], "entityMap": {"0": {}}}'])
def test_nonsense_from_the_text_editor_is_no_server_error(
    own: ProducerAccount, client: Client, nonsense: str
) -> None:
    form = product_form(body=[("text", nonsense)])
    assert client.post(edit(own.product_page), form).status_code in {200, 302, 400}


@pytest.mark.parametrize("key", ["²", "x", "9" * 30, "9" * 5_000])
@pytest.mark.parametrize("model", [Page, Picture])
def test_key_that_is_no_number_may_not_be_chosen(own: ProducerAccount, model: type, key: str) -> None:
    assert not is_choosable(own.user, model, key)


def test_a_post_without_stream_counters_is_refused_for_moderators_too(
    own: ProducerAccount, admin_client: Client
) -> None:
    form = product_form()
    del form["body-count"]
    assert admin_client.post(edit(own.product_page), form).status_code == 400


def test_autosave_stores_a_draft_and_nothing_else(own: ProducerAccount, client: Client) -> None:
    record = own.product.stockrecords.get()
    form = product_form(title="Đang gõ d") | {"price": "1", "num_in_stock": "1"}
    response = client.post(edit(own.product_page), form, headers={"Accept": "application/json"})
    assert json.loads(response.content)["success"] is True
    own.product.refresh_from_db()
    own.product_page.refresh_from_db()
    assert own.product.title == own.product_page.title == "Bình của Gốm nhà Lan"
    after = own.product.stockrecords.get()
    assert (after.price, after.num_in_stock) == (record.price, record.num_in_stock)


def test_the_preview_shows_the_draft_in_the_desks_own_frame(own: ProducerAccount, client: Client) -> None:
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[own.page.pk])
    assert client.post(address, producer_form(summary="Lửa củi ba ngày đêm")).status_code == 200
    preview = client.get(address)
    assert "Lửa củi ba ngày đêm" in preview.content.decode()
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    policy = preview["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert "private" in preview["Cache-Control"]


def test_a_new_product_without_product_previews(own: ProducerAccount, client: Client) -> None:
    address = reverse("wagtailadmin_pages:preview_on_add", args=["catalogue", "productpage", own.page.pk])
    assert client.post(address, product_form(title="Lọ tăm")).status_code == 200
    assert "Lọ tăm" in client.get(address).content.decode()
    assert (
        "Nháp của"
        in client.get(reverse("wagtailadmin_pages:view_draft", args=[own.draft.pk])).content.decode()
    )


def test_choosers_offer_own_pictures_and_own_or_public_pages(
    own: ProducerAccount, rival: ProducerAccount, client: Client
) -> None:
    village = make_village(title="Làng gốm Phù Lãng")
    picture = rival.picture
    picture.tags.add(MARK)
    index = own.page.get_parent()
    pictures = json.loads(client.get(reverse("wagtailimages_chooser:choose")).content)["html"]
    assert own.picture.title in pictures
    assert MARK not in pictures.upper()
    for address in [
        reverse("wagtailadmin_choose_page_child", args=[index.pk]),
        reverse("wagtailadmin_choose_page") + "?page_type=catalogue.ProductPage",
        reverse("wagtailimages_chooser:choose_results") + f"?tag={MARK.lower()}",
    ]:
        response = client.get(address, follow=True)
        assert response.status_code == 200
        assert "Cạnh Tranh" not in shown(response), address
    villages = client.get(reverse("wagtailadmin_choose_page_child", args=[village.get_parent().pk]))
    assert village.title in json.loads(villages.content)["html"]
    address = reverse("wagtailadmin_choose_page_chosen_multiple") + f"?id={own.draft.pk}&id={rival.draft.pk}"
    assert client.get(address).status_code == 403


def test_the_choosers_search_looks_at_own_and_public_pages_only(
    own: ProducerAccount, rival: ProducerAccount, rf: RequestFactory
) -> None:
    village = make_village()
    request = rf.get("/")
    request.user = own.user
    found = set(pages_to_choose(Page.objects.all(), request).values_list("pk", flat=True))
    assert {own.page.pk, own.draft.pk, village.pk} <= found
    assert not found & {page.pk for page in all_pages_of(rival)}


def test_an_address_of_the_rivals_page_does_not_tell_its_draft_title(
    own: ProducerAccount, rival: ProducerAccount, client: Client
) -> None:
    page = rival.product_page
    page.title = f"{MARK} mẫu mới"
    page.save_revision()
    response = client.post(
        reverse("wagtailadmin_choose_page_external_link"),
        nested_form_data(
            {"external-link-chooser-url": page.full_url, "external-link-chooser-link_text": "x"}
        ),
    )
    assert "mẫu mới" not in json.dumps(json.loads(response.content), ensure_ascii=False)
