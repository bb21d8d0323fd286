"""Security headers, the language of an address, uploaded files."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation
from pytest_django.fixtures import Settings

from config import media


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.LANGUAGE_CODE} {translation.get_language()}")


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


urlpatterns = [path(prefix, page) for prefix in ("", "en/", "admin/", "dashboard/", "english/")]
urlpatterns += [path("form/", form), path("en/form/", form)]
urlpatterns += [path("media/<path:path>", media.serve)]


@pytest.fixture
def client(client: Client, settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return client


def policy(response: HttpResponse) -> dict[str, list[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


def test_the_shop_front_allows_nothing_inline(client: Client) -> None:
    response = client.get("/")
    rules = policy(response)
    assert rules["default-src"] == ["'self'"]
    assert "script-src" not in rules
    assert "style-src" not in rules
    assert rules["object-src"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert "unsafe" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/admin/", "/dashboard/"])
def test_desks_run_files_of_the_shop_only(client: Client, address: str) -> None:
    rules = policy(client.get(address))
    assert rules["script-src"] == ["'self'"]
    assert rules["style-src"] == ["'self'", "'unsafe-inline'"]
    assert rules["frame-ancestors"] == ["'self'"]
    assert rules["default-src"] == ["'self'"]


def test_the_usual_headers_are_there(client: Client) -> None:
    response = client.get("/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize(
    ("address", "language"), [("/", "vi"), ("/en/", "en"), ("/english/", "vi"), ("/admin/", "vi")]
)
def test_the_address_alone_decides_the_language(client: Client, address: str, language: str) -> None:
    client.cookies["django_language"] = "en" if language == "vi" else "vi"
    response = client.get(address, headers={"Accept-Language": "en,fr;q=0.5"})
    assert response.content.decode() == f"{language} {language}"
    assert response["Content-Language"] == language
    assert "Accept-Language" not in response.get("Vary", "")


@pytest.mark.parametrize("address", ["/", "/en/"])
def test_what_cannot_be_read_is_told_in_both_languages_without_database(
    client: Client, settings: Settings, address: str
) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    response = client.post(f"{address}form/", {"a": "1", "b": "2"})
    assert response.status_code == 400
    assert not response.cookies
    told = response.content.decode()
    assert "Chợ không đọc được điều vừa gửi" in told
    assert "The market could not read this" in told
    assert response["Cache-Control"] == "private, no-store"


def test_a_strange_host_is_told_so_without_database(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    response = client.get("/", headers={"host": "xa-la.example"})
    assert response.status_code == 400
    assert "The market could not read this" in response.content.decode()


@pytest.mark.django_db
def test_an_uploaded_file_is_kept_and_runs_nothing(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "x.html").write_text("<script>1</script>")
    response = client.get("/media/images/x.html")
    assert b"".join(response.streaming_content) == b"<script>1</script>"
    response.close()
    assert response["Cache-Control"] == "public, max-age=604800"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["images/../../manage.py", "images/none.webp", "images/."])
def test_only_files_of_the_media_folder_are_served(
    rf: RequestFactory, settings: Settings, tmp_path: Path, path: str
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "manage.py").touch()
    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises((Http404, SuspiciousFileOperation)):
        media.serve(request, path)
