"""Uploads that no public page shows: not for strangers, whatever address is tried."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings
from wagtail.documents import get_document_model
from wagtail.models import CollectionViewRestriction, PageViewRestriction, ReferenceIndex
from wagtail.users.models import UserProfile

from catalogue.access.permissions import grant_moderators
from catalogue.models import Certificate, Certification, Picture, ProductCertification
from home.models import StoryPage
from tests.factories import make_category
from tests.producer_accounts import ProducerAccount, log_in, make_producer_account, make_user

pytestmark = pytest.mark.django_db
ROLES = ["stranger", "shopper", "rival", "own", "moderator", "staff"]


@pytest.fixture
def own() -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


def browser(role: str, own: ProducerAccount) -> Client:
    """Return the browser of one of ROLES."""
    if role == "stranger":
        return Client()
    if role == "own":
        return log_in(own.user)
    if role == "rival":
        return log_in(make_producer_account(email="rival@example.vn", name="Gốm Cạnh Tranh").user)
    user = make_user(f"{role}@example.vn")
    if role == "moderator":
        grant_moderators(users=[user])
    if role == "staff":
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    return log_in(user)


def status(client: Client, url: str) -> int:
    answer: Any = client.get(url)
    if answer.streaming:
        list(answer.streaming_content)  # the client closes the file with the last piece
    return int(answer.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_picture_as_it_was_uploaded_is_for_whoever_may_choose_it(own: ProducerAccount, role: str) -> None:
    client = browser(role, own)
    expected = 200 if role in {"own", "moderator"} else 404
    assert status(client, own.picture.file.url) == expected


@pytest.mark.parametrize("role", ROLES)
def test_paper_that_nothing_shows_is_for_whoever_may_choose_it(own: ProducerAccount, role: str) -> None:
    client = browser(role, own)
    assert status(client, own.document.url) == (200 if role == "moderator" else 404)
    assert status(client, own.document.file.url) == 404


@pytest.mark.parametrize("role", ROLES)
def test_picture_of_an_account_is_for_people_of_the_cms(own: ProducerAccount, role: str) -> None:
    profile = UserProfile.get_for_user(own.user)
    profile.avatar.save("toi.webp", ContentFile(b"RIFF"))
    client = browser(role, own)
    expected = 200 if role in {"own", "rival", "moderator"} else 404
    assert status(client, profile.avatar.url) == expected


@pytest.mark.parametrize("role", ROLES)
def test_oscars_pictures_are_for_staff(own: ProducerAccount, role: str) -> None:
    category = make_category(code="IV", name="Thủ công")
    category.image.save("gom.webp", ContentFile(b"RIFF"))
    photo = own.product.images.create(original=ContentFile(b"RIFF", name="gom.webp"))
    client = browser(role, own)
    expected = 200 if role == "staff" else 404
    assert [status(client, url) for url in (category.image.url, photo.original.url)] == [expected, expected]


@pytest.mark.parametrize(
    "shape", ["/media/images/../{}", "/media/images/..%2f{}", "/media//{}", "/media/./{}"]
)
def test_no_writing_of_an_address_leads_around(own: ProducerAccount, shape: str) -> None:
    assert status(Client(), shape.format(own.picture.file.name)) in {301, 404}
    assert status(Client(), shape.format(own.document.file.name)) in {301, 404}


def test_private_answers_are_kept_by_no_cache(own: ProducerAccount) -> None:
    answer: Any = log_in(own.user).get(own.picture.file.url)
    assert b"".join(answer.streaming_content).startswith(b"RIFF")
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_scan_of_a_certificate_is_public_unless_it_never_was(own: ProducerAccount) -> None:
    certificate = own.product.certificates.latest("pk")
    certificate.document = own.document
    certificate.save()
    assert status(Client(), own.document.url) == 200
    Certificate.objects.filter(pk=certificate.pk).update(
        withdrawn_on=certificate.issued_on, withdrawal_reason="nhập nhầm"
    )
    assert status(Client(), own.document.url) == 404


def test_scan_of_a_quality_mark_is_public_while_it_is_shown(own: ProducerAccount) -> None:
    mark = ProductCertification.objects.create(
        product=own.product,
        certification=Certification.objects.create(code="vietgap", name="VietGAP"),
        number="VG-1",
        expires_on=timezone.localdate(),
        document=own.document,
    )
    assert status(Client(), own.document.url) == 200
    ProductCertification.objects.filter(pk=mark.pk).update(expires_on=date(2020, 1, 1))
    assert status(Client(), own.document.url) == 404


def test_every_register_with_a_paper_says_when_it_is_public() -> None:
    """A new one that forgets `shows_papers` would show a link that nobody may follow."""
    links = get_document_model()._meta.get_fields(include_hidden=True)
    registers = [
        link.related_model
        for link in links
        if link.auto_created and link.related_model and link.related_model._meta.app_label == "catalogue"
    ]
    assert len(registers) >= 2
    assert [model for model in registers if not hasattr(model, "shows_papers")] == []


def story(own: ProducerAccount) -> StoryPage:
    link = f'<p><a linktype="document" id="{own.document.pk}">Giấy</a></p>'
    page: StoryPage = own.page.get_parent().add_child(
        instance=StoryPage(title="Chuyện", summary="x", told_on=date(2026, 1, 2), body=[("text", link)])
    )
    ReferenceIndex.create_or_update_for_object(page)
    return page


def test_paper_that_a_live_page_links_to_is_public(own: ProducerAccount) -> None:
    page = story(own)
    assert status(Client(), own.document.url) == 200
    page.unpublish()
    assert status(Client(), own.document.url) == 404


def test_paper_of_a_private_page_or_collection_is_private(own: ProducerAccount) -> None:
    page = story(own)
    only = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert status(Client(), own.document.url) == 404
    only.delete()
    CollectionViewRestriction.objects.create(
        collection=own.document.collection, restriction_type=CollectionViewRestriction.LOGIN
    )
    assert status(Client(), own.document.url) == 302


def test_what_is_cut_of_a_picture_is_public_under_a_name_that_nobody_guesses(own: ProducerAccount) -> None:
    other = Picture.objects.exclude(pk=own.picture.pk).first() or own.picture
    urls = [picture.get_rendition("max-165x165").url for picture in (own.picture, other)]
    assert all(re.fullmatch(r"/media/images/[0-9a-f]{20}/[\w.-]+", url) for url in urls)
    assert [status(Client(), url) for url in urls] == [200, 200]
    name = Path(urls[0]).name
    assert status(Client(), f"/media/images/{name}") == 404


def test_name_of_a_rendition_fits_its_column(own: ProducerAccount) -> None:
    with own.picture.file.open() as file:
        long = ContentFile(file.read(), name="x" * 90 + ".webp")
    picture = Picture.objects.create(title="Dài", file=long, width=80, height=60)
    rendition = picture.get_rendition("fill-1200x630-c100|format-jpeg|jpegquality-80")
    assert len(rendition.file.name) <= 100


def test_shop_behind_a_web_server_still_answers_for_what_is_private(
    own: ProducerAccount, settings: Settings
) -> None:
    settings.SERVE_MEDIA = False
    assert status(Client(), own.picture.get_rendition("max-165x165").url) == 404
    assert status(log_in(own.user), own.picture.file.url) == 200
    assert status(Client(), own.picture.file.url) == 404


def test_page_of_a_picture_in_the_cms_shows_it(own: ProducerAccount, django_user_model: Any) -> None:
    client = log_in(own.user)
    page = client.get(reverse("wagtailimages:edit", args=[own.picture.pk])).content.decode()
    shown = set(re.findall(r'(?:src|href)="(/media/[^"]+)"', page))
    assert shown
    assert [status(client, url) for url in shown] == [200] * len(shown)
