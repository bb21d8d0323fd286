"""What a reviewed page shows is not changed behind the reviewer's back."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.documents.forms import get_document_form
from wagtail.models import GroupCollectionPermission, ReferenceIndex

from catalogue.access.permissions import ensure_review, grant_moderators
from catalogue.models import Picture, ProductPhoto
from tests.picture_files import camera_file, uploaded
from tests.producer_accounts import (
    ProducerAccount,
    log_in,
    make_producer_account,
    make_user,
)

pytestmark = pytest.mark.django_db
REFUSED = "Hãy tải tệp mới lên, chọn tệp mới trong trang rồi gửi duyệt."


@pytest.fixture
def own() -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


@pytest.fixture
def shown(own: ProducerAccount) -> ProducerAccount:
    own.product_page.photos.add(ProductPhoto(picture=own.picture))
    own.product_page.save_revision().publish()
    ReferenceIndex.create_or_update_for_object(own.product_page)
    return own


def moderator() -> Any:
    user = make_user("duyet@example.vn")
    grant_moderators(users=[user])
    return user


def send(client: Client, picture: Picture, **changes: Any) -> str:
    """Save the picture's page in the CMS with some changes; return what is read then."""
    kept = {
        name: getattr(picture, name) or "" for name in ("title", "description", "description_en", "credit")
    }
    data = kept | {"collection": picture.collection_id, "tags": ""} | changes
    url = reverse("wagtailimages:edit", args=[picture.pk])
    return client.post(url, data, follow=True).content.decode()


def facts(picture: Picture) -> tuple[Any, ...]:
    picture = Picture.objects.get(pk=picture.pk)
    assert picture.file.storage.exists(picture.file.name)
    return picture.file.name, picture.description, picture.focal_point_x, picture.credit


@pytest.mark.parametrize(
    "changes",
    [
        {"file": "new"},
        {"description": "Khác"},
        {"credit": "Người khác"},
        {"focal_point_x": 1, "focal_point_y": 1, "focal_point_width": 2, "focal_point_height": 2},
    ],
)
def test_producer_changes_nothing_that_a_live_page_shows(
    shown: ProducerAccount, changes: dict[str, Any]
) -> None:
    if "file" in changes:
        changes = {"file": uploaded("moi.jpg", camera_file())}
    before = facts(shown.picture)
    assert REFUSED in send(log_in(shown.user), shown.picture, **changes)
    assert facts(shown.picture) == before


def test_title_that_only_the_cms_shows_is_free(shown: ProducerAccount) -> None:
    assert REFUSED not in send(log_in(shown.user), shown.picture, title="Tên mới")
    assert Picture.objects.get(pk=shown.picture.pk).title == "Tên mới"


def test_picture_that_nothing_shows_is_free(own: ProducerAccount) -> None:
    file = uploaded("moi.jpg", camera_file())
    assert REFUSED not in send(log_in(own.user), own.picture, description="Khác", file=file)
    assert facts(own.picture)[:2] == ("original_images/moi.jpg", "Khác") or "moi" in facts(own.picture)[0]


def test_moderator_may(shown: ProducerAccount) -> None:
    assert REFUSED not in send(log_in(moderator()), shown.picture, description="Khác")
    assert Picture.objects.get(pk=shown.picture.pk).description == "Khác"


def test_picture_of_a_page_that_was_handed_in_is_kept_until_it_is_sent_back(own: ProducerAccount) -> None:
    workflow = ensure_review(grant_moderators())
    own.draft.photos.add(ProductPhoto(picture=own.picture))
    own.draft.save_revision(user=own.user)
    state = workflow.start(own.draft, own.user)
    client = log_in(own.user)
    assert REFUSED in send(client, own.picture, description="Khác")
    state.current_task_state.reject(user=None)
    assert REFUSED not in send(client, own.picture, description="Khác")


def test_paper_of_a_certificate_is_changed_by_reviewers_only(own: ProducerAccount) -> None:
    certificate = own.product.certificates.latest("pk")
    certificate.document = own.document
    certificate.save()
    clerk, clerks = make_user("thu@example.vn"), Group.objects.create(name="Văn thư")
    clerk.groups.add(clerks)
    clerks.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupCollectionPermission.objects.create(
        group=clerks,
        collection=own.document.collection,
        permission=Permission.objects.get(codename="change_document"),
    )
    data = {"title": "Giấy", "collection": own.document.collection_id, "tags": ""}
    Form = get_document_form(type(own.document))
    for user, refused in ((clerk, True), (moderator(), False)):
        form = Form(data, {"file": uploaded("moi.pdf", b"%PDF-1.7 khac")}, instance=own.document, user=user)
        assert (form.is_valid(), REFUSED in str(form.errors.get("file"))) == (not refused, refused)
