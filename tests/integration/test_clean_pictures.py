"""Pictures of before are freed of place and camera by a command that may run again."""

from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from PIL import Image
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks
from wagtail.models import Collection, ReferenceIndex
from wagtail.users.models import UserProfile

from catalogue.models import Picture, PictureRendition
from tests.factories import make_category, make_picture, make_village
from tests.picture_files import SECRET, camera_file
from tests.producer_accounts import make_user

pytestmark = pytest.mark.django_db
SHARED = "fill-20x20|format-jpeg"


def write(file: Any, data: bytes) -> None:
    """Put `data` where a release of before had put it."""
    Path(file.path).write_bytes(data)


@pytest.fixture
def old(site_root: object) -> Picture:
    picture = Picture.objects.create(
        title="Cũ",
        width=40,
        height=30,
        file=ContentFile(camera_file(turned=False), name="cu.jpg"),
        collection=Collection.get_first_root_node(),
        focal_point_x=3,
        focal_point_y=4,
        focal_point_width=5,
        focal_point_height=6,
    )
    write(picture.file, camera_file())
    write(picture.get_rendition(SHARED).file, camera_file())
    picture.get_rendition("width-10|format-webp")
    return picture


def run(callbacks: DjangoCaptureOnCommitCallbacks) -> str:
    said = StringIO()
    with callbacks(execute=True):
        call_command("clean_pictures", stdout=said)
    return said.getvalue()


def test_picture_of_before_is_freed_with_all_that_was_cut_of_it(
    old: Picture, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before, share = Path(old.file.path), Path(PictureRendition.objects.get(filter_spec=SHARED).file.path)
    assert run(django_capture_on_commit_callbacks) == "2 pictures cleaned\n"
    old.refresh_from_db()
    data = Path(old.file.path).read_bytes()
    assert (SECRET in data, old.width, old.height, old.file_size) == (False, 30, 40, len(data))
    assert (before.exists(), share.exists(), old.has_focal_point()) == (False, False, False)
    assert [rendition.filter_spec for rendition in old.renditions.all()] == ["width-10|format-webp"]
    with Image.open(BytesIO(Path(old.get_rendition(SHARED).file.path).read_bytes())) as share_again:
        assert (share_again.size, dict(share_again.getexif())) == ((20, 20), {})
    assert run(django_capture_on_commit_callbacks) == "0 pictures cleaned\n"


def test_pictures_of_oscar_and_of_accounts_are_freed_too(
    site_root: object, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    category, profile = make_category(), UserProfile.get_for_user(make_user("lan@example.vn"))
    for row, name in ((category, "image"), (profile, "avatar")):
        getattr(row, name).save("anh.jpg", ContentFile(camera_file(turned=False)))
        write(getattr(row, name), camera_file())
    assert run(django_capture_on_commit_callbacks) == "2 pictures cleaned\n"
    for row, name in ((category, "image"), (profile, "avatar")):
        row.refresh_from_db()
        assert SECRET not in Path(getattr(row, name).path).read_bytes()


def test_picture_whose_file_is_gone_stops_nobody(
    site_root: object, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    Path(make_picture().file.path).unlink()
    assert run(django_capture_on_commit_callbacks) == "0 pictures cleaned\n"


@pytest.mark.parametrize("shown", [True, False])
def test_what_was_cut_under_a_name_to_guess_goes_unless_a_live_page_shows_it(
    site_root: object, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, *, shown: bool
) -> None:
    picture = make_picture()
    page = make_village(share_picture=picture)
    ReferenceIndex.create_or_update_for_object(page)
    if not shown:
        page.unpublish()
    cut = picture.get_rendition("width-10|format-webp")
    PictureRendition.objects.filter(pk=cut.pk).update(file="images/x.webp")
    write(PictureRendition.objects.get(pk=cut.pk).file, Path(cut.file.path).read_bytes())
    assert run(django_capture_on_commit_callbacks) == f"{int(not shown)} pictures cleaned\n"
    assert PictureRendition.objects.filter(file="images/x.webp").exists() == shown
    picture.get_rendition("width-20|format-webp")
    assert run(django_capture_on_commit_callbacks) == "0 pictures cleaned\n"
