"""The admin's content policy: scripts in the page where Wagtail's own templates bring them, nowhere else."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AbstractUser
from django.urls import reverse

from config.headers import INLINE_PAGES
from tests.addresses import body, every_address
from tests.factories import make_product
from tests.producer_accounts import log_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::django.utils.deprecation.RemovedInDjango60Warning"),  # Oscar's forms
    pytest.mark.filterwarnings(
        "ignore::django.core.paginator.UnorderedObjectListWarning"
    ),  # wagtail-localize's
]
# What a browser would run: a script without a file that is no data, and handlers in attributes.
RUNS = re.compile(
    r"<SCRIPT(?![^>]*\bSRC=)(?![^>]*TYPE=\"?(?:APPLICATION/|TEXT/X-TEMPLATE|TEXT/HTML|TEXT/TEMPLATE))"
    r"|<[A-Z][^>]*\sON[A-Z]+=",
)
ALIKE = re.compile(r"^admin:.*_(add|history|delete|change)$")  # seventy tables of Django's admin alike
KEPT = ("admin:users_user_add", "admin:users_user_change")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def test_no_page_runs_what_its_policy_forbids(site_root: Any, admin_user: AbstractUser) -> None:
    product = make_product(stars=4)
    client, seen, broken = log_in(admin_user), 0, []
    keys = {"page": product.pages.get().pk, "user": admin_user.pk, "product": product.pk}
    for name, address in sorted(set(every_address(keys, {}))):
        if not address.startswith(("/admin/", "/django-admin/")) or INLINE_PAGES.search(name):
            continue
        if name in {"wagtailadmin_logout", "wagtailadmin_error_test", "admin:logout"}:
            continue
        if ALIKE.search(name) and name not in KEPT:
            continue
        response = client.get(address)
        if response.status_code == 200 and "html" in response["Content-Type"]:
            assert "script-src 'self';" in f"{response['Content-Security-Policy']};", name
            seen += 1
            broken += [name] if RUNS.search(body(response)) else []
    assert not broken
    assert seen > 60


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("wagtailadmin_login", False),
        ("wagtailadmin_password_reset", False),
        ("wagtailadmin_home", False),
        ("wagtailadmin_account", False),
        ("admin:index", False),
        ("wagtailimages:index", False),
        ("wagtailusers_users:index", True),
        ("wagtailadmin_reports:site_history", True),
        ("dashboard:index", True),
    ],
)
def test_scripts_in_the_page_only_where_wagtail_or_oscar_write_them(
    site_root: Any, admin_user: AbstractUser, name: str, may: bool
) -> None:
    answer = log_in(admin_user).get(reverse(name), follow=True)
    scripts = next(
        part for part in answer["Content-Security-Policy"].split("; ") if part.startswith("script-src")
    )
    assert ("'unsafe-inline'" in scripts) is may
