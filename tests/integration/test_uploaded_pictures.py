"""Pictures at every door of the CMS: freed of place and camera, or refused beside the field."""

import gc
import json
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.users.models import UserProfile

from catalogue.models import Picture
from tests.factories import make_category
from tests.picture_files import LYING, SECRET, camera_file, cut_off, profile, uploaded
from tests.producer_accounts import ProducerAccount, log_in, make_producer_account

pytestmark = pytest.mark.django_db
DOORS = ["one", "many", "chooser"]


@pytest.fixture
def own() -> ProducerAccount:
    return make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")


@pytest.fixture
def boss(own: ProducerAccount, django_user_model: Any) -> Client:
    user = django_user_model.objects.create_superuser("chu@example.vn", "mat-khau-dai-10")
    UserProfile.get_for_user(user)
    return log_in(user)


def stored(name: str | None) -> bytes:
    with default_storage.open(name or "") as file:
        return bytes(file.read())


def send(client: Client, door: str, name: str, data: bytes, own: ProducerAccount) -> str:
    """Upload a picture by one of DOORS; return what the person reads."""
    fields = {"title": "Ảnh mới", "collection": own.partner.collection_id}
    if door == "one":
        url, sent = reverse("wagtailimages:add"), fields | {"file": uploaded(name, data)}
    elif door == "many":
        url, sent = reverse("wagtailimages:add_multiple"), fields | {"files[]": uploaded(name, data)}
    else:
        url = reverse("wagtailimages_chooser:create")
        sent = {f"image-chooser-upload-{key}": value for key, value in fields.items()}
        sent["image-chooser-upload-file"] = uploaded(name, data)
    answer = client.post(url, sent, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code in {200, 302}, answer.content
    words = answer.content.decode()
    return json.dumps(json.loads(words), ensure_ascii=False) if words.startswith("{") else words


@pytest.mark.parametrize("door", DOORS)
def test_picture_loses_place_and_camera_and_stands_upright(
    boss: Client, own: ProducerAccount, door: str
) -> None:
    send(boss, door, "anh.jpg", camera_file(), own)
    picture = Picture.objects.get(title="Ảnh mới")
    assert (picture.width, picture.height) == (30, 40)
    data = stored(picture.file.name)
    assert (SECRET in data, picture.file_size) == (False, len(data))
    with Image.open(BytesIO(data)) as kept:
        assert (kept.size, dict(kept.getexif()), kept.info["icc_profile"]) == ((30, 40), {}, profile())
        top = kept.getpixel((15, 3))
        assert isinstance(top, tuple)
        assert top[0] > top[2]  # red was left, and is on top


def test_share_picture_tells_nothing(boss: Client, own: ProducerAccount) -> None:
    send(boss, "one", "anh.jpg", camera_file(), own)
    share = Picture.objects.get(title="Ảnh mới").get_rendition("max-20x20|format-jpeg")
    data = stored(share.file.name)
    with Image.open(BytesIO(data)) as kept:
        assert (SECRET in data, dict(kept.getexif())) == (False, {})


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", sorted(LYING))
def test_file_that_lies_is_refused_beside_the_field(
    boss: Client, own: ProducerAccount, door: str, name: str
) -> None:
    words = send(boss, door, name, LYING[name], own)
    assert not Picture.objects.filter(title="Ảnh mới").exists()
    told = ["Tệp", "tệp", "Tập tin", "Ảnh có quá nhiều", "Chỉ nhận"]
    errors = words if door == "many" else words[words.index("error-message") :]
    assert any(word in errors for word in told), errors[:400]
    assert not any(word in errors[:600] for word in ["This file", "Not a", "Upload a valid"]), errors[:600]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Wagtail leaves a file open
def test_file_that_waits_for_its_other_fields_tells_nothing_either(
    boss: Client, own: ProducerAccount
) -> None:
    """Wagtail keeps the raw upload of many when a field beside it is wrong."""
    fields = {"title": "x" * 300, "collection": own.partner.collection_id}
    sent = fields | {"files[]": uploaded("anh.jpg", camera_file())}
    answer = boss.post(
        reverse("wagtailimages:add_multiple"), sent, headers={"X-Requested-With": "XMLHttpRequest"}
    ).json()
    key = answer["uploaded_file_id"]
    filled = {
        f"uploaded-image-{key}-{name}": value
        for name, value in (fields | {"title": "Ảnh mới", "tags": "[]"}).items()
    }
    boss.post(reverse("wagtailimages:create_multiple_from_uploaded_image", args=[key]), filled)
    picture = Picture.objects.get(title="Ảnh mới")
    data = stored(picture.file.name)
    assert (SECRET in data, picture.width, picture.height) == (False, 30, 40)
    gc.collect()  # the open file above ends here, not in another test


@pytest.mark.parametrize("door", ["one", "many", "chooser"])
@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0 picture", b"<html>", b"PK\x03\x04", b""])
def test_paper_that_is_no_pdf_is_refused(boss: Client, own: ProducerAccount, door: str, data: bytes) -> None:
    fields = {"title": "Giấy mới", "collection": own.partner.collection_id}
    file = uploaded("giay.pdf", data)
    url, sent = {
        "one": (reverse("wagtaildocs:add"), fields | {"file": file}),
        "many": (reverse("wagtaildocs:add_multiple"), fields | {"files[]": file}),
        "chooser": (
            reverse("wagtaildocs_chooser:create"),
            {f"document-chooser-upload-{k}": v for k, v in (fields | {"file": file}).items()},
        ),
    }[door]
    answer = boss.post(url, sent, headers={"X-Requested-With": "XMLHttpRequest"})
    words = answer.content.decode()
    told = json.dumps(json.loads(words), ensure_ascii=False) if words.startswith("{") else words
    assert answer.status_code == 200
    assert "không phải là PDF" in told or "Tập tin được gửi là rỗng" in told
    assert not get_document_model().objects.filter(title="Giấy mới").exists()


def test_picture_of_an_account_is_upright_and_tells_nothing(own: ProducerAccount) -> None:
    client = log_in(own.user)
    client.post(
        reverse("wagtailadmin_account"), account_form(uploaded("toi.jpg", camera_file(size=(800, 600))))
    )
    avatar = UserProfile.objects.get(user=own.user).avatar
    data = stored(avatar.name)
    with Image.open(BytesIO(data)) as kept:
        assert (kept.size, SECRET in data) == ((300, 400), False)


@pytest.mark.parametrize("name", sorted(LYING.keys() - {"other.png"}))
def test_picture_of_an_account_that_lies_is_refused(own: ProducerAccount, name: str) -> None:
    client = log_in(own.user)
    answer = client.post(reverse("wagtailadmin_account"), account_form(uploaded(name, LYING[name])))
    assert answer.status_code == 200
    assert "error-message" in answer.content.decode()
    assert not UserProfile.objects.filter(user=own.user).exclude(avatar="").exists()


def account_form(avatar: Any) -> dict[str, Any]:
    """Return Wagtail's account page as it is sent with a new picture."""
    return {
        "name_email-first_name": "Lan",
        "name_email-last_name": "Nguyễn",
        "name_email-email": "lan@example.vn",
        "avatar-avatar": avatar,
        "locale-preferred_language": "vi",
        "locale-current_time_zone": "",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
    }


def test_words_beside_a_truncated_picture(boss: Client, own: ProducerAccount) -> None:
    words = send(boss, "one", "cut.jpg", cut_off(), own)
    assert "Tệp ảnh bị hỏng hoặc thiếu phần cuối." in words


def test_picture_that_no_form_of_ours_took_tells_nothing_either() -> None:
    category = make_category()
    category.image.save("gom.jpg", ContentFile(camera_file()))
    assert SECRET not in stored(category.image.name)
