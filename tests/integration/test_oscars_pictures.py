"""Pictures that Oscar's dashboard keeps: shown as they are, gone with what they belong to."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from catalogue.models import Category
from tests.factories import make_category, make_home, make_product
from tests.producer_accounts import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(django_user_model: Any) -> Client:
    make_home()
    return log_in(django_user_model.objects.create_superuser("chu@example.vn", "mat-khau-dai-10"))


@pytest.fixture
def pictured() -> Category:
    category = make_category(code="IV", name="Thủ công")
    category.image.save("gom.webp", ContentFile(b"RIFF"))
    return category


def test_category_without_a_picture_is_deleted(boss: Client) -> None:
    category = make_category()
    answer = boss.post(reverse("dashboard:catalogue-category-delete", args=[category.pk]))
    assert answer.status_code == 302
    assert not Category.objects.filter(pk=category.pk).exists()


def test_category_takes_its_picture_with_it(boss: Client, pictured: Category) -> None:
    files, name = pictured.image.storage, pictured.image.name
    assert files.exists(name)
    boss.post(reverse("dashboard:catalogue-category-delete", args=[pictured.pk]))
    assert not files.exists(name)


def test_list_of_products_shows_a_picture_as_uploaded(boss: Client) -> None:
    picture = make_product().images.create(original=ContentFile(b"RIFF", name="gom.webp"))
    listed = boss.get(reverse("dashboard:catalogue-product-list")).content.decode()
    assert f'<img src="{picture.original.url}"' in listed
