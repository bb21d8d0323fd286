"""Pages are sent compressed; what was compressed before is not compressed again."""

import gzip
from pathlib import Path

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings
from wagtail.models import Page

from config.compression import TextGZipMiddleware

ZIPPED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.django_db
def test_a_page_is_sent_compressed(client: Client, site_root: Page) -> None:
    plain = client.get("/")
    squeezed = client.get("/", headers=ZIPPED)
    assert "Content-Encoding" not in plain
    assert squeezed["Content-Encoding"] == "gzip"
    assert int(squeezed["Content-Length"]) == len(squeezed.content) < len(plain.content) / 2
    assert gzip.decompress(squeezed.content) == plain.content
    assert "Accept-Encoding" in squeezed["Vary"]
    assert "public" in squeezed["Cache-Control"]


@pytest.mark.django_db
def test_who_has_the_compressed_page_gets_it_not_again(client: Client, site_root: Page) -> None:
    etag = client.get("/", headers=ZIPPED)["ETag"]
    answer = client.get("/", headers=ZIPPED | {"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.django_db
def test_private_pages_are_padded_by_chance(client: Client) -> None:
    """BREACH: one page has not always the same length."""
    lengths = {len(client.get("/gio-hang/", headers=ZIPPED).content) for _ in range(12)}
    assert len(lengths) > 1


def sent(response: HttpResponse | StreamingHttpResponse | FileResponse) -> str:
    request: HttpRequest = RequestFactory().get("/", headers=ZIPPED)
    return str(TextGZipMiddleware(lambda _: response)(request).get("Content-Encoding", ""))


def test_only_text_is_compressed(tmp_path: Path) -> None:
    picture = tmp_path / "a.webp"
    picture.write_bytes(b"a" * 1000)
    with picture.open("rb") as file:
        assert sent(FileResponse(file, content_type="image/webp")) == ""
    assert sent(HttpResponse("a" * 1000, content_type="application/pdf")) == ""
    assert sent(StreamingHttpResponse(["a" * 1000], content_type="text/csv; charset=utf-8")) == "gzip"
    already = HttpResponse(b"a" * 1000, content_type="text/css", headers={"Content-Encoding": "br"})
    assert sent(already) == "br"


def test_it_stands_below_what_serves_files_and_above_what_sets_etags(settings: Settings) -> None:
    order = [
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "config.compression.TextGZipMiddleware",
        "config.caching.CacheHeadersMiddleware",
    ]
    assert [name for name in settings.MIDDLEWARE if name in order] == order
