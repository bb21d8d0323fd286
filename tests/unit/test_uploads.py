"""What is taken out of a picture, and what stays."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, PngImagePlugin

from catalogue import uploads
from tests.picture_files import LYING, ORIENTATION, SECRET, bomb, camera_file, profile, uploaded

KINDS = ["AVIF", "JPEG", "PNG", "TIFF", "WEBP"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("turned", [True, False])
def test_pixels_and_colour_profile_stay_and_nothing_else(kind: str, *, turned: bool) -> None:
    data = camera_file(kind, turned=turned)
    assert SECRET in data
    clean = uploads.without_metadata(BytesIO(data))
    assert clean is not None
    assert SECRET not in clean
    with Image.open(BytesIO(clean)) as picture:
        assert (picture.format, picture.size) == (kind, (30, 40) if turned else (40, 30))
        assert picture.info["icc_profile"] == profile()
        assert not picture.getexif().get(ORIENTATION, 1) > 1
        red, _, blue = picture.convert("RGB").getpixel((3, 3))  # type: ignore[misc]  # of RGB: three
    assert red > blue
    assert uploads.without_metadata(BytesIO(clean)) is None


@pytest.mark.parametrize(("orientation", "corner"), list(zip(range(1, 9), "ABDCACDB", strict=True)))
def test_every_way_to_hold_a_camera(orientation: int, corner: str) -> None:
    """Each corner has its grey; the picture's upper left corner is the one that the standard names."""
    greys = {"A": 0, "B": 80, "C": 160, "D": 240}
    picture = Image.new("L", (2, 2))
    picture.putdata([greys[name] for name in "ABCD"])
    file, exif = BytesIO(), Image.Exif()
    exif[ORIENTATION] = orientation
    picture.save(file, "PNG", exif=exif)
    clean = uploads.without_metadata(file)
    assert clean is not None
    with Image.open(BytesIO(clean)) as upright:
        assert upright.getpixel((0, 0)) == greys[corner]


def test_words_in_a_png_behind_its_pixels_are_found() -> None:
    words, file = PngImagePlugin.PngInfo(), BytesIO()
    words.add(b"tEXt", b"Comment\0" + SECRET, after_idat=True)
    Image.new("RGB", (2, 2)).save(file, "PNG", pnginfo=words)
    clean = uploads.without_metadata(file)
    assert clean is not None
    assert SECRET not in clean


def test_see_through_colour_of_a_palette_stays() -> None:
    picture, file, exif = Image.new("P", (2, 2), 1), BytesIO(), Image.Exif()
    picture.putpalette([0, 0, 0, 255, 255, 255])
    exif[0x010F] = SECRET.decode()
    picture.save(file, "PNG", transparency=1, exif=exif)
    clean = uploads.without_metadata(file)
    assert clean is not None
    with Image.open(BytesIO(clean)) as kept:
        assert kept.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]  # of RGBA: four


@pytest.mark.parametrize("name", sorted(LYING.keys() - {"other.png"}))
def test_what_cannot_be_read_is_left_as_it_is_and_refused_in_forms(name: str) -> None:
    assert uploads.without_metadata(BytesIO(LYING[name])) is None
    with pytest.raises(ValidationError):
        uploads.clean_picture(uploaded(name, LYING[name]))


def test_a_bomb_is_refused_by_its_pixels() -> None:
    assert len(bomb()) < 14_000
    with pytest.raises(ValidationError) as refused:
        uploads.check_picture(uploaded("a.png", bomb()))
    assert refused.value.code == "pixels"
    uploads.check_pdf(BytesIO(b"\n%PDF-1.7"))
