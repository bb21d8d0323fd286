"""A form without a token is taken from our own pages, from nowhere else, and never lost without a way on."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.csrf import Provenance, provenance, repeatable
from config.urls import urlpatterns as shop_urls

pytestmark = (
    pytest.mark.django_db
)  # the refusal stands in the shop's frame, whose menus are kept in the database


def take(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"took {request.POST.get('quantity', '')}")


urlpatterns = [
    path("take/", take),
    path("exempt/", csrf_exempt(take)),
    path("dashboard/take/", take),
    *shop_urls,
]

BARE_MIDDLEWARE = ["config.csrf.OriginCsrfMiddleware"]


@pytest.fixture
def client() -> Any:
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=BARE_MIDDLEWARE, ALLOWED_HOSTS=["testserver"]):
        yield Client(enforce_csrf_checks=True)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, Provenance.OWN),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, Provenance.OWN),
        ({"Sec-Fetch-Site": "cross-site"}, Provenance.FOREIGN),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, Provenance.FOREIGN),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://pay.example"}, Provenance.UNSURE),
        ({"Sec-Fetch-Site": "same-site"}, Provenance.UNSURE),
        ({"Sec-Fetch-Site": "none"}, Provenance.UNSURE),
        ({"Origin": "http://testserver"}, Provenance.OWN),
        ({"Origin": "https://testserver"}, Provenance.UNSURE),
        ({"Origin": "http://evil.example"}, Provenance.UNSURE),
        ({"Origin": "null"}, Provenance.UNSURE),
        ({}, Provenance.UNSAID),
    ],
)
def test_provenance(headers: dict[str, str], expected: Provenance, rf: RequestFactory) -> None:
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://pay.example"], ALLOWED_HOSTS=["testserver"]):
        assert provenance(rf.post("/", headers=headers)) is expected


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}])
def test_our_own_form_needs_no_token(client: Client, headers: dict[str, str]) -> None:
    response = client.post("/take/", {"quantity": "3"}, headers=headers)
    assert (response.status_code, response.content) == (200, b"took 3")
    assert not response.cookies


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://evil.testserver"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_sites_form_is_refused_without_a_button(client: Client, headers: dict[str, str]) -> None:
    response = client.post("/take/", {"quantity": "3"}, headers=headers)
    assert response.status_code == 403
    assert not response.context["may_repeat"]
    assert b"csrfmiddlewaretoken" not in response.content
    assert response["Cache-Control"] == "private, no-store"


def test_a_token_does_not_help_another_site(client: Client) -> None:
    page = client.post("/take/", {"quantity": "3"})
    token = page.context["csrf_token"]
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    response = client.post("/take/", {"quantity": "3", "csrfmiddlewaretoken": str(token)}, headers=headers)
    assert response.status_code == 403


def test_a_silent_browser_gets_its_form_back_with_a_token(client: Client) -> None:
    data = {"quantity": "3", "note": '<b>"hai"</b>', "password": "bí mật", "old_password": "x"}
    refused = client.post("/take/?next=/gio-hang/", data)
    assert refused.status_code == 403
    assert refused.context["fields"] == [("quantity", "3"), ("note", '<b>"hai"</b>')]
    assert refused.context["action"] == "/take/?next=/gio-hang/"
    assert b'<b>"hai"</b>' not in refused.content
    shown = refused.content.decode()
    assert "<dd>3</dd>" in shown
    assert "<dd>&lt;b&gt;&quot;hai&quot;&lt;/b&gt;</dd>" in shown
    assert "<code>/take/?next=/gio-hang/</code>" in shown
    assert "bí mật" not in shown
    again = dict(refused.context["fields"]) | {"csrfmiddlewaretoken": str(refused.context["csrf_token"])}
    response = client.post(refused.context["action"], again)
    assert (response.status_code, response.content) == (200, b"took 3")


def test_a_wrong_token_is_offered_a_right_one(client: Client) -> None:
    refused = client.post("/take/", {"quantity": "3", "csrfmiddlewaretoken": "wrong"})
    assert refused.status_code == 403
    assert refused.context["fields"] == [("quantity", "3")]


def test_desks_offer_no_button(client: Client) -> None:
    response = client.post("/dashboard/take/", {"quantity": "3"})
    assert response.status_code == 403
    assert not response.context["may_repeat"]


def test_a_form_with_a_file_offers_no_button(client: Client, tmp_path: Any) -> None:
    (tmp_path / "scan.txt").write_text("x")
    with (tmp_path / "scan.txt").open("rb") as scan:
        response = client.post("/take/", {"quantity": "3", "scan": scan})
    assert response.status_code == 403
    assert not response.context["may_repeat"]


def test_exempt_views_and_safe_methods_are_left_alone(client: Client) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert client.post("/exempt/", headers=foreign).status_code == 200
    assert client.get("/take/", headers=foreign).status_code == 200


def test_an_unknown_host_is_no_server_error() -> None:
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=BARE_MIDDLEWARE, ALLOWED_HOSTS=["shop.example"]):
        response = Client(enforce_csrf_checks=True).post("/take/", headers={"Origin": "http://testserver"})
    assert response.status_code == 400


def test_values_keep_their_order_and_their_number() -> None:
    data = QueryDict("size=2&size=1&csrfmiddlewaretoken=a&colour=nâu")
    assert repeatable(data) == [("size", "2"), ("size", "1"), ("colour", "nâu")]
