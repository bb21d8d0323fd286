"""The pretended Stripe over HTTP: its pay page, its API, and that real shoppers never meet it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import stripe
from django.test import Client
from django.urls import include, path
from pytest_django.fixtures import Settings

from config import urls
from demo.stripe_double import acts, http_client, notifications
from demo.stripe_double.storage import open_storage
from shop.payment.providers.stripe.client import client as stripe_client
from tests.stripe import double, plan, things

__all__ = ["double"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]
ROOT = Path(__file__).resolve().parents[2]
BACK, DONE = "https://cho.example/don/", "https://cho.example/don/xong/"


@pytest.fixture(autouse=True)
def mounted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Mount the double's addresses; return the addresses that would be notified."""
    module = ModuleType("tests_double_urls")
    module.urlpatterns = [  # type: ignore[attr-defined]
        path("stripe-double/", include("demo.stripe_double.urls")),
        *urls.urlpatterns,
    ]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    settings.ROOT_URLCONF = module.__name__
    told: list[str] = []
    monkeypatch.setattr(notifications, "deliver_soon", told.append)
    return told


@pytest.fixture
def pay_page() -> str:
    """Return the address of an open pay page."""
    with open_storage() as storage:
        price = {"currency": "vnd", "unit_amount": 250_000, "product_data": {"name": "Đơn K7M2QX9A"}}
        session = storage.make(
            "cs_test",
            "checkout.session",
            amount_total=250_000,
            currency="vnd",
            expires_at=storage.now + 1800,
            payment_intent=None,
            payment_intent_data={},
            status="open",
            locale="vi",
            line_items=[{"quantity": 1, "price_data": price}],
            cancel_url=BACK,
            success_url=DONE,
        )
    return f"/stripe-double/pay/{session['id']}/"


def test_page_shows_sum_and_cards(client: Client, pay_page: str) -> None:
    text = client.get(pay_page).content.decode()
    assert "Đơn K7M2QX9A" in text
    assert "250.000" in text
    assert text.count('type="radio"') == 4
    assert BACK in text


def test_good_card_leads_back_and_tells_the_shop(client: Client, pay_page: str, mounted: list[str]) -> None:
    response = client.post(pay_page, {"card": acts.GOOD})
    assert (response.status_code, response["Location"]) == (302, DONE)
    assert mounted == ["http://testserver/payments/stripe/webhook/"]
    assert things("checkout.session")[0]["status"] == "complete"


def test_bad_card_may_be_followed_by_another(client: Client, pay_page: str) -> None:
    assert "Thẻ bị từ chối" in client.post(pay_page, {"card": acts.DECLINED}).content.decode()
    assert "Thẻ bị từ chối" in client.post(pay_page, {"card": "1"}).content.decode()
    assert "Ngân hàng hỏi" in client.post(pay_page, {"card": acts.CHALLENGED}).content.decode()
    assert "Thẻ bị từ chối" in client.post(pay_page, {"passed": "0"}).content.decode()
    assert client.post(pay_page, {"passed": "1"})["Location"] == DONE


def test_closed_tab_stays(client: Client, pay_page: str) -> None:
    response = client.post(pay_page, {"card": acts.GOOD, "closed": "1"})
    assert response.status_code == 200
    assert "Hãy đóng trang này" in response.content.decode()


def test_closed_page_takes_nothing(client: Client, pay_page: str, mounted: list[str]) -> None:
    client.post(pay_page, {"card": acts.GOOD})
    response = client.post(pay_page, {"card": acts.GOOD})
    assert "Trang này đã đóng" in response.content.decode()
    assert len(mounted) == len(things("payment_intent")) == 1


def test_unknown_page_is_not_found(client: Client, site_root: Any) -> None:
    assert client.get("/stripe-double/pay/cs_test_none/").status_code == 404


def test_api_answers_over_http(client: Client, pay_page: str) -> None:
    headers = {"Authorization": f"Bearer {http_client.KEY}", "Stripe-Version": stripe.api_version}
    session = pay_page.split("/")[-2]
    answer = client.get(f"/stripe-double/v1/checkout/sessions/{session}", headers=headers)
    assert json.loads(answer.content)["id"] == session
    assert client.get(f"/stripe-double/v1/checkout/sessions/{session}").status_code == 401
    plan("lose")
    expire = f"/stripe-double/v1/checkout/sessions/{session}/expire"
    assert _post(client, expire, headers).status_code == 504
    assert things("checkout.session")[0]["status"] == "expired"


@pytest.mark.django_db(transaction=True)
def test_the_shops_client_speaks_http(live_server: Any, settings: Settings, pay_page: str) -> None:
    """The way to the real Stripe, with another address: timeouts, retries and errors come through."""
    settings.STRIPE_API_BASE = f"{live_server.url}/stripe-double"
    settings.STRIPE_HTTP_CLIENT = "shop.payment.providers.stripe.client.over_https"
    sessions = stripe_client().v1.checkout.sessions
    plan("lose", "fail")
    assert sessions.expire(pay_page.split("/")[-2], options={"idempotency_key": "once"}).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="No such"):
        sessions.retrieve("cs_test_none")


def _post(client: Client, address: str, headers: dict[str, str]) -> Any:
    return client.post(address, "", content_type="application/x-www-form-urlencoded", headers=headers)


SHOW = (
    "import django; django.setup()\n"
    "from django.conf import settings as s; from django.core.checks import run_checks\n"
    "from django.urls import Resolver404, resolve\n"
    "try: mounted = resolve('/stripe-double/pay/cs_1/').namespace == 'double'\n"
    "except Resolver404: mounted = False\n"
    "print([mounted, [e.id for e in run_checks() if e.id == 'payment.E004'], s.STRIPE_SECRET_KEY,\n"
    " s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'][1:]])"
)
PRODUCTION = {
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "cho.example",
    "DATABASE_URL": "sqlite:////nowhere/db.sqlite3",
    "BASE_URL": "https://cho.example",
    "EMAIL_URL": "smtp://mail.example:25",
    "DEFAULT_FROM_EMAIL": "cho@cho.example",
    "PROXY_COUNT": "1",
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
}
DEVELOPMENT = {"DJANGO_SETTINGS_MODULE": "config.settings.dev"}
SWITCHED_ON = {"STRIPE_DOUBLE": "1"}
LOCAL, STRIPE = "http://127.0.0.1:8000", "https://checkout.stripe.com"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        (DEVELOPMENT, [True, [], "sk_test_double", [LOCAL]]),
        (DEVELOPMENT | {"STRIPE_DOUBLE": "0"}, [False, [], "", []]),
        (DEVELOPMENT | {"STRIPE_SECRET_KEY": "sk_test_own"}, [False, [], "sk_test_own", [STRIPE]]),
        (DEVELOPMENT | {"DEBUG": "0"}, [True, [], "sk_test_double", [LOCAL]]),
        (PRODUCTION | SWITCHED_ON, [False, [], "", []]),
    ],
)
def test_it_exists_for_developers_only(tmp_path: Path, environment: dict[str, str], shown: list[Any]) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        "VAR_DIR": str(tmp_path),
        **environment,
    }
    result = subprocess.run(
        [sys.executable, "-c", SHOW],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.stdout.strip().splitlines()[-1:] == [str(shown)], result.stderr[-2000:]
