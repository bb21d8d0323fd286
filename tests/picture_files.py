"""Picture files as cameras, telephones and attackers make them."""

import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

SECRET = b"BIMAT"  # stands wherever a camera writes something
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def camera_file(kind: str = "JPEG", *, turned: bool = True, size: tuple[int, int] = (40, 30)) -> bytes:
    """Return a picture with place, maker, XMP and colour profile; red on its left, blue on its right half."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[MAKER] = SECRET.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (21.0, 11.0, 9.0), 29: SECRET.decode()})
    if turned:
        exif[ORIENTATION] = 6  # the camera was held upright: to be turned clockwise
    more: dict[str, Any] = {} if kind == "PNG" else {"xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    if kind == "JPEG":
        more["comment"] = SECRET
    file = BytesIO()
    picture.save(file, kind, exif=exif, icc_profile=profile(), **more)
    return file.getvalue()


@cache
def profile() -> bytes:
    """Return a colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def bomb(side: int = 11_000) -> bytes:
    """Return a PNG that is small as a file and huge as a picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def cut_off() -> bytes:
    """Return the first half of a JPEG."""
    file = BytesIO()
    Image.effect_noise((200, 200), 90).save(file, "JPEG")
    return file.getvalue()[: len(file.getvalue()) // 2]


LYING = {
    "cut.jpg": cut_off(),
    "bomb.png": bomb(),
    "paper.jpg": b"%PDF-1.4\n%%EOF",
    "page.jpg": b"<html><script>alert(1)</script></html>",
    "drawing.png": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "other.png": camera_file("JPEG"),
    "head.jpg": b"\xff\xd8\xff\xe0",
    "empty.jpg": b"",
}


def uploaded(name: str, data: bytes) -> SimpleUploadedFile:
    """Return the file as a browser sends it."""
    return SimpleUploadedFile(name, data)
