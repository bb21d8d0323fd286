"""Crawlers find the pages and nothing personal."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from wagtail.models import Page


def test_robots_name_the_sitemap_and_close_what_is_personal(client: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://cho.example"
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {
        "Disallow: /admin/",
        "Disallow: /dashboard/",
        "Disallow: /gio-hang/",
        "Disallow: /thanh-toan/",
    } <= set(lines)
    assert lines[-1] == "Sitemap: https://cho.example/sitemap.xml"
    assert response["Cache-Control"].startswith("public")


def test_the_sitemap_lists_live_pages(client: Client, site_root: Page) -> None:
    text = client.get("/sitemap.xml").content.decode()
    assert f"<loc>{site_root.full_url}</loc>" in text
    site_root.unpublish()
    assert site_root.full_url not in client.get("/sitemap.xml").content.decode()


@pytest.mark.django_db
def test_the_icon_is_found_unasked(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/img/favicon.ico")
