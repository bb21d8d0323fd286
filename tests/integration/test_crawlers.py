"""Crawlers find the pages and nothing personal."""

import datetime

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


def security_txt(client: Client) -> dict[str, str]:
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in response.content.decode().splitlines())


def test_whoever_finds_a_weakness_reads_whom_to_tell(client: Client, settings: Settings) -> None:
    settings.BASE_URL, settings.DEFAULT_FROM_EMAIL = "https://cho.example", "Chợ <cho@cho.example>"
    found = security_txt(client)
    assert found["Contact"] == "mailto:cho@cho.example"
    assert found["Preferred-Languages"] == "vi, en"
    assert found["Canonical"] == "https://cho.example/.well-known/security.txt"
    until = datetime.datetime.fromisoformat(found["Expires"])
    assert (
        datetime.timedelta(days=150) < until - datetime.datetime.now(datetime.UTC) < datetime.timedelta(365)
    )


@pytest.mark.django_db
def test_what_security_txt_says_ends_with_its_day(client: Client, settings: Settings) -> None:
    settings.SECURITY_CONTACT = "https://cho.example/bao-loi"
    settings.SECURITY_EXPIRES_ON = datetime.date(2099, 12, 31)
    found = security_txt(client)
    assert (found["Contact"], found["Expires"]) == ("https://cho.example/bao-loi", "2099-12-31T23:59:59Z")
    settings.SECURITY_EXPIRES_ON = datetime.date(2020, 1, 1)
    assert client.get("/.well-known/security.txt").status_code == 404
