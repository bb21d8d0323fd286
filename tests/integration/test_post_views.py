"""Every public address that takes a POST has something that holds whoever posts, and a line that says what."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from shop.address import book
from shop.core.ratelimit import Limit
from shop.users import page_passwords
from shop.users.models import User
from tests.factories import make_commune, make_product
from tests.shop import ADDRESS, fill_basket, make_market

pytestmark = pytest.mark.django_db
OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
ADMINS = ("admin/", "django-admin/", "dashboard/")
# Take any method, write nothing: pages, pictures, redirects.
READ_ONLY = {
    *("wagtail_serve", "wagtaildocs_serve", "robots", "security", "sitemap", "event_ics", "checkout:index"),
    *("catalogue:index", "catalogue:detail", "catalogue:category", ""),
    "wagtailcore_login",  # covered by a redirect to customer:login
}
PASSWORD = "một hai ba bốn"


def public(patterns: Any, namespace: str = "", route: str = "") -> Iterator[tuple[str, Any]]:
    """Yield name and view of every address outside the admins."""
    for pattern in patterns:
        path = route + str(pattern.pattern)
        if path.startswith(ADMINS):
            continue
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from public(pattern.url_patterns, inner, path)
        elif isinstance(pattern, URLPattern):
            yield (f"{namespace}{pattern.name}" if pattern.name else ""), pattern


def takes_post(pattern: URLPattern, rf: Any) -> bool:
    view = getattr(pattern.callback, "view_class", None)
    if view is not None:
        return "post" in view.http_method_names and hasattr(view, "post")
    keys = dict.fromkeys(pattern.pattern.converters, 0)
    try:
        return pattern.callback(rf.post("/"), **keys).status_code != 405
    except Exception:  # noqa: BLE001 - it got as far as its work
        return True


def test_every_one_is_in_the_list(rf: Any) -> None:
    text = (
        OPERATIONS.read_text(encoding="utf-8")
        .partition("## What strangers may cause")[2]
        .partition("\n## ")[0]
    )
    rows = re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([a-z][\w:-]+)`", row)}
    found = {name for name, pattern in public(get_resolver().url_patterns) if takes_post(pattern, rf)}
    assert found - READ_ONLY == listed


def test_wagtails_own_log_in_is_no_door(client: Client, site_root: Any) -> None:
    user = User.objects.create_user("khach@example.vn", PASSWORD)
    for prefix in ("", "/en"):
        answer = client.post(
            f"{prefix}/_util/login/?next=/x/", {"username": user.email, "password": PASSWORD}
        )
        assert answer.url.endswith("?next=/x/")
        assert "_auth_user_id" not in client.session


def test_passwords_of_pages_are_not_guessed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_passwords, "PAGE_PASSWORD", Limit("few", 2, 9, 900))
    page = make_product().page()
    rule = PageViewRestriction.objects.create(page=page, restriction_type="password", password="bi-mat")
    url = reverse("wagtailcore_authenticate_with_password", args=[rule.pk, page.pk])
    answers = [client.post(url, {"password": word, "return_url": "/"}) for word in ("a", "b", "bi-mat")]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Bạn đã thử quá nhiều lần" in answers[-1].content.decode()
    assert 'name="password"' in answers[-1].content.decode()


@pytest.mark.parametrize("kind", ["page", "document"])
def test_right_passwords_of_pages_do_not_count(
    client: Client, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A market hall behind one address, all with the password of its meeting's page."""
    monkeypatch.setattr(page_passwords, "PAGE_PASSWORD", Limit("few", 2, 99, 900))
    locked = {"restriction_type": "password", "password": "bi-mat"}
    if kind == "page":
        page = make_product().page()
        rule = PageViewRestriction.objects.create(page=page, **locked)
        url = reverse("wagtailcore_authenticate_with_password", args=[rule.pk, page.pk])
    else:
        collection = CollectionViewRestriction.objects.create(
            collection=Collection.get_first_root_node() or Collection.add_root(name="Root"), **locked
        )
        url = reverse("wagtaildocs_authenticate_with_password", args=[collection.pk])
    word = {"password": "bi-mat", "return_url": "/gio-hang/"}
    assert [client.post(url, word).url for _ in range(5)] == ["/gio-hang/"] * 5
    for other in ("https://evil.example/", "foo"):
        assert client.post(url, {**word, "return_url": other}).url == reverse("customer:summary")
    assert client.get(url).status_code == 200
    assert client.post(url, {"return_url": "/"}).status_code == 200


def test_an_address_book_is_finite(client: Client, site_root: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "MOST", 2)
    make_commune()
    user = User.objects.create_user("khach@example.vn", PASSWORD)
    client.force_login(user)
    for number in range(4):
        place = {**ADDRESS, "street": f"Số {number}"}
        answer = client.post(reverse("customer:address-create"), place)
    assert book.own(user).count() == 2
    assert "Sổ đã đầy" in answer.content.decode()
    assert 'value="Số 3"' in answer.content.decode()
    book.keep(user=user, place={**ADDRESS, "commune_name": "", "old_address": ""})
    assert book.own(user).count() == 2


def test_sessions_are_not_made_without_end(
    client: Client, site_root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.core.ratelimit.NEW_SESSION", Limit("few", 2, 2, 3600))
    make_market()
    fill_basket(client, make_product())
    statuses = []
    for number in range(4):
        client.cookies["sessionid"] = str(number) * 32  # made up
        statuses.append(client.post(reverse("checkout:shipping-address"), ADDRESS).status_code)
    assert statuses == [302, 302, 422, 422]
