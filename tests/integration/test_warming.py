"""Pictures are cut when a page is published; showing it writes nothing."""

from typing import Any

import pytest
from django.test import Client

from catalogue.models import PictureRendition, ProducerPhoto, ProductPhoto
from tests.factories import make_picture, make_producer, make_product

pytestmark = pytest.mark.django_db


def publish(page: Any, photos: list[Any]) -> None:
    page.photos = photos
    page.save_revision().publish()


@pytest.mark.parametrize("kind", ["product", "producer"])
def test_no_visitor_waits_for_a_picture(
    kind: str, client: Client, site_root: Any, django_capture_on_commit_callbacks: Any
) -> None:
    photo = {"product": ProductPhoto, "producer": ProducerPhoto}[kind]
    page = make_product().page() if kind == "product" else make_producer()
    with django_capture_on_commit_callbacks(execute=True):
        publish(page, [photo(picture=make_picture(width=1300, height=900)) for _ in range(2)])
    made = set(PictureRendition.objects.values_list("pk", flat=True))
    assert len(made) >= 8

    assert client.get(page.get_url()).status_code == 200
    assert set(PictureRendition.objects.values_list("pk", flat=True)) == made
