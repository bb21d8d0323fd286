"""Two producers side by side: one logs in, the other must not be noticed. Shared by the admin's tests."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Collection, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from catalogue.access.permissions import grant_producer
from catalogue.blocks import RICH_TEXT
from catalogue.models import Picture, ProducerPage, Product, ProductPage
from shop.partner.models import Partner
from tests.factories import make_certificate, make_partner, make_picture, make_producer, make_product

MARK = "BIMAT"  # in everything of the rival's that has a name
PASSWORD = "mat-khau-dai-10"


@dataclass(frozen=True, kw_only=True)
class ProducerAccount:
    """What one producer has."""

    user: Any
    partner: Partner
    page: ProducerPage
    product: Product
    product_page: ProductPage
    draft: ProductPage
    picture: Picture
    document: Any


def make_user(email: str, **names: str) -> Any:
    """Return a user who can log in with PASSWORD."""
    return get_user_model().objects.create_user(email, PASSWORD, **names)


def make_producer_account(*, email: str, name: str) -> ProducerAccount:
    """Return a producer with a person, a page, a live product, a draft, a picture, a document, a star."""
    partner = make_partner(name=name)
    page = make_producer(partner=partner, title=name)
    product = make_product(title=f"Bình của {name}", producer=page, stars=4)
    make_certificate(
        product=product, certificate_no=f"GCN {name}", issued_on="2020-01-01", expires_on="2021-01-01"
    )
    draft = page.add_child(instance=ProductPage(title=f"Nháp của {name}", summary="Chưa gửi", live=False))
    user = make_user(email, first_name=name)
    grant_producer(partner=partner, users=[user])
    partner.refresh_from_db()
    draft.save_revision(user=user)
    file = ContentFile(b"%PDF-1.4", name="giay.pdf")
    document = get_document_model().objects.create(
        title=f"Giấy của {name}", file=file, collection=partner.collection
    )
    picture = make_picture(title=f"Ảnh của {name}", collection=partner.collection, uploaded_by_user=user)
    return ProducerAccount(
        user=user,
        partner=partner,
        page=page,
        product=product,
        product_page=ProductPage.objects.get(pk=product.pages.get().pk),
        draft=draft,
        picture=picture,
        document=document,
    )


def log_in(user: Any) -> Client:
    """Return a browser in which `user` is logged in."""
    client = Client()
    client.force_login(user)
    return client


def product_form(*, body: list[tuple[str, Any]] = (), photos: list[Picture] = (), **fields: Any) -> dict:  # type: ignore[assignment]
    """Return what the browser posts from a product page's editor."""
    return nested_form_data(
        {
            "title": "Bình hoa",
            "summary": "Men da lươn",
            "body": streamfield(list(body)),
            "photos": inline_formset([{"id": "", "picture": picture.pk} for picture in photos]),
            "ingredients": "",
            "storage": "",
            "seo_title": "",
            "search_description": "",
            "share_picture": "",
            **fields,
        }
    )


def producer_form(*, body: list[tuple[str, Any]] = (), photos: list[Picture] = (), **fields: Any) -> dict:  # type: ignore[assignment]
    """Return what the browser posts from a producer page's editor."""
    return nested_form_data(
        {
            "title": "Gốm nhà Lan",
            "summary": "Ba đời làm gốm",
            "portrait": "",
            "body": streamfield(list(body)),
            "photos": inline_formset([{"id": "", "picture": picture.pk} for picture in photos]),
            "seo_title": "",
            "search_description": "",
            "share_picture": "",
            **fields,
        }
    )


def text(html: str) -> str:
    """Return `html` as the rich text editor posts it."""
    return str(rich_text(html, features=RICH_TEXT))


def root_collection() -> Collection:
    """Return the collection that holds the hub's own pictures."""
    return Collection.get_first_root_node()


def all_pages_of(account: ProducerAccount) -> list[Page]:
    """Return the producer page and the product pages."""
    return [account.page, account.product_page, account.draft]


def keys_of(account: ProducerAccount) -> dict[str, int | None]:
    """Return the keys of what this producer has, by the words in the names of addresses."""
    review = account.draft.current_workflow_state
    parcel = account.partner.parcels.get()
    return {
        "page": account.product_page.pk,
        "image": account.picture.pk,
        "doc": account.document.pk,
        "user": account.user.pk,
        "group": account.partner.group_id,
        "collection": account.partner.collection_id,
        "revision": account.draft.latest_revision_id,
        "task": review.current_task_state_id,
        "workflow": review.pk,
        "partner": account.partner.pk,
        "product": account.product.pk,
        "parcel": parcel.pk,
        "order": parcel.order_id,
    }


def words_about(account: ProducerAccount) -> dict[str, Any]:
    """Return the arguments of addresses that a word of their name would give wrongly."""
    return {
        "object_id": account.draft.pk,
        "parent_page_id": account.page.pk,
        "destination_id": account.page.pk,
        "revision_id": account.draft.latest_revision_id,
    }
